//! What a service with its storage in memory leaves behind.

use std::fmt::Debug;

use tenancy_adapters::memory::MemoryStorage;
use tenancy_domain::{
    Deleted,
    api_keys::{ApiKeyFilter, ApiKeyRepository},
    audit_log::AuditLogRepository,
    authorization::{AuditLogsRead, Caller},
    members::{MemberOf, MemberRepository},
    organizations::{OrganizationFilter, OrganizationRepository},
    pagination::{PageRequest, PageSize},
    projects::{ProjectFilter, ProjectRepository},
    providers::{ProviderFilter, ProviderRepository},
    users::{UserFilter, UserRepository},
};
use tenancy_testing::http::Remains;

use super::running::block_on;

/// All that the ports tell of a storage. Uses of keys are never written to it: that is a task of the program's.
pub(super) struct MemoryRemains(pub(super) MemoryStorage);

impl Remains for MemoryRemains {
    fn rows(&self) -> Vec<String> {
        block_on(rows(&self.0))
    }

    fn files(&self) -> Vec<(String, Vec<u8>)> {
        // The log is the whole process's, in which many services run at once.
        Vec::new()
    }
}

async fn rows(storage: &MemoryStorage) -> Vec<String> {
    let scope = Caller::command_line().authorize::<AuditLogsRead>().unwrap().tenant_scope();
    let all = PageRequest { size: PageSize::MAX, ..PageRequest::default() };
    let mut rows = Vec::new();
    let organizations = storage
        .list_organizations(scope, &OrganizationFilter::default(), &all, Deleted::Included)
        .await
        .unwrap()
        .into_items();
    for organization in &organizations {
        let projects = storage
            .list_projects(scope, organization.id, &ProjectFilter::default(), &all, Deleted::Included)
            .await
            .unwrap()
            .into_items();
        let members_of =
            projects.iter().map(|project| MemberOf::Project { organization: organization.id, project: project.id });
        for of in members_of.chain([MemberOf::Organization(organization.id)]) {
            add(&mut rows, storage.list_members(scope, of, &all).await.unwrap().items());
        }
        add(&mut rows, &projects);
    }
    add(&mut rows, &organizations);
    add(&mut rows, storage.list_users(scope, &UserFilter::default(), &all).await.unwrap().items());
    add(&mut rows, storage.list_api_keys(scope, ApiKeyFilter::All, &all).await.unwrap().items());
    add(&mut rows, storage.list_providers(scope, ProviderFilter::All, &all).await.unwrap().items());
    for chain in storage.audit_chains(scope, None, PageSize::MAX).await.unwrap() {
        add(&mut rows, &[chain]);
        let mut last = 0;
        loop {
            let entries = storage.audit_entries(scope, chain.id, last, PageSize::MAX).await.unwrap();
            let Some(entry) = entries.last() else { break };
            last = entry.sequence;
            add(&mut rows, &entries);
        }
    }
    rows
}

fn add(rows: &mut Vec<String>, items: &[impl Debug]) {
    assert!(items.len() < usize::from(PageSize::MAX.get()), "there may be more than these");
    rows.extend(items.iter().map(|item| format!("{item:?}")));
}
