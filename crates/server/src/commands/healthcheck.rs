//! `healthcheck`: asks a running service whether it is ready, for containers that have no other program to ask with.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    time::Duration,
};

use anyhow::{Context, bail};

use crate::{address::local_url, settings::Settings};

/// A service that takes longer than this is not well.
const TIMEOUT: Duration = Duration::from_secs(3);
const PATH: &str = "/readyz";

/// Asks the service at `url`, or where the settings make it listen.
///
/// # Errors
/// When it is not ready, or does not answer in time.
pub(super) fn run(settings: &Settings, url: Option<&str>) -> anyhow::Result<()> {
    let url = match url {
        Some(url) => url.to_owned(),
        None => local_url(listening(settings)?),
    };
    match ask(&url).with_context(|| format!("no answer from {url}"))? {
        200 => Ok(()),
        status => bail!("{url} is not ready: it answers {status}"),
    }
}

/// Where the service listens; a port that was picked is in the port file.
fn listening(settings: &Settings) -> anyhow::Result<SocketAddr> {
    let mut address = settings.listen;
    if address.port() == 0 {
        let file = settings.port_file.as_ref().context("listen has port 0, and there is no port_file")?;
        let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        address.set_port(text.trim().parse().with_context(|| format!("{} holds no port", file.display()))?);
    }
    Ok(address)
}

/// The status of `GET /readyz`.
fn ask(url: &str) -> anyhow::Result<u16> {
    let authority = url.strip_prefix("http://").context("the URL must begin with http://")?.trim_end_matches('/');
    let address = authority.to_socket_addrs()?.next().context("the host has no address")?;
    let mut connection = TcpStream::connect_timeout(&address, TIMEOUT)?;
    connection.set_read_timeout(Some(TIMEOUT))?;
    connection.set_write_timeout(Some(TIMEOUT))?;
    write!(connection, "GET {PATH} HTTP/1.1\r\nHost: {authority}\r\nConnection: close\r\n\r\n")?;
    let mut status_line = String::new();
    BufReader::new(connection).read_line(&mut status_line)?;
    let status = status_line.strip_prefix("HTTP/1.").and_then(|rest| rest.split(' ').nth(1));
    status.and_then(|status| status.parse().ok()).context("the answer is not HTTP")
}
