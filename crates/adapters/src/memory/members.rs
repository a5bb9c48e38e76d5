//! Members in memory.

use std::sync::Arc;

use async_trait::async_trait;
use rpds::HashTrieMapSync;
use tenancy_domain::{
    Error, OrganizationId, ResourceType, Timestamp, UserId,
    authorization::TenantScope,
    members::{Member, MemberOf, MemberWriter, Role},
    owners::{Owner, OwnerState},
    pagination::{Cursor, Page, PageRequest, Positioned},
};

use super::{
    State,
    list::{Rows, page},
};

/// The memberships, from either side: those of what is deleted stay, and are not shown.
#[derive(Clone, Default)]
pub(super) struct Members {
    by_user: HashTrieMapSync<UserId, HashTrieMapSync<MemberOf, Arc<Membership>>>,
    ordered: HashTrieMapSync<MemberOf, Rows<Membership>>,
}

/// A member, but for what the user's own row tells.
pub(super) struct Membership {
    user: UserId,
    pub(super) role: Role,
    pub(super) joined_at: Timestamp,
    version: i64,
}

impl Positioned for Membership {
    fn position(&self) -> Cursor {
        Cursor::new(self.joined_at, self.user.uuid())
    }
}

impl Members {
    /// The membership of a user.
    pub(super) fn get(&self, of: MemberOf, user: UserId) -> Option<&Membership> {
        self.by_user.get(&user)?.get(&of).map(|membership| &**membership)
    }

    /// The role of a user.
    pub(super) fn role(&self, of: MemberOf, user: UserId) -> Option<Role> {
        self.get(of, user).map(|membership| membership.role)
    }

    /// The organizations, live or deleted, of which a user is the last owner.
    pub(super) fn organizations_that_would_lose_their_last_owner(
        &self,
        user: UserId,
    ) -> impl Iterator<Item = OrganizationId> {
        self.by_user.get(&user).into_iter().flat_map(HashTrieMapSync::iter).filter_map(|(of, membership)| match of {
            MemberOf::Organization(id) if membership.role == Role::Owner && self.owners(*of) == 1 => Some(*id),
            MemberOf::Organization(_) | MemberOf::Project { .. } => None,
        })
    }

    /// How many memberships there are of what is `chosen`.
    pub(super) fn count_where(&self, chosen: impl Fn(MemberOf) -> bool) -> usize {
        self.ordered.iter().filter(|(of, _)| chosen(**of)).map(|(_, members)| members.size()).sum()
    }

    /// Removes all memberships of what is `chosen`.
    pub(super) fn remove_all_where(&mut self, chosen: impl Fn(MemberOf) -> bool) {
        let users: Vec<UserId> = self.by_user.keys().copied().collect();
        for user in users {
            self.remove_where(user, &chosen);
        }
    }

    /// How many of the members of `of` are owners.
    fn owners(&self, of: MemberOf) -> usize {
        self.of(of).values().filter(|membership| membership.role == Role::Owner).count()
    }

    /// The members of `of`; none where it has not had any.
    fn of(&self, of: MemberOf) -> Rows<Membership> {
        self.ordered.get(&of).cloned().unwrap_or_default()
    }

    /// Writes a membership, in the place of the one that the user had: where a member stands never changes.
    fn put(&mut self, of: MemberOf, membership: Membership) {
        let row = Arc::new(membership);
        let mut of_user = self.by_user.get(&row.user).cloned().unwrap_or_default();
        of_user.insert_mut(of, Arc::clone(&row));
        self.by_user.insert_mut(row.user, of_user);
        self.ordered.insert_mut(of, self.of(of).insert(row.position(), row));
    }

    /// Removes those memberships of a user that are `chosen`, and gives them with the role in each.
    pub(super) fn remove_where(&mut self, user: UserId, chosen: impl Fn(MemberOf) -> bool) -> Vec<(MemberOf, Role)> {
        let (gone, stay): (Vec<_>, Vec<_>) = self
            .by_user
            .get(&user)
            .into_iter()
            .flat_map(HashTrieMapSync::iter)
            .map(|(of, membership)| (*of, Arc::clone(membership)))
            .partition(|(of, _)| chosen(*of));
        for (of, membership) in &gone {
            self.ordered.insert_mut(*of, self.of(*of).remove(&membership.position()));
        }
        if stay.is_empty() {
            self.by_user.remove_mut(&user);
        } else {
            self.by_user.insert_mut(user, stay.into_iter().collect());
        }
        gone.into_iter().map(|(of, membership)| (of, membership.role)).collect()
    }
}

impl State {
    /// The role of a user in an organization that is neither deleted nor suspended.
    pub(super) fn find_role(&self, user: UserId, organization: OrganizationId) -> Option<Role> {
        let role = self.members.role(MemberOf::Organization(organization), user)?;
        (self.state_of(Owner::Organization(organization)) == OwnerState::Active).then_some(role)
    }

    /// The member of `of`, within `scope`, that `user` is.
    pub(super) fn find_member(&self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error> {
        self.members
            .get(of, user)
            .filter(|_| self.has_members(scope, of))
            .and_then(|membership| self.member(of, membership))
            .ok_or(Error::NotFound(ResourceType::Membership))
    }

    /// A page of the members of `of` within `scope`.
    pub(super) fn list_members(&self, scope: TenantScope, of: MemberOf, request: &PageRequest) -> Page<Member> {
        let members = if self.has_members(scope, of) { self.members.of(of) } else { Rows::default() };
        page(&members, request, |membership| self.member(of, membership))
    }

    /// The member whose membership this is.
    fn member(&self, of: MemberOf, membership: &Membership) -> Option<Member> {
        let Membership { user, role, joined_at, version } = *membership;
        Some(Member { user: self.users.get(user)?.clone(), of, role, joined_at, version })
    }

    fn write_member(&mut self, member: &Member) {
        let Member { ref user, of, role, joined_at, version } = *member;
        self.members.put(of, Membership { user: user.id, role, joined_at, version });
    }
}

#[async_trait]
impl MemberWriter for State {
    async fn lock_member(&mut self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error> {
        // This unit of work is the only one that runs.
        self.find_member(scope, of, user)
    }

    async fn count_members(&mut self, of: MemberOf) -> Result<u64, Error> {
        Ok(self.members.of(of).size() as u64)
    }

    async fn count_owners(&mut self, of: MemberOf) -> Result<u64, Error> {
        Ok(self.members.owners(of) as u64)
    }

    async fn insert_member(&mut self, member: &Member) -> Result<(), Error> {
        if self.members.get(member.of, member.user.id).is_some() {
            return Err(Error::AlreadyExists { resource: ResourceType::Membership, field: "user_id" });
        }
        self.write_member(member);
        Ok(())
    }

    async fn update_member(&mut self, member: &Member) -> Result<(), Error> {
        if self.members.get(member.of, member.user.id).is_none() {
            return Err(Error::NotFound(ResourceType::Membership));
        }
        self.write_member(member);
        Ok(())
    }

    async fn remove_member(&mut self, of: MemberOf, user: UserId) -> Result<Vec<(MemberOf, Role)>, Error> {
        if self.members.get(of, user).is_none() {
            return Err(Error::NotFound(ResourceType::Membership));
        }
        let removed = self.members.remove_where(user, |one| match of {
            MemberOf::Organization(organization) => one.organization() == organization,
            MemberOf::Project { .. } => one == of,
        });
        Ok(removed.into_iter().filter(|(one, _)| *one != of).collect())
    }
}
