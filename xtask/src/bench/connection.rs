//! One connection to a service, asked one thing after another: what takes the least time itself.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use crate::service::KEY;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// Something to ask.
#[derive(Debug, Clone)]
pub(super) struct Request {
    bytes: Vec<u8>,
}

impl Request {
    /// A request for `path`, below the root of the API, that has no body.
    pub(super) fn get(path: &str) -> Self {
        Self::new("GET", path, "")
    }

    /// A request that sends `body`.
    pub(super) fn post(path: &str, body: &Value) -> Self {
        Self::new("POST", path, &body.to_string())
    }

    /// A request that makes an organization.
    pub(super) fn create_organization(slug: &str) -> Self {
        Self::post("/organizations", &json!({ "slug": slug, "name": "An organization" }))
    }

    fn new(method: &str, path: &str, body: &str) -> Self {
        let length = body.len();
        let bytes = format!(
            "{method} /admin/v1{path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {KEY}\r\n\
             Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
        );
        Self { bytes: bytes.into_bytes() }
    }
}

/// The connection.
pub(super) struct Connection {
    writer: TcpStream,
    reader: BufReader<TcpStream>,
    body: Vec<u8>,
}

impl Connection {
    /// # Errors
    ///
    /// When nobody listens there.
    pub(super) fn open(address: SocketAddr) -> Result<Self> {
        let writer = TcpStream::connect(address)?;
        writer.set_nodelay(true)?;
        writer.set_read_timeout(Some(PATIENCE))?;
        let reader = BufReader::with_capacity(64 << 10, writer.try_clone()?);
        Ok(Self { writer, reader, body: Vec::new() })
    }

    /// The answer.
    ///
    /// # Errors
    ///
    /// Those of [`Connection::ask`], and for what is no JSON.
    pub(super) fn json(&mut self, request: &Request) -> Result<Value> {
        self.ask(request)?;
        self.answer()
    }

    /// The answer that came last.
    ///
    /// # Errors
    ///
    /// When it is no JSON.
    pub(super) fn answer(&self) -> Result<Value> {
        serde_json::from_slice(&self.body).context("the answer is no JSON")
    }

    /// Asks, and takes in the answer.
    ///
    /// # Errors
    ///
    /// When there is none, or it is none of success.
    pub(super) fn ask(&mut self, request: &Request) -> Result<()> {
        self.writer.write_all(&request.bytes)?;
        let (mut line, mut status, mut length) = (String::new(), None, 0);
        loop {
            line.clear();
            ensure!(self.reader.read_line(&mut line)? > 0, "the connection was closed");
            let head = line.trim_end();
            if head.is_empty() {
                break;
            }
            if status.is_none() {
                status = head.split(' ').nth(1).and_then(|code| code.parse::<u16>().ok());
            } else if let Some((_, value)) =
                head.split_once(": ").filter(|(name, _)| name.eq_ignore_ascii_case("content-length"))
            {
                length = value.parse().context("the answer has no length")?;
            }
        }
        self.body.resize(length, 0);
        self.reader.read_exact(&mut self.body)?;
        let told = || String::from_utf8_lossy(&self.body).into_owned();
        ensure!(status.is_some_and(|status| (200..300).contains(&status)), "was answered with {status:?}: {}", told());
        Ok(())
    }
}
