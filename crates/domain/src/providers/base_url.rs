//! Where a provider is reached.

use std::fmt;

use url::{Host, Url};

use super::address::{self, Leads};
use crate::error::Violation;

/// The URL that a provider is reached at, up to 2048 characters: `https`, or `http` to the machine itself; no user, no
/// password, no query, no fragment; and where it has an address for a host, one that leads out to the world or to the
/// machine itself. Hosts are read as the URL standard has it, so that `0x7f.1`, `2130706433` and `127.0.0.1` are one
/// address. Where a name leads to is not asked: that is for whoever calls the provider, each time.
///
/// It is kept as the standard writes it (a host in small letters, say), so that whoever reads it reads what was judged; only
/// that where no path was written none is added. Two are the same when they are written the same.
#[derive(Clone, PartialEq, Eq)]
pub struct BaseUrl {
    text: String,
    leads_to_loopback: bool,
}

impl BaseUrl {
    /// The longest URL, in characters, as it is sent.
    pub const MAX_LENGTH: usize = 2_048;

    /// Reads a URL.
    ///
    /// # Errors
    /// A [`Violation`] that says which rule is broken.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        if text.chars().count() > Self::MAX_LENGTH {
            return Err(Violation::new("must have at most 2048 characters"));
        }
        // The standard would pass over some of these, and read a backslash as a slash; other readers do not.
        if text.contains(|character: char| character.is_whitespace() || character.is_control() || character == '\\') {
            return Err(Violation::new("must not contain white space, control characters or backslashes"));
        }
        let not_a_url = || Violation::new("must be a URL such as https://api.example.com/v1");
        let url = Url::parse(text).map_err(|_| not_a_url())?;
        // The standard reads one slash, or none, or three as two.
        let after_slashes = text.split_once(':').and_then(|(_, rest)| rest.strip_prefix("//"));
        let Some(after_slashes) = after_slashes.filter(|rest| !rest.starts_with('/')) else { return Err(not_a_url()) };
        if !matches!(url.scheme(), "https" | "http") {
            return Err(Violation::new("must begin with https://"));
        }
        // Also an empty one is refused, of which nothing is left in the URL.
        if !url.username().is_empty() || url.password().is_some() || authority(after_slashes).contains('@') {
            return Err(Violation::new("must have no user name and no password"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(Violation::new("must have no query and no fragment"));
        }
        let leads = match url.host().ok_or_else(not_a_url)? {
            Host::Domain(name) if is_localhost(name) => Leads::ToLoopback,
            Host::Domain(_) => Leads::Out,
            Host::Ipv4(address) => address::ipv4(address),
            Host::Ipv6(address) => address::ipv6(address),
        };
        match (leads, url.scheme()) {
            (Leads::Elsewhere, _) => Err(Violation::new(
                "must not have the address of a private, link-local or other special network for its host",
            )),
            (Leads::Out, "http") => Err(Violation::new("must begin with https://")),
            (Leads::Out | Leads::ToLoopback, _) => {
                Ok(Self { text: written(&url, text), leads_to_loopback: leads == Leads::ToLoopback })
            }
        }
    }

    /// The URL as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether its host is the machine that resolves it itself: an address of loopback, or `localhost`.
    #[must_use]
    pub const fn leads_to_loopback(&self) -> bool {
        self.leads_to_loopback
    }
}

/// `localhost` and all names beneath it (RFC 6761, section 6.3), with the dot of the root or without.
fn is_localhost(name: &str) -> bool {
    let name = name.strip_suffix('.').unwrap_or(name);
    name == "localhost" || name.ends_with(".localhost")
}

/// What stands before the path.
fn authority(after_slashes: &str) -> &str {
    after_slashes.split(['/', '?', '#']).next().unwrap_or_default()
}

fn written(url: &Url, text: &str) -> String {
    let written = url.as_str();
    let is_bare = url.path() == "/" && !text.ends_with('/');
    if is_bare { written.trim_end_matches('/') } else { written }.to_owned()
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, formatter)
    }
}

