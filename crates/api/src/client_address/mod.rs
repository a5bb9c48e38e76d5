//! The address that a request comes from: that of the connection, or behind trusted proxies the one that they tell of.
//!
//! A proxy tells whom it was called by at the right end of `X-Forwarded-For` or of `Forwarded`; what is left of that was
//! there before, and anybody may have written it. So the way is walked from the right: as long as a hop is a trusted
//! proxy, its word on the hop before it is taken. The walk ends at the first hop that is none, which is the client, and
//! also where a proxy tells of no address: the last hop that is certain then stands for the client.
//!
//! A proxy that writes one of the two headers passes the other on as the client sent it. Which is which cannot be seen:
//! where the two lead to different addresses neither is believed, and the nearest proxy's own address stands.

mod hops;

use std::net::IpAddr;

use actix_web::{HttpRequest, http::header::HeaderMap};
use ipnet::{IpNet, Ipv4Net};

use crate::{api::Api, error::ApiError};

/// The networks of the proxies whose word on their callers' addresses is taken; by default none.
#[derive(Debug, Clone, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Trusts every address in `networks`.
    pub fn new(networks: impl IntoIterator<Item = IpNet>) -> Self {
        Self(networks.into_iter().map(canonical).collect())
    }

    fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The client of a request with these headers, on a connection with `peer`.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return peer;
        }
        let x_forwarded_for = hops::x_forwarded_for(headers).map(|hops| self.walk(peer, hops));
        let forwarded = hops::forwarded(headers).map(|hops| self.walk(peer, hops));
        match (x_forwarded_for, forwarded) {
            (Some(one), Some(other)) if one != other => peer,
            (one, other) => one.or(other).unwrap_or(peer),
        }
    }

    /// The first hop that is no trusted proxy, or the last that is certain; `hops` are those before the trusted `peer`,
    /// the nearest first, each with its address where one is told.
    fn walk(&self, peer: IpAddr, hops: impl Iterator<Item = Option<IpAddr>>) -> IpAddr {
        let mut certain = peer;
        for hop in hops.map_while(|address| address) {
            certain = hop;
            if !self.contains(hop) {
                break;
            }
        }
        certain
    }
}

/// The network that IPv4 addresses lie in when it is written as one of IPv4-mapped IPv6 addresses.
fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(mapped) = network else { return network };
    let address = mapped.addr().to_ipv4_mapped();
    let prefix_length = mapped.prefix_len().checked_sub(96);
    let v4 = address.zip(prefix_length).and_then(|(address, length)| Ipv4Net::new(address, length).ok());
    v4.map_or(network, IpNet::V4)
}

