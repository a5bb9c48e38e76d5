//! Reach goes before body and query.

use tenancy_domain::Error;

use crate::error::ApiError;

/// What was parsed; or its error, but only to a caller who may do this to the thing that the request is about, which
/// `reach` tells. It is asked only when something is wrong: that spares the good requests a read.
///
/// # Errors
/// That of `reach`, before that of `parsed`.
pub(crate) async fn within_reach<T, R>(
    parsed: Result<T, ApiError>,
    reach: impl Future<Output = Result<R, Error>>,
) -> Result<T, ApiError> {
    if parsed.is_err() {
        reach.await?;
    }
    parsed
}
