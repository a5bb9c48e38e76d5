//! The client: where the service is, the key, and what can be done there.

use std::{fmt, sync::Arc};

use reqwest::{Method, header::HeaderValue};
use serde::{Serialize, de::DeserializeOwned};
use tenancy_api_types::{me::Me, secret::Secret};
use uuid::Uuid;

use crate::{
    api_keys::ApiKeys,
    audit_log::AuditLog,
    builder::ClientBuilder,
    call::{self, Call, Decode, kind},
    dynamic_providers::DynamicProviders,
    error::{Error, InputError},
    http::{self, IDEMPOTENCY_KEY, OpenResponse, Path, Repeat, Request, Response, Transport, visible},
    members::Members,
    operations::Operations,
    organizations::Organizations,
    pages::List,
    projects::Projects,
    reference::Reference,
    users::Users,
};

/// The client of one service, with one key. A clone is cheap and shares the connections.
///
/// It keeps connections open, so a program makes one and passes it on. It needs a tokio runtime.
#[derive(Clone)]
pub struct Client {
    transport: Arc<Transport>,
    key: Option<HeaderValue>,
}

impl Client {
    /// A client of the service at `base_url`, with `key` and the defaults of [`ClientBuilder`] for all else.
    ///
    /// # Errors
    /// [`Error::Input`] for a base URL or a key that cannot be one.
    pub fn new(base_url: &str, key: impl Into<Secret>) -> Result<Self, Error> {
        Self::builder(base_url).key(key).build()
    }

    /// Begins a client of the service at `base_url`: what comes before `/admin/v1`, with any prefix.
    pub fn builder(base_url: &str) -> ClientBuilder {
        ClientBuilder::new(base_url)
    }

    pub(crate) fn of(transport: Transport, key: Option<HeaderValue>) -> Self {
        Self { transport: Arc::new(transport), key }
    }

    /// A client of the same service with another key, on the same connections.
    ///
    /// # Errors
    /// [`Error::Input`] for a key that cannot be one.
    pub fn with_key(&self, key: impl Into<Secret>) -> Result<Self, Error> {
        let key = http::bearer(key.into().expose())?;
        Ok(Self { transport: self.transport.clone(), key: Some(key) })
    }

    /// Organizations.
    #[must_use]
    pub fn organizations(&self) -> Organizations {
        Organizations::new(self.clone())
    }

    /// The projects of an organization.
    #[must_use]
    pub fn projects(&self, organization: impl Into<Reference>) -> Projects {
        Projects::new(self.clone(), &organization.into())
    }

    /// Users.
    #[must_use]
    pub fn users(&self) -> Users {
        Users::new(self.clone())
    }

    /// The members of an organization.
    #[must_use]
    pub fn members(&self, organization: impl Into<Reference>) -> Members {
        Members::of_organization(self.clone(), &organization.into())
    }

    /// The members of a project.
    #[must_use]
    pub fn project_members(&self, organization: impl Into<Reference>, project: impl Into<Reference>) -> Members {
        Members::of_project(self.clone(), &organization.into(), &project.into())
    }

    /// API keys.
    #[must_use]
    pub fn api_keys(&self) -> ApiKeys {
        ApiKeys::new(self.clone())
    }

    /// Dynamic providers.
    #[must_use]
    pub fn dynamic_providers(&self) -> DynamicProviders {
        DynamicProviders::new(self.clone())
    }

    /// The audit log.
    #[must_use]
    pub fn audit_log(&self) -> AuditLog {
        AuditLog::new(self.clone())
    }

    /// The key of this client: whose it is, and what it may be used for. `GET /admin/v1/me`
    pub fn me(&self) -> Call<Me, kind::Read> {
        self.read(&Path::api("me"))
    }

    /// The service's health, its metrics, its OpenAPI document and the page of that.
    #[must_use]
    pub fn operations(&self) -> Operations {
        Operations::new(self.clone())
    }

    /// A `GET`.
    pub(crate) fn read<T: DeserializeOwned>(&self, path: &Path) -> Call<T, kind::Read> {
        self.call(Method::GET, path, Repeat::Safely, call::json)
    }

    /// A `GET` beside the API, without the key.
    pub(crate) fn read_beside<T>(&self, path: &Path, decode: Decode<T>) -> Call<T, kind::Read> {
        self.call(Method::GET, path, Repeat::Safely, decode).edit(|request| {
            request.be_anonymous();
            Ok(())
        })
    }

    /// The pages of a `GET`.
    pub(crate) fn list<T: DeserializeOwned>(&self, path: Path) -> List<T> {
        List::new(self.clone(), path)
    }

    /// A `POST` that makes something.
    pub(crate) fn create<T: DeserializeOwned>(&self, path: &Path, body: &impl Serialize) -> Call<T, kind::Create> {
        self.post_once(path, body)
    }

    /// A `POST` that does something to a thing.
    pub(crate) fn act<T: DeserializeOwned>(&self, path: &Path, body: &impl Serialize) -> Call<T, kind::Act> {
        self.post_once(path, body)
    }

    /// A `POST` that is carried out once, however often it is sent.
    fn post_once<T: DeserializeOwned, K: kind::Repeatable>(&self, path: &Path, body: &impl Serialize) -> Call<T, K> {
        self.call(Method::POST, path, Repeat::Safely, call::json).edit(|request| {
            request.set_header(IDEMPOTENCY_KEY, visible("the idempotency key", &Uuid::new_v4().to_string())?);
            request.set_json(body)
        })
    }

    /// A `POST` that only asks.
    pub(crate) fn ask<T: DeserializeOwned>(&self, path: &Path, body: &impl Serialize) -> Call<T, kind::Ask> {
        self.call(Method::POST, path, Repeat::Safely, call::json).edit(|request| request.set_json(body))
    }

    /// A `PATCH`.
    pub(crate) fn change<T: DeserializeOwned>(&self, path: &Path, body: &impl Serialize) -> Call<T, kind::Change> {
        self.call(Method::PATCH, path, Repeat::IfUndone, call::json).edit(|request| request.set_json(body))
    }

    /// A `DELETE`.
    pub(crate) fn remove<T: DeserializeOwned>(&self, path: &Path) -> Call<T, kind::Delete> {
        self.call(Method::DELETE, path, Repeat::IfUndone, call::json)
    }

    /// A `GET` whose answer is read as it comes.
    pub(crate) fn stream(&self, path: &Path) -> Result<Request, InputError> {
        let mut request = self.transport.base.join(path).map(|url| Request::new(Method::GET, url, Repeat::Safely))?;
        request.accept(HeaderValue::from_static("application/x-ndjson"));
        Ok(request)
    }

    pub(crate) async fn open(&self, request: &Request) -> Result<OpenResponse, Error> {
        self.transport.open(request, self.key.as_ref()).await
    }

    fn call<T, K>(&self, method: Method, path: &Path, repeat: Repeat, decode: Decode<T>) -> Call<T, K> {
        let request = self.transport.base.join(path).map(|url| Request::new(method, url, repeat));
        Call::new(self.clone(), request, decode)
    }

    pub(crate) async fn send(&self, request: &Request) -> Result<Response, Error> {
        self.transport.send(request, self.key.as_ref()).await
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Client").field("base_url", &self.transport.base).finish_non_exhaustive()
    }
}

/// A key that is being given to a client, before it is known to be one.
pub(crate) fn credentials(key: Option<&Secret>) -> Result<Option<HeaderValue>, InputError> {
    key.map(|key| http::bearer(key.expose())).transpose()
}
