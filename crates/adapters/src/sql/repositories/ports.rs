//! The ports that read, and the notes of the storage's own, on top of the queries.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use async_trait::async_trait;
use tenancy_domain::{
    ApiKeyId, AuditEntryId, Deleted, Error, OrganizationId, ProviderId, ResourceType, Slug, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyRepository, Credential, SecretHash},
    audit_log::{
        AuditEntry, AuditLogFilter, AuditLogRepository, AuditRetention, Chain, ChainId, ChainKeyRepository, ChainMac,
        SealedChainKey, Swept,
    },
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

use super::{
    super::dialect::{Storage, note, read, read_long},
    api_keys, audit_chains, audit_keys, audit_log, audit_retention, idempotency, leases, master_keys, members,
    organizations, owners, projects, providers, users,
};

/// How long may be counted what is counted beside the main matter.
const COUNTING: Duration = Duration::from_secs(2);
/// How long a look through a whole table may take.
const CHECKING: Duration = Duration::from_hours(1);

#[async_trait]
impl OrganizationRepository for Storage {
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        if deleted == Deleted::Hidden {
            let named = (scope, reference.clone());
            let found = self.0.look_ups.ask(named, |way| self.look_up_organizations(way)).await;
            if let Some(found) = found {
                return found.ok_or(Error::NotFound(ResourceType::Organization));
            }
        }
        read!(self, organizations::find, scope, &reference, deleted)
    }

    async fn find_renamed_organization(&self, scope: TenantScope, former: &Slug) -> Result<Organization, Error> {
        read!(self, organizations::find_renamed, scope, &former)
    }

    async fn list_organizations(
        &self,
        scope: TenantScope,
        filter: &OrganizationFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        read!(self, organizations::list, scope, &filter, &request, deleted)
    }
}

#[async_trait]
impl ProjectRepository for Storage {
    async fn find_project(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
        deleted: Deleted,
    ) -> Result<Project, Error> {
        read!(self, projects::find, scope, organization, &reference, deleted)
    }

    async fn list_projects(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        filter: &ProjectFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Project>, Error> {
        read!(self, projects::list, scope, organization, &filter, &request, deleted)
    }
}

#[async_trait]
impl UserRepository for Storage {
    async fn find_user(&self, scope: TenantScope, id: UserId) -> Result<User, Error> {
        read!(self, users::find, scope, id)
    }

    async fn list_users(
        &self,
        scope: TenantScope,
        filter: &UserFilter,
        request: &PageRequest,
    ) -> Result<Page<User>, Error> {
        read!(self, users::list, scope, &filter, &request)
    }

    async fn list_organizations_of_user(
        &self,
        scope: TenantScope,
        user: UserId,
        request: &PageRequest,
    ) -> Result<Page<OrganizationOfUser>, Error> {
        read!(self, users::list_organizations, scope, user, &request)
    }
}

#[async_trait]
impl MemberRepository for Storage {
    async fn find_role(&self, user: UserId, organization: OrganizationId) -> Result<Option<Role>, Error> {
        read!(self, members::find_role, user, organization)
    }

    async fn find_member(&self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error> {
        read!(self, members::find, scope, of, user)
    }

    async fn list_members(
        &self,
        scope: TenantScope,
        of: MemberOf,
        request: &PageRequest,
    ) -> Result<Page<Member>, Error> {
        read!(self, members::list, scope, of, &request)
    }
}

#[async_trait]
impl OwnerRepository for Storage {
    async fn find_owner(&self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error> {
        read!(self, owners::find, scope, &reference)
    }
}

#[async_trait]
impl ApiKeyRepository for Storage {
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error> {
        read!(self, api_keys::find_credential, &hash)
    }

    async fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        read!(self, api_keys::find, scope, id)
    }

    async fn list_api_keys(
        &self,
        scope: TenantScope,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        read!(self, api_keys::list, scope, filter, &request)
    }

    async fn record_api_key_uses(&self, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        note!(self, api_keys::record_uses, &uses)
    }
}

#[async_trait]
impl ProviderRepository for Storage {
    async fn find_provider(&self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error> {
        read!(self, providers::find, scope, id)
    }

    async fn list_providers(
        &self,
        scope: TenantScope,
        filter: ProviderFilter,
        request: &PageRequest,
    ) -> Result<Page<DynamicProvider>, Error> {
        read!(self, providers::list, scope, filter, &request)
    }
}

#[async_trait]
impl StoredSecretRepository for Storage {
    async fn count_secrets(&self) -> Result<BTreeMap<MasterKeyId, u64>, Error> {
        read!(self, providers::count_secrets)
    }

