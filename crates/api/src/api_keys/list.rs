//! `GET /admin/v1/api-keys`

use serde_json::json;
use tenancy_api_types::{api_keys::ApiKey, pagination::Page};
use tenancy_domain::authorization::ApiKeysRead;

use super::{COLLECTION, TAG, owner_type::OwnerTypeParameter, wire::to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    pagination::{self, ListAnswer, PageParameters},
};

/// List all API keys.
///
/// The keys that the caller reaches, revoked and expired ones included, by `created_at` descending, then `id` descending.
/// Those of what is deleted are left out.
#[utoipa::path(
    get,
    path = COLLECTION,
    operation_id = "list_api_keys",
    tag = TAG,
    params(PageParameters, OwnerTypeParameter),
    responses(
        (
            status = 200,
            description = "A page of keys, newest first.",
            body = Page<ApiKey>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::with(
                examples::api_key(),
                json!({
                    "owner": {"type": "system"},
                    "scopes": ["admin:*"],
                    "expires_at": null,
                    "last_used_at": "2024-12-07T14:20:00.000Z",
                })
            ))),
        ),
        responses::Guarded,
        responses::BadQuery,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(api: Api, grant: Authorized<ApiKeysRead>, request: Unread) -> Result<ListAnswer, ApiError> {
    let mut query = request.query()?;
    let page = PageParameters::take(&mut query)?;
    let filter = OwnerTypeParameter::take(&mut query)?;
    query.finish()?;
    let found = api.api_keys().list(&grant, filter, &page).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}
