//! Projects: what an organization divides its work into.

use tenancy_api_types::projects::{CreateProject, Project, RestoreProject, UpdateProject};

use crate::{
    call::{Call, kind},
    client::Client,
    http::Path,
    organizations,
    pages::List,
    reference::Reference,
};

/// The projects of one organization, each named by its slug or its id.
#[derive(Debug, Clone)]
pub struct Projects {
    client: Client,
    collection: Path,
}

impl Projects {
    pub(crate) fn new(client: Client, organization: &Reference) -> Self {
        Self { client, collection: collection(organization) }
    }

    /// All of the organization, newest first. `GET /admin/v1/organizations/{slug}/projects`
    pub fn list(&self) -> List<Project> {
        self.client.list(self.collection.clone())
    }

    /// Makes one. `POST /admin/v1/organizations/{slug}/projects`
    pub fn create(&self, new: &CreateProject) -> Call<Project, kind::Create> {
        self.client.create(&self.collection, new)
    }

    /// One. `GET /admin/v1/organizations/{slug}/projects/{project}`
    pub fn get(&self, project: impl Into<Reference>) -> Call<Project, kind::Read> {
        self.client.read(&self.item(project))
    }

    /// Changes one. `PATCH /admin/v1/organizations/{slug}/projects/{project}`
    pub fn update(&self, project: impl Into<Reference>, changes: &UpdateProject) -> Call<Project, kind::Change> {
        self.client.change(&self.item(project), changes)
    }

    /// Deletes one, and hides all beneath it; nothing is destroyed.
    /// `DELETE /admin/v1/organizations/{slug}/projects/{project}`
    pub fn delete(&self, project: impl Into<Reference>) -> Call<Project, kind::Delete> {
        self.client.remove(&self.item(project))
    }

    /// Brings a deleted one back, with all that its deletion hid.
    /// `POST /admin/v1/organizations/{slug}/projects/{project}/restore`
    pub fn restore(&self, project: impl Into<Reference>, how: &RestoreProject) -> Call<Project, kind::Act> {
        self.client.act(&self.item(project).then("restore"), how)
    }

    fn item(&self, project: impl Into<Reference>) -> Path {
        self.collection.clone().then(project.into())
    }
}

impl List<Project> {
    /// Those whose slug, or a word of whose name, begins with each of the words of this text, in whatever case.
    pub fn search(self, text: &str) -> Self {
        self.filter("q", text)
    }

    /// Deleted ones too, each with its `deleted_at`.
    pub fn include_deleted(self) -> Self {
        self.filter("include_deleted", "true")
    }
}

impl Call<Project, kind::Read> {
    /// Also if it is deleted, where it is named by its id.
    pub fn include_deleted(self) -> Self {
        self.query("include_deleted", "true")
    }
}

fn collection(organization: &Reference) -> Path {
    organizations::item(organization).then("projects")
}

/// The path of one, and of all beneath it.
pub(crate) fn item(organization: &Reference, project: &Reference) -> Path {
    collection(organization).then(project)
}
