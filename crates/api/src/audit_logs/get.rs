//! `GET /admin/v1/audit-logs/{entry_id}`

use tenancy_api_types::audit_logs::AuditLogEntry;
use tenancy_domain::authorization::AuditLogsRead;

use super::{ITEM, TAG, path::EntryPath, wire::to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    reach::within_reach,
};

/// Get an audit entry.
#[utoipa::path(
    get,
    path = ITEM,
    operation_id = "get_audit_log_entry",
    tag = TAG,
    description = "One entry that the caller reaches.",
    params(EntryPath),
    responses(
        (
            status = 200,
            description = "The entry.",
            body = AuditLogEntry,
            example = json!(examples::audit_log_entry()),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn get(api: Api, grant: Authorized<AuditLogsRead>, request: Unread) -> Result<Answer, ApiError> {
    let id = request.audit_entry()?;
    let precondition = within_reach(request.only_precondition(), api.audit_log().get(&grant, id)).await?;
    let entry = api.audit_log().get(&grant, id).await?;
    let written = to_wire(entry.clone())?;
    Answer::found(entry, |_| written, &precondition)
}
