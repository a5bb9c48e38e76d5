//! From the wire's words for API keys to the domain's, and back.

use tenancy_api_types::{api_keys as wire, owner, secret::Secret};
use tenancy_domain::{
    Error, OrganizationId, ProjectId, UserId, Violation,
    api_keys::{ApiKey, IssuedApiKey},
    authorization::{Scope, Scopes},
    owners::{Owner, OwnerRef},
};

use crate::timestamp::to_wire_time;

/// A key without its secret.
pub(super) fn to_wire(key: ApiKey) -> wire::ApiKey {
    wire::ApiKey {
        id: key.id.uuid(),
        name: key.name.into(),
        key_prefix: key.key_prefix.as_str().to_owned(),
        owner: owner_to_wire(key.owner),
        scopes: scopes_to_wire(&key.scopes),
        expires_at: key.expires_at.map(to_wire_time),
        created_at: to_wire_time(key.created_at),
        updated_at: to_wire_time(key.updated_at),
        last_used_at: key.last_used_at.map(to_wire_time),
        revoked_at: key.revoked_at.map(to_wire_time),
        rotated_at: key.rotated_at.map(to_wire_time),
        rotation_grace_until: key.rotation_grace_until.map(to_wire_time),
    }
}

/// A key with its new secret.
pub(super) fn issued_to_wire(issued: &IssuedApiKey) -> wire::IssuedApiKey {
    wire::IssuedApiKey { key: Secret::new(issued.secret.expose()), api_key: to_wire(issued.key.clone()) }
}

/// Whose a key is.
pub(crate) fn owner_to_wire(owner: Owner) -> owner::Owner {
    match owner {
        Owner::System => owner::Owner::System,
        Owner::Organization(id) => owner::Owner::Organization { org_id: id.uuid() },
        Owner::Project { project, .. } => owner::Owner::Project { project_id: project.uuid() },
        Owner::User(id) => owner::Owner::User { user_id: id.uuid() },
    }
}

/// Whose a key is to be.
pub(super) fn owner_from_wire(owner: owner::Owner) -> OwnerRef {
    match owner {
        owner::Owner::System => OwnerRef::System,
        owner::Owner::Organization { org_id } => OwnerRef::Organization(OrganizationId::new(org_id)),
        owner::Owner::Project { project_id } => OwnerRef::Project(ProjectId::new(project_id)),
        owner::Owner::User { user_id } => OwnerRef::User(UserId::new(user_id)),
    }
}

/// The scopes of a key.
pub(crate) fn scopes_to_wire(scopes: &Scopes) -> Vec<String> {
    scopes.iter().map(|scope| scope.as_str().to_owned()).collect()
}

/// The scopes that a key is to have.
///
/// # Errors
/// [`Error::Invalid`] of `scopes` when there are too many, and of `scopes[2]` for one that is none.
pub(super) fn scopes_from_wire(sent: Vec<String>) -> Result<Scopes, Error> {
    // The domain counts each scope once; the document's bound is that of the list as it is sent.
    if sent.len() > Scopes::MAX {
        return Err(Violation::new("must not have more than 50 scopes").of("scopes"));
    }
    let scopes = sent
        .into_iter()
        .enumerate()
        .map(|(index, scope)| Scope::parse(scope).map_err(|violation| violation.of(format!("scopes[{index}]"))));
    Scopes::new(scopes.collect::<Result<Vec<_>, _>>()?).map_err(|violation| violation.of("scopes"))
}

#[cfg(test)]
mod tests {
    use tenancy_api_types::fields;
    use tenancy_domain::{api_keys::GracePeriod, owners::OwnerType};

    use super::*;

    /// The numbers and names stand in the domain, which rules, and in the wire types, which only tell: they must agree.
    #[test]
    fn the_wire_types_tell_the_domains_bounds() {
        assert_eq!(fields::SCOPES_MAX, Scopes::MAX);
        assert_eq!(fields::SCOPE_PATTERN, Scope::PATTERN);
        assert_eq!(wire::GRACE_PERIOD_DEFAULT_SECONDS, GracePeriod::DEFAULT_SECONDS);
        assert_eq!(wire::GRACE_PERIOD_MAX_SECONDS, GracePeriod::MAX_SECONDS);
        assert_eq!(owner::OwnerType::ALL.map(owner::OwnerType::as_str), OwnerType::ALL.map(OwnerType::as_str));
    }

    #[test]
    fn a_bad_scope_is_named_by_its_place_and_the_list_is_bounded_as_it_is_sent() {
        let field = |sent: &[&str]| match scopes_from_wire(sent.iter().map(ToString::to_string).collect()) {
            Ok(_) => None,
            Err(Error::Invalid { field, .. }) => Some(field.into_owned()),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(field(&["billing", "admin:read", "billing"]), None);
        assert_eq!(field(&["billing", "admin:read", "admin:nothing"]).as_deref(), Some("scopes[2]"));
        assert_eq!(field(&["A"]).as_deref(), Some("scopes[0]"));
        assert_eq!(field(&["a"; 50]), None);
        assert_eq!(field(&["a"; 51]).as_deref(), Some("scopes"));
    }
}
