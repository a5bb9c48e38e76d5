//! A caller of a running service, over HTTP.

use std::{collections::HashMap, net::SocketAddr, time::Duration};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use ureq::{
    Agent,
    http::{Request, Response},
};

use crate::service::KEY;

/// A caller with one connection to the service.
pub(super) struct Client {
    agent: Agent,
    base: String,
}

/// What the service answered: a status and JSON.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: u16,
    pub(super) body: Value,
    /// Whether it was given before.
    pub(super) is_replayed: bool,
}

impl Client {
    pub(super) fn at(address: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(1)
            .timeout_global(Some(Duration::from_secs(30)));
        Self { agent: config.build().into(), base: format!("http://{address}/admin/v1") }
    }

    /// Makes something, with a key to send the request again with.
    ///
    /// # Errors
    ///
    /// When there is no answer, or one that is no JSON.
    pub(super) fn post(&self, path: &str, idempotency_key: &str, body: &Value) -> Result<Answer> {
        let request = self
            .request("POST", path, KEY)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", idempotency_key)
            .body(body.to_string())?;
        Self::read(self.agent.run(request)?)
    }

    /// What the bearer of `key` is told of itself.
    ///
    /// # Errors
    ///
    /// When it is not let in.
    pub(super) fn me(&self, key: &str) -> Result<Value> {
        let answer = Self::read(self.agent.run(self.request("GET", "/me", key).body(())?)?)?;
        ensure!(answer.status == 200, "a bearer was answered with {}: {}", answer.status, answer.body);
        Ok(answer.body)
    }

    /// The id of the key that all of this is done with.
    ///
    /// # Errors
    ///
    /// When it is not let in.
    pub(super) fn own_id(&self) -> Result<String> {
        Ok(self.me(KEY)?["key_id"].as_str().context("a caller has no key")?.to_owned())
    }

    /// Walks through all of a list and counts its rows by one of their members.
    ///
    /// # Errors
    ///
    /// When a page is refused, or a row lacks the member.
    pub(super) fn count_by(&self, list: &str, filter: &str, member: &str) -> Result<HashMap<String, usize>> {
        let (mut counts, mut cursor) = (HashMap::new(), String::new());
        loop {
            let path = format!("{list}?limit=1000{filter}{cursor}");
            let page = Self::read(self.agent.run(self.request("GET", &path, KEY).body(())?)?)?;
            ensure!(page.status == 200, "a page was answered with {}: {}", page.status, page.body);
            for row in page.body["data"].as_array().context("a page has no rows")? {
                let value = row[member].as_str().with_context(|| format!("a row has no {member}: {row}"))?;
                *counts.entry(value.to_owned()).or_insert(0) += 1;
            }
            match page.body["pagination"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return Ok(counts),
            }
        }
    }

    fn request(&self, method: &str, path: &str, key: &str) -> ureq::http::request::Builder {
        let uri = format!("{}{path}", self.base);
        Request::builder().method(method).uri(uri).header("Authorization", format!("Bearer {key}"))
    }

    fn read(mut response: Response<ureq::Body>) -> Result<Answer> {
        let text = response.body_mut().with_config().limit(16 << 20).read_to_string()?;
        let body = serde_json::from_str(&text).with_context(|| format!("the answer is no JSON: {text}"))?;
        let is_replayed = response.headers().contains_key("idempotency-replayed");
        Ok(Answer { status: response.status().as_u16(), body, is_replayed })
    }
}
