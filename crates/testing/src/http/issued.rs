//! The secrets that a service gave out, and those that it was given to keep.

use std::{
    collections::BTreeSet,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use serde_json::Value;

use super::Answer;

/// The members of an answer that hold a secret.
const MEMBERS: [&str; 2] = ["key", "api_key"];

/// The secrets that belong to one service, so that a test can search for them where they must not be. Its clones are the
/// same set.
#[derive(Clone, Default)]
pub struct Issued(Arc<Mutex<BTreeSet<String>>>);

impl Issued {
    /// Takes note of a secret.
    pub fn add(&self, secret: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(secret.to_owned());
    }

    /// Takes note of the secret that an answer shows, if it shows one. What a refusal repeats is none.
    pub(super) fn note(&self, answer: &Answer) {
        if !(200..300).contains(&answer.status) {
            return;
        }
        let Ok(Value::Object(shown)) = serde_json::from_slice(&answer.body) else { return };
        for secret in MEMBERS.iter().filter_map(|member| shown.get(*member)?.as_str()) {
            self.add(secret);
        }
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> Vec<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}

impl fmt::Debug for Issued {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Issued(…)")
    }
}
