//! The types of settings' values that are not types of the domain, and how each is read and shown.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
};

use ipnet::IpNet;
use tenancy_adapters::sealing::MasterKey;
use tenancy_domain::{Violation, api_keys::ApiKeySecret};
use tracing_subscriber::EnvFilter;

use super::setting::{Secrecy, SettingValue};

const MASK: &str = "***";

impl SettingValue for SocketAddr {
    fn parse(text: &str) -> Result<Self, Violation> {
        text.parse().map_err(|_| Violation::new("must be an address and a port, such as 127.0.0.1:8080 or [::1]:8080"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for PathBuf {
    fn parse(text: &str) -> Result<Self, Violation> {
        if text.is_empty() {
            return Err(Violation::new("must not be empty"));
        }
        Ok(Self::from(text))
    }

    fn show(&self) -> String {
        self.display().to_string()
    }
}

impl SettingValue for bool {
    fn parse(text: &str) -> Result<Self, Violation> {
        match text {
            "on" | "true" => Ok(true),
            "off" | "false" => Ok(false),
            _ => Err(Violation::new("must be on or off")),
        }
    }

    fn show(&self) -> String {
        if *self { "on" } else { "off" }.to_owned()
    }
}

impl SettingValue for u32 {
    fn parse(text: &str) -> Result<Self, Violation> {
        text.parse().map_err(|_| Violation::new("must be a whole number from 0 to 4294967295"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

/// A bound that 0 takes away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionalLimit(Option<NonZeroU32>);

impl OptionalLimit {
    /// The bound, or `None` for no bound.
    #[must_use]
    pub const fn get(self) -> Option<NonZeroU32> {
        self.0
    }
}

impl SettingValue for OptionalLimit {
    fn parse(text: &str) -> Result<Self, Violation> {
        u32::parse(text).map(|number| Self(NonZeroU32::new(number)))
    }

    fn show(&self) -> String {
        self.0.map_or(0, NonZeroU32::get).to_string()
    }
}

impl SettingValue for IpNet {
    fn parse(text: &str) -> Result<Self, Violation> {
        let network = text.parse::<Self>().ok();
        network
            .or_else(|| text.parse::<IpAddr>().ok().map(Self::from))
            .ok_or_else(|| Violation::new("must be networks or addresses such as 10.0.0.0/8 or fd00::/8"))
    }

    fn show(&self) -> String {
        self.to_string()
    }
}

impl SettingValue for MasterKey {
    const SECRECY: Secrecy = Secrecy::Secret;

    fn parse(text: &str) -> Result<Self, Violation> {
        Self::parse(text)
    }

    fn show(&self) -> String {
        MASK.to_owned()
    }
}

impl SettingValue for ApiKeySecret {
    const SECRECY: Secrecy = Secrecy::Secret;

    fn parse(text: &str) -> Result<Self, Violation> {
        Self::parse(text)
    }

    fn show(&self) -> String {
        MASK.to_owned()
    }
}

/// A setting that may be left out.
impl<T: SettingValue> SettingValue for Option<T> {
    const SECRECY: Secrecy = T::SECRECY;

    fn parse(text: &str) -> Result<Self, Violation> {
        T::parse(text).map(Some)
    }

    fn when_not_given() -> Option<Self> {
        Some(None)
    }

    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "none".to_owned(), T::show)
    }
}

/// A comma-separated list, white space around its items allowed; the empty text is the empty list.
impl<T: SettingValue> SettingValue for Vec<T> {
    const SECRECY: Secrecy = T::SECRECY;

    fn parse(text: &str) -> Result<Self, Violation> {
        if text.trim().is_empty() {
            return Ok(Self::new());
        }
        text.split(',').map(|item| T::parse(item.trim())).collect()
    }

    fn show(&self) -> String {
        if self.is_empty() { "none".to_owned() } else { self.iter().map(T::show).collect::<Vec<_>>().join(",") }
    }
}

/// Which events are logged, as `tracing-subscriber` has it: `info`, `warn,tenancy_api=debug`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogFilter(String);

impl LogFilter {
    /// The directives.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl SettingValue for LogFilter {
    fn parse(text: &str) -> Result<Self, Violation> {
        // The filter itself cannot be cloned; only its text is kept.
        EnvFilter::try_new(text)
            .map(|_| Self(text.to_owned()))
            .map_err(|_| Violation::new("must be a level (error, warn, info, debug, trace) or target=level, …"))
    }

    fn show(&self) -> String {
        self.0.clone()
    }
}

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// A line for people.
    Text,
    /// A JSON object a line.
    Json,
}

impl SettingValue for LogFormat {
    fn parse(text: &str) -> Result<Self, Violation> {
        match text {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err(Violation::new("must be text or json")),
        }
    }

    fn show(&self) -> String {
        match self {
            Self::Text => "text",
            Self::Json => "json",
        }
        .to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused<T: SettingValue>(texts: &[&str]) {
        for text in texts {
            assert!(T::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn what_is_not_a_value_is_refused() {
        refused::<SocketAddr>(&["", "8080", "localhost:8080", "127.0.0.1", "127.0.0.1:65536"]);
        refused::<bool>(&["", "yes", "ON", "1"]);
        refused::<u32>(&["", "-1", "1.5", "4294967296", "many"]);
        refused::<Vec<IpNet>>(&["10.0.0.0/33", "10.0.0.0/8,", "example.com"]);
        refused::<LogFormat>(&["", "JSON"]);
        refused::<LogFilter>(&["tenancy=loud"]);
        refused::<PathBuf>(&[""]);
    }

    #[test]
    fn lists_are_separated_by_commas_and_an_address_is_a_network_of_one() {
        let networks = Vec::<IpNet>::parse("10.0.0.0/8, ::1,192.0.2.7").unwrap();
        assert_eq!(networks.show(), "10.0.0.0/8,::1/128,192.0.2.7/32");
        assert_eq!(Vec::<IpNet>::parse("").unwrap().show(), "none");
    }

    #[test]
    fn zero_is_no_limit() {
        assert_eq!(OptionalLimit::parse("0").unwrap().get(), None);
        assert_eq!(OptionalLimit::parse("600").unwrap().get(), NonZeroU32::new(600));
    }

    #[test]
    fn secrets_are_masked() {
        let key = "tny_00000000000000000000000000000000000000000002CZclj";
        assert_eq!(Option::<ApiKeySecret>::parse(key).unwrap().show(), "***");
        let keys = Vec::<MasterKey>::parse(&["A".repeat(43), "B".repeat(42) + "A"].join(",")).unwrap();
        assert_eq!((keys.len(), keys.show().as_str()), (2, "***,***"));
    }
}
