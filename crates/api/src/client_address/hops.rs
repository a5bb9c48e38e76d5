//! The hops that `X-Forwarded-For` and `Forwarded` (RFC 7239) tell of, the nearest first.
//!
//! Both are lists, of which the lines of repeated headers are parts, and both are read from the right: whatever a client
//! wrote on the left does not change how what proxies added to it is read.

use std::{
    iter,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use actix_web::http::header::{FORWARDED, HeaderMap, HeaderValue, X_FORWARDED_FOR};

/// The hops of `X-Forwarded-For`, each with its address where it is one; `None` without such a header.
pub(super) fn x_forwarded_for(headers: &HeaderMap) -> Option<impl Iterator<Item = Option<IpAddr>>> {
    let lines = lines(headers.get_all(X_FORWARDED_FOR))?;
    Some(lines.flat_map(|line| line.rsplit(',')).map(|element| node(element.trim())))
}

/// The hops of `Forwarded`, each with its address where it is told; `None` without such a header.
pub(super) fn forwarded(headers: &HeaderMap) -> Option<impl Iterator<Item = Option<IpAddr>>> {
    let lines = lines(headers.get_all(FORWARDED))?;
    Some(lines.flat_map(|line| rsplit_unquoted(line, b',')).map(forwarded_for))
}

/// The lines, the last first; `None` when there are none. One that is no text is as good as an empty one: no address.
fn lines<'h>(
    lines: impl DoubleEndedIterator<Item = &'h HeaderValue> + ExactSizeIterator,
) -> Option<impl Iterator<Item = &'h str>> {
    (lines.len() > 0).then(|| lines.rev().map(|line| line.to_str().unwrap_or_default()))
}

/// The address in an element of `Forwarded`: `for="[2001:db8::1]:4711";proto=https`.
fn forwarded_for(element: &str) -> Option<IpAddr> {
    let mut address = None;
    for pair in rsplit_unquoted(element, b';').map(str::trim).filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=')?;
        if name.eq_ignore_ascii_case("for") && address.replace(node(unquoted(value)?)?).is_some() {
            // Which of two is meant is not ours to guess.
            return None;
        }
    }
    address
}

/// The parts of `text` between the separators that are in no quoted string (RFC 9110, section 5.6.4), the last first.
fn rsplit_unquoted(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    iter::from_fn(move || {
        let text = rest?;
        let Some(at) = rfind_unquoted(text, separator) else { return rest.take() };
        let (before, part) = (text.get(..at), text.get(at + 1..));
        rest = before;
        part
    })
}

fn rfind_unquoted(text: &str, wanted: u8) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut is_quoted = false;
    for (at, byte) in bytes.iter().enumerate().rev() {
        if *byte == b'"' {
            let backslashes = bytes.iter().take(at).rev().take_while(|byte| **byte == b'\\').count();
            // After an odd number of them it is itself escaped, and so within a string.
            is_quoted ^= backslashes % 2 == 0;
        } else if *byte == wanted && !is_quoted {
            return Some(at);
        }
    }
    None
}

/// The text of a token or of a quoted string. Escapes are left as they are, since no address needs any.
fn unquoted(value: &str) -> Option<&str> {
    value.strip_prefix('"').map_or(Some(value), |rest| rest.strip_suffix('"'))
}

/// The address of a node (RFC 7239, section 6), with or without a port; `None` for `unknown`, for an obfuscated name and
/// for everything else. An IPv6 address without a port may lack its brackets, as it mostly does in `X-Forwarded-For`,
/// which no standard describes.
fn node(text: &str) -> Option<IpAddr> {
    let address: IpAddr = if let Some(rest) = text.strip_prefix('[') {
        let (address, port) = rest.split_once(']')?;
        if !port.is_empty() && !port.strip_prefix(':').is_some_and(is_port) {
            return None;
        }
        address.parse::<Ipv6Addr>().ok()?.into()
    } else {
        match text.split_once(':') {
            Some((address, port)) if is_port(port) => address.parse::<Ipv4Addr>().ok()?.into(),
            _ => text.parse().ok()?,
        }
    };
    Some(address.to_canonical())
}