impl From<BaseUrl> for String {
    fn from(url: BaseUrl) -> Self {
        url.text
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_good_comes_back_as_it_is_written() {
        for text in [
            "https://api.example.com",
            "https://api.example.com/",
            "https://api.example.com/v1",
            "https://api.example.com:8443/v1/",
            "https://8.8.8.8/v1",
            "https://[2001:4860:4860::8888]:8443",
            "https://xn--bcher-kva.example",
        ] {
            let url = BaseUrl::parse(text).unwrap();
            assert_eq!((url.as_str(), url.leads_to_loopback()), (text, false));
        }
        for (text, written) in [
            ("HTTPS://API.Example.COM/V1", "https://api.example.com/V1"),
            ("https://bücher.example", "https://xn--bcher-kva.example"),
            ("https://api.example.com:443/a/../b", "https://api.example.com/b"),
            ("https://134744072", "https://8.8.8.8"),
        ] {
            assert_eq!(BaseUrl::parse(text).unwrap().as_str(), written);
        }
    }

    #[test]
    fn the_machine_itself_is_told_apart_however_it_is_written() {
        for text in [
            "http://localhost:11434",
            "https://localhost",
            "http://LOCALHOST.",
            "http://ollama.localhost/v1",
            "http://127.0.0.1",
            "http://127.8.9.10:80",
            "http://127.1",
            "http://0x7f.1",
            "http://0x7f000001",
            "http://2130706433",
            "http://017700000001",
            "http://127.0.0.1.",
            "http://%31%32%37.0.0.1",
            "http://１２７.０.０.１",
            "http://[::1]:8080",
            "https://[0:0:0:0:0:0:0:1]",
        ] {
            assert!(BaseUrl::parse(text).unwrap().leads_to_loopback(), "{text}");
        }
        // No names beneath it.
        for text in ["https://localhost.example.com", "https://mylocalhost"] {
            assert!(!BaseUrl::parse(text).unwrap().leads_to_loopback(), "{text}");
        }
    }

    #[test]
    fn what_could_lead_elsewhere_is_refused() {
        for text in [
            "https://10.0.0.1",
            "https://0xa.1",
            "https://167772161",
            "https://0",
            "https://0.0.0.0",
            "https://169.254.169.254/latest/meta-data",
            "https://2852039166",
            "https://192.168.1.1",
            "https://172.16.0.1",
            "https://100.64.0.1",
            "https://224.0.0.1",
            "https://255.255.255.255",
            "https://[::]",
            "https://[::ffff:127.0.0.1]",
            "https://[::ffff:8.8.8.8]",
            "https://[64:ff9b::10.0.0.1]",
            "https://[2002:a00:1::]",
            "https://[fe80::1]",
            "https://[fd00::1]",
            "https://[ff02::1]",
            "http://10.0.0.1",
        ] {
            let violation = BaseUrl::parse(text).unwrap_err().to_string();
            assert!(violation.contains("private"), "{text}: {violation}");
        }
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        for (text, reason) in [
            ("", "must be a URL"),
            ("api.example.com", "must be a URL"),
            ("/v1", "must be a URL"),
            ("https:", "must be a URL"),
            ("https://", "must be a URL"),
            ("https:api.example.com", "must be a URL"),
            ("https:/api.example.com", "must be a URL"),
            ("https:///api.example.com", "must be a URL"),
            ("https://api.example.com:99999", "must be a URL"),
            ("https://[::1", "must be a URL"),
            ("https://256.256.256.256", "must be a URL"),
            ("http://api.example.com", "https://"),
            ("http://8.8.8.8", "https://"),
            ("ftp://api.example.com", "https://"),
            ("file://host/etc/passwd", "https://"),
            ("javascript:alert(1)", "must be a URL"),
            ("https://user@api.example.com", "user name"),
            ("https://:hunter2@api.example.com", "user name"),
            ("https://user:hunter2@api.example.com", "user name"),
            ("https://@api.example.com", "user name"),
            ("https://:@api.example.com", "user name"),
            ("https://api.example.com?key=hunter2", "query"),
            ("https://api.example.com/v1?", "query"),
            ("https://api.example.com/#hunter2", "fragment"),
            (" https://api.example.com", "white space"),
            ("https://api.example.com\n", "white space"),
            ("https://api.exa\tmple.com", "white space"),
            ("https://api.example.com\0", "control"),
            (r"https:\\api.example.com", "backslash"),
            (r"https://8.8.8.8\@10.0.0.1", "backslash"),
            (&format!("https://api.example.com/{}", "a".repeat(2_025)), "2048"),
        ] {
            let violation = BaseUrl::parse(text).unwrap_err().to_string();
            assert!(violation.contains(reason) && !violation.contains("hunter2"), "{text}: {violation}");
        }
        assert!(BaseUrl::parse("https://api.example.com/@v1").is_ok());
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_as_the_same(text in "https?://[a-z0-9.%:@\\[\\]-]{1,20}(/[!-~]{0,10})?") {
            if let Ok(url) = BaseUrl::parse(&text) {
                prop_assert_eq!(BaseUrl::parse(url.as_str()).unwrap(), url);
            }
        }
    }
}
