//! What of a request is parsed in its handler.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Bytes};
use percent_encoding::percent_decode_str;
use serde::de::DeserializeOwned;
use tenancy_api_types::nothing::Nothing;
use tenancy_domain::{
    ApiKeyId, AuditEntryId, Error, Precondition, ProviderId, ResourceType, UserId,
    authorization::{Grant, Permission},
    idempotency::{IdempotencyKey, Once, Repeatable},
    organizations::OrganizationRef,
    projects::ProjectRef,
};

use super::{Query, idempotency, json, payload, precondition};
use crate::{answer::Answer, api::Api, endpoint::RouteTemplate, error::ApiError};

/// A request whose path, query and body are still to be parsed; see the [module](super).
pub(crate) struct Unread {
    request: HttpRequest,
    payload: Payload,
    /// What the payload came to, once it was read.
    body: Option<Bytes>,
}

impl FromRequest for Unread {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take(), body: None }))
    }
}

impl Unread {
    /// The request, for what its answer still needs of it.
    pub(crate) fn request(&self) -> &HttpRequest {
        &self.request
    }

    /// The path as it was sent.
    pub(crate) fn path(&self) -> &str {
        self.request.uri().path()
    }

    /// The organization that the path names.
    ///
    /// # Errors
    /// 404 for what is neither a slug nor an id.
    pub(crate) fn organization(&self) -> Result<OrganizationRef, ApiError> {
        // An empty text names nothing: the same answer as for all else that does.
        Ok(OrganizationRef::parse(&self.segment("{slug}").unwrap_or_default())?)
    }

    /// The project that the path names.
    ///
    /// # Errors
    /// 404 for what is neither a slug nor an id.
    pub(crate) fn project(&self) -> Result<ProjectRef, ApiError> {
        Ok(ProjectRef::parse(&self.segment("{project}").unwrap_or_default())?)
    }

    /// The user that the path names.
    ///
    /// # Errors
    /// 404 for what is no id.
    pub(crate) fn user(&self) -> Result<UserId, ApiError> {
        self.user_as(ResourceType::User)
    }

    /// The user that the path names, of whom it is asked as a member.
    ///
    /// # Errors
    /// 404 for what is no id.
    pub(crate) fn member(&self) -> Result<UserId, ApiError> {
        self.user_as(ResourceType::Membership)
    }

    fn user_as(&self, resource: ResourceType) -> Result<UserId, ApiError> {
        let id = self.segment("{user_id}").and_then(|text| UserId::parse(&text).ok());
        Ok(id.ok_or(Error::NotFound(resource))?)
    }

    /// The API key that the path names.
    ///
    /// # Errors
    /// 404 for what is no id.
    pub(crate) fn api_key(&self) -> Result<ApiKeyId, ApiError> {
        let id = self.segment("{key_id}").and_then(|text| ApiKeyId::parse(&text).ok());
        Ok(id.ok_or(Error::NotFound(ResourceType::ApiKey))?)
    }

    /// The dynamic provider that the path names.
    ///
    /// # Errors
    /// 404 for what is no id.
    pub(crate) fn provider(&self) -> Result<ProviderId, ApiError> {
        let id = self.segment("{id}").and_then(|text| ProviderId::parse(&text).ok());
        Ok(id.ok_or(Error::NotFound(ResourceType::DynamicProvider))?)
    }

    /// The audit entry that the path names.
    ///
    /// # Errors
    /// 404 for what is no id.
    pub(crate) fn audit_entry(&self) -> Result<AuditEntryId, ApiError> {
        let id = self.segment("{entry_id}").and_then(|text| AuditEntryId::parse(&text).ok());
        Ok(id.ok_or(Error::NotFound(ResourceType::AuditLog))?)
    }

