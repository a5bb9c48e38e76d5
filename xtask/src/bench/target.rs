//! Who is asked.

use std::{net::SocketAddr, str::FromStr};

use anyhow::{Context as _, Result, bail};

use super::workload::Workload;
use crate::service::KEY;

/// Someone who is asked.
pub(super) struct Target {
    name: String,
    /// Up to and without the first `/` of a path.
    url: String,
    /// A header on a line.
    headers: Vec<String>,
    /// Its process, where it runs here.
    process: Option<u32>,
}

impl Target {
    /// The name of the handler that only answers.
    pub(super) const FIXED: &'static str = "fixed JSON";

    /// The handler that only answers.
    pub(super) fn fixed(address: SocketAddr, process: u32) -> Self {
        Self::service(Self::FIXED, address, process)
    }

    /// The service, with a key that may do everything.
    pub(super) fn service(name: &str, address: SocketAddr, process: u32) -> Self {
        let headers = vec![format!("Authorization: Bearer {KEY}")];
        Self { name: name.to_owned(), url: format!("http://{address}"), headers, process: Some(process) }
    }

    /// What it is asked when the others are asked `workload`. The handler that only answers is asked the same every time:
    /// it reads no bodies, and what is compared with it is to be compared with one and the same.
    pub(super) fn asked(&self, workload: Workload) -> Workload {
        if self.name == Self::FIXED { Workload::Get } else { workload }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn url(&self) -> &str {
        &self.url
    }

    pub(super) fn headers(&self) -> &[String] {
        &self.headers
    }

    pub(super) const fn process(&self) -> Option<u32> {
        self.process
    }
}

/// Another service, as it is named on the command line: `NAME=URL`.
#[derive(Debug, Clone)]
pub(super) struct Peer {
    name: String,
    url: String,
}

impl FromStr for Peer {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (name, url) = text.split_once('=').ok_or("must be NAME=URL")?;
        if name.is_empty() || !url.starts_with("http://") {
            return Err("must be NAME=URL, with a URL that begins with http://");
        }
        Ok(Self { name: name.to_owned(), url: url.trim_end_matches('/').to_owned() })
    }
}

impl Peer {
    /// The target that it is, with those of `headers` (`NAME=HEADER: VALUE`) that are its own.
    ///
    /// # Errors
    ///
    /// When a header has no name of a peer before it, or no colon.
    pub(super) fn target(&self, headers: &[String]) -> Result<Target> {
        let mut own = Vec::new();
        for header in headers {
            let (name, line) = header.split_once('=').context("--peer-header must be NAME=HEADER: VALUE")?;
            if !line.contains(':') {
                bail!("--peer-header must be NAME=HEADER: VALUE");
            }
            if name == self.name {
                own.push(line.to_owned());
            }
        }
        Ok(Target { name: self.name.clone(), url: self.url.clone(), headers: own, process: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_peer_has_a_name_an_address_and_its_own_headers() {
        let peer: Peer = "other=http://127.0.0.1:9/".parse().unwrap();
        let headers = ["other=X-Key: a=b".to_owned(), "third=X-Key: c".to_owned()];
        let target = peer.target(&headers).unwrap();
        assert_eq!(
            (target.name(), target.url(), target.headers()),
            ("other", "http://127.0.0.1:9", &["X-Key: a=b".to_owned()][..])
        );
        for bad in ["other", "=http://a", "other=https://a"] {
            assert!(bad.parse::<Peer>().is_err(), "{bad}");
        }
        for bad in ["X-Key: a", "other=X-Key"] {
            assert!(peer.target(&[bad.to_owned()]).is_err(), "{bad}");
        }
    }
}
