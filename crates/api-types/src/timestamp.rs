//! Times on the wire: RFC 3339, written in UTC with exactly three fractional digits; for `#[serde(with = "…")]`.

use serde::{
    Deserialize, Deserializer, Serializer,
    de::{Error as _, Unexpected},
    ser,
};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// The written form, with zeros in the places of its digits.
const FORM: [u8; 24] = *b"0000-00-00T00:00:00.000Z";

/// Writes a time of the years 0000 to 9999.
///
/// # Errors
/// Those of the serializer; and for a time outside those years, which RFC 3339 cannot write.
pub fn serialize<S: Serializer>(time: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    let written = time.checked_to_offset(UtcOffset::UTC).and_then(written);
    let written = written.ok_or_else(|| ser::Error::custom("RFC 3339 has years of four digits alone"))?;
    serializer.serialize_str(std::str::from_utf8(&written).map_err(ser::Error::custom)?)
}

/// The written form of a time in UTC. Lists carry times by the hundred, and a format that is interpreted for each takes a
/// tenth of all that they cost.
fn written(time: OffsetDateTime) -> Option<[u8; FORM.len()]> {
    let (year, month, day) = time.to_calendar_date();
    let (hour, minute, second, millisecond) = time.to_hms_milli();
    let year = u16::try_from(year).ok().filter(|year| *year <= 9_999)?;
    let mut written = FORM;
    let fields = [
        (0..4, year),
        (5..7, u8::from(month).into()),
        (8..10, day.into()),
        (11..13, hour.into()),
        (14..16, minute.into()),
        (17..19, second.into()),
        (20..23, millisecond),
    ];
    for (place, mut number) in fields {
        for digit in written[place].iter_mut().rev() {
            *digit += u8::try_from(number % 10).ok()?;
            number /= 10;
        }
    }
    Some(written)
}

/// Reads a time with any offset.
///
/// # Errors
/// Those of the deserializer; and for a text that is no RFC 3339 time.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<OffsetDateTime, D::Error> {
    let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
    OffsetDateTime::parse(&text, &Rfc3339)
        .map_err(|_| D::Error::invalid_value(Unexpected::Other("another text"), &"an RFC 3339 time"))
}

/// The same for a time that may be missing.
pub mod option {
    use super::{Deserialize, Deserializer, OffsetDateTime, Serializer};

    /// Writes a time, or null.
    ///
    /// # Errors
    /// Those of [`serialize`](super::serialize).
    pub fn serialize<S: Serializer>(time: &Option<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        match time {
            Some(time) => super::serialize(time, serializer),
            None => serializer.serialize_none(),
        }
    }

    /// Reads a time, or null.
    ///
    /// # Errors
    /// Those of [`deserialize`](super::deserialize).
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<OffsetDateTime>, D::Error> {
        #[derive(Deserialize)]
        struct Present(#[serde(with = "super")] OffsetDateTime);

        Ok(Option::<Present>::deserialize(deserializer)?.map(|Present(time)| time))
    }
}

/// The same for a time of a change that can be cleared; beside `default` and `skip_serializing_if`.
pub mod patch {
    use super::{Deserializer, OffsetDateTime, Serializer};
    use crate::patch::Patch;

    /// Writes a time, or null; also for what is left out, which only `skip_serializing_if` can leave out.
    ///
    /// # Errors
    /// Those of [`serialize`](super::serialize).
    pub fn serialize<S: Serializer>(time: &Patch<OffsetDateTime>, serializer: S) -> Result<S::Ok, S::Error> {
        super::option::serialize(&time.sent().flatten(), serializer)
    }

    /// Reads a time, or null.
    ///
    /// # Errors
    /// Those of [`deserialize`](super::deserialize).
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Patch<OffsetDateTime>, D::Error> {
        Ok(super::option::deserialize(deserializer)?.map_or(Patch::Null, Patch::Value))
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, Serialize};
    use time::macros::datetime;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Event {
        #[serde(with = "super")]
        at: OffsetDateTime,
        #[serde(default, with = "super::option", skip_serializing_if = "Option::is_none")]
        until: Option<OffsetDateTime>,
    }

    fn written(at: OffsetDateTime) -> String {
        serde_json::to_string(&Event { at, until: None }).unwrap()
    }

    #[test]
    fn is_written_in_utc_with_three_fractional_digits() {
        assert_eq!(written(datetime!(2019-08-24 16:15:22.1239 +2)), r#"{"at":"2019-08-24T14:15:22.123Z"}"#);
        assert_eq!(written(datetime!(0000-01-01 0:00 UTC)), r#"{"at":"0000-01-01T00:00:00.000Z"}"#);
        assert_eq!(written(datetime!(9999-12-31 23:59:59.999 UTC)), r#"{"at":"9999-12-31T23:59:59.999Z"}"#);
    }

    #[test]
    fn a_year_of_five_digits_or_before_the_first_is_refused() {
        for at in [datetime!(-0001-12-31 23:59:59 UTC), datetime!(9999-12-31 23:59:59 -1)] {
            assert!(serde_json::to_string(&Event { at, until: None }).is_err(), "{at}");
        }
    }

    #[test]
    fn is_read_with_any_offset() {
        let event: Event =
            serde_json::from_str(r#"{"at":"2019-08-24T16:15:22+02:00","until":"2019-08-24T14:15:23.5Z"}"#).unwrap();
        assert_eq!(event.at, datetime!(2019-08-24 14:15:22 UTC));
        assert_eq!(event.until, Some(datetime!(2019-08-24 14:15:23.5 UTC)));
        assert!(serde_json::from_str::<Event>(r#"{"at":"yesterday"}"#).is_err());
        assert_eq!(serde_json::from_str::<Event>(r#"{"at":"2019-08-24T14:15:22Z","until":null}"#).unwrap().until, None);
    }
}
