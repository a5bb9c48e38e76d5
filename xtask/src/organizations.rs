//! The organizations of a running service, over HTTP.

use std::{net::SocketAddr, ops::Range, thread, time::Duration};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use ureq::{
    Agent,
    http::{Request, Response},
};

use crate::service::KEY;

/// How many callers fill a service at once: enough for many organizations in one millisecond.
const CALLERS: u32 = 32;

/// A caller with one connection to the service.
pub(crate) struct Organizations {
    agent: Agent,
    base: String,
}

/// What the service answered: a status and JSON.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Value,
}

impl Organizations {
    pub(crate) fn at(address: SocketAddr) -> Self {
        let config = Agent::config_builder()
            .http_status_as_error(false)
            .max_idle_connections(1)
            .timeout_global(Some(Duration::from_secs(30)));
        Self { agent: config.build().into(), base: format!("http://{address}/admin/v1/organizations") }
    }

    /// # Errors
    ///
    /// When there is no answer, or one that is no JSON.
    fn ask(&self, method: &str, path: &str, body: Option<&Value>) -> Result<Answer> {
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.base))
            .header("Authorization", format!("Bearer {KEY}"));
        let mut response: Response<ureq::Body> = match body {
            Some(body) => {
                let request = request.header("Content-Type", "application/json").body(body.to_string())?;
                self.agent.run(request)?
            }
            None => self.agent.run(request.body(())?)?,
        };
        let text = response.body_mut().with_config().limit(16 << 20).read_to_string()?;
        let body = serde_json::from_str(&text).with_context(|| format!("the answer is no JSON: {text}"))?;
        Ok(Answer { status: response.status().as_u16(), body })
    }

    pub(crate) fn create(&self, slug: &str, name: &str) -> Result<Answer> {
        self.ask("POST", "", Some(&json!({ "slug": slug, "name": name })))
    }

    pub(crate) fn rename(&self, slug: &str, name: &str) -> Result<Answer> {
        self.ask("PATCH", &format!("/{slug}"), Some(&json!({ "name": name })))
    }

    pub(crate) fn delete(&self, slug: &str) -> Result<Answer> {
        self.ask("DELETE", &format!("/{slug}"), None)
    }

    pub(crate) fn get(&self, slug: &str) -> Result<Answer> {
        self.ask("GET", &format!("/{slug}"), None)
    }

    /// A page; `query` begins with `?`.
    pub(crate) fn page(&self, query: &str) -> Result<Answer> {
        let answer = self.ask("GET", query, None)?;
        if answer.status != 200 {
            bail!("a page was answered with {}: {}", answer.status, answer.body);
        }
        Ok(answer)
    }
}

/// Makes the organizations `o-0`, `o-1`, …, of these numbers.
///
/// # Errors
///
/// When one is not made.
pub(crate) fn fill(address: SocketAddr, numbers: Range<u32>) -> Result<()> {
    let callers: Vec<_> = (0..CALLERS)
        .map(|caller| {
            let numbers = numbers.clone().skip(caller as usize).step_by(CALLERS as usize);
            thread::spawn(move || {
                let organizations = Organizations::at(address);
                for number in numbers {
                    let answer = organizations.create(&format!("o-{number}"), "An organization")?;
                    if answer.status != 201 {
                        bail!("o-{number} was answered with {}: {}", answer.status, answer.body);
                    }
                }
                Ok(())
            })
        })
        .collect();
    for caller in callers {
        caller.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??;
    }
    Ok(())
}
