//! Whether the process lives, and whether it can serve.

use actix_web::web::Json;
use tenancy_api_types::health::Health;

use crate::{api::Api, error::ApiError, openapi::responses};

/// Whether the process answers.
///
/// Asks nothing of the database: a process that answers is not to be restarted because its database is down.
#[utoipa::path(
    get,
    path = "/livez",
    operation_id = "get_livez",
    tag = "Operations",
    responses((status = 200, description = "The process answers.", body = Health, example = json!({"status": "ok"})), responses::Common),
)]
pub(crate) async fn livez() -> Json<Health> {
    Json(Health::OK)
}

/// The same as `/livez`.
///
/// Whether the process answers.
#[utoipa::path(
    get,
    path = "/health/live",
    operation_id = "get_health_live",
    tag = "Operations",
    responses((status = 200, description = "The process answers.", body = Health, example = json!({"status": "ok"})), responses::Common),
)]
pub(crate) async fn health_live() -> Json<Health> {
    livez().await
}

/// Whether the service can serve.
///
/// It can while the database is reachable and sound, the migrations are current, and the process is not shutting down.
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "get_readyz",
    tag = "Operations",
    responses(
        (status = 200, description = "The service can serve.", body = Health, example = json!({"status": "ok"})),
        responses::Common,
        responses::Unavailable,
    ),
)]
pub(crate) async fn readyz(api: Api) -> Result<Json<Health>, ApiError> {
    if api.is_draining() {
        return Err(ApiError::draining());
    }
    api.storage_health().ready().await?;
    Ok(Json(Health::OK))
}

/// The same as `/readyz`.
///
/// Whether the service can serve.
#[utoipa::path(
    get,
    path = "/health/ready",
    operation_id = "get_health_ready",
    tag = "Operations",
    responses(
        (status = 200, description = "The service can serve.", body = Health, example = json!({"status": "ok"})),
        responses::Common,
        responses::Unavailable,
    ),
)]
pub(crate) async fn health_ready(api: Api) -> Result<Json<Health>, ApiError> {
    readyz(api).await
}

/// The same as `/readyz`.
///
/// Whether the service can serve.
#[utoipa::path(
    get,
    path = "/health",
    operation_id = "get_health",
    tag = "Operations",
    responses(
        (status = 200, description = "The service can serve.", body = Health, example = json!({"status": "ok"})),
        responses::Common,
        responses::Unavailable,
    ),
)]
pub(crate) async fn health(api: Api) -> Result<Json<Health>, ApiError> {
    readyz(api).await
}
