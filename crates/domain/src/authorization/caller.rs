//! Who calls, and from where.

use std::{net::IpAddr, sync::Arc};

use super::{Grant, Permission, Scopes, TenantScope, tenant_scope::Reach};
use crate::{
    api_keys::{ApiKey, Credential},
    error::Error,
    ids::ApiKeyId,
    owners::Owner,
};

/// Whom a call comes from, once that is established.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Principal(Kind);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Kind {
    /// Of the key that it showed, by one of its secrets.
    ApiKey(Arc<Credential>),
    CommandLine,
}

impl Principal {
    /// The operator at the machine itself, who holds the database and its files and so may do everything.
    #[must_use]
    pub const fn command_line() -> Self {
        Self(Kind::CommandLine)
    }

    /// The bearer of `credential`. Made by the authentication alone, once that was found to let in.
    pub(crate) fn bearer_of(credential: Arc<Credential>) -> Self {
        Self(Kind::ApiKey(credential))
    }

    /// The key that it showed; the operator on the command line has none.
    #[must_use]
    pub fn api_key(&self) -> Option<&ApiKey> {
        match &self.0 {
            Kind::CommandLine => None,
            Kind::ApiKey(credential) => Some(&credential.key),
        }
    }

    /// The tenants that it reaches.
    fn tenant_scope(&self) -> TenantScope {
        TenantScope::new(match &self.0 {
            Kind::CommandLine => Reach::Everything,
            Kind::ApiKey(credential) => credential.key.owner.into(),
        })
    }

    fn allows<P: Permission>(&self) -> bool {
        match &self.0 {
            Kind::CommandLine => true,
            Kind::ApiKey(credential) => credential.key.scopes.allow(P::RESOURCE, P::ACTION),
        }
    }

    /// What it may give to others: everything, or the scopes that it holds itself.
    fn scopes(&self) -> Scopes {
        match &self.0 {
            Kind::CommandLine => Scopes::all(),
            Kind::ApiKey(credential) => credential.key.scopes.clone(),
        }
    }

    fn actor(&self) -> Actor {
        match &self.0 {
            Kind::CommandLine => Actor::CommandLine,
            Kind::ApiKey(credential) => Actor::ApiKey { id: credential.key.id, owner: credential.key.owner },
        }
    }
}

/// Where a call came from, for the audit log.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Origin {
    /// The request's id: `X-Request-Id` over HTTP.
    pub request_id: Option<String>,
    /// The client's address.
    pub ip_address: Option<IpAddr>,
    /// The client's `User-Agent`.
    pub user_agent: Option<String>,
}

/// Who is to be named in the audit log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Actor {
    /// The bearer of an API key.
    ApiKey {
        /// The key's id.
        id: ApiKeyId,
        /// Whose key it is.
        owner: Owner,
    },
    /// The operator, on the command line.
    CommandLine,
}

/// A principal, and where its call came from.
#[derive(Debug, Clone)]
pub struct Caller {
    principal: Principal,
    origin: Origin,
}

impl Caller {
    /// A call by `principal` from `origin`.
    #[must_use]
    pub const fn new(principal: Principal, origin: Origin) -> Self {
        Self { principal, origin }
    }

    /// A call by the operator on the command line.
    #[must_use]
    pub fn command_line() -> Self {
        Self::new(Principal::command_line(), Origin::default())
    }

    /// Asks for the permission `P`.
    ///
    /// # Errors
    /// [`Error::Forbidden`], naming the scope that would do, when the principal's scopes do not allow it.
    pub fn authorize<P: Permission>(self) -> Result<Grant<P>, Error> {
        if !self.principal.allows::<P>() {
            return Err(Error::Forbidden(
                format!("this needs the scope admin:{}:{}", P::RESOURCE.as_str(), P::ACTION.as_str()).into(),
            ));
        }
        Ok(Grant::new(self.principal.actor(), self.principal.tenant_scope(), self.principal.scopes(), self.origin))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        api_keys::{KeyPrefix, NewApiKey},
        authorization::{OrganizationsRead, OrganizationsWrite, Scope},
        display_name::DisplayName,
        owners::{OwnerRef, OwnerState},
        timestamp::Timestamp,
    };

    fn bearer(scopes: &[&str]) -> Caller {
        let scopes = Scopes::new(scopes.iter().map(|text| Scope::parse(*text).unwrap())).unwrap();
        let id = ApiKeyId::new(uuid::Uuid::nil());
        let name = DisplayName::parse("test").unwrap();
        let new = NewApiKey { name, owner: OwnerRef::System, scopes, expires_at: None };
        let now = Timestamp::from_unix_milliseconds(0).unwrap();
        let key = ApiKey::create(id, Owner::System, new, KeyPrefix::parse("abcdefgh").unwrap(), now);
        let credential = Credential { key, valid_until: None, owner_state: OwnerState::Active };
        Caller::new(Principal::bearer_of(Arc::new(credential)), Origin::default())
    }

    #[test]
    fn a_grant_needs_its_scope_and_the_refusal_names_it() {
        assert!(bearer(&["admin:read"]).authorize::<OrganizationsRead>().is_ok());
        let refusal = bearer(&["admin:read"]).authorize::<OrganizationsWrite>().unwrap_err();
        assert_eq!(refusal.to_string(), "this needs the scope admin:organizations:write");
        assert!(bearer(&[]).authorize::<OrganizationsRead>().is_err());
    }

    #[test]
    fn the_operator_may_do_everything_and_is_named_as_such() {
        let grant = Caller::command_line().authorize::<OrganizationsWrite>().unwrap();
        assert_eq!(grant.actor(), Actor::CommandLine);
        assert_eq!(grant.tenant_scope().reach(), Reach::Everything);
    }
}
