//! `GET /admin/v1/audit-logs`

use actix_web::HttpResponse;
use tenancy_api_types::{audit_logs::AuditLogEntry, pagination::Page};
use tenancy_domain::authorization::AuditLogsRead;

use super::{COLLECTION, TAG, export, filter::FilterParameters, wire::to_wire};
use crate::{
    api::Api,
    envelope,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    pagination::{self, PageParameters},
};

/// List the audit log.
///
/// The entries that the caller reaches and that meet all of the filters, by `timestamp` descending, then `id` descending.
///
/// With `Accept: application/x-ndjson` all of them are exported: a JSON object a line, oldest first, up to the one that was
/// the newest when the export began. `limit`, `cursor` and `direction` are no parameters of it. Where it fails in the
/// middle, or the key loses its right to it, the body breaks off: the last chunk (RFC 9112, section 7.1) is missing.
#[utoipa::path(
    get,
    path = COLLECTION,
    operation_id = "list_audit_log",
    tag = TAG,
    params(FilterParameters, PageParameters),
    responses(
        (
            status = 200,
            description = "A page of entries, newest first; or an export, oldest first.",
            content(
                (Page<AuditLogEntry> = "application/json", example = json!(examples::page(&examples::audit_log_entry()))),
                (String = "application/x-ndjson", example = json!(export::example())),
            ),
            headers(
                ("Link" = String, description = "Of a page: the pages beside this one (RFC 8288), `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
                ("X-Total-Count" = i64, description = "Of an export: how many lines it has; left out when it takes too \
                                                       long to count them."),
            ),
        ),
        responses::Guarded,
        responses::BadQuery,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(
    api: Api,
    grant: Authorized<AuditLogsRead>,
    request: Unread,
) -> Result<HttpResponse, ApiError> {
    let mut query = request.query()?;
    let filter = FilterParameters::take(&mut query)?;
    if envelope::prefers(request.request().headers(), export::NDJSON) {
        query.finish()?;
        let export = api.audit_log().export(&grant, filter).await?;
        return export::answer(export, request.request());
    }
    let page = PageParameters::take(&mut query)?;
    query.finish()?;
    let found = api.audit_log().list(&grant, &filter, &page).await?;
    pagination::try_answer(found, request.path(), &query, to_wire).map(Into::into)
}
