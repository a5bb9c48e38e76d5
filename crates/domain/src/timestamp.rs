//! A point in time, to the millisecond.

use std::fmt;

use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

use crate::error::Violation;

/// A point in time in UTC with the resolution of one millisecond.
///
/// Stored times, cursors and the API all carry milliseconds; truncating once, here, is what makes a cursor exact.
/// The range is that of RFC 3339: the years 0000 to 9999.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// `0000-01-01T00:00:00.000Z`.
    pub const MIN: Self = Self(-62_167_219_200_000);
    /// `9999-12-31T23:59:59.999Z`.
    pub const MAX: Self = Self(253_402_300_799_999);

    /// The time `milliseconds` after 1970-01-01T00:00:00Z, or `None` outside [`Timestamp::MIN`]`..=`[`Timestamp::MAX`].
    #[must_use]
    pub fn from_unix_milliseconds(milliseconds: i64) -> Option<Self> {
        (Self::MIN.0..=Self::MAX.0).contains(&milliseconds).then_some(Self(milliseconds))
    }

    /// Milliseconds since 1970-01-01T00:00:00Z; negative before it.
    #[must_use]
    pub const fn unix_milliseconds(self) -> i64 {
        self.0
    }

    /// Reads an RFC 3339 time with any offset; what is finer than a millisecond is cut off.
    ///
    /// # Errors
    /// A [`Violation`] when the text is no RFC 3339 time, or lies outside the years 0000 to 9999 in UTC.
    pub fn parse_rfc3339(text: &str) -> Result<Self, Violation> {
        Self::parse_rounded(text, 0)
    }

    /// Reads an RFC 3339 time as [`Timestamp::parse_rfc3339`] does, for a bound of a search: what is finer than a
    /// millisecond is rounded up, so that no time to the millisecond is taken to lie on the other side of it.
    ///
    /// # Errors
    /// Those of [`Timestamp::parse_rfc3339`].
    pub fn parse_bound(text: &str) -> Result<Self, Violation> {
        Self::parse_rounded(text, NANOSECONDS - 1)
    }

    fn parse_rounded(text: &str, more: i128) -> Result<Self, Violation> {
        OffsetDateTime::parse(text, &Rfc3339)
            .ok()
            .and_then(|time| Self::from_unix_milliseconds(to_milliseconds(time.unix_timestamp_nanos() + more)))
            .ok_or_else(|| Violation::new("must be an RFC 3339 time such as 2019-08-24T14:15:22Z"))
    }
}

impl From<OffsetDateTime> for Timestamp {
    /// Truncates towards the past; a time outside the range becomes the nearest end of it.
    fn from(time: OffsetDateTime) -> Self {
        Self(to_milliseconds(time.unix_timestamp_nanos()).clamp(Self::MIN.0, Self::MAX.0))
    }
}

/// The nanoseconds of a millisecond.
const NANOSECONDS: i128 = 1_000_000;

fn to_milliseconds(nanoseconds: i128) -> i64 {
    i64::try_from(nanoseconds.div_euclid(NANOSECONDS)).unwrap_or(i64::MAX)
}

impl fmt::Display for Timestamp {
    /// RFC 3339 in UTC with exactly three fractional digits: `2019-08-24T14:15:22.000Z`.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000)
            .map_err(|_| fmt::Error)?
            .to_offset(UtcOffset::UTC);
        write!(
            formatter,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z",
            time.year(),
            u8::from(time.month()),
            time.day(),
            time.hour(),
            time.minute(),
            time.second(),
            time.millisecond()
        )
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn displays_three_fractional_digits_in_utc() {
        let time = Timestamp::parse_rfc3339("2019-08-24T16:15:22.1239+02:00").unwrap();
        assert_eq!(time.to_string(), "2019-08-24T14:15:22.123Z");
        assert_eq!(Timestamp::MIN.to_string(), "0000-01-01T00:00:00.000Z");
        assert_eq!(Timestamp::MAX.to_string(), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn truncates_towards_the_past_on_both_sides_of_1970() {
        let after = OffsetDateTime::from_unix_timestamp_nanos(1_999_999).unwrap();
        let before = OffsetDateTime::from_unix_timestamp_nanos(-1).unwrap();
        assert_eq!(Timestamp::from(after).unix_milliseconds(), 1);
        assert_eq!(Timestamp::from(before).unix_milliseconds(), -1);
    }

    #[test]
    fn a_bound_is_rounded_up() {
        for (text, milliseconds) in [
            ("1970-01-01T00:00:00.001Z", 1),
            ("1970-01-01T00:00:00.001000001Z", 2),
            ("1970-01-01T00:00:00.0019Z", 2),
            ("1969-12-31T23:59:59.9991Z", 0),
        ] {
            assert_eq!(Timestamp::parse_bound(text).unwrap().unix_milliseconds(), milliseconds, "{text}");
        }
        assert!(Timestamp::parse_bound("2019-08-24").is_err());
    }

    #[test]
    fn refuses_what_lies_outside_the_range() {
        assert_eq!(Timestamp::from_unix_milliseconds(Timestamp::MAX.0 + 1), None);
        assert_eq!(Timestamp::from_unix_milliseconds(Timestamp::MIN.0 - 1), None);
        assert_eq!(Timestamp::from_unix_milliseconds(i64::MIN), None);
        for text in ["", "yesterday", "2019-08-24", "2019-08-24T14:15:22", "9999-12-31T23:59:59-01:00"] {
            assert!(Timestamp::parse_rfc3339(text).is_err(), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_displayed_parses_to_the_same_time(milliseconds in Timestamp::MIN.0..=Timestamp::MAX.0) {
            let time = Timestamp::from_unix_milliseconds(milliseconds).unwrap();
            prop_assert_eq!(Timestamp::parse_rfc3339(&time.to_string()).unwrap(), time);
        }
    }
}
