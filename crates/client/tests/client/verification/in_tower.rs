//! The layer of tower.

use std::{
    convert::Infallible,
    future::{Ready, ready},
    task::{Context, Poll},
};

use http::{Request, Response};
use serde_json::Value;
use tenancy_client::{
    tower::AuthenticationLayer,
    verify::{CacheBounds, Caller, Verifier},
};
use tower_layer::Layer as _;
use tower_service::Service;

use super::{KEY_ID, tenancy};
use crate::client;

/// Answers with the id of the caller's key.
#[derive(Clone)]
struct WhoAmI {
    /// A service is called once it is ready, and not before.
    is_ready: bool,
}

impl Service<Request<String>> for WhoAmI {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        assert!(self.is_ready);
        let caller: &Caller = request.extensions().get().unwrap();
        ready(Ok(Response::new(format!("{} {}", caller.key_id(), request.body()))))
    }
}

#[tokio::test]
async fn behind_the_layer_every_request_has_a_caller() {
    let tenancy = tenancy();
    let verifier = Verifier::new(client(&tenancy.url)).cached(CacheBounds::default());
    let ask = async |scope: Option<&str>, key: Option<&str>| {
        let layer = AuthenticationLayer::new(verifier.clone());
        let layer = scope.into_iter().fold(layer, AuthenticationLayer::scope);
        let mut service = layer.layer(WhoAmI { is_ready: false });
        let mut request = Request::builder().header("X-Request-Id", "not a good one");
        if let Some(key) = key {
            request = request.header("Authorization", format!("Bearer {key}"));
        }
        std::future::poll_fn(|context| service.poll_ready(context)).await.unwrap();
        service.call(request.body("hello".to_owned()).unwrap()).await.unwrap()
    };

    for scope in [None, Some("billing")] {
        assert_eq!(ask(scope, Some("tny_good")).await.into_body(), format!("{KEY_ID} hello"));
    }
    for (scope, key, status, code) in [
        (None, None, 401, "missing_credentials"),
        (None, Some("tny_bad"), 401, "invalid_api_key"),
        (Some("shipping"), Some("tny_good"), 403, "forbidden"),
        (None, Some("tny_lost"), 503, "unavailable"),
    ] {
        let response = ask(scope, key).await;
        assert_eq!(response.status().as_u16(), status);
        let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap());
        assert_eq!(header("content-type"), Some("application/json"));
        assert_eq!(header("cache-control"), Some("no-store"));
        assert_eq!(header("www-authenticate"), (status == 401).then_some("Bearer"));
        assert_eq!(header("retry-after"), (status == 503).then_some("1"));
        let body: Value = serde_json::from_str(response.body()).unwrap();
        assert_eq!(body["error"]["code"], code);
        assert_eq!(body["error"]["request_id"].as_str(), header("x-request-id"));
        assert_eq!(header("x-request-id").unwrap().len(), 36);
    }
}
