//! Steps with organizations.

use tenancy_domain::{
    Deleted, Error, OrganizationId, Slug,
    audit_log::{AuditAction, ChainId},
    organizations::{NewOrganization, Organization, OrganizationRef},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{super::Storage, at, everything, fresh_id, name, record, slug};

/// A new organization.
pub(in crate::contract) fn organization(text: &str) -> Organization {
    let new = NewOrganization { slug: slug(text), name: name(text) };
    Organization::create(OrganizationId::new(fresh_id()), new, at(0))
}

/// The chain of an organization.
pub(in crate::contract) fn chain_of(organization: &Organization) -> ChainId {
    ChainId::of_organization(organization.id)
}

/// Adds an organization in a unit of work of its own.
pub(in crate::contract) async fn insert(storage: &dyn Storage, organization: &Organization) -> Result<(), Error> {
    let record = record(AuditAction::OrganizationCreate, organization);
    let organization = organization.clone();
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.insert_organization(&organization).await?;
                Ok(Outcome::Changed((), record.into()))
            })
        })
        .await
}

/// Locks the live organization that `reference` names and writes what `change` makes of it, in a unit of work of its
/// own.
pub(in crate::contract) async fn update(
    storage: &dyn Storage,
    reference: OrganizationRef,
    change: impl FnOnce(&Organization) -> Organization + Send + 'static,
) -> Result<Organization, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let written = change(&transaction.lock_organization(everything(), &reference).await?);
                transaction.update_organization(&written).await?;
                let record = record(AuditAction::OrganizationUpdate, &written);
                Ok(Outcome::Changed(written, record.into()))
            })
        })
        .await
}

/// Deletes a live organization softly, in a unit of work of its own.
pub(in crate::contract) async fn delete(storage: &dyn Storage, id: OrganizationId) -> Result<Organization, Error> {
    update(storage, OrganizationRef::Id(id), |organization| organization.deleted(at(1_000))).await
}

/// Makes a deleted organization live again, in a unit of work of its own.
pub(in crate::contract) async fn restore(storage: &dyn Storage, id: OrganizationId) -> Result<Organization, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let deleted = transaction.lock_deleted_organization(everything(), &OrganizationRef::Id(id)).await?;
                let restored = deleted.restored(None, at(2_000));
                transaction.update_organization(&restored).await?;
                let record = record(AuditAction::OrganizationRestore, &restored);
                Ok(Outcome::Changed(restored, record.into()))
            })
        })
        .await
}

/// The live organization with this id.
pub(in crate::contract) async fn find(storage: &dyn Storage, id: OrganizationId) -> Result<Organization, Error> {
    storage.find_organization(everything(), &OrganizationRef::Id(id), Deleted::Hidden).await
}

/// The live organization with this slug.
pub(in crate::contract) async fn find_by_slug(storage: &dyn Storage, slug: &Slug) -> Result<Organization, Error> {
    storage.find_organization(everything(), &OrganizationRef::Slug(slug.clone()), Deleted::Hidden).await
}
