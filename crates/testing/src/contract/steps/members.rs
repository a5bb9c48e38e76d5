//! Steps with members.

use tenancy_domain::{
    Error, UserId,
    audit_log::AuditAction,
    members::{Member, MemberOf, Role},
    organizations::OrganizationRef,
    pagination::PageRequest,
    projects::ProjectRef,
    unit_of_work::{Outcome, Transaction, UnitOfWorkExt},
    users::User,
};

use super::{super::Storage, at, everything, record};

/// A user as a new member.
pub(in crate::contract) fn member(user: &User, of: MemberOf, role: Role) -> Member {
    Member::join(user.clone(), of, role, at(0))
}

/// Locks what members are changed of, in the order that units of work keep to.
async fn lock(transaction: &mut (dyn Transaction + '_), of: MemberOf) -> Result<(), Error> {
    match of {
        MemberOf::Organization(id) => {
            transaction.lock_organization(everything(), &OrganizationRef::Id(id)).await.map(drop)
        }
        MemberOf::Project { organization, project } => {
            transaction.lock_project(everything(), organization, &ProjectRef::Id(project)).await.map(drop)
        }
    }
}

/// Adds members, whose users are there, in a unit of work of its own: one of a project is one of its organization.
pub(in crate::contract) async fn insert_members(storage: &dyn Storage, members: &[Member]) -> Result<(), Error> {
    let members = members.to_vec();
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let Some(first) = members.first() else { return Ok(Outcome::Unchanged(())) };
                let record = record(AuditAction::MembershipCreate, first);
                for member in &members {
                    match member.of {
                        MemberOf::Organization(_) => {
                            transaction.lock_user(everything(), member.user.id).await?;
                            lock(transaction, member.of).await?;
                        }
                        MemberOf::Project { organization, .. } => {
                            lock(transaction, member.of).await?;
                            let of = MemberOf::Organization(organization);
                            transaction.lock_member(everything(), of, member.user.id).await?;
                        }
                    }
                    transaction.insert_member(member).await?;
                }
                Ok(Outcome::Changed((), record.into()))
            })
        })
        .await
}

/// Adds one member; see [`insert_members`].
pub(in crate::contract) async fn insert_member(storage: &dyn Storage, member: &Member) -> Result<(), Error> {
    insert_members(storage, std::slice::from_ref(member)).await
}

/// Locks a member and writes it in another role, in a unit of work of its own.
pub(in crate::contract) async fn update_member(
    storage: &dyn Storage,
    of: MemberOf,
    user: UserId,
    role: Role,
) -> Result<Member, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                lock(transaction, of).await?;
                let current = transaction.lock_member(everything(), of, user).await?;
                let written = Member { role, version: current.version + 1, ..current };
                transaction.update_member(&written).await?;
                let record = record(AuditAction::MembershipUpdate, &written);
                Ok(Outcome::Changed(written, record.into()))
            })
        })
        .await
}

/// Removes a member, in a unit of work of its own, and gives what went with it.
pub(in crate::contract) async fn remove_member(
    storage: &dyn Storage,
    of: MemberOf,
    user: UserId,
) -> Result<Vec<(MemberOf, Role)>, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                lock(transaction, of).await?;
                let member = transaction.lock_member(everything(), of, user).await?;
                let along = transaction.remove_member(of, user).await?;
                Ok(Outcome::Changed(along, record(AuditAction::MembershipDelete, &member).into()))
            })
        })
        .await
}

/// The first page of the members of `of`.
pub(in crate::contract) async fn all_members(storage: &dyn Storage, of: MemberOf) -> Vec<Member> {
    storage.list_members(everything(), of, &PageRequest::default()).await.unwrap().into_items()
}