/// The address that `request` comes from; `None` over a connection that has none, such as a Unix socket.
///
/// # Errors
/// 500 when the API is not mounted as it should be.
pub(crate) fn client_address(request: &HttpRequest) -> Result<Option<IpAddr>, ApiError> {
    let trusted = Api::of(request)?.trusted_proxies();
    Ok(request.peer_addr().map(|peer| trusted.client(peer.ip(), request.headers())))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::{HeaderName, HeaderValue};

    use super::*;

    const PROXY: &str = "10.0.0.1";
    const CLIENT: &str = "203.0.113.9";

    /// The client of a request with these headers and this peer, where `10.0.0.0/8` and `fd00::/8` are trusted.
    fn client(peer: &str, headers: &[(&'static str, &str)]) -> String {
        let networks = ["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap());
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_str(value).unwrap());
        }
        TrustedProxies::new(networks).client(peer.parse().unwrap(), &map).to_string()
    }

    fn x_forwarded_for(value: &str) -> String {
        client(PROXY, &[("x-forwarded-for", value)])
    }

    fn forwarded(value: &str) -> String {
        client(PROXY, &[("forwarded", value)])
    }

    #[test]
    fn a_peer_that_is_not_trusted_has_no_say() {
        for headers in [
            &[][..],
            &[("x-forwarded-for", "192.0.2.1")],
            &[("forwarded", "for=192.0.2.1")],
            &[("x-forwarded-for", "192.0.2.1"), ("forwarded", "for=192.0.2.1")],
        ] {
            assert_eq!(client(CLIENT, headers), CLIENT);
            assert_eq!(client("2001:db8::1", headers), "2001:db8::1");
        }
    }

    #[test]
    fn the_client_is_the_first_from_the_right_that_is_no_trusted_proxy() {
        for (list, expected) in [
            ("203.0.113.9", CLIENT),
            ("192.0.2.1, 203.0.113.9", CLIENT),
            ("192.0.2.1, 203.0.113.9, 10.1.1.1,10.2.2.2", CLIENT),
            ("10.9.9.9, 203.0.113.9", CLIENT),
            ("10.3.3.3, 10.2.2.2", "10.3.3.3"),
            ("2001:db8::1, fd00::7", "2001:db8::1"),
        ] {
            assert_eq!(x_forwarded_for(list), expected, "{list}");
            let elements = list.split(',').map(|hop| format!("proto=https;for=\"{}\"", bracketed(hop.trim())));
            assert_eq!(forwarded(&elements.collect::<Vec<_>>().join(", ")), expected, "{list}");
        }
        assert_eq!(client("fd00::1", &[("x-forwarded-for", CLIENT)]), CLIENT);
        assert_eq!(client(PROXY, &[]), PROXY);
    }

    fn bracketed(address: &str) -> String {
        if address.contains(':') { format!("[{address}]") } else { address.to_owned() }
    }

    #[test]
    fn the_walk_ends_at_what_is_no_address() {
        for (list, expected) in [
            ("203.0.113.9, unknown", PROXY),
            ("203.0.113.9, _hidden, 10.2.2.2", "10.2.2.2"),
            ("203.0.113.9, nonsense, 10.2.2.2", "10.2.2.2"),
            ("203.0.113.9,, 10.2.2.2", "10.2.2.2"),
            ("nonsense, 203.0.113.9", CLIENT),
            ("", PROXY),
        ] {
            assert_eq!(x_forwarded_for(list), expected, "{list}");
        }
        for (list, expected) in [
            ("for=203.0.113.9, for=unknown", PROXY),
            ("for=203.0.113.9, for=_hidden, for=10.2.2.2", "10.2.2.2"),
            ("for=203.0.113.9, by=10.2.2.2", PROXY),
            ("for=203.0.113.9, for", PROXY),
            ("\"; for=203.0.113.9", PROXY),
            ("x=\", for=203.0.113.9", CLIENT),
        ] {
            assert_eq!(forwarded(list), expected, "{list}");
        }
    }

    #[test]
    fn lines_are_one_list() {
        let lines = [("x-forwarded-for", "192.0.2.1, 203.0.113.9"), ("x-forwarded-for", "10.2.2.2")];
        assert_eq!(client(PROXY, &lines), CLIENT);
        let lines = [("forwarded", "for=203.0.113.9"), ("forwarded", "for=10.3.3.3, for=10.2.2.2")];
        assert_eq!(client(PROXY, &lines), CLIENT);
    }

    #[test]
    fn headers_that_disagree_are_not_believed() {
        let both = |x_forwarded_for, forwarded| {
            client(PROXY, &[("x-forwarded-for", x_forwarded_for), ("forwarded", forwarded)])
        };
        assert_eq!(both(CLIENT, "for=192.0.2.1, for=203.0.113.9"), CLIENT);
        assert_eq!(both(CLIENT, "for=192.0.2.1"), PROXY);
        assert_eq!(both(CLIENT, "nonsense"), PROXY);
        assert_eq!(both("", "for=203.0.113.9"), PROXY);
    }

    #[test]
    fn an_ipv4_address_is_the_same_however_it_is_written() {
        assert_eq!(client("::ffff:10.0.0.1", &[("x-forwarded-for", "::ffff:203.0.113.9")]), CLIENT);
        assert_eq!(client("::ffff:203.0.113.9", &[]), CLIENT);
        let trusted = TrustedProxies::new(["::ffff:10.0.0.0/104".parse().unwrap()]);
        assert!(trusted.contains("10.255.0.1".parse().unwrap()));
        assert!(!trusted.contains("11.0.0.1".parse().unwrap()));
    }
}
