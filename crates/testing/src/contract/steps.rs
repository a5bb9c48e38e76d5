//! What the rules are written with: things to store, and steps to take with a storage.

use std::sync::{Arc, LazyLock};

use tenancy_domain::{
    ApiKeyId, AuditEntryId, DisplayName, Error, OrganizationId, Slug, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeySecret, NewApiKey, Owner, OwnerRef, SecretHash},
    audit_log::{AuditAction, AuditEntry, AuditRecord, ChainHead, ChainId, Change, Subject},
    authorization::{ApiKeysWrite, Caller, Grant, OrganizationsWrite, Permission, Scope, Scopes, TenantScope},
    organizations::{Deleted, NewOrganization, Organization, OrganizationRef},
    pagination::{PageRequest, PageSize},
    ports::IdSource,
    unit_of_work::{Outcome, UnitOfWorkExt},
};
use uuid::Uuid;

use super::Storage;
use crate::doubles::{PredictableSecrets, SequentialIds};

/// Fails unless the result is the error of this pattern.
macro_rules! assert_fails {
    ($result:expr, $error:pat) => {
        let result = $result;
        assert!(matches!(result, Err($error)), "{result:?} is not {}", stringify!($error));
    };
}
pub(super) use assert_fails;

/// The error of an organization that is not there.
macro_rules! no_organization {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::Organization)
    };
}
pub(super) use no_organization;

/// The error of a slug that another live organization has.
macro_rules! slug_taken {
    () => {
        tenancy_domain::Error::AlreadyExists { resource: tenancy_domain::ResourceType::Organization, field: "slug" }
    };
}
pub(super) use slug_taken;

/// The error of a key that is not there.
macro_rules! no_key {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::ApiKey)
    };
}
pub(super) use no_key;

/// Where all ids of all tests come from: no two of them are the same, whoever asked for them.
pub(super) static IDS: LazyLock<Arc<SequentialIds>> = LazyLock::new(Arc::default);
/// Where all secrets of all tests come from.
pub(super) static SECRETS: LazyLock<Arc<PredictableSecrets>> = LazyLock::new(Arc::default);

/// `milliseconds` after the moment at which the tests take place.
pub(super) fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(1_700_000_000_000 + milliseconds).unwrap()
}

/// An id that nothing has.
pub(super) fn fresh_id() -> Uuid {
    IDS.next(at(0))
}

/// Leave to do what `P` stands for.
pub(super) fn grant<P: Permission>() -> Grant<P> {
    Caller::command_line().authorize().unwrap()
}

/// Everything is within reach.
pub(super) fn everything() -> TenantScope {
    grant::<OrganizationsWrite>().tenant_scope()
}

/// A secret that nobody has.
pub(super) fn fresh_secret() -> ApiKeySecret {
    ApiKeySecret::generate(&**SECRETS).unwrap()
}

pub(super) fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub(super) fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

/// A new organization.
pub(super) fn organization(text: &str) -> Organization {
    let new = NewOrganization { slug: slug(text), name: name(text) };
    Organization::create(OrganizationId::new(fresh_id()), new, at(0))
}

/// A new key of the installation, and the hash of its secret.
pub(super) fn api_key(text: &str) -> (ApiKey, SecretHash) {
    api_key_of(Owner::System, text)
}

/// A new key of `owner`, and the hash of its secret.
pub(super) fn api_key_of(owner: Owner, text: &str) -> (ApiKey, SecretHash) {
    let secret = fresh_secret();
    let new = NewApiKey { name: name(text), owner: owner.into(), scopes: Scopes::all(), expires_at: None };
    (ApiKey::create(ApiKeyId::new(fresh_id()), owner, new, secret.prefix(), at(0)), secret.hash())
}

/// What a system key is made from that may do everything.
pub(super) fn system_key(text: &str) -> NewApiKey {
    NewApiKey { name: name(text), owner: OwnerRef::System, scopes: Scopes::all(), expires_at: None }
}

/// These scopes.
pub(super) fn scopes(texts: &[&str]) -> Scopes {
    Scopes::new(texts.iter().map(|text| Scope::parse(*text).unwrap())).unwrap()
}

/// The record of something that was done to an organization.
pub(super) fn record(action: AuditAction, organization: &Organization) -> AuditRecord {
    let subject = Subject { id: organization.id.uuid(), organization: Some(organization.id) };
    let change = Change::created(organization);
    let id = AuditEntryId::new(fresh_id());
    AuditRecord::new(id, organization.updated_at, &grant::<OrganizationsWrite>(), action, subject, change)
}

/// The record of something that was done to a key.
pub(super) fn key_record(action: AuditAction, key: &ApiKey) -> AuditRecord {
    let subject = Subject { id: key.id.uuid(), organization: key.owner.organization() };
    let id = AuditEntryId::new(fresh_id());
    AuditRecord::new(id, key.updated_at, &grant::<ApiKeysWrite>(), action, subject, Change::created(key))
}

