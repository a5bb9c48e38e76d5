//! Which form of an answer the caller wants.

use actix_web::http::header::{ACCEPT, HeaderMap};

/// Whether `Accept` asks for `wanted` by name, and not for `application/json` more than for that.
pub(crate) fn prefers(headers: &HeaderMap, wanted: &str) -> bool {
    let (mut preferred, mut json) = (0, 0);
    for value in headers.get_all(ACCEPT).filter_map(|value| value.to_str().ok()) {
        for range in value.split(',') {
            let (media_type, parameters) = range.split_once(';').unwrap_or((range, ""));
            let media_type = media_type.trim();
            if media_type.eq_ignore_ascii_case(wanted) {
                preferred = preferred.max(quality(parameters));
            } else if media_type.eq_ignore_ascii_case("application/json") {
                json = json.max(quality(parameters));
            }
        }
    }
    preferred > 0 && preferred >= json
}

/// The weight (RFC 9110, section 12.4.2) among a media range's parameters, in thousandths; 1 where there is none that
/// can be read.
fn quality(parameters: &str) -> u16 {
    let weight = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("q").then_some(value.trim())
    });
    let Some((whole, fraction)) = weight.map(|weight| weight.split_once('.').unwrap_or((weight, ""))) else {
        return 1000;
    };
    if whole == "0" { format!("{fraction:0<3.3}").parse().unwrap_or(1000) } else { 1000 }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn problems_are_given_to_who_names_them() {
        for (accept, wanted) in [
            ("application/problem+json", true),
            ("Application/Problem+JSON; charset=utf-8", true),
            ("application/json, application/problem+json", true),
            ("application/json;q=0.9, application/problem+json;q=0.95", true),
            ("text/html, application/problem+json;q=0.1, */*", true),
            ("application/json, application/problem+json;q=0.5", false),
            ("application/problem+json;q=0", false),
            ("application/problem+json;q=0.000", false),
            ("application/json", false),
            ("application/*", false),
            ("*/*", false),
            ("", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, HeaderValue::from_static(accept));
            assert_eq!(prefers(&headers, "application/problem+json"), wanted, "{accept}");
        }
        assert!(!prefers(&HeaderMap::new(), "application/problem+json"));
    }
}
