//! The half of a client of HTTP/1.1 that is answered, and what every answer must be.

use std::{
    io::{BufRead, Read},
    net::TcpStream,
};

use serde_json::Value;

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// The status code.
    pub status: u16,
    /// The headers in their order, their names in lower case.
    pub headers: Vec<(String, String)>,
    /// Everything after the head, as it came.
    pub body: Vec<u8>,
}

impl Answer {
    /// Reads until the server closes.
    #[must_use]
    pub fn read(stream: &mut TcpStream) -> Self {
        let mut bytes = Vec::new();
        // A reset after the whole answer is the server's way to say that it will not read the rest of the request.
        let _ = stream.read_to_end(&mut bytes);
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("the answer has a whole head");
        Self::of(&bytes[..end], bytes[end + 4..].to_vec())
    }

    /// Reads one answer, which must tell its length, and leaves what comes after it; `None` where there is none.
    pub(super) fn read_one(stream: &mut impl BufRead) -> Option<Self> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            if stream.read_until(b'\n', &mut head).ok()? == 0 {
                return None;
            }
        }
        let mut answer = Self::of(&head[..head.len() - 4], Vec::new());
        let length = answer.header("content-length").expect("the answer tells its length");
        answer.body = vec![0; length.parse().unwrap()];
        stream.read_exact(&mut answer.body).ok()?;
        Some(answer)
    }

    fn of(head: &[u8], body: Vec<u8>) -> Self {
        let head = std::str::from_utf8(head).unwrap();
        let (status_line, headers) = head.split_once("\r\n").unwrap_or((head, ""));
        let headers = headers.split("\r\n").filter_map(|line| line.split_once(": "));
        Self {
            status: status_line.split(' ').nth(1).unwrap().parse().unwrap(),
            headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            body,
        }
    }

    /// The first header of this name, which is in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.all(name).into_iter().next()
    }

    /// Every header of this name, which is in lower case.
    #[must_use]
    pub fn all(&self, name: &str) -> Vec<&str> {
        self.headers.iter().filter(|(header, _)| header == name).map(|(_, value)| value.as_str()).collect()
    }

    /// The target of the link with this relation.
    #[must_use]
    pub fn link(&self, relation: &str) -> Option<&str> {
        let end = format!(">; rel=\"{relation}\"");
        self.all("link").into_iter().find_map(|link| link.strip_prefix('<')?.strip_suffix(&end))
    }

    /// The body.
    ///
    /// # Panics
    /// When it is no JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// Takes the body of an answer that must have this status.
    ///
    /// # Panics
    /// When it has another one, or no JSON.
    #[expect(clippy::must_use_candidate, reason = "that it does not panic may be all that is asked of it")]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.body));
        self.json()
    }

    /// Sees to it that this is the envelope of this very error, with all that belongs to it, and gives its message.
    ///
    /// # Panics
    /// When it is anything else.
    pub fn expect_error(&self, status: u16, code: &str, param: Option<&str>) -> String {
        let body = self.expect(status);
        assert_eq!(self.header("content-type"), Some("application/json"));
        assert_eq!(body.as_object().unwrap().len(), 1, "{body}");
        let error = body["error"].as_object().unwrap();
        let mut members: Vec<_> = error.keys().map(String::as_str).collect();
        members.sort_unstable();
        assert_eq!(members, ["code", "message", "param", "request_id", "type"]);
        assert_eq!((error["code"].as_str(), error["param"].as_str()), (Some(code), param), "{body}");
        assert_eq!(error["request_id"].as_str(), self.header("x-request-id"));
        let family = match status {
            401 => "authentication_error",
            403 => "permission_error",
            429 => "rate_limit_error",
            500.. => "server_error",
            _ => "invalid_request_error",
        };
        assert_eq!(error["type"], family);
        assert_eq!(self.header("www-authenticate"), (status == 401).then_some("Bearer"));
        assert_eq!(self.header("retry-after").is_some(), matches!(status, 429 | 503));
        assert_eq!(self.header("allow").is_some(), status == 405);
        error["message"].as_str().unwrap().to_owned()
    }

    /// Sees to it that there is what every answer has, whatever layer gave it: an id made by the service, the security
    /// headers, and nothing twice.
    ///
    /// # Panics
    /// When something is missing.
    pub fn expect_common_headers(&self) {
        let id = self.header("x-request-id").unwrap();
        assert_eq!((id.len(), id.split('-').count()), (36, 5), "{id}");
        assert_eq!(self.header("x-content-type-options"), Some("nosniff"));
        let caching = if self.header("etag").is_some() { "private, no-cache" } else { "no-store" };
        assert_eq!(self.header("cache-control"), Some(caching));
        assert_eq!(self.header("content-security-policy"), Some("default-src 'none'"));
        for name in ["x-request-id", "content-type", "content-length", "cache-control"] {
            assert_eq!(self.all(name).len(), 1, "{name}");
        }
    }

    /// Sees to it that this is the RFC 9457 form of the error that `envelope` tells of, which was given for a request
    /// with the same id.
    ///
    /// # Panics
    /// When a fact is missing or another one.
    pub fn expect_problem_like(&self, envelope: &Self) {
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        let problem = self.expect(envelope.status);
        assert_eq!(problem["type"], "about:blank");
        assert_eq!(problem["status"], envelope.status);
        assert!(problem["title"].is_string());
        let envelope = &envelope.json()["error"];
        for (member, same) in [
            ("detail", "message"),
            ("error_type", "type"),
            ("code", "code"),
            ("param", "param"),
            ("request_id", "request_id"),
        ] {
            assert_eq!(problem.get(member), envelope.get(same), "{member}");
        }
    }
}
