//! Steps with organizations.

use tenancy_domain::{
    Affected, Deleted, Error, OrganizationId, ResourceType, Slug, Timestamp,
    audit_log::{AuditAction, ChainId},
    organizations::{NewOrganization, Organization, OrganizationChanges, OrganizationRef, SlugAlias},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{super::Storage, at, everything, fresh_id, name, record, slug};

/// A new organization.
pub(in crate::contract) fn organization(text: &str) -> Organization {
    let new = NewOrganization::new(slug(text), name(text));
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

/// Suspends a live organization, in a unit of work of its own.
pub(in crate::contract) async fn suspend(storage: &dyn Storage, id: OrganizationId) -> Result<Organization, Error> {
    let suspended = |organization: &Organization| organization.suspended(at(1_500)).unwrap();
    update(storage, OrganizationRef::Id(id), suspended).await
}

/// Ends the suspension of a live organization, in a unit of work of its own.
pub(in crate::contract) async fn resume(storage: &dyn Storage, id: OrganizationId) -> Result<Organization, Error> {
    update(storage, OrganizationRef::Id(id), |organization| organization.resumed(at(1_800)).unwrap()).await
}

/// Gives a live organization another slug at `now`, in a unit of work of its own, and leaves the one that it had as an alias
/// that is reserved until then.
pub(in crate::contract) async fn rename(
    storage: &dyn Storage,
    id: OrganizationId,
    text: &str,
    now: Timestamp,
    reserved_until: Timestamp,
) -> Result<Organization, Error> {
    let slug = slug(text);
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let current = transaction.lock_organization(everything(), &OrganizationRef::Id(id)).await?;
                let changes = OrganizationChanges { slug: Some(slug), ..OrganizationChanges::default() };
                let written = current.changed(changes, now)?.unwrap();
                transaction.update_organization(&written).await?;
                transaction.take_slug(&written, now).await?;
                let alias = SlugAlias { slug: current.slug, organization: id, reserved_until };
                transaction.add_alias(&alias).await?;
                let record = record(AuditAction::OrganizationUpdate, &written);
                Ok(Outcome::Changed(written, record.into()))
            })
        })
        .await
}

/// Ends the aliases of a live organization, in a unit of work of its own.
pub(in crate::contract) async fn end_aliases(storage: &dyn Storage, organization: &Organization) {
    let (id, record) = (organization.id, record(AuditAction::OrganizationUpdate, organization));
    let ended = storage.execute(move |transaction| {
        Box::pin(async move {
            transaction.lock_organization(everything(), &OrganizationRef::Id(id)).await?;
            transaction.end_aliases(id).await?;
            Ok(Outcome::Changed((), record.into()))
        })
    });
    ended.await.unwrap();
}

/// Adds an organization and takes its slug at `now`, in a unit of work of its own.
pub(in crate::contract) async fn insert_at(
    storage: &dyn Storage,
    organization: &Organization,
    now: Timestamp,
) -> Result<(), Error> {
    let record = record(AuditAction::OrganizationCreate, organization);
    let organization = organization.clone();
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.insert_organization(&organization).await?;
                transaction.take_slug(&organization, now).await?;
                Ok(Outcome::Changed((), record.into()))
            })
        })
        .await
}

/// The slug of the organization that a former one leads to.
pub(in crate::contract) async fn led_to(storage: &dyn Storage, former: &str) -> Option<Slug> {
    match storage.find_renamed_organization(everything(), &slug(former)).await {
        Ok(organization) => Some(organization.slug),
        Err(Error::NotFound(ResourceType::Organization)) => None,
        Err(error) => panic!("{error:?}"),
    }
}

/// Destroys a deleted organization for good, in a unit of work of its own, and gives how much there was beneath it.
pub(in crate::contract) async fn purge(storage: &dyn Storage, id: OrganizationId) -> Result<Affected, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let deleted = transaction.lock_deleted_organization(everything(), &OrganizationRef::Id(id)).await?;
                let beneath = transaction.purge_organization(id).await?;
                Ok(Outcome::Changed(beneath, record(AuditAction::OrganizationPurge, &deleted).into()))
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
