//! From the wire's words for users to the domain's, and back.

use tenancy_api_types::users as wire;
use tenancy_domain::{
    DisplayName, Error, Violation,
    users::{Email, User},
};

use crate::timestamp::to_wire_time;

/// A user as the wire has it.
pub(crate) fn to_wire(user: User) -> wire::User {
    wire::User {
        id: user.id.uuid(),
        external_id: user.external_id.into(),
        email: user.email.map(Into::into),
        name: user.name.map(Into::into),
        created_at: to_wire_time(user.created_at),
        updated_at: to_wire_time(user.updated_at),
    }
}

/// An e-mail address that may be null.
///
/// # Errors
/// [`Error::Invalid`] of `email`.
pub(super) fn email_from_wire(email: Option<String>) -> Result<Option<Email>, Error> {
    email.map(Email::parse).transpose().map_err(|violation: Violation| violation.of("email"))
}

/// A name that may be null.
///
/// # Errors
/// [`Error::Invalid`] of `name`.
pub(super) fn name_from_wire(name: Option<String>) -> Result<Option<DisplayName>, Error> {
    name.map(|name| DisplayName::parse(&name)).transpose().map_err(|violation| violation.of("name"))
}

#[cfg(test)]
mod tests {
    use tenancy_api_types::fields;
    use tenancy_domain::ExternalId;

    use super::*;

    /// The numbers stand in the domain, which rules, and in the wire types, which only tell: they must agree.
    #[test]
    fn the_wire_types_tell_the_domains_bounds() {
        assert_eq!(fields::EMAIL_MAX_LENGTH, Email::MAX_LENGTH);
        assert_eq!(fields::EXTERNAL_ID_MAX_LENGTH, ExternalId::MAX_LENGTH);
    }
}
