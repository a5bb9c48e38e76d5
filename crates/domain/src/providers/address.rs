//! Which addresses lead out to the world, and which into a network of somebody's own.

use std::net::{Ipv4Addr, Ipv6Addr};

/// The networks of IPv4 that are no part of the public internet, but for loopback and for what is set aside for
/// documentation, which leads nowhere: each by its first address and the length of its prefix (RFC 6890).
const IPV4_SPECIAL: [(Ipv4Addr, u32); 11] = [
    // This network.
    (Ipv4Addr::UNSPECIFIED, 8),
    // Private use.
    (Ipv4Addr::new(10, 0, 0, 0), 8),
    // Shared by a carrier's customers.
    (Ipv4Addr::new(100, 64, 0, 0), 10),
    // Link-local; clouds tell machines who they are at 169.254.169.254.
    (Ipv4Addr::new(169, 254, 0, 0), 16),
    (Ipv4Addr::new(172, 16, 0, 0), 12),
    // Protocol assignments.
    (Ipv4Addr::new(192, 0, 0, 0), 24),
    // The relays of 6to4.
    (Ipv4Addr::new(192, 88, 99, 0), 24),
    (Ipv4Addr::new(192, 168, 0, 0), 16),
    // Benchmarks.
    (Ipv4Addr::new(198, 18, 0, 0), 15),
    // Multicast.
    (Ipv4Addr::new(224, 0, 0, 0), 4),
    // Reserved, and broadcast.
    (Ipv4Addr::new(240, 0, 0, 0), 4),
];

/// The same within `2000::/3`, the one part of IPv6 that the public internet is in. What carries an address of IPv4 is
/// among them, lest one of a private network come in disguise.
const IPV6_SPECIAL: [(Ipv6Addr, u32); 2] = [
    // Protocol assignments, Teredo among them.
    (Ipv6Addr::new(0x2001, 0, 0, 0, 0, 0, 0, 0), 23),
    // 6to4.
    (Ipv6Addr::new(0x2002, 0, 0, 0, 0, 0, 0, 0), 16),
];

/// Where an address leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Leads {
    /// Out to the world.
    Out,
    /// To the machine itself.
    ToLoopback,
    /// Into a network of somebody's own, or nowhere.
    Elsewhere,
}

/// Where an address of IPv4 leads.
pub(super) fn ipv4(address: Ipv4Addr) -> Leads {
    if address.is_loopback() {
        return Leads::ToLoopback;
    }
    let is_in = |(network, length): (Ipv4Addr, u32)| (address.to_bits() ^ network.to_bits()) >> (32 - length) == 0;
    if IPV4_SPECIAL.into_iter().any(is_in) { Leads::Elsewhere } else { Leads::Out }
}

/// Where an address of IPv6 leads.
pub(super) fn ipv6(address: Ipv6Addr) -> Leads {
    if address.is_loopback() {
        return Leads::ToLoopback;
    }
    let is_in = |(network, length): (Ipv6Addr, u32)| (address.to_bits() ^ network.to_bits()) >> (128 - length) == 0;
    let is_global = is_in((Ipv6Addr::new(0x2000, 0, 0, 0, 0, 0, 0, 0), 3));
    if !is_global || IPV6_SPECIAL.into_iter().any(is_in) { Leads::Elsewhere } else { Leads::Out }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_network_begins_and_ends_where_it_should() {
        for (address, leads) in [
            ("0.255.255.255", Leads::Elsewhere),
            ("1.0.0.0", Leads::Out),
            ("9.255.255.255", Leads::Out),
            ("10.0.0.0", Leads::Elsewhere),
            ("10.255.255.255", Leads::Elsewhere),
            ("11.0.0.0", Leads::Out),
            ("100.63.255.255", Leads::Out),
            ("100.64.0.0", Leads::Elsewhere),
            ("100.127.255.255", Leads::Elsewhere),
            ("100.128.0.0", Leads::Out),
            ("126.255.255.255", Leads::Out),
            ("127.0.0.0", Leads::ToLoopback),
            ("127.255.255.255", Leads::ToLoopback),
            ("169.254.169.254", Leads::Elsewhere),
            ("172.15.255.255", Leads::Out),
            ("172.16.0.0", Leads::Elsewhere),
            ("172.31.255.255", Leads::Elsewhere),
            ("172.32.0.0", Leads::Out),
            ("192.0.0.255", Leads::Elsewhere),
            ("192.0.2.1", Leads::Out),
            ("192.88.99.1", Leads::Elsewhere),
            ("192.167.255.255", Leads::Out),
            ("192.168.0.0", Leads::Elsewhere),
            ("192.169.0.0", Leads::Out),
            ("198.17.255.255", Leads::Out),
            ("198.19.255.255", Leads::Elsewhere),
            ("223.255.255.255", Leads::Out),
            ("224.0.0.0", Leads::Elsewhere),
            ("255.255.255.255", Leads::Elsewhere),
        ] {
            assert_eq!(ipv4(address.parse().unwrap()), leads, "{address}");
        }
    }

    #[test]
    fn of_ipv6_only_what_is_global_leads_out() {
        for (address, leads) in [
            ("::", Leads::Elsewhere),
            ("::1", Leads::ToLoopback),
            ("::7f00:1", Leads::Elsewhere),
            ("::ffff:8.8.8.8", Leads::Elsewhere),
            ("::ffff:127.0.0.1", Leads::Elsewhere),
            ("64:ff9b::8.8.8.8", Leads::Elsewhere),
            ("1fff:ffff::", Leads::Elsewhere),
            ("2000::", Leads::Out),
            ("2001::1", Leads::Elsewhere),
            ("2001:1ff:ffff::", Leads::Elsewhere),
            ("2001:200::", Leads::Out),
            ("2001:4860:4860::8888", Leads::Out),
            ("2002:7f00:1::", Leads::Elsewhere),
            ("2003::", Leads::Out),
            ("3fff:ffff::", Leads::Out),
            ("4000::", Leads::Elsewhere),
            ("fc00::1", Leads::Elsewhere),
            ("fd12:3456::1", Leads::Elsewhere),
            ("fe80::1", Leads::Elsewhere),
            ("ff02::1", Leads::Elsewhere),
        ] {
            assert_eq!(ipv6(address.parse().unwrap()), leads, "{address}");
        }
    }
}
