//! The half of a client of HTTP/1.1 that asks: it sends what it is told to, whether or not that is good.

use std::{
    io::Write,
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use serde_json::Value;

use super::{Answer, issued::Issued};

/// How long a part of an answer is waited for: longer than the service waits for a body.
pub(super) const PATIENCE: Duration = Duration::from_secs(20);

/// A request that is being written.
#[derive(Debug, Clone)]
#[must_use]
pub struct Request {
    address: SocketAddr,
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    issued: Issued,
}

impl Request {
    /// A request on a connection of its own, without credentials.
    pub fn new(address: SocketAddr, method: &str, target: &str) -> Self {
        let headers = vec![("Host".to_owned(), address.to_string()), ("Connection".to_owned(), "close".to_owned())];
        Self {
            address,
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: Vec::new(),
            issued: Issued::default(),
        }
    }

    /// Has the secret that the answer may show noted among these.
    pub(super) fn noting(self, issued: &Issued) -> Self {
        Self { issued: issued.clone(), ..self }
    }

    /// Where the secret of an answer is noted.
    pub(super) const fn issued(&self) -> &Issued {
        &self.issued
    }

    /// Adds a header, or another one of the same name.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Takes every header of this name away.
    pub fn without(mut self, name: &str) -> Self {
        self.headers.retain(|(header, _)| !header.eq_ignore_ascii_case(name));
        self
    }

    /// Authenticates by `key`, in place of any other.
    pub fn key(self, key: &str) -> Self {
        self.anonymous().header("Authorization", &format!("Bearer {key}"))
    }

    /// Shows no key.
    pub fn anonymous(self) -> Self {
        self.without("Authorization")
    }

    /// Sends JSON.
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends a body with its length.
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        let length = self.body.len().to_string();
        self.header("Content-Type", content_type).header("Content-Length", &length)
    }

    /// Sends the head, and gives back the connection.
    #[must_use]
    pub fn send_head(&self) -> TcpStream {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.write_all(self.head(|_| true).as_bytes()).unwrap();
        stream
    }

    /// The whole of it, without the header that would have the connection closed.
    pub(super) fn to_keep_the_connection(&self) -> Vec<u8> {
        let mut bytes = self.head(|header| header != "Connection").into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    fn head(&self, takes: impl Fn(&str) -> bool) -> String {
        let headers = self.headers.iter().filter(|(name, _)| takes(name));
        let headers: String = headers.flat_map(|(name, value)| [name, ": ", value, "\r\n"]).collect();
        format!("{} {} HTTP/1.1\r\n{headers}\r\n", self.method, self.target)
    }

    /// Sends the request and reads the answer.
    #[must_use]
    pub fn send(self) -> Answer {
        let mut stream = self.send_head();
        // A server that refuses the body may close before it has it all.
        let _ = stream.write_all(&self.body);
        let answer = Answer::read(&mut stream);
        self.issued.note(&answer);
        answer
    }
}
