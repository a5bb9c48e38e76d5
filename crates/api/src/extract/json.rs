//! Reads JSON strictly: what is not JSON is a bad request, and what is JSON of another shape is a field's fault.

use actix_web::{
    http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap},
    mime::{self, Mime},
};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Deserializer;
use serde_path_to_error::Path;

use crate::error::ApiError;

/// Sees to it that the headers announce JSON in UTF-8, as it is.
///
/// # Errors
/// 415.
pub(super) fn check_headers(headers: &HeaderMap) -> Result<(), ApiError> {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()?.parse::<Mime>().ok());
    let is_json = media_type.is_some_and(|media_type| {
        let charset = media_type.get_param(mime::CHARSET);
        media_type.essence_str() == mime::APPLICATION_JSON.essence_str()
            && charset.is_none_or(|charset| charset.as_str().eq_ignore_ascii_case("utf-8"))
    });
    if !is_json {
        return Err(ApiError::unsupported_media_type("the body must be sent as application/json, in UTF-8"));
    }
    let is_plain = |encoding: &[u8]| encoding.eq_ignore_ascii_case(b"identity");
    if !headers.get_all(CONTENT_ENCODING).all(|value| is_plain(value.as_bytes())) {
        return Err(ApiError::unsupported_media_type("the body must not be compressed"));
    }
    Ok(())
}

/// Reads a JSON object.
///
/// # Errors
/// 400: `bad_request` for what is no JSON, `validation_error` for JSON of another shape, naming the field.
pub(super) fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, ApiError> {
    // Serde would take an array for an object, field by field.
    if body.trim_ascii_start().first() != Some(&b'{') {
        return Err(check_syntax(body).err().unwrap_or_else(ApiError::not_an_object));
    }
    let mut deserializer = Deserializer::from_slice(body);
    match serde_path_to_error::deserialize(&mut deserializer) {
        Ok(value) => deserializer.end().map(|()| value).map_err(|error| malformed(&error)),
        Err(error) if error.inner().is_data() => {
            // The shape is judged as far as it is read: what comes after may not even be JSON, and that goes first.
            check_syntax(body)?;
            Err(misshapen(error.path(), &error.inner().to_string()))
        }
        Err(error) => Err(malformed(error.inner())),
    }
}

fn check_syntax(body: &[u8]) -> Result<(), ApiError> {
    // What is only skipped is not checked to be UTF-8.
    std::str::from_utf8(body).map_err(|_| ApiError::bad_request("the body is not UTF-8"))?;
    serde_json::from_slice::<IgnoredAny>(body).map(drop).map_err(|error| malformed(&error))
}

fn malformed(error: &serde_json::Error) -> ApiError {
    let (line, column) = (error.line(), error.column());
    ApiError::bad_request(format!("the body is not valid JSON (line {line}, column {column})"))
}

