//! Three instances, and who calls them.

use std::{path::Path, thread, time::Instant};

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

use super::super::caller::Caller;
use crate::service::{KEY, Service};

/// How many instances there are.
pub(super) const INSTANCES: usize = 3;
/// How many callers make keys at once.
const MAKERS: usize = 8;

/// The running instances.
pub(super) struct Instances {
    services: [Service; INSTANCES],
    _folders: [TempDir; INSTANCES],
}

/// A key and its secret.
pub(super) struct Key {
    pub(super) id: String,
    pub(super) secret: String,
}

impl Instances {
    /// Starts one on each of these URLs of the same database, with the setting `auth_cache` as given.
    pub(super) fn start(program: &Path, urls: [&str; INSTANCES], auth_cache: &str) -> Result<Self> {
        let folders = [tempfile::tempdir()?, tempfile::tempdir()?, tempfile::tempdir()?];
        let start = |n: usize| {
            // What is measured is refused often.
            let variables = [("TENANCY_AUTH_CACHE", auth_cache), ("TENANCY_RATE_LIMIT_AUTH_FAILURES", "0")];
            Service::start_with(program, folders[n].path(), Some(urls[n]), &variables)
        };
        Ok(Self { services: [start(0)?, start(1)?, start(2)?], _folders: folders })
    }

    /// A new caller of one of them.
    pub(super) fn caller(&self, instance: usize) -> Caller {
        Caller::at(self.services[instance].address())
    }

    /// Makes so many keys that may do nothing.
    pub(super) fn make_keys(&self, count: usize) -> Result<Vec<Key>> {
        let makers: Vec<_> = (0..MAKERS)
            .map(|maker| {
                let caller = self.caller(maker % INSTANCES);
                let share = (maker..count).step_by(MAKERS).count();
                thread::spawn(move || (0..share).map(|_| caller.make_key()).collect::<Result<Vec<_>>>())
            })
            .collect();
        let mut keys = Vec::new();
        for maker in makers {
            keys.extend(maker.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??);
        }
        Ok(keys)
    }
}

impl Caller {
    /// Whether the instance lets this secret in.
    pub(super) fn accepts(&self, secret: &str) -> Result<bool> {
        match self.ask("GET", "/me", secret, None)? {
            (200, _) => Ok(true),
            (401, _) => Ok(false),
            (status, body) => bail!("a key was answered with {status}: {body}"),
        }
    }

    fn make_key(&self) -> Result<Key> {
        let body = json!({ "name": "to be revoked", "owner": { "type": "system" } });
        let (status, answer) = self.ask("POST", "/api-keys", KEY, Some(&body))?;
        if status != 201 {
            bail!("a key was not made: {status}: {answer}");
        }
        let answer: Value = serde_json::from_str(&answer)?;
        let text = |member| answer[member].as_str().map(str::to_owned).context("the answer lacks a member");
        Ok(Key { id: text("id")?, secret: text("key")? })
    }

    /// Revokes a key, and gives when that was answered.
    pub(super) fn revoke(&self, key: &Key) -> Result<Instant> {
        let (status, answer) = self.ask("DELETE", &format!("/api-keys/{}", key.id), KEY, None)?;
        let answered = Instant::now();
        if status != 200 {
            bail!("a revocation was answered with {status}: {answer}");
        }
        Ok(answered)
    }
}
