//! One operation, until it is awaited.

use std::{fmt, marker::PhantomData, pin::Pin, time::Duration};

use serde::de::DeserializeOwned;
use tenancy_api_types::dry_run::DryRun;

use crate::{
    answer::{Answer, ETag},
    client::Client,
    error::{DecodeError, Error, InputError},
    http::{IDEMPOTENCY_KEY, IF_MATCH, IF_NONE_MATCH, Repeat, Request, Response, visible},
};

/// The kinds of calls: what may be asked of one before it is awaited depends on it.
pub mod kind {
    /// A `GET`: it can be told which version is known already.
    #[derive(Debug, Clone, Copy)]
    pub enum Read {}
    /// A `POST` that makes something: it has an `Idempotency-Key`.
    #[derive(Debug, Clone, Copy)]
    pub enum Create {}
    /// A `POST` that does something to a thing: it has an `Idempotency-Key`, and can be made to depend on the version.
    #[derive(Debug, Clone, Copy)]
    pub enum Act {}
    /// A `POST` that only asks.
    #[derive(Debug, Clone, Copy)]
    pub enum Ask {}
    /// A `PATCH`: it can be made to depend on the version.
    #[derive(Debug, Clone, Copy)]
    pub enum Change {}
    /// A `DELETE`: it can be made to depend on the version, and rehearsed.
    #[derive(Debug, Clone, Copy)]
    pub enum Delete {}

    /// The kinds that can be made to depend on the version.
    pub trait Conditional {}

    impl Conditional for Act {}
    impl Conditional for Change {}
    impl Conditional for Delete {}

    /// The kinds that have an `Idempotency-Key`.
    pub trait Repeatable {}

    impl Repeatable for Create {}
    impl Repeatable for Act {}
}

/// How the body of an answer is read.
pub(crate) type Decode<T> = fn(&Response) -> Result<T, DecodeError>;

/// An operation that gives a `T`. Nothing happens until it is awaited.
///
/// ```no_run
/// # async fn rename(client: tenancy_client::Client) -> Result<(), tenancy_client::Error> {
/// use std::time::Duration;
/// use tenancy_client::types::organizations::UpdateOrganization;
///
/// let acme = client.organizations().get("acme").await?;
/// let changes = UpdateOrganization { name: Some("Acme, Inc.".to_owned()), ..UpdateOrganization::default() };
/// client
///     .organizations()
///     .update("acme", &changes)
///     .if_unchanged(&acme)
///     .timeout(Duration::from_secs(2))
///     .await?;
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing happens until it is awaited"]
pub struct Call<T, K> {
    client: Client,
    /// A mistake that was found while it was put together is told when it is awaited.
    request: Result<Request, InputError>,
    decode: Decode<T>,
    kind: PhantomData<fn() -> K>,
}

impl<T, K> Call<T, K> {
    pub(crate) fn new(client: Client, request: Result<Request, InputError>, decode: Decode<T>) -> Self {
        Self { client, request, decode, kind: PhantomData }
    }

    /// How long each attempt may take, in the place of the client's time-out.
    pub fn timeout(self, timeout: Duration) -> Self {
        self.edit(|request| {
            request.set_timeout(timeout);
            Ok(())
        })
    }

    /// The id of the request in the service's log, in the place of one that the client makes: 1 to 64 characters of
    /// `A-Z`, `a-z`, `0-9`, `.`, `_` and `-`.
    pub fn request_id(self, id: impl AsRef<str>) -> Self {
        self.edit(|request| request.set_id(id.as_ref()))
    }

    /// Sends it once, whatever becomes of it.
    pub fn without_retries(self) -> Self {
        self.edit(|request| {
            request.repeat = Repeat::Never;
            Ok(())
        })
    }

    /// Does it. The same as to await the call itself.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn send(self) -> Result<Answer<T>, Error> {
        let (value, response) = self.send_for_response().await?;
        Ok(Answer::new(value, response))
    }

    /// Does it, and gives the answer beside what was read from it.
    pub(crate) async fn send_for_response(self) -> Result<(T, Response), Error> {
        let response = self.client.send(&self.request?).await?;
        let value = (self.decode)(&response)?;
        Ok((value, response))
    }

    pub(crate) fn edit(mut self, edit: impl FnOnce(&mut Request) -> Result<(), InputError>) -> Self {
        self.request = self.request.and_then(|mut request| edit(&mut request).map(|()| request));
        self
    }

    /// The same as a dry run. Where a service does not know those, it refuses the parameter, and deletes nothing.
    pub(crate) fn rehearse<L>(self) -> Call<DryRun, L> {
        let Self { client, request, .. } = self.query("dry_run", "true").edit(|request| {
            // What changes nothing can be asked for again, unless that was not wanted.
            if request.repeat == Repeat::IfUndone {
                request.repeat = Repeat::Safely;
            }
            Ok(())
        });
        Call::new(client, request, json)
    }

    pub(crate) fn query(self, name: &str, value: &str) -> Self {
        self.edit(|request| {
            request.add_query(name, value);
            Ok(())
        })
    }
}

