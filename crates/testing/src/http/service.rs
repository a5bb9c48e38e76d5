//! All that the rules know of the service.

use std::{fmt, net::SocketAddr, sync::Arc};

use serde_json::{Value, json};

use super::{Connection, Issued, Keys, ORGANIZATIONS, Remains, Request};

/// Where a running service is, the keys that it knows, and what it leaves behind.
#[derive(Clone)]
pub struct Service {
    address: SocketAddr,
    keys: Keys,
    issued: Issued,
    remains: Option<Arc<dyn Remains>>,
}

impl Service {
    /// A service at `address` whose storage `keys` were made in.
    #[must_use]
    pub fn new(address: SocketAddr, keys: Keys) -> Self {
        let issued = Issued::default();
        for secret in keys.all() {
            issued.add(secret);
        }
        Self { address, keys, issued, remains: None }
    }

    /// The same, with a way to what it leaves behind.
    #[must_use]
    pub fn with_remains(self, remains: impl Remains + 'static) -> Self {
        Self { remains: Some(Arc::new(remains)), ..self }
    }

    /// The keys that it knows.
    #[must_use]
    pub const fn keys(&self) -> &Keys {
        &self.keys
    }

    /// Every secret that it gave out so far to who asked by [`Service::request`], its [`Service::keys`] included.
    #[must_use]
    pub const fn issued(&self) -> &Issued {
        &self.issued
    }

    /// What it leaves behind, where that is to be had.
    #[must_use]
    pub fn remains(&self) -> Option<&dyn Remains> {
        self.remains.as_deref()
    }

    /// A connection to it that is kept from request to request.
    #[must_use]
    pub const fn connection(&self) -> Connection {
        Connection::new(self.address)
    }

    /// A request with the key that may do everything.
    pub fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target).key(&self.keys.full).noting(&self.issued)
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

impl fmt::Debug for Service {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Service").field("address", &self.address).finish_non_exhaustive()
    }
}
