//! Entries as a stream of lines.

use std::fmt;

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::{Method, header::HeaderName},
    web::{BufMut, Bytes, BytesMut},
};
use futures_util::{Stream, stream};
use tenancy_domain::{
    audit_log::{AuditEntry, Export},
    authorization::AuditLogsRead,
    pagination::PageSize,
};

use super::wire::to_wire;
use crate::{envelope::RequestId, error::ApiError, extract::Authorized, openapi::examples};

/// The media type of a JSON object a line.
pub(super) const NDJSON: &str = "application/x-ndjson";
/// How many lines there are.
const TOTAL: HeaderName = HeaderName::from_static("x-total-count");

/// How many entries are read, and held in memory, at a time.
const BATCH: i64 = 500;

/// The answer with all entries of `export`. They are read as the client takes them, some at a time: one that is slow holds
/// up nothing but itself, and one that goes away ends it.
///
/// # Errors
/// None in practice: what fails later breaks the body off.
pub(super) fn answer(export: Export, request: &HttpRequest) -> Result<HttpResponse, ApiError> {
    let batch = PageSize::for_wish(BATCH).map_err(|violation| ApiError::internal(violation.to_string()))?;
    let mut response = HttpResponse::Ok();
    response.content_type(NDJSON);
    if let Some(total) = export.total() {
        response.insert_header((TOTAL, total));
    }
    if request.method() == Method::HEAD {
        // The server would read a body to its end, only to throw it away.
        return Ok(response.streaming(stream::empty::<Result<Bytes, BrokenOff>>()));
    }
    Ok(response.streaming(lines(export, batch, request.clone())))
}

/// The lines, a batch at a time.
fn lines(export: Export, batch: PageSize, request: HttpRequest) -> impl Stream<Item = Result<Bytes, BrokenOff>> {
    stream::try_unfold((export, request), move |(mut export, request)| async move {
        match next(&mut export, batch, &request).await {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => Ok(Some((bytes, (export, request)))),
            Err(error) => {
                let extensions = request.extensions();
                let request_id = extensions.get::<RequestId>().map(RequestId::as_str).unwrap_or_default();
                let cause = error.cause().unwrap_or_default();
                tracing::error!(request_id, cause, "an export of the audit log broke off: {}", error.message());
                Err(BrokenOff)
            }
        }
    })
}

/// The next lines; `None` after the last ones.
async fn next(export: &mut Export, batch: PageSize, request: &HttpRequest) -> Result<Option<Bytes>, ApiError> {
    // It may take hours: who has lost the right to it meanwhile is given nothing more.
    Authorized::<AuditLogsRead>::renewed(request).await?;
    let entries = export.next(batch).await?;
    if entries.is_empty() { Ok(None) } else { written(entries).map(Some) }
}

fn written(entries: Vec<AuditEntry>) -> Result<Bytes, ApiError> {
    let mut lines = BytesMut::new().writer();
    for entry in entries {
        serde_json::to_writer(&mut lines, &to_wire(entry)?).map_err(|error| ApiError::internal(error.to_string()))?;
        lines.get_mut().put_u8(b'\n');
    }
    Ok(lines.into_inner().freeze())
}

/// What ends the connection before the end of the body, so that the client can tell.
#[derive(Debug)]
pub(super) struct BrokenOff;

impl fmt::Display for BrokenOff {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the export broke off")
    }
}

impl std::error::Error for BrokenOff {}

/// What the document shows of an export.
pub(super) fn example() -> String {
    format!("{}\n", examples::audit_log_entry())
}
