//! Storage that fails on request: organizations of some names cannot be read.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use tenancy_adapters::memory::MemoryStorage;
use tenancy_domain::{
    Deleted, Error, Slug,
    authorization::TenantScope,
    organizations::{Organization, OrganizationRef, OrganizationRepository},
    pagination::{Page, PageRequest},
    ports::{NotReady, StorageHealth},
};

/// What the causes of failures say, and no caller may read.
pub(crate) const SECRET: &str = "postgres://tenancy:hunter2@db";

/// Storage in memory, but for the slugs `panics`, `is-unavailable` and `is-broken`.
#[derive(Clone)]
pub(crate) struct FaultyStorage {
    pub(crate) inner: MemoryStorage,
    pub(crate) is_reachable: Arc<AtomicBool>,
    /// How often it was asked for what a former slug leads to.
    pub(crate) looks_for_former_slugs: Arc<AtomicUsize>,
}

#[async_trait]
impl OrganizationRepository for FaultyStorage {
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        if let OrganizationRef::Slug(slug) = reference {
            match slug.as_str() {
                "panics" => panic!("{SECRET}"),
                "is-unavailable" => return Err(Error::unavailable(std::io::Error::other(SECRET))),
                "is-broken" => return Err(Error::internal(std::io::Error::other(SECRET))),
                _ => {}
            }
        }
        self.inner.find_organization(scope, reference, deleted).await
    }

    async fn find_renamed_organization(&self, scope: TenantScope, former: &Slug) -> Result<Organization, Error> {
        self.looks_for_former_slugs.fetch_add(1, Ordering::Relaxed);
        self.inner.find_renamed_organization(scope, former).await
    }

    async fn list_organizations(
        &self,
        scope: TenantScope,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        self.inner.list_organizations(scope, request, deleted).await
    }
}

#[async_trait]
impl StorageHealth for FaultyStorage {
    async fn ready(&self) -> Result<(), NotReady> {
        if self.is_reachable.load(Ordering::Relaxed) {
            Ok(())
        } else {
            Err(NotReady::Unreachable(Error::unavailable(std::io::Error::other(SECRET))))
        }
    }
}
