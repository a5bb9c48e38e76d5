//! The key in a request's `Authorization`.

/// The key, if there is one `Authorization` and its scheme is `Bearer`. Where there are two, nobody can say which
/// counts.
pub(crate) fn bearer<'a>(authorization: impl IntoIterator<Item = &'a [u8]>) -> Option<&'a str> {
    let mut values = authorization.into_iter();
    let value = values.next()?;
    if values.next().is_some() {
        return None;
    }
    let (scheme, key) = str::from_utf8(value).ok()?.split_once(' ')?;
    let key = key.trim();
    (scheme.eq_ignore_ascii_case("bearer") && !key.is_empty()).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_is_found_in_one_header_of_the_right_scheme() {
        for (values, key) in [
            (vec!["Bearer tny_x"], Some("tny_x")),
            (vec!["bearer  tny_x "], Some("tny_x")),
            (vec!["Bearer"], None),
            (vec!["Bearer "], None),
            (vec!["Basic tny_x"], None),
            (vec!["tny_x"], None),
            (vec![], None),
            (vec!["Bearer tny_x", "Bearer tny_x"], None),
        ] {
            assert_eq!(bearer(values.iter().map(|value| value.as_bytes())), key, "{values:?}");
        }
        assert_eq!(bearer([b"Bearer \xff".as_slice()]), None);
    }
}
