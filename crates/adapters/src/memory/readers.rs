//! The ports that read, on what is committed.

use std::collections::BTreeMap;

use async_trait::async_trait;
use tenancy_domain::{
    ApiKeyId, AuditEntryId, Deleted, Error, OrganizationId, ProviderId, Slug, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyRepository, Credential, SecretHash},
    audit_log::{AuditEntry, AuditLogFilter, AuditLogRepository, Chain, ChainId},
    authorization::TenantScope,
    idempotency::IdempotencyRepository,
    leases::{Lease, LeaseRepository},
    members::{Member, MemberOf, MemberRepository, Role},
    organizations::{Organization, OrganizationFilter, OrganizationRef, OrganizationRepository},
    owners::{Owner, OwnerRef, OwnerRepository},
    pagination::{Cursor, Page, PageRequest, PageSize},
    projects::{Project, ProjectFilter, ProjectRef, ProjectRepository},
    providers::{DynamicProvider, ProviderFilter, ProviderRepository},
    sealing::{
        KnownMasterKey, MasterKeyId, MasterKeyRepository, SealedSecret, SealingContext, StoredSecret,
        StoredSecretRepository,
    },
    users::{OrganizationOfUser, User, UserFilter, UserRepository},
};
use uuid::Uuid;

use super::{MemoryStorage, State};

#[async_trait]
impl OrganizationRepository for MemoryStorage {
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        self.snapshot().find_organization(scope, reference, deleted)
    }

    async fn find_renamed_organization(&self, scope: TenantScope, former: &Slug) -> Result<Organization, Error> {
        self.snapshot().find_renamed_organization(scope, former)
    }

    async fn list_organizations(
        &self,
        scope: TenantScope,
        filter: &OrganizationFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        Ok(self.snapshot().list_organizations(scope, filter, request, deleted))
    }
}

#[async_trait]
impl ApiKeyRepository for MemoryStorage {
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error> {
        Ok(self.snapshot().find_credential(hash))
    }

    async fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        self.snapshot().find_api_key(scope, id)
    }

    async fn list_api_keys(
        &self,
        scope: TenantScope,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        Ok(self.snapshot().list_api_keys(scope, filter, request))
    }

    async fn record_api_key_uses(&self, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        self.write(|state| {
            state.api_keys.record_uses(uses);
            true
        })
        .await;
        Ok(())
    }
}

#[async_trait]
impl IdempotencyRepository for MemoryStorage {
    async fn forget_requests(&self, over: Timestamp, limit: u16) -> Result<u64, Error> {
        let _turn = self.0.turn.lock().await;
        let mut state = State::clone(&self.snapshot());
        let forgotten = state.requests.forget(over, limit);
        self.commit(state);
        Ok(forgotten)
    }
}

#[async_trait]
impl AuditLogRepository for MemoryStorage {
    async fn find_audit_entry(&self, scope: TenantScope, id: AuditEntryId) -> Result<AuditEntry, Error> {
        self.snapshot().find_audit_entry(scope, id)
    }

    async fn list_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        request: &PageRequest,
    ) -> Result<Page<AuditEntry>, Error> {
        Ok(self.snapshot().list_audit_entries(scope, filter, request))
    }

    async fn count_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        newest: Cursor,
    ) -> Result<u64, Error> {
        Ok(self.snapshot().count_audit_entries(scope, filter, newest))
    }

    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<Chain>, Error> {
        Ok(self.snapshot().audit_chains(scope, after, limit))
    }

    async fn find_audit_chain(&self, scope: TenantScope, id: ChainId) -> Result<Option<Chain>, Error> {
        Ok(self.snapshot().find_audit_chain(scope, id))
    }

    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error> {
        Ok(self.snapshot().audit_entries(scope, chain, after, limit))
    }

    async fn stray_audit_chains(&self) -> Result<Vec<ChainId>, Error> {
        // Nobody gets at them but through these ports.
        Ok(Vec::new())
    }
}

