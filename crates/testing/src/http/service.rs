//! All that the rules know of the service.

use std::net::SocketAddr;

use serde_json::{Value, json};

use super::{Keys, ORGANIZATIONS, Request};

/// Where a running service is, and the keys that it knows.
#[derive(Debug, Clone)]
pub struct Service {
    address: SocketAddr,
    keys: Keys,
}

impl Service {
    /// A service at `address` whose storage `keys` were made in.
    #[must_use]
    pub const fn new(address: SocketAddr, keys: Keys) -> Self {
        Self { address, keys }
    }

    /// The keys that it knows.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// A request with the key that may do everything.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target).key(&self.keys.full)
    }

    /// A `GET` with the key that may do everything.
    pub fn get(&self, target: &str) -> Request {
        self.request("GET", target)
    }

    /// Makes an organization, `The <slug>` by name, and gives it back.
    ///
    /// # Panics
    /// When it is not made.
    #[expect(clippy::must_use_candidate, reason = "that there is one may be all that is asked of it")]
    pub fn create(&self, slug: &str) -> Value {
        let body = json!({"slug": slug, "name": format!("The {slug}")});
        self.request("POST", ORGANIZATIONS).json(&body).send().expect(201)
    }

    /// Deletes the organization with this slug or id, and gives it back.
    ///
    /// # Panics
    /// When it is not deleted.
    #[expect(clippy::must_use_candidate, reason = "that it is gone may be all that is asked of it")]
    pub fn delete(&self, organization: &str) -> Value {
        self.request("DELETE", &format!("{ORGANIZATIONS}/{organization}")).send().expect(200)
    }
}
