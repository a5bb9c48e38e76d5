//! What holds callers up: requests a second of a key, and failed authentications a minute of a client's address.
//!
//! The limits are those of one process: instances beside each other count each for itself.

mod buckets;

use std::net::{IpAddr, Ipv6Addr};

use governor::{Quota, clock::MonotonicClock};
use tenancy_domain::ApiKeyId;

use self::buckets::Buckets;
use crate::{api::Limits, error::ApiError};

/// The buckets of both limits; none of a limit that is off.
pub(crate) struct RateLimits {
    requests: Option<Buckets<ApiKeyId>>,
    /// By the network of the client. Clients of whom no address is known, over a Unix socket say, share one bucket.
    auth_failures: Option<Buckets<Option<IpAddr>>>,
}

impl RateLimits {
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            requests: limits.requests_per_second.map(|limit| Buckets::new(Quota::per_second(limit), MonotonicClock)),
            auth_failures: limits
                .auth_failures_per_minute
                .map(|limit| Buckets::new(Quota::per_minute(limit), MonotonicClock)),
        }
    }

    /// Counts a request with the valid key `id`.
    ///
    /// # Errors
    /// 429 when there are too many.
    pub(crate) fn count_request(&self, id: ApiKeyId) -> Result<(), ApiError> {
        let Some(buckets) = &self.requests else { return Ok(()) };
        buckets.take(&id).map_err(|wait| ApiError::rate_limited("too many requests with this API key", wait))
    }

    /// Counts a failed authentication by the client at `address`.
    ///
    /// # Errors
    /// 429 when there are too many.
    pub(crate) fn count_auth_failure(&self, address: Option<IpAddr>) -> Result<(), ApiError> {
        let Some(buckets) = &self.auth_failures else { return Ok(()) };
        let taken = buckets.take(&address.map(network));
        taken.map_err(|wait| ApiError::rate_limited("too many failed authentications from this address", wait))
    }
}

/// What stands for one client: its IPv4 address, or the /64 of its IPv6 address, which is the least that a client is
/// given, so that it has as many addresses there as it likes.
fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ipv6_client_is_its_64() {
        let same = |one: &str, other: &str| network(one.parse().unwrap()) == network(other.parse().unwrap());
        assert!(same("2001:db8:1:2::", "2001:db8:1:2:ffff:ffff:ffff:ffff"));
        assert!(!same("2001:db8:1:2::1", "2001:db8:1:3::1"));
        assert!(!same("192.0.2.1", "192.0.2.2"));
    }

    #[test]
    fn what_is_off_keeps_no_buckets() {
        let limits = Limits { auth_failures_per_minute: None, requests_per_second: None, ..Limits::default() };
        let off = RateLimits::new(&limits);
        assert!(off.requests.is_none() && off.auth_failures.is_none());
        assert!(off.count_auth_failure(None).is_ok());
    }
}
