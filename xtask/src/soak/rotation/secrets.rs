//! The secrets, over HTTP: keys of dynamic providers.

use std::{net::SocketAddr, sync::Arc, thread};

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::super::caller::Caller;
use crate::service::KEY;

/// How many of them an organization has: what the service allows where nothing else is set.
const EACH: usize = 100;
/// How many callers make them at once.
const MAKERS: usize = 8;

/// A secret that was sent.
pub(super) struct Secret {
    /// The id of its provider.
    id: String,
    text: String,
}

/// Makes so many, no two the same.
pub(super) fn make(address: SocketAddr, count: usize) -> Result<Arc<[Secret]>> {
    let organizations = count.div_ceil(EACH);
    let makers: Vec<_> = (0..MAKERS)
        .map(|maker| {
            thread::spawn(move || {
                let caller = Caller::at(address);
                let mut made = Vec::new();
                for organization in (maker..organizations).step_by(MAKERS) {
                    let first = organization * EACH;
                    made.extend(make_within(&caller, organization, first..count.min(first + EACH))?);
                }
                anyhow::Ok(made)
            })
        })
        .collect();
    let mut secrets = Vec::new();
    for maker in makers {
        secrets.extend(maker.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??);
    }
    Ok(secrets.into())
}

/// Makes a new organization, and in it a secret for each of these numbers.
fn make_within(caller: &Caller, organization: usize, numbers: impl Iterator<Item = usize>) -> Result<Vec<Secret>> {
    let body = json!({ "slug": format!("org-{organization}"), "name": "An organization" });
    let organization = create(caller, "/organizations", &body)?;
    let make = |number| {
        let text = format!("sk-the-secret-with-the-number-{number:08}");
        let body = json!({
            "name": format!("provider-{number}"),
            "owner": { "type": "organization", "org_id": organization["id"] },
            "provider_type": "openai",
            "api_key": text,
        });
        let provider = create(caller, "/dynamic-providers", &body)?;
        Ok(Secret { id: provider["id"].as_str().context("the answer has no id")?.to_owned(), text })
    };
    numbers.map(make).collect()
}

fn create(caller: &Caller, path: &str, body: &Value) -> Result<Value> {
    let (status, answer) = caller.ask("POST", path, KEY, Some(body))?;
    ensure!(status == 201, "what was to be made was answered with {status}: {answer}");
    Ok(serde_json::from_str(&answer)?)
}

impl Secret {
    /// Whether it is shown, and as it was sent.
    pub(super) fn is_shown(&self, caller: &Caller) -> Result<bool> {
        let (status, answer) = caller.ask("POST", &format!("/dynamic-providers/{}/reveal", self.id), KEY, None)?;
        if status != 200 {
            eprintln!("{} was answered with {status}: {answer}", self.id);
            return Ok(false);
        }
        let answer: Value = serde_json::from_str(&answer)?;
        Ok(answer["api_key"] == self.text)
    }
}

/// Sees to it that each is shown as it was sent.
pub(super) fn look_at_each(address: SocketAddr, secrets: &[Secret]) -> Result<()> {
    let caller = Caller::at(address);
    for secret in secrets {
        ensure!(secret.is_shown(&caller)?, "the secret of {} is not shown", secret.id);
    }
    Ok(())
}