/// Whether this is a port: up to five digits, or an obfuscated one.
fn is_port(text: &str) -> bool {
    let is_obfuscated = |name: &str| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
    };
    let is_number = (1..=5).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number || text.strip_prefix('_').is_some_and(is_obfuscated)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn headers(lines: &[String]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(X_FORWARDED_FOR, HeaderValue::from_str(line).unwrap());
            headers.append(FORWARDED, HeaderValue::from_str(line).unwrap());
        }
        headers
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_node_is_an_address_with_or_without_a_port() {
        for (text, expected) in [
            ("192.0.2.1", "192.0.2.1"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("192.0.2.1:_p-o.r_t", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:DB8::1]:4711", "2001:db8::1"),
            ("::", "::"),
            ("1:2:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
            ("[::ffff:192.0.2.1]:1", "192.0.2.1"),
        ] {
            assert_eq!(node(text), Some(address(expected)), "{text}");
        }
        for text in [
            "",
            "unknown",
            "_hidden",
            "example.com",
            "192.0.2",
            "192.0.2.01",
            "192.0.2.1:",
            "192.0.2.1:123456",
            "192.0.2.1:_",
            "192.0.2.1:http",
            "[192.0.2.1]",
            "[2001:db8::1",
            "2001:db8::1]",
            "[2001:db8::1]4711",
            "[2001:db8::1]:",
            "fe80::1%eth0",
            "\"192.0.2.1\"",
            "192.0.2.1 192.0.2.2",
        ] {
            assert_eq!(node(text), None, "{text}");
        }
    }

    #[test]
    fn the_address_of_an_element_is_that_of_its_for() {
        for element in [
            "for=192.0.2.1",
            " For=192.0.2.1 ",
            "FOR=\"192.0.2.1\"",
            "for=\"192.0.2.1:4711\"",
            "by=10.0.0.1; for=192.0.2.1 ;proto=https;",
            "for=192.0.2.1;host=\"a;for=10.0.0.1,\\\";b\"",
            "host=\"a\\\\\";for=192.0.2.1",
        ] {
            assert_eq!(forwarded_for(element), Some(address("192.0.2.1")), "{element}");
        }
        for element in [
            "",
            "192.0.2.1",
            "for",
            "for=",
            "for =192.0.2.1",
            "by=192.0.2.1",
            "for=\"192.0.2.1",
            "for=192.0.2.1\"",
            "for=\"",
            "for=\"\\192.0.2.1\"",
            "for=192.0.2.1;for=192.0.2.1",
            "for=192.0.2.1;nonsense",
            "host=\"for=192.0.2.1\"",
        ] {
            assert_eq!(forwarded_for(element), None, "{element}");
        }
    }

    #[test]
    fn a_line_that_is_no_text_is_a_hop_without_an_address() {
        let mut headers = HeaderMap::new();
        headers.append(X_FORWARDED_FOR, HeaderValue::from_static("192.0.2.1"));
        headers.append(X_FORWARDED_FOR, HeaderValue::from_bytes(b"192.0.2.2, \xff").unwrap());
        assert_eq!(x_forwarded_for(&headers).unwrap().collect::<Vec<_>>(), [None, Some(address("192.0.2.1"))]);
        assert!(forwarded(&headers).is_none());
    }

    /// An address, and two ways in which it may stand in the headers.
    fn hop() -> impl Strategy<Value = (IpAddr, String, String)> {
        (any::<IpAddr>(), any::<Option<u16>>(), "[ -~]{0,8}").prop_map(|(address, port, host)| {
            let address = address.to_canonical();
            let node = match (address, port) {
                (IpAddr::V4(address), None) => address.to_string(),
                (IpAddr::V4(address), Some(port)) => format!("{address}:{port}"),
                (IpAddr::V6(address), None) => format!("[{address}]"),
                (IpAddr::V6(address), Some(port)) => format!("[{address}]:{port}"),
            };
            let host = host.replace('\\', "\\\\").replace('"', "\\\"");
            let element = format!("host=\"{host}\";for=\"{node}\";proto=https");
            (address, node, element)
        })
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_from_the_right(lines in vec(vec(hop(), 1..4), 1..4), left in "[ -~]{0,40}") {
            let written = |element: fn(&(IpAddr, String, String)) -> &String| {
                let join = |line: &Vec<_>| line.iter().map(element).map(String::as_str).collect::<Vec<_>>().join(", ");
                let mut lines: Vec<String> = lines.iter().map(join).collect();
                // What a client wrote to the left of it is nothing to it.
                lines[0] = format!("{left}, {}", lines[0]);
                headers(&lines)
            };
            let addresses: Vec<_> = lines.iter().flatten().rev().map(|(address, ..)| Some(*address)).collect();

            let list = written(|(_, node, _)| node);
            let read = x_forwarded_for(&list).unwrap().take(addresses.len()).collect::<Vec<_>>();
            prop_assert_eq!(&read, &addresses);
            let list = written(|(.., element)| element);
            let read = forwarded(&list).unwrap().take(addresses.len()).collect::<Vec<_>>();
            prop_assert_eq!(&read, &addresses);
        }

        #[test]
        fn no_text_makes_it_panic_or_go_on_for_ever(lines in vec("[ -~]{0,60}|[,;=\"\\\\for:\\[\\]1.]{0,40}", 1..3)) {
            let headers = headers(&lines);
            let longest: usize = lines.iter().map(|line| line.len() + 1).sum();
            prop_assert!(x_forwarded_for(&headers).unwrap().count() <= longest);
            prop_assert!(forwarded(&headers).unwrap().count() <= longest);
        }
    }
}
