//! Rows of `organization_members` and `project_members`, beside what they lead to.

use diesel::prelude::*;
use tenancy_domain::{
    Error,
    members::{Member, MemberOf, Role},
    organizations::Organization,
    users::{OrganizationOfUser, User},
};

use super::{OrganizationRow, UserRow, broken};
use crate::sql::types::SqlInstant;

/// A membership of either kind, with its user.
#[derive(Debug, Queryable)]
pub(crate) struct MemberRow {
    user: UserRow,
    role: String,
    joined_at: SqlInstant,
    version: i64,
}

impl MemberRow {
    /// The member of `of` that the row tells of.
    pub(crate) fn into_member(self, of: MemberOf) -> Result<Member, Error> {
        Ok(Member {
            user: User::try_from(self.user)?,
            of,
            role: role(of, &self.role)?,
            joined_at: self.joined_at.0,
            version: self.version,
        })
    }
}

/// An organization with the membership that someone has of it.
#[derive(Debug, Queryable)]
pub(crate) struct OrganizationOfUserRow {
    organization: OrganizationRow,
    role: String,
    joined_at: SqlInstant,
}

impl TryFrom<OrganizationOfUserRow> for OrganizationOfUser {
    type Error = Error;

    fn try_from(row: OrganizationOfUserRow) -> Result<Self, Error> {
        let organization = Organization::try_from(row.organization)?;
        let role = role(MemberOf::Organization(organization.id), &row.role)?;
        Ok(Self { organization, role, joined_at: row.joined_at.0 })
    }
}

/// The role that a row with the members of `of` has.
pub(crate) fn role(of: MemberOf, name: &str) -> Result<Role, Error> {
    let (table, id) = match of {
        MemberOf::Organization(organization) => ("organization_members", organization.uuid()),
        MemberOf::Project { project, .. } => ("project_members", project.uuid()),
    };
    Role::parse(name).map_err(|reason| broken(table, id, "role", reason))
}
