//! What sends requests, and sends again what failed.

use std::time::{Duration, Instant};

use reqwest::{
    StatusCode,
    header::{AUTHORIZATION, HeaderValue},
};

use super::{BaseUrl, OpenResponse, Request, Response};
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
    /// Sends a request, again where that is safe and may help, and reads all of the answer.
    ///
    /// # Errors
    /// That of the last attempt.
    pub(crate) async fn send(&self, request: &Request, key: Option<&HeaderValue>) -> Result<Response, Error> {
        self.repeat(request, |limit| self.attempt(request, key, limit)).await
    }

    /// Sends a request, again where that is safe and may help, until an answer begins, which is read as it comes: its
    /// beginning may take as long as an answer may, and so may each part of it.
    ///
    /// # Errors
    /// That of the last attempt.
    pub(crate) async fn open(&self, request: &Request, key: Option<&HeaderValue>) -> Result<OpenResponse, Error> {
        self.repeat(request, |limit| self.attempt_to_open(request, key, limit)).await
    }

    /// How long an attempt of `request` may take.
    fn timeout_of(&self, request: &Request) -> Duration {
        request.timeout.unwrap_or(self.timeout)
    }

    async fn repeat<T, F>(&self, request: &Request, attempt: impl Fn(Duration) -> F + Send) -> Result<T, Error>
    where
        F: Future<Output = Result<T, Error>> + Send,
    {
        let timeout = self.timeout_of(request);
        let begin = Instant::now();
        let mut retries = 0;
        let mut limit = timeout;
        loop {
            let error = match attempt(limit).await {
                Ok(answer) => return Ok(answer),
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
        let answer = self.builder(request, key)?.timeout(limit).send().await.map_err(lost(request))?;
        let response = read(request, answer).await?;
        if response.status.is_success() || response.status == StatusCode::NOT_MODIFIED {
            Ok(response)
        } else {
            Err(Error::Service(Box::new(ServiceError::of(&response))))
        }
    }

    /// Sends a request once, and waits for the beginning of the answer, for `limit` at most.
    async fn attempt_to_open(
        &self,
        request: &Request,
        key: Option<&HeaderValue>,
        limit: Duration,
    ) -> Result<OpenResponse, Error> {
        let late = || Error::Transport(Box::new(TransportError::late(&request.id)));
        let begun = async {
            let answer = self.builder(request, key)?.send().await.map_err(lost(request))?;
            if answer.status().is_success() {
                return Ok(OpenResponse::new(answer, &request.id, self.timeout_of(request)));
            }
            Err(Error::Service(Box::new(ServiceError::of(&read(request, answer).await?))))
        };
        tokio::time::timeout(limit, begun).await.map_err(|_| late())?
    }

    /// The request as it is sent.
    ///
    /// # Errors
    /// Those of [`Request::headers`].
    fn builder(&self, request: &Request, key: Option<&HeaderValue>) -> Result<reqwest::RequestBuilder, Error> {
        let mut builder = self.http.request(request.method.clone(), request.url.clone()).headers(request.headers()?);
        if let Some(key) = key.filter(|_| !request.is_anonymous) {
            builder = builder.header(AUTHORIZATION, key);
        }
        if let Some(body) = &request.body {
            builder = builder.body(body.clone());
        }
        Ok(builder)
    }
}

/// All of an answer.
///
/// # Errors
/// When the connection breaks before its end.
async fn read(request: &Request, mut answer: reqwest::Response) -> Result<Response, Error> {
    let (status, headers) = (answer.status(), std::mem::take(answer.headers_mut()));
    let body = answer.bytes().await.map_err(lost(request))?;
    Ok(Response::new(status, headers, body, &request.id))
}

/// What becomes of an answer that did not come, or not all of it.
fn lost(request: &Request) -> impl Fn(reqwest::Error) -> Error {
    |error| Error::Transport(Box::new(TransportError::new(error, &request.id)))
}
