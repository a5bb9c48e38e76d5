//! Projects in memory.

use async_trait::async_trait;
use rpds::HashTrieMapSync;
use tenancy_domain::{
    Affected, Deleted, Error, OrganizationId, ProjectId, ResourceType, Searched as _, SoftDeleted,
    authorization::TenantScope,
    owners::Owner,
    pagination::{Page, PageRequest},
    projects::{Project, ProjectFilter, ProjectRef, ProjectWriter},
};

use super::{State, list::page, slugged::SluggedRows};

/// The projects, in a table for each organization: a slug is that of one live project there.
#[derive(Clone, Default)]
pub(super) struct Projects {
    of_organization: HashTrieMapSync<OrganizationId, SluggedRows<Project>>,
    organization_of: HashTrieMapSync<ProjectId, OrganizationId>,
}

impl Projects {
    /// The projects of an organization; none where it has not had any.
    fn of(&self, organization: OrganizationId) -> SluggedRows<Project> {
        self.of_organization.get(&organization).cloned().unwrap_or_default()
    }

    /// How many projects an organization has.
    pub(super) fn count(&self, organization: OrganizationId, deleted: Deleted) -> usize {
        self.of(organization).ordered(deleted).size()
    }

    /// Removes all projects of an organization, live and deleted.
    pub(super) fn remove_all_of(&mut self, organization: OrganizationId) {
        for project in self.of(organization).ordered(Deleted::Included).values() {
            self.organization_of.remove_mut(&project.id);
        }
        self.of_organization.remove_mut(&organization);
    }

    /// The organization that a project, live or deleted, belongs to.
    pub(super) fn organization_of(&self, project: ProjectId) -> Option<OrganizationId> {
        self.organization_of.get(&project).copied()
    }

    fn write(
        &mut self,
        project: &Project,
        write: impl FnOnce(&mut SluggedRows<Project>, &Project) -> Result<(), Error>,
    ) -> Result<(), Error> {
        let mut projects = self.of(project.org_id);
        write(&mut projects, project)?;
        self.of_organization.insert_mut(project.org_id, projects);
        self.organization_of.insert_mut(project.id, project.org_id);
        Ok(())
    }
}

impl State {
    /// Whether an organization, live or deleted, has this project, and it is not deleted itself.
    pub(super) fn has_live_project(&self, organization: OrganizationId, project: ProjectId) -> bool {
        self.projects.of_organization.get(&organization).is_some_and(|projects| projects.is_live(project.uuid()))
    }

    /// The project of a live organization that `reference` names within `scope`.
    pub(super) fn find_project(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
        deleted: Deleted,
    ) -> Result<Project, Error> {
        self.projects
            .of(organization)
            .find(reference, deleted)
            .filter(|project| self.has_project(scope, organization, project.id))
            .cloned()
            .ok_or(Error::NotFound(ResourceType::Project))
    }

    /// A page of the projects of a live organization within `scope` that `filter` lets through.
    pub(super) fn list_projects(
        &self,
        scope: TenantScope,
        organization: OrganizationId,
        filter: &ProjectFilter,
        request: &PageRequest,
        deleted: Deleted,
    ) -> Page<Project> {
        let lets_through =
            |project: &Project| filter.search.as_ref().is_none_or(|search| search.finds(&project.terms()));
        page(self.projects.of(organization).ordered(deleted), request, |project| {
            let is_listed = self.has_project(scope, organization, project.id) && lets_through(project);
            is_listed.then(|| project.clone())
        })
    }
}

#[async_trait]
impl ProjectWriter for State {
    async fn lock_project(
        &mut self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
    ) -> Result<Project, Error> {
        // This unit of work is the only one that runs.
        self.find_project(scope, organization, reference, Deleted::Hidden)
    }

    async fn lock_deleted_project(
        &mut self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
    ) -> Result<Project, Error> {
        if !self.has_owner(scope, Owner::Organization(organization)) {
            return Err(Error::NotFound(ResourceType::Project));
        }
        Project::restorable(self.projects.of(organization).named(reference).cloned())
    }

    async fn count_projects(&mut self, organization: OrganizationId) -> Result<u64, Error> {
        Ok(self.projects.count(organization, Deleted::Hidden) as u64)
    }

    async fn insert_project(&mut self, project: &Project) -> Result<(), Error> {
        self.projects.write(project, SluggedRows::insert)
    }

    async fn update_project(&mut self, project: &Project) -> Result<(), Error> {
        self.projects.write(project, SluggedRows::update)
    }

    async fn count_beneath_project(&mut self, id: ProjectId) -> Result<Affected, Error> {
        Ok(Affected {
            memberships: self.members.count_where(|of| of.project() == Some(id)) as u64,
            api_keys: self.api_keys.count_where(|owner| owner.project() == Some(id)) as u64,
            providers: self.providers.count_where(|owner| owner.project() == Some(id)) as u64,
            ..Affected::default()
        })
    }
}
