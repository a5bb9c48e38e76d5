//! Storage that tells what it was asked.

use std::{
    mem,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use tenancy_adapters::memory::MemoryStorage;
use tenancy_domain::{
    ApiKeyId, Deleted, Error, OrganizationId, ProviderId, Slug, Timestamp, UserId,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyRepository, Credential, SecretHash},
    authorization::TenantScope,
    members::{Member, MemberOf, MemberRepository, Role},
    organizations::{Organization, OrganizationFilter, OrganizationRef, OrganizationRepository},
    owners::{Owner, OwnerRef, OwnerRepository},
    pagination::{Page, PageRequest},
    projects::{Project, ProjectFilter, ProjectRef, ProjectRepository},
    providers::{DynamicProvider, ProviderFilter, ProviderRepository},
    unit_of_work::{UnitOfWork, Work},
    users::{OrganizationOfUser, User, UserFilter, UserRepository},
};

use super::faults::FaultyStorage;

/// A storage that notes the name of each call that comes to it. Its clones share what they note.
#[derive(Clone)]
pub(crate) struct Spy {
    faulty: FaultyStorage,
    memory: MemoryStorage,
    calls: Arc<Mutex<Vec<&'static str>>>,
}

impl Spy {
    pub(crate) fn on(storage: &FaultyStorage) -> Self {
        Self { faulty: storage.clone(), memory: storage.inner.clone(), calls: Arc::default() }
    }

    /// What was asked since the last time.
    pub(crate) fn take_calls(&self) -> Vec<&'static str> {
        mem::take(&mut *self.calls.lock().unwrap())
    }

    fn note(&self, call: &'static str) {
        self.calls.lock().unwrap().push(call);
    }
}

/// Notes each call and passes it on.
macro_rules! spied {
    ($(impl $port:ident for $storage:ident { $(async fn $name:ident(&self $(, $argument:ident: $kind:ty)* $(,)?) -> $answer:ty;)+ })+) => {$(
        #[async_trait]
        impl $port for Spy {
            $(async fn $name(&self $(, $argument: $kind)*) -> $answer {
                self.note(stringify!($name));
                self.$storage.$name($($argument),*).await
            })+
        }
    )+};
}

spied! {
    impl OrganizationRepository for faulty {
        async fn find_organization(
            &self,
            scope: TenantScope,
            reference: &OrganizationRef,
            deleted: Deleted,
        ) -> Result<Organization, Error>;
        async fn find_renamed_organization(&self, scope: TenantScope, former: &Slug) -> Result<Organization, Error>;
        async fn list_organizations(
            &self,
            scope: TenantScope,
            filter: &OrganizationFilter,
            request: &PageRequest,
            deleted: Deleted,
        ) -> Result<Page<Organization>, Error>;
    }
    impl ProjectRepository for memory {
        async fn find_project(
            &self,
            scope: TenantScope,
            organization: OrganizationId,
            reference: &ProjectRef,
            deleted: Deleted,
        ) -> Result<Project, Error>;
        async fn list_projects(
            &self,
            scope: TenantScope,
            organization: OrganizationId,
            filter: &ProjectFilter,
            request: &PageRequest,
            deleted: Deleted,
        ) -> Result<Page<Project>, Error>;
    }
    impl UserRepository for memory {
        async fn find_user(&self, scope: TenantScope, id: UserId) -> Result<User, Error>;
        async fn list_users(
            &self,
            scope: TenantScope,
            filter: &UserFilter,
            request: &PageRequest,
        ) -> Result<Page<User>, Error>;
        async fn list_organizations_of_user(
            &self,
            scope: TenantScope,
            user: UserId,
            request: &PageRequest,
        ) -> Result<Page<OrganizationOfUser>, Error>;
    }
    impl MemberRepository for memory {
        async fn find_role(&self, user: UserId, organization: OrganizationId) -> Result<Option<Role>, Error>;
        async fn find_member(&self, scope: TenantScope, of: MemberOf, user: UserId) -> Result<Member, Error>;
        async fn list_members(
            &self,
            scope: TenantScope,
            of: MemberOf,
            request: &PageRequest,
        ) -> Result<Page<Member>, Error>;
    }
    impl OwnerRepository for memory {
        async fn find_owner(&self, scope: TenantScope, reference: &OwnerRef) -> Result<Owner, Error>;
    }
    impl ApiKeyRepository for memory {
        async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error>;
        async fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error>;
        async fn list_api_keys(
            &self,
            scope: TenantScope,
            filter: ApiKeyFilter,
            request: &PageRequest,
        ) -> Result<Page<ApiKey>, Error>;
        async fn record_api_key_uses(&self, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error>;
    }
    impl ProviderRepository for memory {
        async fn find_provider(&self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error>;
        async fn list_providers(
            &self,
            scope: TenantScope,
            filter: ProviderFilter,
            request: &PageRequest,
        ) -> Result<Page<DynamicProvider>, Error>;
    }
    impl UnitOfWork for memory {
        async fn run(&self, work: Work) -> Result<(), Error>;
    }
}
