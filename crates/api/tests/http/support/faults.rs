//! Storage that fails on request: organizations of some names cannot be read, and the audit log not for ever.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use async_trait::async_trait;
use tenancy_adapters::memory::MemoryStorage;
use tenancy_domain::{
    AuditEntryId, Deleted, Error, Slug,
    audit_log::{AuditEntry, AuditLogFilter, AuditLogRepository, Chain, ChainId},
    authorization::TenantScope,
    organizations::{Organization, OrganizationFilter, OrganizationRef, OrganizationRepository},
    pagination::{Cursor, Page, PageRequest, PageSize},
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
        filter: &OrganizationFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        self.inner.list_organizations(scope, filter, request, deleted).await
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

/// The audit log in memory, of which so many pages can be read; and then no more, until it is told otherwise.
#[derive(Clone)]
pub(crate) struct FaultyAuditLog {
    inner: MemoryStorage,
    pages: Arc<AtomicUsize>,
    limit: Arc<AtomicUsize>,
    is_countable: Arc<AtomicBool>,
}

impl FaultyAuditLog {
    pub(crate) fn over(inner: MemoryStorage) -> Self {
        let (pages, limit) = (Arc::default(), Arc::new(AtomicUsize::new(usize::MAX)));
        Self { inner, pages, limit, is_countable: Arc::new(AtomicBool::new(true)) }
    }

    /// How many pages were read.
    pub(crate) fn pages(&self) -> usize {
        self.pages.load(Ordering::SeqCst)
    }

    /// Lets so many more pages be read.
    pub(crate) fn fail_after(&self, pages: usize) {
        self.limit.store(self.pages() + pages, Ordering::SeqCst);
    }

    /// From now on it takes too long to count the entries.
    pub(crate) fn cannot_count(&self) {
        self.is_countable.store(false, Ordering::SeqCst);
    }
}

#[async_trait]
impl AuditLogRepository for FaultyAuditLog {
    async fn find_audit_entry(&self, scope: TenantScope, id: AuditEntryId) -> Result<AuditEntry, Error> {
        self.inner.find_audit_entry(scope, id).await
    }

    async fn list_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        request: &PageRequest,
    ) -> Result<Page<AuditEntry>, Error> {
        if self.pages.fetch_add(1, Ordering::SeqCst) >= self.limit.load(Ordering::SeqCst) {
            return Err(Error::unavailable(std::io::Error::other(SECRET)));
        }
        self.inner.list_audit_entries(scope, filter, request).await
    }

    async fn count_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        newest: Cursor,
    ) -> Result<u64, Error> {
        if !self.is_countable.load(Ordering::SeqCst) {
            return Err(Error::unavailable(std::io::Error::other(SECRET)));
        }
        self.inner.count_audit_entries(scope, filter, newest).await
    }

    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<Chain>, Error> {
        self.inner.audit_chains(scope, after, limit).await
    }

    async fn find_audit_chain(&self, scope: TenantScope, id: ChainId) -> Result<Option<Chain>, Error> {
        self.inner.find_audit_chain(scope, id).await
    }

    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error> {
        self.inner.audit_entries(scope, chain, after, limit).await
    }

    async fn stray_audit_chains(&self) -> Result<Vec<ChainId>, Error> {
        self.inner.stray_audit_chains().await
    }
}
