//! What a client is made from.

use std::time::Duration;

use tenancy_api_types::secret::Secret;

use crate::{
    client::{Client, credentials},
    error::{Error, InputError},
    http::{BaseUrl, Roots, Transport, redirects, visible},
    retry::RetryPolicy,
};

/// How long an attempt may take.
const TIMEOUT: Duration = Duration::from_secs(15);
/// How long the making of a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// How long a connection is kept that nobody uses: less than the 75 seconds after which the service closes it, lest a
/// request be sent on one that is being closed.
const IDLE_TIMEOUT: Duration = Duration::from_mins(1);

const USER_AGENT: &str = concat!("tenancy-client/", env!("CARGO_PKG_VERSION"));

/// What a [`Client`] is made from.
#[derive(Debug, Clone)]
#[must_use = "it makes a client when it is built"]
pub struct ClientBuilder {
    base_url: String,
    key: Option<Secret>,
    timeout: Duration,
    connect_timeout: Duration,
    user_agent: Option<String>,
    retry: RetryPolicy,
    roots: Result<Roots, InputError>,
    http: Option<reqwest::Client>,
}

impl ClientBuilder {
    pub(crate) fn new(base_url: &str) -> Self {
        Self {
            base_url: base_url.to_owned(),
            key: None,
            timeout: TIMEOUT,
            connect_timeout: CONNECT_TIMEOUT,
            user_agent: None,
            retry: RetryPolicy::default(),
            roots: Ok(Roots::default()),
            http: None,
        }
    }

    /// The key to show. Without one, only [`operations`](Client::operations) are answered.
    pub fn key(self, key: impl Into<Secret>) -> Self {
        Self { key: Some(key.into()), ..self }
    }

    /// How long each attempt of a call may take, from the connection to the end of the answer; 15 seconds by default.
    pub fn timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// How long the making of a connection may take; 3 seconds by default.
    pub fn connect_timeout(self, connect_timeout: Duration) -> Self {
        Self { connect_timeout, ..self }
    }

    /// The name and version of the program, for the service's logs: `billing/1.2`. That of this library follows it.
    pub fn user_agent(self, user_agent: impl Into<String>) -> Self {
        Self { user_agent: Some(user_agent.into()), ..self }
    }

    /// How often, how fast and for how long what failed is sent again.
    pub fn retry(self, retry: RetryPolicy) -> Self {
        Self { retry, ..self }
    }

    /// Certificate authorities to trust beside those of the system, in PEM.
    pub fn root_certificates(self, pem: &[u8]) -> Self {
        let roots = self.roots.and_then(|mut roots| roots.add(pem).map(|()| roots));
        Self { roots, ..self }
    }

    /// What speaks HTTP, for who wants more of it: a proxy, a client's certificate. It has its own
    /// [`connect_timeout`](Self::connect_timeout), [`user_agent`](Self::user_agent) and
    /// [`root_certificates`](Self::root_certificates); those given here do nothing then. It should follow no redirects:
    /// the key would go where they lead.
    pub fn http_client(self, http: reqwest::Client) -> Self {
        Self { http: Some(http), ..self }
    }

    /// Makes the client. Nothing is sent.
    ///
    /// # Errors
    /// [`Error::Input`] for what cannot be used: a base URL that is none, a key or a user agent that no header can
    /// hold, certificates that are none, or no certificate authority at all.
    pub fn build(self) -> Result<Client, Error> {
        let base = BaseUrl::parse(&self.base_url)?;
        let key = credentials(self.key.as_ref())?;
        let (timeout, retry) = (self.timeout, self.retry);
        let http = self.http_for(&base)?;
        Ok(Client::of(Transport { http, base, timeout, retry }, key))
    }

    /// What speaks HTTP with the service at `base`: the one that was given, or one of our own.
    fn http_for(self, base: &BaseUrl) -> Result<reqwest::Client, InputError> {
        if let Some(http) = self.http {
            return Ok(http);
        }
        let user_agent = match self.user_agent {
            Some(own) => format!("{own} {USER_AGENT}"),
            None => USER_AGENT.to_owned(),
        };
        reqwest::Client::builder()
            .user_agent(visible("the user agent", &user_agent)?)
            .connect_timeout(self.connect_timeout)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .redirect(redirects())
            .tls_backend_preconfigured(self.roots?.config(base.is_https())?)
            .build()
            .map_err(|error| InputError::new("the HTTP client", error.to_string()))
    }
}