impl<T> Call<T, kind::Read> {
    /// Gives the thing only if it is another version than this one, and `None` if it is not.
    pub fn if_none_match(self, etag: &ETag) -> IfChanged<T> {
        let value = visible("the ETag", etag.as_str());
        IfChanged(self.edit(|request| {
            request.set_header(IF_NONE_MATCH, value?);
            Ok(())
        }))
    }
}

impl<T, K: kind::Repeatable> Call<T, K> {
    /// What the service knows this by, in the place of a key that the client makes: 1 to 255 characters of visible
    /// ASCII. Who gives the same key again within a day is given the first answer again, and nothing is done twice; so
    /// a program that keeps it can go on where it was ended.
    pub fn idempotency_key(self, key: impl AsRef<str>) -> Self {
        let key = key.as_ref();
        let value = if key.is_empty() || key.len() > 255 || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(InputError::new("the idempotency key", "must have 1 to 255 characters of visible ASCII"))
        } else {
            visible("the idempotency key", key)
        };
        self.edit(|request| {
            request.set_header(IDEMPOTENCY_KEY, value?);
            Ok(())
        })
    }
}

impl<T> Call<T, kind::Delete> {
    /// Tells what the deletion would take along, and leaves all as it is.
    pub fn dry_run(self) -> Call<DryRun, kind::Change> {
        self.rehearse()
    }
}

impl<T, K: kind::Conditional> Call<T, K> {
    /// Does it only while the thing is this version; otherwise the error is 412,
    /// [`is_precondition_failed`](Error::is_precondition_failed).
    pub fn if_match(self, etag: &ETag) -> Self {
        let value = visible("the ETag", etag.as_str());
        self.edit(|request| {
            request.set_header(IF_MATCH, value?);
            Ok(())
        })
    }

    /// Does it only while the thing is as `answer` tells of it: [`if_match`](Self::if_match) with its version.
    ///
    /// Where the service told none, the call fails without being sent: the change would be made whatever became of the
    /// thing, which is what was not to be.
    pub fn if_unchanged<U>(self, answer: &Answer<U>) -> Self {
        match answer.etag() {
            Some(etag) => self.if_match(etag),
            None => self.edit(|_| Err(InputError::new("the condition", "cannot be told: the answer has no ETag"))),
        }
    }
}

impl<T: Send + 'static, K: 'static> IntoFuture for Call<T, K> {
    type Output = Result<Answer<T>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<T, K> fmt::Debug for Call<T, K> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The body may hold a secret.
        formatter.debug_struct("Call").finish_non_exhaustive()
    }
}

/// A [`Call`] that gives `None` where the thing is the version that is known already.
#[derive(Debug)]
#[must_use = "nothing happens until it is awaited"]
pub struct IfChanged<T>(Call<T, kind::Read>);

impl<T: Send + 'static> IfChanged<T> {
    /// Does it. The same as to await the call itself.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn send(self) -> Result<Option<Answer<T>>, Error> {
        let Call { client, request, decode, .. } = self.0;
        let response = client.send(&request?).await?;
        if response.status == reqwest::StatusCode::NOT_MODIFIED {
            return Ok(None);
        }
        let value = decode(&response)?;
        Ok(Some(Answer::new(value, response)))
    }
}

impl<T: Send + 'static> IntoFuture for IfChanged<T> {
    type Output = Result<Option<Answer<T>>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// Reads a body of JSON.
pub(crate) fn json<T: DeserializeOwned>(response: &Response) -> Result<T, DecodeError> {
    serde_json::from_slice(&response.body).map_err(|error| DecodeError::new(response, error.to_string()))
}

/// Reads a body of text.
pub(crate) fn text(response: &Response) -> Result<String, DecodeError> {
    String::from_utf8(response.body.to_vec()).map_err(|error| DecodeError::new(response, error.to_string()))
}

/// Takes a body as it is.
#[expect(clippy::unnecessary_wraps, reason = "it is a `Decode`, and those can fail")]
pub(crate) fn bytes(response: &Response) -> Result<Vec<u8>, DecodeError> {
    Ok(response.body.to_vec())
}
