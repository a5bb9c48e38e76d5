//! How far a scope reaches: what lies outside is not there, for reading and for locking.
//!
//! Who bears a key of an organization reaches its live row, its keys and its chain of the audit log, and nothing else.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    api_keys::{ApiKey, ApiKeyFilter, Owner, OwnerRef, OwnerType},
    audit_log::{AuditEntry, ChainId},
    authorization::{OrganizationsRead, TenantScope},
    organizations::{Deleted, Organization, OrganizationRef},
    pagination::{PageRequest, PageSize},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    Storage,
    steps::{
        api_key, api_key_of, assert_fails, chain_of, delete, everything, insert, insert_key, no_key, no_organization,
        organization,
    },
    use_cases::UseCases,
};

/// Two organizations, the scope of who bears a key of the first, and that key.
struct Tenants {
    acme: Organization,
    other: Organization,
    scope: TenantScope,
    bearer: ApiKey,
}

impl Tenants {
    async fn new(storage: &Arc<dyn Storage>) -> Self {
        let cases = UseCases::over(storage);
        let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
        let (caller, issued) = cases.tenant(&acme, &["admin:read"]).await;
        let scope = caller.authorize::<OrganizationsRead>().unwrap().tenant_scope();
        Self { acme, other, scope, bearer: issued.key }
    }
}

fn both_names(organization: &Organization) -> [OrganizationRef; 2] {
    [OrganizationRef::Id(organization.id), OrganizationRef::Slug(organization.slug.clone())]
}

async fn lock_organization(
    storage: &dyn Storage,
    scope: TenantScope,
    reference: OrganizationRef,
) -> Result<Organization, Error> {
    let unit = storage.execute(move |transaction| {
        Box::pin(async move { transaction.lock_organization(scope, &reference).await.map(Outcome::Unchanged) })
    });
    unit.await
}

async fn lock_key(storage: &dyn Storage, scope: TenantScope, key: &ApiKey) -> Result<ApiKey, Error> {
    let id = key.id;
    let unit = storage.execute(move |transaction| {
        Box::pin(async move { transaction.lock_api_key(scope, id).await.map(Outcome::Unchanged) })
    });
    unit.await
}

async fn lock_owner(storage: &dyn Storage, scope: TenantScope, owner: OwnerRef) -> Result<Owner, Error> {
    let unit = storage.execute(move |transaction| {
        Box::pin(async move { transaction.lock_api_key_owner(scope, &owner).await.map(Outcome::Unchanged) })
    });
    unit.await
}

async fn keys(storage: &dyn Storage, scope: TenantScope, filter: ApiKeyFilter) -> Vec<ApiKey> {
    storage.list_api_keys(scope, filter, &PageRequest::default()).await.unwrap().into_items()
}

async fn chain(storage: &dyn Storage, scope: TenantScope, chain: ChainId) -> Vec<AuditEntry> {
    storage.audit_entries(scope, chain, 0, PageSize::MAX).await.unwrap()
}

/// An organization's scope has its own row in it, by either name, and no other.
pub async fn of_an_organization_has_its_own_row(storage: Arc<dyn Storage>) {
    let Tenants { acme, other, scope, .. } = Tenants::new(&storage).await;
    let gone = organization("gone");
    insert(&*storage, &gone).await.unwrap();
    delete(&*storage, gone.id).await.unwrap();
    for deleted in [Deleted::Hidden, Deleted::Included] {
        for reference in both_names(&acme) {
            assert_eq!(storage.find_organization(scope, &reference, deleted).await.unwrap(), acme);
        }
        for reference in both_names(&other).into_iter().chain(both_names(&gone)) {
            assert_fails!(storage.find_organization(scope, &reference, deleted).await, no_organization!());
        }
        let list = storage.list_organizations(scope, &PageRequest::default(), deleted).await.unwrap();
        assert_eq!((list.items(), list.has_more()), (&[acme.clone()][..], false));
        assert_eq!((list.next_cursor(), list.prev_cursor()), (None, None));
    }
    for reference in both_names(&acme) {
        assert_eq!(lock_organization(&*storage, scope, reference).await.unwrap(), acme);
    }
    for reference in both_names(&other) {
        assert_fails!(lock_organization(&*storage, scope, reference).await, no_organization!());
    }
}

