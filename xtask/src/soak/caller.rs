//! A caller of a running service, over HTTP.

use std::{net::SocketAddr, time::Duration};

use anyhow::Result;
use serde_json::Value;
use ureq::{Agent, http::Request};

/// A caller with one connection to one instance.
pub(super) struct Caller {
    agent: Agent,
    base: String,
}

impl Caller {
    pub(super) fn at(address: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(1)
            .timeout_global(Some(Duration::from_secs(30)));
        Self { agent: config.build().into(), base: format!("http://{address}/admin/v1") }
    }

    /// The status of the answer, and its body.
    ///
    /// # Errors
    ///
    /// When there is no answer.
    pub(super) fn ask(&self, method: &str, path: &str, key: &str, body: Option<&Value>) -> Result<(u16, String)> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {key}"));
        let mut response = match body {
            Some(body) => self.agent.run(request.header("Content-Type", "application/json").body(body.to_string())?)?,
            None => self.agent.run(request.body(())?)?,
        };
        Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
    }
}
