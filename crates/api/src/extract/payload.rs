//! Reads a body into memory, within its limits.

use actix_web::{
    dev::Payload,
    http::header::{CONTENT_LENGTH, HeaderMap},
    rt::time::timeout,
    web::{Bytes, BytesMut},
};
use futures_util::StreamExt;

use crate::{api::Limits, error::ApiError};

/// Reads the whole body.
///
/// # Errors
/// 413 for one that is too large, by its `Content-Length` or by what arrives; 408 for one that takes too long; 400 for
/// one that breaks off: that is the caller's doing, and mostly nobody is left to read the answer.
pub(super) async fn read(headers: &HeaderMap, payload: &mut Payload, limits: &Limits) -> Result<Bytes, ApiError> {
    let announced = headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if announced.is_some_and(|length| usize::try_from(length).map_or(true, |length| length > limits.body_bytes)) {
        return Err(ApiError::payload_too_large(limits.body_bytes));
    }
    timeout(limits.body_time, collect(payload, limits.body_bytes)).await.map_err(|_| ApiError::request_timeout())?
}

async fn collect(payload: &mut Payload, limit: usize) -> Result<Bytes, ApiError> {
    let mut body = BytesMut::new();
    while let Some(chunk) = payload.next().await {
        let chunk = chunk.map_err(|_| ApiError::bad_request("the body broke off"))?;
        if body.len() + chunk.len() > limit {
            return Err(ApiError::payload_too_large(limit));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body.freeze())
}