/// An organization's scope has its own keys in it, and neither another's nor those of the installation.
pub async fn of_an_organization_has_its_own_keys(storage: Arc<dyn Storage>) {
    let Tenants { acme, other, scope, bearer } = Tenants::new(&storage).await;
    let own = Owner::Organization(acme.id);
    let (mine, mine_hash) = api_key_of(own, "mine");
    let (foreign, foreign_hash) = api_key_of(Owner::Organization(other.id), "foreign");
    let (system, system_hash) = api_key("system");
    for (key, hash) in [(&mine, mine_hash), (&foreign, foreign_hash), (&system, system_hash)] {
        insert_key(&*storage, key, &hash).await.unwrap();
    }

    for key in [&mine, &bearer] {
        assert_eq!(storage.find_api_key(scope, key.id).await.unwrap(), *key);
        assert_eq!(lock_key(&*storage, scope, key).await.unwrap(), *key);
    }
    for key in [&foreign, &system] {
        assert_fails!(storage.find_api_key(scope, key.id).await, no_key!());
        assert_fails!(lock_key(&*storage, scope, key).await, no_key!());
    }
    let both = [mine, bearer];
    for (filter, expected) in [
        (ApiKeyFilter::All, &both[..]),
        (ApiKeyFilter::OwnerType(OwnerType::Organization), &both),
        (ApiKeyFilter::OwnerType(OwnerType::System), &[]),
        (ApiKeyFilter::Owner(own), &both),
        (ApiKeyFilter::Owner(foreign.owner), &[]),
        (ApiKeyFilter::Owner(Owner::System), &[]),
    ] {
        let page = storage.list_api_keys(scope, filter, &PageRequest::default()).await.unwrap();
        assert_eq!(page.items(), expected, "{filter:?}");
        assert_eq!((page.has_more(), page.next_cursor(), page.prev_cursor()), (false, None, None), "{filter:?}");
    }
}

/// An organization's scope has the organization in it as an owner, and neither another nor the installation.
pub async fn of_an_organization_has_itself_as_an_owner(storage: Arc<dyn Storage>) {
    let Tenants { acme, other, scope, .. } = Tenants::new(&storage).await;
    let own = Owner::Organization(acme.id);
    assert_eq!(lock_owner(&*storage, scope, own.into()).await.unwrap(), own);
    for owner in [OwnerRef::System, OwnerRef::Organization(other.id)] {
        assert_fails!(lock_owner(&*storage, scope, owner).await, no_organization!());
    }
}

/// An organization's scope has its own chain of the audit log in it, and no other.
pub async fn of_an_organization_has_its_own_chain(storage: Arc<dyn Storage>) {
    let Tenants { acme, other, scope, .. } = Tenants::new(&storage).await;
    let (key, hash) = api_key("system");
    insert_key(&*storage, &key, &hash).await.unwrap();

    let own = chain_of(&acme);
    let told = chain(&*storage, scope, own).await;
    assert_eq!(told, chain(&*storage, everything(), own).await);
    // The organization, and the key that its scope comes from.
    assert_eq!(told.len(), 2);
    for beyond in [chain_of(&other), ChainId::INSTALLATION] {
        assert_eq!(chain(&*storage, everything(), beyond).await.len(), 1);
        assert_eq!(chain(&*storage, scope, beyond).await, []);
    }
    let chains = async |after| storage.audit_chains(scope, after, PageSize::MAX).await.unwrap();
    let head = told.last().unwrap().head();
    assert_eq!(chains(None).await, [(own, head)]);
    assert_eq!(chains(Some(ChainId::INSTALLATION)).await, [(own, head)]);
    assert_eq!(chains(Some(own)).await, []);
}

/// Once the organization is deleted, nothing lies within its scope any more.
pub async fn of_a_deleted_organization_is_empty(storage: Arc<dyn Storage>) {
    let Tenants { acme, scope, bearer, .. } = Tenants::new(&storage).await;
    delete(&*storage, acme.id).await.unwrap();
    for deleted in [Deleted::Hidden, Deleted::Included] {
        for reference in both_names(&acme) {
            assert_fails!(storage.find_organization(scope, &reference, deleted).await, no_organization!());
        }
        let list = storage.list_organizations(scope, &PageRequest::default(), deleted).await.unwrap();
        assert_eq!(list.items(), []);
    }
    for reference in both_names(&acme) {
        assert_fails!(lock_organization(&*storage, scope, reference).await, no_organization!());
    }
    assert_fails!(storage.find_api_key(scope, bearer.id).await, no_key!());
    assert_fails!(lock_key(&*storage, scope, &bearer).await, no_key!());
    assert_fails!(lock_owner(&*storage, scope, bearer.owner.into()).await, no_organization!());
    assert_eq!(keys(&*storage, scope, ApiKeyFilter::All).await, []);
    assert_eq!(keys(&*storage, scope, ApiKeyFilter::Owner(bearer.owner)).await, []);
    assert_eq!(chain(&*storage, scope, chain_of(&acme)).await, []);
    assert_eq!(storage.audit_chains(scope, None, PageSize::MAX).await.unwrap(), []);
}