    /// The query.
    ///
    /// # Errors
    /// 400 for a parameter that is not percent-encoded UTF-8.
    pub(crate) fn query(&self) -> Result<Query<'_>, ApiError> {
        Query::parse(self.request.uri().query().unwrap_or_default())
    }

    /// Sees to it that there is no query.
    ///
    /// # Errors
    /// 400 for any parameter.
    pub(crate) fn no_query(&self) -> Result<(), ApiError> {
        self.query()?.finish()
    }

    /// What `If-Match` and `If-None-Match` ask of the state of the thing that the path names.
    ///
    /// # Errors
    /// 400 for a header that cannot be read.
    pub(crate) fn precondition(&self) -> Result<Precondition, ApiError> {
        precondition::read(self.request.headers())
    }

    /// The same of a request that takes nothing else: sees to it that there is no query.
    ///
    /// # Errors
    /// Those of [`Unread::no_query`] and [`Unread::precondition`].
    pub(crate) fn only_precondition(&self) -> Result<Precondition, ApiError> {
        self.no_query()?;
        self.precondition()
    }

    /// The body.
    ///
    /// # Errors
    /// Those of [`payload::read`], then those of [`json::parse`].
    pub(crate) async fn json<T: DeserializeOwned>(&mut self) -> Result<T, ApiError> {
        json::check_headers(self.request.headers())?;
        json::parse(&self.body().await?)
    }

    /// The body of a request that needs none: what is empty, whatever the headers announce, stands for `{}`.
    ///
    /// # Errors
    /// As for [`Unread::json`].
    pub(crate) async fn json_or_default<T: DeserializeOwned + Default>(&mut self) -> Result<T, ApiError> {
        // Only what arrives tells whether there is a body: HTTP/2 has bodies without a length, too.
        let body = self.body().await?;
        if body.is_empty() {
            return Ok(T::default());
        }
        json::check_headers(self.request.headers())?;
        json::parse(&body)
    }

    /// Sees to it that there is no query, and no body or one that says nothing.
    ///
    /// # Errors
    /// Those of [`Unread::no_query`], then those of [`Unread::json_or_default`].
    pub(crate) async fn nothing(&mut self) -> Result<(), ApiError> {
        self.no_query()?;
        let Nothing {} = self.json_or_default().await?;
        Ok(())
    }

    async fn body(&mut self) -> Result<Bytes, ApiError> {
        let limits = *Api::of(&self.request)?.limits();
        let body = payload::read(self.request.headers(), &mut self.payload, &limits).await?;
        Ok(self.body.insert(body).clone())
    }

    /// The key that the caller gave the request, which it may send again: `Idempotency-Key`.
    ///
    /// # Errors
    /// 400 for a header that cannot be read.
    pub(crate) fn idempotency_key(&self) -> Result<Option<IdempotencyKey>, ApiError> {
        idempotency::key(self.request.headers())
    }

    /// Runs a use case once for all requests of the caller with this key, and answers each as `answer` did the first.
    /// Without a key it is run for this request. The body must have been read by then: it tells the request from others.
    ///
    /// # Errors
    /// Those of the use case; 422 when another request had the key; 409 when one with the key does not end in time, and
    /// when its answer is erased.
    pub(crate) async fn once<P: Permission, T: Send + 'static>(
        &self,
        grant: &Grant<P>,
        key: Option<IdempotencyKey>,
        use_case: Repeatable<T>,
        answer: impl FnOnce(&T) -> Answer + Send + 'static,
    ) -> Result<Answer, ApiError> {
        let unread = || ApiError::internal("a request was to be told from others before its body was read");
        let body = self.body.as_ref().ok_or_else(unread)?;
        let keyed = key.and_then(|key| idempotency::keyed(&self.request, body, grant, key));
        let sealer = Api::of(&self.request)?.sealer();
        let once = Once::new(keyed, sealer, |result| answer(result).into());
        use_case.answered(once).await?.try_into()
    }

    /// The segment of the path that stands where the route's template has `placeholder`, decoded once.
    ///
    /// actix-web's own match is decoded in part already: decoding that again would read `%2%35` as `%25` and then as
    /// `%`.
    fn segment(&self, placeholder: &str) -> Option<String> {
        let template: RouteTemplate = *self.request.app_data()?;
        let path = self.path();
        percent_decode_str(&path[template.find(placeholder, path)?])
            .decode_utf8()
            .ok()
            .map(std::borrow::Cow::into_owned)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn segment(path: &str) -> Option<String> {
        let request =
            TestRequest::with_uri(path).app_data(RouteTemplate("/organizations/{slug}/projects")).to_http_request();
        Unread { request, payload: Payload::None, body: None }.segment("{slug}")
    }

    #[test]
    fn a_segment_is_decoded_once() {
        for (path, decoded) in [
            ("/organizations/acme/projects", "acme"),
            ("/mounted/organizations/acme/projects", "acme"),
            ("/organizations/%61cme/projects", "acme"),
            ("/organizations/%2561cme/projects", "%61cme"),
            ("/organizations/%6%31cme/projects", "%61cme"),
            ("/organizations/a%2Fb/projects", "a/b"),
            ("/organizations/a%00/projects", "a\0"),
            ("/organizations/../projects", ".."),
        ] {
            assert_eq!(segment(path).as_deref(), Some(decoded), "{path}");
        }
        assert_eq!(segment("/organizations/%ff/projects"), None);
    }
}