#[async_trait]
impl ProjectRepository for MemoryStorage {
    async fn find_project(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
        deleted: Deleted,
    ) -> Result<Project, Error> {
        self.snapshot().find_project(scope, organization, reference, deleted)
    }

    async fn list_projects(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        filter: &ProjectFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Project>, Error> {
        Ok(self.snapshot().list_projects(scope, organization, filter, request, deleted))
    }
}

#[async_trait]
impl UserRepository for MemoryStorage {
    async fn find_user(&self, scope: TenantScope, id: UserId) -> Result<User, Error> {
        self.snapshot().find_user(scope, id)
    }

    async fn list_users(
        &self,
        scope: TenantScope,
        filter: &UserFilter,
        request: &PageRequest,
    ) -> Result<Page<User>, Error> {
        Ok(self.snapshot().list_users(scope, filter, request))
    }

    async fn list_organizations_of_user(
        &self,
        scope: TenantScope,
        user: UserId,
        request: &PageRequest,
    ) -> Result<Page<OrganizationOfUser>, Error> {
        Ok(self.snapshot().list_organizations_of_user(scope, user, request))
    }
}

#[async_trait]
impl MemberRepository for MemoryStorage {
    async fn find_role(&self, user: UserId, organization: OrganizationId) -> Result<Option<Role>, Error> {
        Ok(self.snapshot().find_role(user, organization))
    }

    async fn find_member(&self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error> {
        self.snapshot().find_member(scope, of, user)
    }

    async fn list_members(
        &self,
        scope: TenantScope,
        of: MemberOf,
        request: &PageRequest,
    ) -> Result<Page<Member>, Error> {
        Ok(self.snapshot().list_members(scope, of, request))
    }
}

#[async_trait]
impl OwnerRepository for MemoryStorage {
    async fn find_owner(&self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error> {
        self.snapshot().find_owner(scope, reference)
    }
}

#[async_trait]
impl MasterKeyRepository for MemoryStorage {
    async fn master_keys(&self) -> Result<Vec<KnownMasterKey>, Error> {
        Ok(self.snapshot().master_keys.list())
    }

    async fn add_master_key(&self, key: &KnownMasterKey) -> Result<(), Error> {
        self.write(|state| {
            state.master_keys.add(key);
            true
        })
        .await;
        Ok(())
    }
}

#[async_trait]
impl ProviderRepository for MemoryStorage {
    async fn find_provider(&self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error> {
        self.snapshot().find_provider(scope, id)
    }

    async fn list_providers(
        &self,
        scope: TenantScope,
        filter: ProviderFilter,
        request: &PageRequest,
    ) -> Result<Page<DynamicProvider>, Error> {
        Ok(self.snapshot().list_providers(scope, filter, request))
    }
}

#[async_trait]
impl StoredSecretRepository for MemoryStorage {
    async fn count_secrets(&self) -> Result<BTreeMap<MasterKeyId, u64>, Error> {
        Ok(self.snapshot().providers.count_secrets())
    }

    async fn secrets_under(
        &self,
        master_key: MasterKeyId,
        after: Option<SealingContext>,
        limit: u16,
    ) -> Result<Vec<StoredSecret>, Error> {
        Ok(self.snapshot().providers.secrets_under(master_key, after, limit))
    }

    async fn replace_secret(&self, former: &StoredSecret, new: &SealedSecret) -> Result<bool, Error> {
        Ok(self.write(|state| state.providers.replace_secret(former, new)).await)
    }
}

#[async_trait]
impl LeaseRepository for MemoryStorage {
    async fn take_lease(&self, lease: Lease, holder: Uuid, now: Timestamp, until: Timestamp) -> Result<bool, Error> {
        Ok(self.write(|state| state.leases.take(lease, holder, now, until)).await)
    }

    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), Error> {
        self.write(|state| {
            state.leases.end(lease, holder);
            true
        })
        .await;
        Ok(())
    }
}
