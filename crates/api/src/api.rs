//! What the handlers need: the use cases, the limits, and the state of this process.

use std::{
    future::{Ready, ready},
    num::NonZeroU32,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use tenancy_domain::{
    DisplayName, Error,
    access::Access,
    api_keys::{ApiKeySecret, ApiKeyService, Authenticator, NewApiKey},
    audit_log::AuditLogService,
    authorization::{Caller, Scopes},
    members::MemberService,
    organizations::OrganizationService,
    owners::OwnerRef,
    ports::{Clock, IdSource, StorageHealth},
    projects::ProjectService,
    providers::ProviderService,
    sealing::Sealer,
    users::UserService,
};
use uuid::Uuid;

use crate::{client_address::TrustedProxies, error::ApiError, metrics::Metrics, rate_limit::RateLimits};

/// What an [`Api`] is made of.
pub struct Parts {
    /// The use cases of organizations.
    pub organizations: OrganizationService,
    /// The use cases of projects.
    pub projects: ProjectService,
    /// The use cases of users.
    pub users: UserService,
    /// The use cases of members.
    pub members: MemberService,
    /// The use cases of API keys.
    pub api_keys: ApiKeyService,
    /// The use cases of dynamic providers.
    pub providers: ProviderService,
    /// The use cases of the audit log.
    pub audit_log: AuditLogService,
    /// Tells what a caller may do where.
    pub access: Access,
    /// Tells whose key a request shows.
    pub authenticator: Authenticator,
    /// Seals the secrets of answers that are kept to be given again.
    pub sealer: Arc<dyn Sealer>,
    /// Tells whether storage can serve.
    pub storage_health: Arc<dyn StorageHealth>,
    /// Tells the time for the ids of requests.
    pub clock: Arc<dyn Clock>,
    /// Makes the ids of requests that bring none.
    pub ids: Arc<dyn IdSource>,
    /// What a request may cost.
    pub limits: Limits,
    /// Whose word on a client's address is taken.
    pub trusted_proxies: TrustedProxies,
}

/// What a request may cost, and how many there may be. The defaults are those of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest body, in bytes; a larger one is 413.
    pub body_bytes: usize,
    /// How long a body may take to arrive; a slower one is 408.
    pub body_time: Duration,
    /// The largest head (the request line and the headers), in bytes; a larger one is 431. actix-web itself cuts the
    /// connection of a head beyond 128 KiB.
    pub head_bytes: usize,
    /// How many authentications of one client may fail in a minute, and at once; more are 429, while a valid key is let
    /// in still. A client is an IPv4 address or a /64 of IPv6. `None` is no limit.
    pub auth_failures_per_minute: Option<NonZeroU32>,
    /// How many requests may be made with one key in a second, and at once; more are 429. `None` is no limit.
    pub requests_per_second: Option<NonZeroU32>,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            body_bytes: 64 * 1024,
            body_time: Duration::from_secs(10),
            head_bytes: 32 * 1024,
            auth_failures_per_minute: NonZeroU32::new(600),
            requests_per_second: None,
        }
    }
}

/// The API as a whole. A clone is cheap and is the same API: give each worker one.
#[derive(Clone)]
pub struct Api(Arc<Inner>);

struct Inner {
    parts: Parts,
    rate_limits: RateLimits,
    metrics: Metrics,
    draining: AtomicBool,
}

impl Api {
    /// Puts the API together.
    #[must_use]
    pub fn new(parts: Parts) -> Self {
        let rate_limits = RateLimits::new(&parts.limits);
        Self(Arc::new(Inner { parts, rate_limits, metrics: Metrics::new(), draining: AtomicBool::new(false) }))
    }

    /// Makes a key of the installation itself that may do everything, for the program that the API is mounted in: the first
    /// one, that is, with which others are made.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when storage, or the source of randomness, cannot be reached.
    pub async fn issue_system_key(&self, name: DisplayName) -> Result<ApiKeySecret, Error> {
        let new = NewApiKey { name, owner: OwnerRef::System, scopes: Scopes::all(), expires_at: None };
        Ok(self.api_keys().create(&Caller::command_line().authorize()?, new).await?.secret)
    }

    /// Writes when keys were last used, which is gathered in memory meanwhile: of each key once a minute at the most, or all
    /// that is left where the program ends (`is_last`). It is for a task beside the requests, every few seconds.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when storage cannot be reached: some keys then seem to have been used less lately.
    pub async fn write_key_uses(&self, is_last: bool) -> Result<(), Error> {
        self.api_keys().write_uses(is_last).await
    }

    /// From now on `/readyz` answers 503, so that balancers send no more requests. All else goes on being served.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    pub(crate) fn organizations(&self) -> &OrganizationService {
        &self.0.parts.organizations
    }

    pub(crate) fn projects(&self) -> &ProjectService {
        &self.0.parts.projects
    }

    pub(crate) fn users(&self) -> &UserService {
        &self.0.parts.users
    }

    pub(crate) fn members(&self) -> &MemberService {
        &self.0.parts.members
    }

    pub(crate) fn access(&self) -> &Access {
        &self.0.parts.access
    }

    pub(crate) fn api_keys(&self) -> &ApiKeyService {
        &self.0.parts.api_keys
    }

    pub(crate) fn providers(&self) -> &ProviderService {
        &self.0.parts.providers
    }

    pub(crate) fn audit_log(&self) -> &AuditLogService {
        &self.0.parts.audit_log
    }

    pub(crate) fn authenticator(&self) -> &Authenticator {
        &self.0.parts.authenticator
    }

    pub(crate) fn sealer(&self) -> Arc<dyn Sealer> {
        Arc::clone(&self.0.parts.sealer)
    }

    pub(crate) fn storage_health(&self) -> &dyn StorageHealth {
        &*self.0.parts.storage_health
    }

    pub(crate) fn limits(&self) -> &Limits {
        &self.0.parts.limits
    }

    pub(crate) fn trusted_proxies(&self) -> &TrustedProxies {
        &self.0.parts.trusted_proxies
    }

    pub(crate) fn rate_limits(&self) -> &RateLimits {
        &self.0.rate_limits
    }

    pub(crate) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    pub(crate) fn fresh_id(&self) -> Uuid {
        self.0.parts.ids.next(self.0.parts.clock.now())
    }

    /// The API that `request` was routed by.
    pub(crate) fn of(request: &HttpRequest) -> Result<&Self, ApiError> {
        request.app_data().ok_or_else(|| ApiError::internal("the handler is mounted without `tenancy_api::configure`"))
    }
}

impl FromRequest for Api {
    type Error = actix_web::Error;
    type Future = Ready<Result<Self, actix_web::Error>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request).cloned().map_err(Into::into))
    }
}