/// The error of a field. Serde tells only in words what is wrong with which field; the words are pinned by the tests
/// below. Of its text nothing goes on to the caller but what was expected: the rest may repeat a secret.
fn misshapen(path: &Path, text: &str) -> ApiError {
    let path = path.to_string();
    if text.starts_with("unknown field `") {
        return ApiError::bad_field(path, "is not a field of this request");
    }
    for (words, rule) in [
        ("missing field `", "is missing"),
        ("duplicate field `", "is given twice"),
        ("surplus field `", "does not go with the type"),
    ] {
        if let Some((name, _)) = text.strip_prefix(words).and_then(|rest| rest.split_once('`')) {
            // The path is that of the object; at the top it is a dot alone.
            let field = if path == "." { name.to_owned() } else { format!("{path}.{name}") };
            return ApiError::bad_field(field, rule);
        }
    }
    let expected = text.rsplit_once(", expected ").map(|(_, expected)| expected);
    let expected = expected.and_then(|expected| expected.rsplit_once(" at line ")).map(|(expected, _)| expected);
    ApiError::bad_field(path, format_args!("must be {}", expected.unwrap_or("of another form")))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use serde::Deserialize;
    use tenancy_api_types::{api_keys::CreateApiKey, errors::ErrorCode};

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only parsed")]
    struct Thing {
        name: String,
        #[serde(default)]
        parts: Vec<Part>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "it is only parsed")]
    struct Part {
        size: u8,
    }

    fn refusal(body: &[u8]) -> (ErrorCode, Option<String>, String) {
        let error = parse::<Thing>(body).unwrap_err();
        (error.code(), error.param().map(str::to_owned), error.message().to_owned())
    }

    #[test]
    fn a_field_that_is_at_fault_is_named_by_its_path() {
        for (body, param, message) in [
            (r"{}", "name", "name is missing"),
            (r#"{"name":"a","name":"b"}"#, "name", "name is given twice"),
            (r#"{"name":"a","colour":1}"#, "colour", "colour is not a field of this request"),
            (r#"{"name":5}"#, "name", "name must be a string"),
            (r#"{"name":null}"#, "name", "name must be a string"),
            (r#"{"name":["hunter2, expected 1"]}"#, "name", "name must be a string"),
            (r#"{"name":"a","parts":[{"size":1},{}]}"#, "parts[1].size", "parts[1].size is missing"),
            (r#"{"name":"a","parts":[{"size":1,"size":1}]}"#, "parts[0].size", "parts[0].size is given twice"),
            (r#"{"name":"a","parts":[{"hue":1}]}"#, "parts[0].hue", "parts[0].hue is not a field of this request"),
            (r#"{"name":"a","parts":[{"size":"hunter2"}]}"#, "parts[0].size", "parts[0].size must be u8"),
        ] {
            let expected = (ErrorCode::ValidationError, Some(param.to_owned()), message.to_owned());
            assert_eq!(refusal(body.as_bytes()), expected, "{body}");
        }
    }

    /// What an owner has beside its type hangs on the type, and is named like any other field.
    #[test]
    fn what_does_not_go_with_an_owner_is_named_by_its_path() {
        const ID: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";
        let surplus = format!(r#"{{"org_id":"{ID}","type":"system"}}"#);
        for (owner, param, rule) in [
            (r"{}", "owner.type", "is missing"),
            (r#"{"type":"organization"}"#, "owner.org_id", "is missing"),
            (surplus.as_str(), "owner.org_id", "does not go with the type"),
            (r#"{"type":"system","colour":1}"#, "owner.colour", "is not a field of this request"),
            (r#"{"type":"system","type":"user"}"#, "owner.type", "is given twice"),
            (r#"{"type":"hunter2"}"#, "owner.type", "must be system, organization, project or user"),
            (r#"{"type":"user","user_id":"hunter2"}"#, "owner.user_id", "must be a UUID in its hyphenated form"),
            (r#"["system"]"#, "owner", "must be an object"),
            (r#""system""#, "owner", "must be an object"),
        ] {
            let error = parse::<CreateApiKey>(format!(r#"{{"name":"ci","owner":{owner}}}"#).as_bytes()).unwrap_err();
            assert_eq!((error.code(), error.param()), (ErrorCode::ValidationError, Some(param)), "{owner}");
            assert_eq!(error.message(), format!("{param} {rule}"));
        }
    }

    #[test]
    fn a_time_that_is_none_is_told_of_without_it() {
        let body = br#"{"name":"ci","owner":{"type":"system"},"expires_at":"hunter2"}"#;
        let error = parse::<CreateApiKey>(body).unwrap_err();
        assert_eq!(error.message(), "expires_at must be an RFC 3339 time");
    }

    #[test]
    fn what_is_not_json_is_a_bad_request_wherever_it_goes_wrong() {
        for body in [
            &b""[..],
            b" ",
            b"{",
            b"nonsense",
            b"\xef\xbb\xbf{\"name\":\"a\"}",
            b"{\"name\":\"a\"} x",
            b"{\"name\":\"a\"}{}",
            b"{\"name\":\"a\",}",
            b"{'name':'a'}",
            b"{\"name\":\"\xff\"}",
            b"{\"colour\":\"\xff\"}",
            b"{\"name\":\"\\ud800\"}",
            b"{\"name\":\"\\udc00\\ud800\"}",
            b"{\"name\":\"a\nb\"}",
            b"{\"colour\":1",
            b"{\"name\":5} x",
            b"[\"a\"",
            b"NaN",
        ] {
            let (code, param, _) = refusal(body);
            assert_eq!((code, param), (ErrorCode::BadRequest, None), "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(refusal(&[b"{\"name\":".as_slice(), &b"[".repeat(60_000)].concat()).0, ErrorCode::BadRequest);
    }

    #[test]
    fn json_that_is_no_object_is_a_validation_error() {
        for body in ["[]", r#"["a"]"#, "null", "5", r#""a""#, "true"] {
            let (code, param, _) = refusal(body.as_bytes());
            assert_eq!((code, param), (ErrorCode::ValidationError, None), "{body}");
        }
    }

    #[test]
    fn a_surrogate_pair_is_a_character() {
        assert_eq!(parse::<Thing>(br#" {"name":"\ud83e\udd80"} "#).unwrap().name, "🦀");
    }

    #[test]
    fn the_headers_must_announce_plain_json() {
        let check = |content_type: Option<&'static str>, encoding: Option<&'static str>| {
            let mut headers = HeaderMap::new();
            content_type.map(|value| headers.insert(CONTENT_TYPE, HeaderValue::from_static(value)));
            encoding.map(|value| headers.insert(CONTENT_ENCODING, HeaderValue::from_static(value)));
            check_headers(&headers).is_ok()
        };
        for good in ["application/json", "Application/JSON", "application/json; charset=UTF-8"] {
            assert!(check(Some(good), None), "{good}");
        }
        for bad in ["", "text/json", "application/json; charset=latin1", "application/problem+json", "text/plain"] {
            assert!(!check(Some(bad), None), "{bad}");
        }
        assert!(!check(None, None));
        assert!(check(Some("application/json"), Some("identity")));
        assert!(!check(Some("application/json"), Some("gzip")));
    }
}