/// Adds an organization in a unit of work of its own.
pub(super) async fn insert(storage: &dyn Storage, organization: &Organization) -> Result<(), Error> {
    let record = record(AuditAction::OrganizationCreate, organization);
    let organization = organization.clone();
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.insert_organization(&organization).await?;
                Ok(Outcome::Changed((), record))
            })
        })
        .await
}

/// Locks the live organization that `reference` names and writes what `change` makes of it, in a unit of work of its
/// own.
pub(super) async fn update(
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
                Ok(Outcome::Changed(written, record))
            })
        })
        .await
}

/// Deletes a live organization softly, in a unit of work of its own.
pub(super) async fn delete(storage: &dyn Storage, id: OrganizationId) -> Result<Organization, Error> {
    update(storage, OrganizationRef::Id(id), |organization| organization.deleted(at(1_000))).await
}

/// Adds a key in a unit of work of its own.
pub(super) async fn insert_key(storage: &dyn Storage, key: &ApiKey, hash: &SecretHash) -> Result<(), Error> {
    let record = key_record(AuditAction::ApiKeyCreate, key);
    let (key, hash) = (key.clone(), *hash);
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                transaction.insert_api_key(&key, &hash).await?;
                Ok(Outcome::Changed((), record))
            })
        })
        .await
}

/// Locks a key and writes what `change` makes of it, in a unit of work of its own.
pub(super) async fn update_key(
    storage: &dyn Storage,
    id: ApiKeyId,
    change: impl FnOnce(&ApiKey) -> ApiKey + Send + 'static,
) -> Result<ApiKey, Error> {
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let written = change(&transaction.lock_api_key(everything(), id).await?);
                transaction.update_api_key(&written).await?;
                let record = key_record(AuditAction::ApiKeyRevoke, &written);
                Ok(Outcome::Changed(written, record))
            })
        })
        .await
}

/// Gives a key another secret, in a unit of work of its own.
pub(super) async fn replace_secret(
    storage: &dyn Storage,
    id: ApiKeyId,
    hash: &SecretHash,
    former_until: Option<Timestamp>,
) -> Result<(), Error> {
    let hash = *hash;
    storage
        .execute(move |transaction| {
            Box::pin(async move {
                let key = transaction.lock_api_key(everything(), id).await?;
                transaction.replace_api_key_secret(id, &hash, former_until).await?;
                Ok(Outcome::Changed((), key_record(AuditAction::ApiKeyRotate, &key)))
            })
        })
        .await
}

/// The key of which a secret has this hash, if any.
pub(super) async fn find_by_hash(storage: &dyn Storage, hash: &SecretHash) -> Option<ApiKey> {
    storage.find_credential(hash).await.unwrap().map(|credential| credential.key)
}

/// The first page of all keys.
pub(super) async fn all_keys(storage: &dyn Storage) -> Vec<ApiKey> {
    let page = storage.list_api_keys(everything(), ApiKeyFilter::All, &PageRequest::default()).await;
    page.unwrap().into_items()
}

/// The live organization with this id.
pub(super) async fn find(storage: &dyn Storage, id: OrganizationId) -> Result<Organization, Error> {
    storage.find_organization(everything(), &OrganizationRef::Id(id), Deleted::Hidden).await
}

/// The live organization with this slug.
pub(super) async fn find_by_slug(storage: &dyn Storage, slug: &Slug) -> Result<Organization, Error> {
    storage.find_organization(everything(), &OrganizationRef::Slug(slug.clone()), Deleted::Hidden).await
}

/// All entries of a chain of at most [`PageSize::MAX`], each of which was seen to follow the one before it, with the
/// chain's head at the end.
pub(super) async fn entries(storage: &dyn Storage, chain: ChainId) -> Vec<AuditEntry> {
    let entries = storage.audit_entries(everything(), chain, 0, PageSize::MAX).await.unwrap();
    let mut reached = ChainHead::EMPTY;
    for entry in &entries {
        assert!(reached.is_followed_by(entry), "{entry:?} does not follow {reached:?}");
        reached = entry.head();
    }
    assert_eq!(head(storage, chain).await, reached);
    entries
}

/// The head of a chain as it is kept; empty for a chain that is not there.
pub(super) async fn head(storage: &dyn Storage, chain: ChainId) -> ChainHead {
    let mut after = None;
    loop {
        let chains = storage.audit_chains(everything(), after, PageSize::MAX).await.unwrap();
        if let Some((_, head)) = chains.iter().find(|(id, _)| *id == chain) {
            return *head;
        }
        let Some((last, _)) = chains.last() else { return ChainHead::EMPTY };
        assert!(after < Some(*last), "the chains after {after:?} are not those after it");
        after = Some(*last);
    }
}

/// The chain of an organization.
pub(super) fn chain_of(organization: &Organization) -> ChainId {
    ChainId::of_organization(organization.id)
}
