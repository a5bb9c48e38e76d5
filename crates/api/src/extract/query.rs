//! Reads a query strictly: each parameter known, once, and well-formed.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use tenancy_domain::Violation;

use crate::error::ApiError;

/// The parameters of a query, decoded. A handler takes those that it knows, and then sees to it that no others are
/// left.
#[derive(Debug)]
pub(crate) struct Query<'q> {
    parameters: Vec<Parameter<'q>>,
}

#[derive(Debug)]
struct Parameter<'q> {
    name: Cow<'q, str>,
    value: Cow<'q, str>,
    is_known: bool,
}

impl<'q> Query<'q> {
    /// Reads `name=value&name=value`, percent-encoded, with `+` for a space.
    ///
    /// # Errors
    /// 400 for what is not percent-encoded UTF-8.
    pub(super) fn parse(raw: &'q str) -> Result<Self, ApiError> {
        let pairs = raw.split('&').filter(|pair| !pair.is_empty());
        let parameters = pairs.map(|pair| {
            let (raw_name, raw_value) = pair.split_once('=').unwrap_or((pair, ""));
            let name =
                decode(raw_name).ok_or_else(|| ApiError::bad_parameter(raw_name, "must be percent-encoded UTF-8"))?;
            let value = decode(raw_value)
                .ok_or_else(|| ApiError::bad_parameter(name.clone(), "must be percent-encoded UTF-8"))?;
            Ok(Parameter { name, value, is_known: false })
        });
        Ok(Self { parameters: parameters.collect::<Result<_, ApiError>>()? })
    }

    /// The value of the parameter `name`, if it is there.
    ///
    /// # Errors
    /// 400 when it is there twice.
    pub(crate) fn take(&mut self, name: &str) -> Result<Option<&str>, ApiError> {
        let mut found = self.parameters.iter_mut().filter(|parameter| parameter.name == name);
        let Some(first) = found.next() else { return Ok(None) };
        if found.next().is_some() {
            return Err(ApiError::bad_parameter(name, "is given twice"));
        }
        first.is_known = true;
        Ok(Some(&first.value))
    }

    /// What `parse` makes of the parameter `name`, if it is there.
    ///
    /// # Errors
    /// 400 for what it makes nothing of, and when it is there twice.
    pub(crate) fn take_parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, Violation>,
    ) -> Result<Option<T>, ApiError> {
        self.take(name)?.map(parse).transpose().map_err(|violation| ApiError::bad_parameter(name, violation))
    }

    /// Whether the parameter `name` is there and true.
    ///
    /// # Errors
    /// 400 for anything but `true` and `false`, and when it is there twice.
    pub(crate) fn take_flag(&mut self, name: &str) -> Result<bool, ApiError> {
        match self.take(name)? {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(_) => Err(ApiError::bad_parameter(name, "must be true or false")),
        }
    }

    /// Sees to it that nothing is left.
    ///
    /// # Errors
    /// 400 for a parameter that was not taken.
    pub(crate) fn finish(&self) -> Result<(), ApiError> {
        match self.parameters.iter().find(|parameter| !parameter.is_known) {
            None => Ok(()),
            Some(unknown) => Err(ApiError::bad_parameter(unknown.name.clone(), "is not a parameter of this request")),
        }
    }

    /// All parameters, taken or not.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters.iter().map(|parameter| (&*parameter.name, &*parameter.value))
    }
}

fn decode(raw: &str) -> Option<Cow<'_, str>> {
    let digits = |rest: &[u8]| rest.first_chunk::<2>().is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit));
    if raw.split('%').skip(1).any(|rest| !digits(rest.as_bytes())) {
        return None;
    }
    if raw.contains('+') {
        // A `%2B` is no `+` yet, so that only those that stand for spaces are replaced.
        let spaced = raw.replace('+', " ");
        return Some(Cow::Owned(percent_decode_str(&spaced).decode_utf8().ok()?.into_owned()));
    }
    percent_decode_str(raw).decode_utf8().ok()
}

#[cfg(test)]
mod tests {
    use tenancy_api_types::errors::ErrorCode;

    use super::*;

    fn param(error: &ApiError) -> Option<&str> {
        assert_eq!(error.code(), ErrorCode::BadRequest);
        error.param()
    }

    #[test]
    fn parameters_are_decoded_once() {
        let mut query = Query::parse("%6cimit=1%2B1&&name=a+b%2526&flag").unwrap();
        assert_eq!(query.take("limit").unwrap(), Some("1+1"));
        assert_eq!(query.take("name").unwrap(), Some("a b%26"));
        assert_eq!(query.take("flag").unwrap(), Some(""));
        assert_eq!(query.take("cursor").unwrap(), None);
        query.finish().unwrap();
    }

    #[test]
    fn a_flag_is_true_or_false() {
        for (raw, value) in [("", false), ("dry_run=false", false), ("dry_run=true", true)] {
            assert_eq!(Query::parse(raw).unwrap().take_flag("dry_run").unwrap(), value, "{raw}");
        }
        for raw in ["dry_run", "dry_run=", "dry_run=1", "dry_run=True", "dry_run=true&dry_run=true"] {
            assert_eq!(param(&Query::parse(raw).unwrap().take_flag("dry_run").unwrap_err()), Some("dry_run"), "{raw}");
        }
    }

    #[test]
    fn what_is_unknown_or_twice_there_or_malformed_is_named() {
        assert_eq!(param(&Query::parse("limit=1&x=2").unwrap().finish().unwrap_err()), Some("limit"));
        assert_eq!(param(&Query::parse("a=1&%61=2").unwrap().take("a").unwrap_err()), Some("a"));
        for raw in ["a=%", "a=%2", "a=%zz", "a=%ff", "a=x%e2%82", "a=%+1"] {
            assert_eq!(param(&Query::parse(raw).unwrap_err()), Some("a"), "{raw}");
        }
        assert_eq!(param(&Query::parse("%ff=1").unwrap_err()), Some("%ff"));
    }
}
