//! What is put in the place of a text that someone has pasted a key into.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

/// What every key begins with.
const MARK: &str = "tny_";
const WITHHELD: &str = "(withheld: it holds what looks like a key)";

/// `text`, for the log or the audit log, unless it holds what looks like a key, percent-encoded or not.
pub(crate) fn unless_it_holds_a_key(text: &str) -> &str {
    let mut decoded = Cow::Borrowed(text);
    loop {
        if decoded.contains(MARK) {
            return WITHHELD;
        }
        // Each time that something is decoded the text becomes shorter, so that this ends.
        match percent_decode_str(&decoded).decode_utf8_lossy() {
            further if further.len() < decoded.len() => decoded = Cow::Owned(further.into_owned()),
            _ => return text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_withheld_however_it_is_written() {
        for text in ["/api-keys/tny_x", "/api-keys/tny%5Fx", "%74ny_x", "%2574ny_x", "/%ff/%74%6E%79%5F", "tny_"] {
            assert_eq!(unless_it_holds_a_key(text), WITHHELD, "{text}");
        }
        for text in ["", "/admin/v1/organizations/acme", "/%ff%ff%zz%", "tny", "curl/8.5.0 (100%)"] {
            assert_eq!(unless_it_holds_a_key(text), text);
        }
    }
}
