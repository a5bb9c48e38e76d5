//! The use cases of members, of organizations and of projects alike.

use std::sync::Arc;

use super::{Member, MemberOf, MemberRepository, Role, membership_fields};
use crate::{
    access::Access,
    affected::Affected,
    audit_log::{AuditAction, AuditRecords, Change},
    authorization::{Act, Grant, Level, MembersRead, MembersWrite, Permission, Standing},
    effects::Effects,
    error::{Error, ResourceType},
    idempotency::Repeatable,
    ids::UserId,
    organizations::OrganizationRef,
    pagination::{Page, PageRequest},
    projects::ProjectRef,
    unit_of_work::{Outcome, Transaction},
};

/// What the service is made of.
#[derive(Clone)]
pub struct MemberServiceParts {
    /// Where members are read.
    pub repository: Arc<dyn MemberRepository>,
    /// Tells what a caller may do where.
    pub access: Access,
    /// What writes, tells the time and makes ids.
    pub effects: Effects,
    /// How many members an organization may have.
    pub limit_per_organization: u64,
}

/// What may be done with members.
#[derive(Clone)]
pub struct MemberService(MemberServiceParts);

/// What a caller names to say whose members it means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum MemberOfRef {
    /// An organization.
    Organization(OrganizationRef),
    /// A project of an organization.
    Project(OrganizationRef, ProjectRef),
}

