//! `Retry-After`

use std::time::Duration;

use time::{
    OffsetDateTime, PrimitiveDateTime, format_description::StaticFormatDescription, macros::format_description,
};

/// A time as HTTP writes it: `Sun, 06 Nov 1994 08:49:37 GMT`.
const DATE: StaticFormatDescription =
    format_description!("[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT");

/// How long `text` says to wait, in seconds or until a time; nothing for a time that is past, and `None` for neither.
pub(super) fn parse(text: &str, now: OffsetDateTime) -> Option<Duration> {
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let time = PrimitiveDateTime::parse(text, &DATE).ok()?.assume_utc();
    Some((time - now).try_into().unwrap_or(Duration::ZERO))
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn it_is_read_as_seconds_and_as_a_time() {
        let now = datetime!(1994-11-06 08:49:30 UTC);
        for (text, wait) in [
            ("0", Some(Duration::ZERO)),
            ("120", Some(Duration::from_mins(2))),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(Duration::from_secs(7))),
            ("Sun, 06 Nov 1994 08:49:07 GMT", Some(Duration::ZERO)),
            ("soon", None),
            ("-1", None),
            ("", None),
        ] {
            assert_eq!(parse(text, now), wait, "{text}");
        }
    }
}
