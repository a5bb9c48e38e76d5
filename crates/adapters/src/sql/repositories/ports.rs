//! The ports that read, and the notes of the storage's own, on top of the queries.

use async_trait::async_trait;
use tenancy_domain::{
    ApiKeyId, Deleted, Error, OrganizationId, Slug, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyRepository, Credential, SecretHash},
    audit_log::{AuditEntry, AuditLogRepository, ChainHead, ChainId},
    authorization::TenantScope,
    idempotency::IdempotencyRepository,
    members::{Member, MemberOf, MemberRepository, Role},
    organizations::{Organization, OrganizationRef, OrganizationRepository},
    owners::{Owner, OwnerRef, OwnerRepository},
    pagination::{Page, PageRequest, PageSize},
    projects::{Project, ProjectRef, ProjectRepository},
    sealing::{KnownMasterKey, MasterKeyRepository},
    users::{OrganizationOfUser, User, UserFilter, UserRepository},
};

use super::{
    super::dialect::{Storage, note, read},
    api_keys, audit_log, idempotency, master_keys, members, organizations, owners, projects, users,
};

#[async_trait]
impl OrganizationRepository for Storage {
    async fn find_organization(
        &self,
        scope: TenantScope,
        reference: &OrganizationRef,
        deleted: Deleted,
    ) -> Result<Organization, Error> {
        read!(self, organizations::find, scope, &reference, deleted)
    }

    async fn find_renamed_organization(&self, scope: TenantScope, former: &Slug) -> Result<Organization, Error> {
        read!(self, organizations::find_renamed, scope, &former)
    }

    async fn list_organizations(
        &self,
        scope: TenantScope,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Organization>, Error> {
        read!(self, organizations::list, scope, &request, deleted)
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
        request: &PageRequest,
        deleted: Deleted,
    ) -> Result<Page<Project>, Error> {
        read!(self, projects::list, scope, organization, &request, deleted)
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
impl IdempotencyRepository for Storage {
    async fn forget_requests(&self, over: Timestamp, limit: u16) -> Result<u64, Error> {
        note!(self, idempotency::forget, over, limit)
    }
}

#[async_trait]
impl AuditLogRepository for Storage {
    async fn audit_chains(
        &self,
        scope: TenantScope,
        after: Option<ChainId>,
        limit: PageSize,
    ) -> Result<Vec<(ChainId, ChainHead)>, Error> {
        read!(self, audit_log::chains, scope, after, limit)
    }

    async fn audit_entries(
        &self,
        scope: TenantScope,
        chain: ChainId,
        after: i64,
        limit: PageSize,
    ) -> Result<Vec<AuditEntry>, Error> {
        read!(self, audit_log::entries, scope, chain, after, limit)
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
