//! A position in a list, and its written form.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use uuid::Uuid;

use crate::{error::Violation, timestamp::Timestamp};

/// The key of one row of a list: its time, then its id. Cursors compare as the rows do, the older the lesser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cursor {
    time: Timestamp,
    id: Uuid,
}

/// base64url (RFC 4648, section 5): written without padding, read with it or without.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

impl Cursor {
    /// Newer than every row.
    pub const NEWEST: Self = Self { time: Timestamp::MAX, id: Uuid::max() };
    /// Older than every row.
    pub const OLDEST: Self = Self { time: Timestamp::MIN, id: Uuid::nil() };

    /// The position of the row with this time and id.
    #[must_use]
    pub const fn new(time: Timestamp, id: Uuid) -> Self {
        Self { time, id }
    }

    /// The row's time: what its list is ordered by first.
    #[must_use]
    pub const fn time(self) -> Timestamp {
        self.time
    }

    /// The row's id: what its list is ordered by among rows of one time.
    #[must_use]
    pub const fn id(self) -> Uuid {
        self.id
    }

    /// The written form: base64url without padding of `<unix milliseconds>:<uuid>`.
    #[must_use]
    pub fn encode(self) -> String {
        BASE64URL.encode(format!("{}:{}", self.time.unix_milliseconds(), self.id.hyphenated()))
    }

    /// Reads the written form, with padding or without.
    ///
    /// # Errors
    /// A [`Violation`] for anything that [`Cursor::encode`] would not have written, a time out of range included.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        let decoded = BASE64URL.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
        decoded
            .and_then(|decoded| {
                let (milliseconds, id) = decoded.split_once(':')?;
                // `str::parse` takes a leading `+`, which no cursor has.
                let milliseconds = if milliseconds.starts_with('+') { None } else { milliseconds.parse::<i64>().ok() }?;
                Some(Self::new(Timestamp::from_unix_milliseconds(milliseconds)?, crate::ids::parse_hyphenated(id)?))
            })
            .ok_or_else(|| Violation::new("must be a cursor that this list gave out"))
    }
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
    use proptest::prelude::*;

    use super::*;

    const ID: &str = "abc12345-6789-0123-4567-0123456789ab";

    #[test]
    fn is_written_as_the_reference_shows_it() {
        let cursor = Cursor::parse("MTczMzU4MDgwMDAwMDphYmMxMjM0NS02Nzg5LTAxMjMtNDU2Ny0wMTIzNDU2Nzg5YWI").unwrap();
        assert_eq!(cursor.time().to_string(), "2024-12-07T14:13:20.000Z");
        assert_eq!(cursor.id().to_string(), ID);
    }

    #[test]
    fn padding_is_accepted() {
        for milliseconds in ["1", "12", "123"] {
            let text = format!("{milliseconds}:{ID}");
            assert_eq!(
                Cursor::parse(&URL_SAFE.encode(&text)).unwrap(),
                Cursor::parse(&URL_SAFE_NO_PAD.encode(&text)).unwrap()
            );
        }
    }

    #[test]
    fn anything_else_is_refused() {
        let written = |text: &str| URL_SAFE_NO_PAD.encode(text);
        for text in [
            String::new(),
            "!".to_owned(),
            "a".to_owned(),
            written(""),
            written(":"),
            written(ID),
            written(&format!(":{ID}")),
            written(&format!("1.5:{ID}")),
            written(&format!("+1:{ID}")),
            written(&format!(" 1:{ID}")),
            written(&format!("1:{ID}:")),
            written(&format!("1:{}", ID.replace('-', ""))),
            written(&format!("9223372036854775807:{ID}")),
            written(&format!("9223372036854775808:{ID}")),
            written(&format!("253402300800000:{ID}")),
            URL_SAFE_NO_PAD.encode(b"\xff\xfe"),
            STANDARD.encode("\u{3ff}\u{3ff}"),
        ] {
            assert!(Cursor::parse(&text).is_err(), "{text:?}");
        }
    }

    prop_compose! {
        fn any_cursor()(
            milliseconds in Timestamp::MIN.unix_milliseconds()..=Timestamp::MAX.unix_milliseconds(),
            id: u128,
        ) -> Cursor {
            Cursor::new(Timestamp::from_unix_milliseconds(milliseconds).unwrap(), Uuid::from_u128(id))
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(cursor in any_cursor()) {
            prop_assert_eq!(Cursor::parse(&cursor.encode()).unwrap(), cursor);
        }

        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,80}") {
            let _ = Cursor::parse(&text);
        }

        #[test]
        fn every_cursor_lies_between_the_ends(cursor in any_cursor()) {
            prop_assert!(Cursor::OLDEST <= cursor && cursor <= Cursor::NEWEST);
        }
    }
}
