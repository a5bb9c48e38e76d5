//! The ports of users.

use async_trait::async_trait;

use super::{Email, User};
use crate::{
    api_keys::ApiKey,
    authorization::TenantScope,
    error::Error,
    external_id::ExternalId,
    ids::{OrganizationId, UserId},
    members::{MemberOf, Role},
    organizations::Organization,
    pagination::{Cursor, Page, PageRequest, Positioned},
    providers::DynamicProvider,
    timestamp::Timestamp,
};

/// Which users are listed: those that have all that is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserFilter {
    /// The one that is called this elsewhere.
    pub external_id: Option<ExternalId>,
    /// The one with this e-mail address, in whatever case.
    pub email: Option<Email>,
}

/// An organization that a user is a member of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationOfUser {
    /// The organization.
    pub organization: Organization,
    /// The user's role there.
    pub role: Role,
    /// When the user became a member.
    pub joined_at: Timestamp,
}

impl Positioned for OrganizationOfUser {
    fn position(&self) -> Cursor {
        self.organization.position()
    }
}

/// Reads users. Every read sees what was committed before it began. Users are no tenant's: they lie within the scope
/// that has everything, and each of them within its own.
#[async_trait]
pub trait UserRepository: Send + Sync {
    /// The user with this id, if it lies within `scope`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn find_user(&self, scope: TenantScope, id: UserId) -> Result<User, Error>;

    /// A page of the users within `scope` that `filter` lets through, ordered by `created_at` descending, then `id`
    /// descending. The page and what it says of the rows beside it come from one snapshot.
    ///
    /// # Errors
    /// None of its own.
    async fn list_users(
        &self,
        scope: TenantScope,
        filter: &UserFilter,
        request: &PageRequest,
    ) -> Result<Page<User>, Error>;

    /// A page of the live organizations within `scope` that a user is a member of, ordered by their `created_at`
    /// descending, then `id` descending. The page and what it says of the rows beside it come from one snapshot.
    ///
    /// # Errors
    /// None of its own; there are none for a user that is not there.
    async fn list_organizations_of_user(
        &self,
        scope: TenantScope,
        user: UserId,
        request: &PageRequest,
    ) -> Result<Page<OrganizationOfUser>, Error>;
}

/// Changes users, within a [unit of work](crate::unit_of_work).
///
/// Units of work lock in one order, so that none waits for another that waits for it: users, then organizations by
/// their ids, then projects, then memberships, then API keys, then dynamic providers.
#[async_trait]
pub trait UserWriter {
    /// The user with this id, if it lies within `scope`; nobody else changes it, makes it a member or gives it an API key
    /// or a dynamic provider until the unit of work ends.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none within `scope`.
    async fn lock_user(&mut self, scope: TenantScope, id: UserId) -> Result<User, Error>;

    /// Adds a new user.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `external_id` or `email` when another user has it.
    async fn insert_user(&mut self, user: &User) -> Result<(), Error>;

    /// Writes every editable field of the user with this id, which the unit of work has locked.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `email` when another user has it.
    async fn update_user(&mut self, user: &User) -> Result<(), Error>;

    /// Locks every organization, live or deleted, that a locked user is a member of, and its memberships: nobody else
    /// changes who owns them until the unit of work ends. Gives the first, by id, of
    /// which the user is the last owner.
    ///
    /// # Errors
    /// None of its own.
    async fn lock_memberships_of_user(&mut self, user: UserId) -> Result<Option<OrganizationId>, Error>;

    /// Removes a user for good, whose memberships the unit of work has locked, with its memberships, its API keys and
    /// their secrets, and its dynamic providers. Gives what went with it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none.
    async fn delete_user(&mut self, user: UserId) -> Result<RemovedWithUser, Error>;
}

/// What a user's removal took along.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RemovedWithUser {
    /// The user's memberships of organizations and projects, with its role in each.
    pub memberships: Vec<(MemberOf, Role)>,
    /// The user's own API keys.
    pub api_keys: Vec<ApiKey>,
    /// The user's own dynamic providers.
    pub providers: Vec<DynamicProvider>,
}
