//! Times of the domain as the wire has them.

use tenancy_domain::Timestamp;
use time::{Duration, OffsetDateTime};

/// Every [`Timestamp`] lies within what an [`OffsetDateTime`] holds: the sum cannot overflow.
pub(crate) fn to_wire_time(time: Timestamp) -> OffsetDateTime {
    OffsetDateTime::UNIX_EPOCH + Duration::milliseconds(time.unix_milliseconds())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Both write times for people and programs to compare: one form.
    #[test]
    fn the_wire_writes_times_as_the_domain_does() {
        for milliseconds in [Timestamp::MIN.unix_milliseconds(), -1, 0, 1_566_656_122_001, 253_402_300_799_999] {
            let time = Timestamp::from_unix_milliseconds(milliseconds).unwrap();
            let mut written = Vec::new();
            let mut serializer = serde_json::Serializer::new(&mut written);
            tenancy_api_types::timestamp::serialize(&to_wire_time(time), &mut serializer).unwrap();
            assert_eq!(String::from_utf8(written).unwrap(), format!("\"{time}\""));
        }
    }
}
