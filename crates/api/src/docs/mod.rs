//! `/docs`: a page to read the `OpenAPI` document and to try what it says.
//!
//! The page is ours; what it runs is Swagger UI, which is built in: nothing comes from anywhere else.

use std::{borrow::Cow, sync::Arc};

use actix_web::{
    HttpRequest, HttpResponse,
    http::{
        StatusCode,
        header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, EntityTag, HeaderValue, IF_NONE_MATCH},
    },
    web::{Bytes, Path},
};
use utoipa_swagger_ui::Config;

use crate::{error::ApiError, openapi::responses};

const INDEX: &str = include_str!("index.html");
const STYLE: &str = include_str!("index.css");
const SCRIPT: &str = include_str!("index.js");

/// What of Swagger UI the page asks for: it brings more.
const SWAGGER_UI: &[&str] = &["favicon-32x32.png", "swagger-ui.css", "swagger-ui-bundle.js"];

/// What the page may load, and whom it may ask: this service alone. Swagger UI styles its elements in place, and its icons are
/// in its style sheet.
const SOURCES: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// A page to read this document and to try it.
///
/// It needs no internet. The key that it is given stays in the page, and goes with it.
#[utoipa::path(
    get,
    path = "/docs",
    operation_id = "get_docs",
    tag = "Operations",
    responses(
        (
            status = 200,
            description = "The page.",
            content_type = "text/html",
            body = String,
            example = "<!DOCTYPE html>\n<html lang=\"en\"></html>\n",
        ),
        responses::Common,
    ),
)]
pub(crate) async fn docs() -> HttpResponse {
    HttpResponse::Ok()
        .content_type("text/html; charset=utf-8")
        .insert_header((CONTENT_SECURITY_POLICY, SOURCES))
        .body(INDEX)
}

/// A file of the page.
///
/// Its style, its script, or an image of it.
#[utoipa::path(
    get,
    path = "/docs/{file}",
    operation_id = "get_docs_file",
    tag = "Operations",
    params(("file" = String, Path, description = "The name of the file.", example = "index.css")),
    responses(
        (
            status = 200,
            description = "The file.",
            content(
                (String = "text/css", example = "body {\n  margin: 0;\n}\n"),
                (String = "text/javascript", example = "window.ui = SwaggerUIBundle({});\n"),
                (String = "image/png", example = "…"),
            ),
        ),
        responses::Common,
        responses::NotFound,
    ),
)]
pub(crate) async fn docs_file(file: Path<String>, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let (content_type, bytes) = match file.as_str() {
        "index.css" => ("text/css; charset=utf-8".to_owned(), Bytes::from_static(STYLE.as_bytes())),
        "index.js" => ("text/javascript; charset=utf-8".to_owned(), Bytes::from_static(SCRIPT.as_bytes())),
        name if SWAGGER_UI.contains(&name) => of_swagger_ui(name)?,
        _ => return Err(ApiError::of_status(StatusCode::NOT_FOUND, None)),
    };
    // The files change with the program alone.
    let tag = EntityTag::new_strong(env!("CARGO_PKG_VERSION").to_owned());
    let is_known =
        request.headers().get(IF_NONE_MATCH).is_some_and(|known| known.as_bytes() == tag.to_string().as_bytes());
    let mut answer = if is_known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    answer.insert_header((ETAG, tag.to_string())).insert_header((CONTENT_TYPE, content_type));
    Ok(if is_known { answer.finish() } else { answer.body(bytes) })
}

fn of_swagger_ui(name: &str) -> Result<(String, Bytes), ApiError> {
    let file = utoipa_swagger_ui::serve(name, Arc::new(Config::default()))
        .map_err(|error| ApiError::internal(error.to_string()))?
        .ok_or_else(|| ApiError::of_status(StatusCode::NOT_FOUND, None))?;
    let bytes = match file.bytes {
        Cow::Borrowed(built_in) => Bytes::from_static(built_in),
        Cow::Owned(made) => Bytes::from(made),
    };
    Ok((file.content_type, bytes))
}
