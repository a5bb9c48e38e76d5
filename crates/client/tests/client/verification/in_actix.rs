//! The middleware and the extractors of actix-web.

use actix_web::{App, HttpMessage as _, HttpResponse, body::MessageBody, dev::ServiceResponse, test, web};
use serde_json::Value;
use tenancy_client::{
    actix::{Authentication, RequiredScope, Scoped},
    verify::{CacheBounds, Caller, Verifier},
};

use super::{KEY_ID, tenancy};
use crate::{client, script::Script};

struct Billing;

impl RequiredScope for Billing {
    const SCOPE: &str = "billing";
}

struct Shipping;

impl RequiredScope for Shipping {
    const SCOPE: &str = "shipping";
}

async fn whoami(caller: Caller) -> String {
    caller.key_id().to_string()
}

async fn billing(caller: Scoped<Billing>) -> String {
    caller.key_id().to_string()
}

async fn shipping(caller: Scoped<Shipping>) -> HttpResponse {
    HttpResponse::Ok().body(format!("{caller:?}"))
}

fn verifier(tenancy: &Script) -> Verifier {
    Verifier::new(client(&tenancy.url)).cached(CacheBounds::default())
}

fn get(path: &str, key: Option<&str>) -> test::TestRequest {
    let request = test::TestRequest::get().uri(path).insert_header(("X-Request-Id", "mine"));
    match key {
        Some(key) => request.insert_header(("Authorization", format!("Bearer {key}"))),
        None => request,
    }
}

/// The status, the headers that matter and the body.
async fn told<B: MessageBody>(response: ServiceResponse<B>) -> (u16, [Option<String>; 2], String) {
    let status = response.status().as_u16();
    let headers = ["www-authenticate", "retry-after"]
        .map(|name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned()));
    let body = test::read_body(response).await;
    (status, headers, String::from_utf8(body.to_vec()).unwrap())
}

fn assert_refusal((status, headers, body): (u16, [Option<String>; 2], String), expected: (u16, &str)) {
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, body["error"]["code"].as_str().unwrap()), expected);
    assert_eq!((&body["error"]["request_id"], &body["error"]["param"]), (&"mine".into(), &Value::Null));
    let [authenticate, retry_after] = headers;
    assert_eq!(authenticate.as_deref(), (status == 401).then_some("Bearer"));
    assert_eq!(retry_after.is_some(), status == 503);
}

#[actix_web::test]
async fn behind_the_middleware_every_request_has_a_caller() {
    let tenancy = tenancy();
    let app = App::new()
        .wrap(Authentication::new(verifier(&tenancy)))
        .route("/whoami", web::get().to(whoami))
        .route("/shipping", web::get().to(shipping));
    let app = test::init_service(app).await;
    let ask = async |path, key| told(test::call_service(&app, get(path, key).to_request()).await).await;

    assert_eq!(ask("/whoami", Some("tny_good")).await, (200, [None, None], KEY_ID.to_owned()));
    assert_refusal(ask("/whoami", None).await, (401, "missing_credentials"));
    assert_refusal(ask("/whoami", Some("tny_bad")).await, (401, "invalid_api_key"));
    assert_refusal(ask("/whoami", Some("tny_lost")).await, (503, "unavailable"));
    assert_refusal(ask("/shipping", Some("tny_good")).await, (403, "forbidden"));
    // Nobody without a key is told what there is.
    assert_refusal(ask("/nowhere", None).await, (401, "missing_credentials"));
    assert_eq!(ask("/nowhere", Some("tny_good")).await.0, 404);
}

#[actix_web::test]
async fn the_middleware_asks_for_a_scope() {
    let tenancy = tenancy();
    for (scope, status) in [("billing", 200), ("shipping", 403)] {
        let scoped = web::scope("/api")
            .wrap(Authentication::new(verifier(&tenancy)).scope(scope))
            .route("/whoami", web::get().to(whoami));
        let app = test::init_service(App::new().service(scoped)).await;
        let response = test::call_service(&app, get("/api/whoami", Some("tny_good")).to_request()).await;
        assert_eq!(response.status().as_u16(), status);
    }
}

#[actix_web::test]
async fn without_the_middleware_the_extractors_verify_by_themselves() {
    let tenancy = tenancy();
    let app = App::new()
        .app_data(verifier(&tenancy))
        .route("/open", web::get().to(HttpResponse::Ok))
        .route("/whoami", web::get().to(whoami))
        .route("/billing", web::get().to(billing))
        .route("/shipping", web::get().to(shipping));
    let app = test::init_service(app).await;
    let ask = async |path, key| told(test::call_service(&app, get(path, key).to_request()).await).await;

    assert_eq!(ask("/open", None).await.0, 200);
    assert_refusal(ask("/whoami", None).await, (401, "missing_credentials"));
    for path in ["/whoami", "/billing"] {
        assert_eq!(ask(path, Some("tny_good")).await.2, KEY_ID);
    }
    assert_refusal(ask("/shipping", Some("tny_good")).await, (403, "forbidden"));
    assert!(get("/", None).to_request().extensions().get::<Caller>().is_none());
}

#[actix_web::test]
async fn a_handler_without_a_verifier_lets_nobody_in() {
    let app = test::init_service(App::new().route("/whoami", web::get().to(whoami))).await;
    let response = test::call_service(&app, get("/whoami", Some("tny_good")).to_request()).await;
    assert_eq!(response.status().as_u16(), 500);
}