impl MemberService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub const fn new(parts: MemberServiceParts) -> Self {
        Self(parts)
    }

    /// The organization or project that `reference` names, with whose members the caller may do `act`.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such organization or project lies within the caller's reach; [`Error::Forbidden`] when
    /// its kind of key, or its role, does not allow the act.
    pub async fn resolve<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &MemberOfRef,
        act: Act,
    ) -> Result<MemberOf, Error> {
        match reference {
            MemberOfRef::Organization(organization) => {
                let organization = self.0.access.organization(grant, organization, Level::Organization, act).await?;
                Ok(MemberOf::Organization(organization.id))
            }
            MemberOfRef::Project(organization, project) => {
                let project = self.0.access.project(grant, organization, project, act).await?;
                Ok(MemberOf::Project { organization: project.org_id, project: project.id })
            }
        }
    }

    /// Tells that a member lies within the caller's reach and that the caller may do `act` with the members beside it;
    /// for a transport, before it tells of a mistake in a request.
    ///
    /// # Errors
    /// [`Error::NotFound`] when no such member lies within the caller's reach; [`Error::Forbidden`] when its kind of key,
    /// or its role, does not allow the act.
    pub async fn ensure_member<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &MemberOfRef,
        user: UserId,
        act: Act,
    ) -> Result<(), Error> {
        let (of, standing) = self.reach(grant, reference).await?;
        self.0.repository.find_member(grant.tenant_scope(), of, user).await?;
        standing.require(of.level(), act)
    }

    /// Tells that a member lies within the caller's reach and that the caller may remove it, as
    /// [`MemberService::ensure_member`] does.
    ///
    /// # Errors
    /// Those of [`MemberService::remove`], but for the state of things.
    pub async fn ensure_to_remove(
        &self,
        grant: &Grant<MembersWrite>,
        reference: &MemberOfRef,
        user: UserId,
    ) -> Result<(), Error> {
        let (of, standing) = self.reach(grant, reference).await?;
        let member = self.0.repository.find_member(grant.tenant_scope(), of, user).await?;
        require_to_remove(standing, &member)
    }

    /// The organization or project that `reference` names, some of whose members the caller may reach, and what the caller
    /// is to it: what it may do with a member is told once it is known that there is such a member.
    async fn reach<P: Permission>(
        &self,
        grant: &Grant<P>,
        reference: &MemberOfRef,
    ) -> Result<(MemberOf, Standing), Error> {
        let of = self.resolve(grant, reference, Act::Read).await?;
        Ok((of, self.0.access.standing(grant, of.organization()).await?))
    }

    /// A page of the members.
    ///
    /// # Errors
    /// Those of [`MemberService::resolve`].
    pub async fn list(
        &self,
        grant: &Grant<MembersRead>,
        reference: &MemberOfRef,
        request: &PageRequest,
    ) -> Result<Page<Member>, Error> {
        let of = self.resolve(grant, reference, Act::Read).await?;
        self.0.repository.list_members(grant.tenant_scope(), of, request).await
    }

    /// One member.
    ///
    /// # Errors
    /// Those of [`MemberService::resolve`]; [`Error::NotFound`] when the user is no member.
    pub async fn get(
        &self,
        grant: &Grant<MembersRead>,
        reference: &MemberOfRef,
        user: UserId,
    ) -> Result<Member, Error> {
        let of = self.resolve(grant, reference, Act::Read).await?;
        self.0.repository.find_member(grant.tenant_scope(), of, user).await
    }

    /// Makes a user a member. To add one to an organization takes a system key, lest a tenant probe for others' users;
    /// one of a project must be a member of its organization.
    ///
    /// # Errors
    /// Those of [`MemberService::resolve`]; [`Error::Forbidden`] for a caller that adds to an organization and does not
    /// reach every tenant; [`Error::NotFound`] when there is no such user, or it is no member of the project's
    /// organization; [`Error::Conflict`] when it is a member already; [`Error::QuotaExceeded`] when the organization has
    /// as many members as it may have.
    pub fn add(
        &self,
        grant: &Grant<MembersWrite>,
        reference: &MemberOfRef,
        user: UserId,
        role: Role,
    ) -> Repeatable<Member> {
        let (service, grant, reference) = (self.clone(), grant.clone(), reference.clone());
        Repeatable::new(move |attempt| async move {
            if let MemberOfRef::Organization(_) = reference {
                grant.require_system()?;
            }
            let of = service.resolve(&grant, &reference, Act::Write).await?;
            let effects = service.0.effects.clone();
            attempt
                .execute(&effects, move |transaction| {
                    Box::pin(async move {
                        let member = service.join(transaction, &grant, of, user, role).await?;
                        let (now, change) = (member.joined_at, Change::created(&member));
                        let action = AuditAction::MembershipCreate;
                        let record = service.0.effects.record(&grant, action, &member, now, change);
                        Ok(Outcome::Changed(member, record.into()))
                    })
                })
                .await
        })
    }

    /// Gives a member another role; the one that it has already writes nothing.
    ///
    /// # Errors
    /// Those of [`MemberService::ensure_member`]; [`Error::Forbidden`] when a user that is no owner of the organization
    /// makes one, or unmakes one; [`Error::VersionMismatch`] as for [`Grant::require_unchanged`]; [`Error::Conflict`] when
    /// it would leave no owner.
    pub async fn update(
        &self,
        grant: &Grant<MembersWrite>,
        reference: &MemberOfRef,
        user: UserId,
        role: Option<Role>,
    ) -> Result<Member, Error> {
        let (of, standing) = self.reach(grant, reference).await?;
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    lock(transaction, &grant, of).await?;
                    let current = transaction.lock_member(grant.tenant_scope(), of, user).await?;
                    standing.require(of.level(), Act::Write)?;
                    let written = role.and_then(|role| current.in_role(role));
                    if let Some(written) = &written {
                        require_to_own(standing, of, &[current.role, written.role])?;
                    }
                    grant.require_unchanged(&current)?;
                    let Some(written) = written else { return Ok(Outcome::Unchanged(current)) };
                    require_another_owner(transaction, &current).await?;
                    transaction.update_member(&written).await?;
                    let (now, change) = (service.0.effects.now(), Change::updated(&current, &written));
                    let record = service.0.effects.record(&grant, AuditAction::MembershipUpdate, &written, now, change);
                    Ok(Outcome::Changed(written, record.into()))
                })
            })
            .await
    }

    /// Removes a member: one of an organization also from all of its projects. Answers with the member as it was.
    ///
    /// # Errors
    /// Those of [`MemberService::update`].
    pub async fn remove(
        &self,
        grant: &Grant<MembersWrite>,
        reference: &MemberOfRef,
        user: UserId,
    ) -> Result<Member, Error> {
        let (of, standing) = self.reach(grant, reference).await?;
        let (service, grant) = (self.clone(), grant.clone());
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let (current, along) = take_out(transaction, &grant, standing, of, user).await?;
                    let (effects, now) = (&service.0.effects, service.0.effects.now());
                    let action = AuditAction::MembershipDelete;
                    let mut records: AuditRecords =
                        effects.record(&grant, action, &current, now, Change::deleted(&current)).into();
                    for (of, role) in along {
                        let change = Change::removed(membership_fields(role));
                        records.add(effects.record_of(&grant, action, of.subject(user), now, change));
                    }
                    Ok(Outcome::Changed(current, records))
                })
            })
            .await
    }

    /// What [`MemberService::remove`] would remove. Nothing is changed.
    ///
    /// # Errors
    /// Those of [`MemberService::remove`].
    pub async fn rehearse_removal(
        &self,
        grant: &Grant<MembersWrite>,
        reference: &MemberOfRef,
        user: UserId,
    ) -> Result<Affected, Error> {
        let of = self.resolve(grant, reference, Act::Write).await?;
        let standing = self.0.access.standing(grant, of.organization()).await?;
        let grant = grant.clone();
        self.0
            .effects
            .execute(move |transaction| {
                Box::pin(async move {
                    let (_, along) = take_out(transaction, &grant, standing, of, user).await?;
                    let memberships = 1 + along.len() as u64;
                    // What was removed is undone.
                    Ok(Outcome::Unchanged(Affected { memberships, ..Affected::default() }))
                })
            })
            .await
    }

    /// Makes a user a member, within a unit of work.
    async fn join(
        &self,
        transaction: &mut (dyn Transaction + '_),
        grant: &Grant<MembersWrite>,
        of: MemberOf,
        user: UserId,
        role: Role,
    ) -> Result<Member, Error> {
        let user = match of {
            MemberOf::Organization(_) => {
                let user = transaction.lock_user(grant.tenant_scope(), user).await?;
                lock(transaction, grant, of).await?;
                self.require_room_for_one(transaction, of).await?;
                user
            }
            MemberOf::Project { organization, .. } => {
                lock(transaction, grant, of).await?;
                let of = MemberOf::Organization(organization);
                transaction.lock_member(grant.tenant_scope(), of, user).await?.user
            }
        };
        // Read after the locks are held, so that times follow the order of the writes.
        let member = Member::join(user, of, role, self.0.effects.now());
        transaction.insert_member(&member).await.map_err(|error| match error {
            Error::AlreadyExists { .. } => {
                Error::Conflict(format!("the user is a member of the {} already", of.noun()).into())
            }
            other => other,
        })?;
        Ok(member)
    }

    async fn require_room_for_one(&self, transaction: &mut (dyn Transaction + '_), of: MemberOf) -> Result<(), Error> {
        let limit = self.0.limit_per_organization;
        if transaction.count_members(of).await? >= limit {
            return Err(Error::QuotaExceeded { holder: ResourceType::Organization, what: "members", limit });
        }
        Ok(())
    }
}

/// Locks what a change of members is made to, so that such changes come one after another.
async fn lock(
    transaction: &mut (dyn Transaction + '_),
    grant: &Grant<MembersWrite>,
    of: MemberOf,
) -> Result<(), Error> {
    let scope = grant.tenant_scope();
    match of {
        MemberOf::Organization(id) => transaction.lock_organization(scope, &OrganizationRef::Id(id)).await.map(drop),
        MemberOf::Project { organization, project } => {
            transaction.lock_project(scope, organization, &ProjectRef::Id(project)).await.map(drop)
        }
    }
}

/// Removes a member, as far as the caller may and an owner is left. Gives the member, and the memberships of projects that
/// went with it.
async fn take_out(
    transaction: &mut (dyn Transaction + '_),
    grant: &Grant<MembersWrite>,
    standing: Standing,
    of: MemberOf,
    user: UserId,
) -> Result<(Member, Vec<(MemberOf, Role)>), Error> {
    lock(transaction, grant, of).await?;
    let member = transaction.lock_member(grant.tenant_scope(), of, user).await?;
    require_to_remove(standing, &member)?;
    grant.require_unchanged(&member)?;
    require_another_owner(transaction, &member).await?;
    let along = transaction.remove_member(of, user).await?;
    Ok((member, along))
}

/// Insists that whoever makes an owner of an organization, or unmakes one, may do so: that one of `roles` is an owner's
/// says that it is about that.
fn require_to_own(standing: Standing, of: MemberOf, roles: &[Role]) -> Result<(), Error> {
    match of {
        MemberOf::Organization(_) if roles.contains(&Role::Owner) => standing.require(Level::Organization, Act::Own),
        MemberOf::Organization(_) | MemberOf::Project { .. } => Ok(()),
    }
}

/// Insists that whoever removes `member` may do so.
fn require_to_remove(standing: Standing, member: &Member) -> Result<(), Error> {
    let unmakes_owner = matches!(member.of, MemberOf::Organization(_)) && member.role == Role::Owner;
    standing.require(member.of.level(), if unmakes_owner { Act::Own } else { Act::Write })
}

/// Insists that there is an owner beside `member`, if it is one itself.
async fn require_another_owner(transaction: &mut (dyn Transaction + '_), member: &Member) -> Result<(), Error> {
    if member.role == Role::Owner && transaction.count_owners(member.of).await? <= 1 {
        let noun = member.of.noun();
        return Err(Error::Conflict(format!("the last owner of the {noun} cannot be removed or demoted").into()));
    }
    Ok(())
}
