//! From the wire's words for members to the domain's, and back.

use tenancy_api_types::members as wire;
use tenancy_domain::members::{Member, Role};

use crate::{error::ApiError, timestamp::to_wire_time, users};

/// A member as the wire has it.
pub(super) fn to_wire(member: Member) -> wire::Member {
    wire::Member {
        user: users::to_wire(member.user),
        role: role_to_wire(member.role),
        joined_at: to_wire_time(member.joined_at),
    }
}

/// A role as the wire has it.
pub(crate) const fn role_to_wire(role: Role) -> wire::Role {
    match role {
        Role::Member => wire::Role::Member,
        Role::Admin => wire::Role::Admin,
        Role::Owner => wire::Role::Owner,
    }
}

/// The role that the wire names.
///
/// # Errors
/// 400 for one that is not known. No request is read as naming one; that is for the answers that a client reads.
pub(super) fn role_from_wire(role: wire::Role) -> Result<Role, ApiError> {
    match role {
        wire::Role::Member => Ok(Role::Member),
        wire::Role::Admin => Ok(Role::Admin),
        wire::Role::Owner => Ok(Role::Owner),
        wire::Role::Other => Err(ApiError::bad_field("role", "must be owner, admin or member")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names stand in the domain and in the wire types: they must agree.
    #[test]
    fn every_role_has_the_domains_name() {
        for role in Role::ALL {
            assert_eq!(role_to_wire(role).as_str(), role.as_str());
            assert_eq!(role_from_wire(role_to_wire(role)).unwrap(), role);
        }
        assert_eq!(wire::Role::default().as_str(), Role::default().as_str());
    }
}
