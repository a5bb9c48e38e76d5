//! Reads `If-Match` and `If-None-Match` (RFC 9110, section 13.1).

use actix_web::http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH};
use tenancy_domain::{Precondition, Revision, Revisions};

use crate::error::ApiError;

/// What the headers ask of the state of the thing that the request is about.
///
/// # Errors
/// 400, naming the header that cannot be read.
pub(super) fn read(headers: &HeaderMap) -> Result<Precondition, ApiError> {
    Ok(Precondition {
        // What is to be written must be compared strongly, and a weak tag never holds then; a copy may be weak.
        one_of: revisions(headers, &IF_MATCH, |tag| !tag.is_weak)?,
        none_of: revisions(headers, &IF_NONE_MATCH, |_| true)?,
    })
}

struct EntityTag<'h> {
    is_weak: bool,
    opaque: &'h [u8],
}

/// The states that the header names; `None` where it is not there.
fn revisions(
    headers: &HeaderMap,
    name: &HeaderName,
    counts: impl Fn(&EntityTag<'_>) -> bool,
) -> Result<Option<Revisions>, ApiError> {
    let malformed = || {
        let name = canonical(name);
        ApiError::bad_parameter(name, "must be * or a list of entity tags, each in double quotes")
    };
    let lines: Vec<&[u8]> = headers.get_all(name).map(|value| value.as_bytes().trim_ascii()).collect();
    match lines[..] {
        [] => return Ok(None),
        [b"*"] => return Ok(Some(Revisions::Any)),
        _ => {}
    }
    let mut tags = Vec::new();
    for line in lines {
        tags.extend(list(line).ok_or_else(malformed)?);
    }
    if tags.is_empty() {
        return Err(malformed());
    }
    // What has not the form of a revision is none of ours, and so that of no state.
    let ours = |tag: &EntityTag<'_>| std::str::from_utf8(tag.opaque).ok().and_then(Revision::parse);
    Ok(Some(Revisions::These(tags.iter().filter(|tag| counts(tag)).filter_map(ours).collect())))
}

/// The tags of a list, empty elements passed over; `None` when it is none.
fn list(mut rest: &[u8]) -> Option<Vec<EntityTag<'_>>> {
    let mut tags = Vec::new();
    loop {
        rest = rest.trim_ascii_start();
        if let Some(after) = rest.strip_prefix(b",") {
            rest = after;
            continue;
        }
        if rest.is_empty() {
            return Some(tags);
        }
        let (tag, after) = tag(rest)?;
        tags.push(tag);
        rest = after.trim_ascii_start();
        if !rest.is_empty() && !rest.starts_with(b",") {
            return None;
        }
    }
}

/// The tag that `text` begins with, and what comes after it.
fn tag(text: &[u8]) -> Option<(EntityTag<'_>, &[u8])> {
    let (is_weak, quoted) = text.strip_prefix(b"W/").map_or((false, text), |rest| (true, rest));
    let inner = quoted.strip_prefix(b"\"")?;
    let end = inner.iter().position(|byte| *byte == b'"')?;
    let (opaque, rest) = (&inner[..end], &inner[end + 1..]);
    let allowed = |byte: &u8| matches!(byte, 0x21 | 0x23..=0x7e | 0x80..);
    opaque.iter().all(allowed).then_some((EntityTag { is_weak, opaque }, rest))
}

/// The header's name as people write it.
fn canonical(name: &HeaderName) -> &'static str {
    if *name == IF_MATCH { "If-Match" } else { "If-None-Match" }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;
    use proptest::prelude::*;
    use tenancy_api_types::errors::ErrorCode;
    use tenancy_domain::ResourceType;

    use super::*;

    fn revision(n: i64) -> Revision {
        Revision::new(ResourceType::Project, &[], &[n])
    }

    fn read_from(name: &HeaderName, lines: &[&str]) -> Result<Option<Revisions>, ApiError> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(name.clone(), HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        let Precondition { one_of, none_of } = read(&headers)?;
        Ok(one_of.or(none_of))
    }

    #[test]
    fn a_header_that_is_not_there_asks_for_nothing() {
        assert_eq!(read(&HeaderMap::new()).unwrap(), Precondition::default());
    }

    #[test]
    fn a_star_is_any_state_and_tags_are_those_states() {
        let (one, two) = (revision(1), revision(2));
        for name in [IF_MATCH, IF_NONE_MATCH] {
            let these = |revisions: &[Revision]| Some(Revisions::These(revisions.to_vec()));
            for (lines, expected) in [
                (vec!["*".to_owned()], Some(Revisions::Any)),
                (vec![format!("\"{one}\"")], these(&[one])),
                (vec![format!(" \"{one}\" ,\t\"{two}\"")], these(&[one, two])),
                (vec![format!(",,\"{one}\", ,\"{two}\",")], these(&[one, two])),
                (vec![format!("\"{one}\""), format!("\"{two}\"")], these(&[one, two])),
                (vec![r#""another", "", "a,b", "*""#.to_owned()], these(&[])),
                (vec![format!("\"ü\", \"{one}\"")], these(&[one])),
            ] {
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                assert_eq!(read_from(&name, &lines).unwrap(), expected, "{lines:?}");
            }
        }
    }

    #[test]
    fn a_weak_tag_names_a_copy_and_nothing_that_may_be_written() {
        let weak = format!("W/\"{}\"", revision(1));
        assert_eq!(read_from(&IF_MATCH, &[&weak]).unwrap(), Some(Revisions::These(vec![])));
        assert_eq!(read_from(&IF_NONE_MATCH, &[&weak]).unwrap(), Some(Revisions::These(vec![revision(1)])));
    }

    #[test]
    fn what_is_no_list_of_tags_is_told_of_by_the_headers_name() {
        for lines in [
            &[""][..],
            &[","],
            &["abc"],
            &["\"abc"],
            &["abc\""],
            &["\"a\" \"b\""],
            &["\"a\"b"],
            &["w/\"a\""],
            &["W/ \"a\""],
            &["\"a b\""],
            &["*, \"a\""],
            &["*", "\"a\""],
            &["*", "*"],
        ] {
            for (name, param) in [(IF_MATCH, "If-Match"), (IF_NONE_MATCH, "If-None-Match")] {
                let error = read_from(&name, lines).unwrap_err();
                assert_eq!((error.code(), error.param()), (ErrorCode::BadRequest, Some(param)), "{lines:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(line in r#"[ ,"W/*a\x80-\xff]{0,20}"#) {
            let _ = read_from(&IF_MATCH, &[&line]);
        }
    }
}