    async fn secrets_under(
        &self,
        master_key: MasterKeyId,
        after: Option<SealingContext>,
        limit: u16,
    ) -> Result<Vec<StoredSecret>, Error> {
        read!(self, providers::secrets_under, master_key, after, limit)
    }

    async fn replace_secret(&self, former: &StoredSecret, new: &SealedSecret) -> Result<bool, Error> {
        note!(self, providers::replace_secret, &former, &new)
    }
}

#[async_trait]
impl LeaseRepository for Storage {
    async fn take_lease(&self, lease: Lease, holder: Uuid, now: Timestamp, until: Timestamp) -> Result<bool, Error> {
        note!(self, leases::take, lease, holder, now, until)
    }

    async fn end_lease(&self, lease: Lease, holder: Uuid) -> Result<(), Error> {
        note!(self, leases::end, lease, holder)
    }
}

#[async_trait]
impl IdempotencyRepository for Storage {
    async fn forget_requests(&self, over: Timestamp, limit: u16) -> Result<u64, Error> {
        note!(self, idempotency::forget, over, limit)
    }
}

#[async_trait]
impl AuditLogRepository for Storage {
    async fn find_audit_entry(&self, scope: TenantScope, id: AuditEntryId) -> Result<AuditEntry, Error> {
        read!(self, audit_log::find, scope, id)
    }

    async fn list_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        request: &PageRequest,
    ) -> Result<Page<AuditEntry>, Error> {
        read!(self, audit_log::list, scope, &filter, &request)
    }

    async fn count_audit_entries(
        &self,
        scope: TenantScope,
        filter: &AuditLogFilter,
        newest: Cursor,
    ) -> Result<u64, Error> {
        read_long!(self, COUNTING, audit_log::count, scope, &filter, newest)
    }

    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<Chain>, Error> {
        read!(self, audit_chains::list, scope, after, limit)
    }

    async fn find_audit_chain(&self, scope: TenantScope, id: ChainId) -> Result<Option<Chain>, Error> {
        read!(self, audit_chains::find, scope, id)
    }

    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error> {
        read!(self, audit_chains::entries, scope, chain, after, limit)
    }

    async fn stray_audit_chains(&self) -> Result<Vec<ChainId>, Error> {
        read_long!(self, CHECKING, audit_chains::stray)
    }
}

#[async_trait]
impl AuditRetention for Storage {
    async fn chains_of_old_entries(
        &self,
        before: Timestamp,
        after: Cursor,
        limit: PageSize,
    ) -> Result<Vec<(Cursor, ChainId)>, Error> {
        read!(self, audit_retention::chains_of_old_entries, before, after, limit)
    }

    async fn delete_old_entries(&self, chain: ChainId, before: Timestamp, limit: PageSize) -> Result<Swept, Error> {
        self.sweep(chain, before, limit).await
    }
}

#[async_trait]
impl ChainKeyRepository for Storage {
    fn use_chain_mac(&self, mac: Arc<dyn ChainMac>) {
        // The first one holds.
        let _ = self.0.chain_mac.set(mac);
    }

    async fn find_chain_key(&self) -> Result<Option<SealedChainKey>, Error> {
        read!(self, audit_keys::find)
    }

    async fn add_chain_key(&self, key: &SealedChainKey, mac: Arc<dyn ChainMac>) -> Result<Option<u64>, Error> {
        self.adopt_chains(key, mac).await
    }

    async fn replace_chain_key(&self, former: &SealedSecret, sealed: &SealedSecret) -> Result<(), Error> {
        note!(self, audit_keys::replace, &former, &sealed)
    }
}

#[async_trait]
impl MasterKeyRepository for Storage {
    async fn master_keys(&self) -> Result<Vec<KnownMasterKey>, Error> {
        read!(self, master_keys::list)
    }

    async fn add_master_key(&self, key: &KnownMasterKey) -> Result<(), Error> {
        note!(self, master_keys::add, &key)
    }
}
