//! The ports of members.

use async_trait::async_trait;

use super::{Member, MemberOf, Role};
use crate::{
    authorization::TenantScope,
    error::Error,
    ids::{OrganizationId, UserId},
    pagination::{Page, PageRequest},
};

/// Reads members. Every read sees what was committed before it began. Members of what is deleted, or is beneath what is
/// deleted, are not there. What they are members of lies within a scope where its row does: an organization also within
/// that of one of its projects.
#[async_trait]
pub trait MemberRepository: Send + Sync {
    /// The role of a user in an organization that is neither deleted nor suspended, if it is a member. No scope bounds it: it
    /// is what authorization asks.
    ///
    /// # Errors
    /// None of its own.
    async fn find_role(&self, user: UserId, organization: OrganizationId) -> Result<Option<Role>, Error>;

    /// The member of `of` that `user` is, if `of` lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] of a membership when there is none within `scope`.
    async fn find_member(&self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error>;

    /// A page of the members of `of`, if it lies within `scope`, ordered by `joined_at` descending, then user id
    /// descending. The page and what it says of the rows beside it come from one snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_members(
        &self,
        scope: TenantScope,
        of: MemberOf,
        request: &PageRequest,
    ) -> Result<Page<Member>, Error>;
}

/// Changes members, within a [unit of work](crate::unit_of_work) that has locked the organization or project that they
/// are members of.
#[async_trait]
pub trait MemberWriter {
    /// The member of `of` that `user` is, if `of` lies within `scope`; nobody else changes the membership, or makes the
    /// user a member of one of the organization's projects, until the unit of work ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] as for [`MemberRepository::find_member`].
    async fn lock_member(&mut self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error>;

    /// How many members `of` has.
    ///
    /// # Errors
    /// None of its own.
    async fn count_members(&mut self, of: MemberOf) -> Result<u64, Error>;

    /// How many of the members of `of` are owners.
    ///
    /// # Errors
    /// None of its own.
    async fn count_owners(&mut self, of: MemberOf) -> Result<u64, Error>;

    /// Adds a member. One of a project must be a member of its organization, whose membership the unit of work has
    /// locked; one of an organization must be a user that it has locked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `user_id` when the user is a member already.
    async fn insert_member(&mut self, member: &Member) -> Result<(), Error>;

    /// Writes the role of a member whom the unit of work has locked.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    async fn update_member(&mut self, member: &Member) -> Result<(), Error>;

    /// Removes a member whom the unit of work has locked: one of an organization also from all of its projects. Gives
    /// the memberships of projects that went with it, with the role in each.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    async fn remove_member(&mut self, of: MemberOf, user: UserId) -> Result<Vec<(MemberOf, Role)>, Error>;
}
