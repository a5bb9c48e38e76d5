//! What sends requests, and sends again what failed.

use std::time::{Duration, Instant};

use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, HeaderValue},
};

use super::{BaseUrl, Request, Response};
use crate::{
    error::{Error, ServiceError, TransportError},
    retry::RetryPolicy,
};

/// What sends requests.
#[derive(Debug)]
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base: BaseUrl,
    pub(crate) timeout: Duration,
    pub(crate) retry: RetryPolicy,
}

impl Transport {
    /// Sends a request, again where that is safe and may help.
    ///
    /// # Errors
    /// That of the last attempt.
    pub(crate) async fn send(&self, request: &Request, key: Option<&HeaderValue>) -> Result<Response, Error> {
        let timeout = request.timeout.unwrap_or(self.timeout);
        let begin = Instant::now();
        let mut retries = 0;
        let mut limit = timeout;
        loop {
            let error = match self.attempt(request, key, limit).await {
                Ok(response) => return Ok(response),
                Err(error) => error,
            };
            let wait = self.retry.wait(request.repeat, &error, retries, begin.elapsed(), fastrand::f64());
            let Some(wait) = wait else { return Err(error) };
            retries += 1;
            tracing::debug!(method = %request.method, request_id = request.id, retries, ?wait, %error, "asking again");
            tokio::time::sleep(wait).await;
            limit = timeout.min(self.retry.rest(begin.elapsed()));
        }
    }

    /// Sends a request once, and waits for all of the answer, for `limit` at most.
    async fn attempt(&self, request: &Request, key: Option<&HeaderValue>, limit: Duration) -> Result<Response, Error> {
        let lost = |error| Error::Transport(Box::new(TransportError::new(error, &request.id)));
        let mut builder =
            self.http.request(request.method.clone(), request.url.clone()).headers(request.headers()?).timeout(limit);
        if let Some(key) = key.filter(|_| !request.is_anonymous) {
            builder = builder.header(AUTHORIZATION, key);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        let mut answer = builder.send().await.map_err(lost)?;
        let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
        let body = answer.bytes().await.map_err(lost)?;
        let response = Response::new(status, headers, body, &request.id);
        if status.is_success() || status == StatusCode::NOT_MODIFIED {
            Ok(response)
        } else {
            Err(Error::Service(Box::new(ServiceError::of(&response))))
        }
    }
}
