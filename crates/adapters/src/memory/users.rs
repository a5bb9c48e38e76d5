//! Users in memory.

use std::sync::Arc;

use async_trait::async_trait;
use rpds::HashTrieMapSync;
use tenancy_domain::{
    Deleted, Error, ExternalId, OrganizationId, ResourceType, UserId,
    authorization::TenantScope,
    members::MemberOf,
    owners::Owner,
    pagination::{Page, PageRequest, Positioned},
    users::{Email, OrganizationOfUser, RemovedWithUser, User, UserFilter, UserWriter},
};

use super::{
    State,
    list::{Rows, page},
};

/// The users, by everything that they are looked up by.
#[derive(Clone, Default)]
pub(super) struct Users {
    by_id: HashTrieMapSync<UserId, Arc<User>>,
    by_external_id: HashTrieMapSync<ExternalId, UserId>,
    /// By the address in lower case.
    by_email: HashTrieMapSync<String, UserId>,
    ordered: Rows<User>,
}

impl Users {
    /// The user with this id.
    pub(super) fn get(&self, id: UserId) -> Option<&User> {
        self.by_id.get(&id).map(|user| &**user)
    }

    /// Whether there is a user with this id.
    pub(super) fn contains(&self, id: UserId) -> bool {
        self.by_id.contains_key(&id)
    }

    fn insert(&mut self, user: &User) -> Result<(), Error> {
        if self.contains(user.id) {
            return Err(Error::internal(anyhow::anyhow!("there is a user {} already", user.id)));
        }
        if self.by_external_id.contains_key(&user.external_id) {
            return Err(taken("external_id"));
        }
        if user.email.as_ref().is_some_and(|email| self.by_email.contains_key(&email.folded())) {
            return Err(taken("email"));
        }
        if let Some(email) = &user.email {
            self.by_email.insert_mut(email.folded(), user.id);
        }
        self.by_external_id.insert_mut(user.external_id.clone(), user.id);
        let row = Arc::new(user.clone());
        self.ordered.insert_mut(row.position(), Arc::clone(&row));
        self.by_id.insert_mut(row.id, row);
        Ok(())
    }

    /// Takes a user out of every index.
    fn remove(&mut self, id: UserId) -> Result<(), Error> {
        let user = Arc::clone(self.by_id.get(&id).ok_or(Error::NotFound(ResourceType::User))?);
        if let Some(email) = &user.email {
            self.by_email.remove_mut(&email.folded());
        }
        self.by_external_id.remove_mut(&user.external_id);
        self.ordered.remove_mut(&user.position());
        self.by_id.remove_mut(&id);
        Ok(())
    }
}

/// The error of what another user has.
const fn taken(field: &'static str) -> Error {
    Error::AlreadyExists { resource: ResourceType::User, field }
}

impl State {
    /// The user with this id within `scope`.
    pub(super) fn find_user(&self, scope: TenantScope, id: UserId) -> Result<User, Error> {
        self.users
            .get(id)
            .filter(|user| self.has_owner(scope, Owner::User(user.id)))
            .cloned()
            .ok_or(Error::NotFound(ResourceType::User))
    }

    /// A page of the users within `scope` that `filter` lets through.
    pub(super) fn list_users(&self, scope: TenantScope, filter: &UserFilter, request: &PageRequest) -> Page<User> {
        let email = filter.email.as_ref().map(Email::folded);
        let passes = |user: &User| {
            filter.external_id.as_ref().is_none_or(|id| user.external_id == *id)
                && email.as_ref().is_none_or(|email| user.email.as_ref().map(Email::folded).as_ref() == Some(email))
        };
        page(&self.users.ordered, request, |user| {
            (passes(user) && self.has_owner(scope, Owner::User(user.id))).then(|| user.clone())
        })
    }

    /// A page of the live organizations within `scope` that a user is a member of.
    pub(super) fn list_organizations_of_user(
        &self,
        scope: TenantScope,
        user: UserId,
        request: &PageRequest,
    ) -> Page<OrganizationOfUser> {
        page(self.organizations.ordered(Deleted::Hidden), request, |organization| {
            let membership = self.members.get(MemberOf::Organization(organization.id), user)?;
            let (role, joined_at) = (membership.role, membership.joined_at);
            self.has_organization(scope, organization.id).then(|| OrganizationOfUser {
                organization: organization.clone(),
                role,
                joined_at,
            })
        })
    }
}

#[async_trait]
impl UserWriter for State {
    async fn lock_user(&mut self, scope: TenantScope, id: UserId) -> Result<User, Error> {
        // This unit of work is the only one that runs.
        self.find_user(scope, id)
    }

    async fn insert_user(&mut self, user: &User) -> Result<(), Error> {
        self.users.insert(user)
    }

    async fn update_user(&mut self, user: &User) -> Result<(), Error> {
        self.users.remove(user.id)?;
        self.users.insert(user)
    }

    async fn lock_memberships_of_user(&mut self, user: UserId) -> Result<Option<OrganizationId>, Error> {
        Ok(self.members.organizations_that_would_lose_their_last_owner(user).min())
    }

    async fn delete_user(&mut self, user: UserId) -> Result<RemovedWithUser, Error> {
        self.users.remove(user)?;
        let memberships = self.members.remove_where(user, |_| true);
        let is_own = |owner| owner == Owner::User(user);
        let (api_keys, providers) = (self.remove_api_keys(is_own), self.providers.remove_where(is_own)?);
        Ok(RemovedWithUser { memberships, api_keys, providers })
    }
}
