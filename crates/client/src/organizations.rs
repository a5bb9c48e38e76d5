//! Organizations: the top level of tenancy.

use tenancy_api_types::{
    dry_run::DryRun,
    nothing::Nothing,
    organizations::{CreateOrganization, Organization, PurgedOrganization, RestoreOrganization, UpdateOrganization},
};

use crate::{
    call::{Call, kind},
    client::Client,
    http::Path,
    pages::List,
    reference::Reference,
};

/// Organizations, each named by its slug or its id.
#[derive(Debug, Clone)]
pub struct Organizations {
    client: Client,
}

impl Organizations {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// All within the key's reach, newest first. `GET /admin/v1/organizations`
    pub fn list(&self) -> List<Organization> {
        self.client.list(collection())
    }

    /// Makes one. Its slug is taken: [`is_conflict`](crate::Error::is_conflict). `POST /admin/v1/organizations`
    pub fn create(&self, new: &CreateOrganization) -> Call<Organization, kind::Create> {
        self.client.create(&collection(), new)
    }

    /// One. `GET /admin/v1/organizations/{slug}`
    pub fn get(&self, organization: impl Into<Reference>) -> Call<Organization, kind::Read> {
        self.client.read(&item(&organization.into()))
    }

    /// Changes one. `PATCH /admin/v1/organizations/{slug}`
    pub fn update(
        &self,
        organization: impl Into<Reference>,
        changes: &UpdateOrganization,
    ) -> Call<Organization, kind::Change> {
        self.client.change(&item(&organization.into()), changes)
    }

    /// Deletes one, and hides all beneath it; nothing is destroyed. `DELETE /admin/v1/organizations/{slug}`
    pub fn delete(&self, organization: impl Into<Reference>) -> Call<Organization, kind::Delete> {
        self.client.remove(&item(&organization.into()))
    }

    /// Brings a deleted one back, with all that its deletion hid. `POST /admin/v1/organizations/{slug}/restore`
    pub fn restore(
        &self,
        organization: impl Into<Reference>,
        how: &RestoreOrganization,
    ) -> Call<Organization, kind::Act> {
        self.client.act(&item(&organization.into()).then("restore"), how)
    }

    /// Suspends one: its keys are refused, and nobody but system keys sees it. `POST
    /// /admin/v1/organizations/{slug}/suspend`
    pub fn suspend(&self, organization: impl Into<Reference>) -> Call<Organization, kind::Act> {
        self.client.act(&item(&organization.into()).then("suspend"), &Nothing {})
    }

    /// Ends a suspension. `POST /admin/v1/organizations/{slug}/resume`
    pub fn resume(&self, organization: impl Into<Reference>) -> Call<Organization, kind::Act> {
        self.client.act(&item(&organization.into()).then("resume"), &Nothing {})
    }

    /// Destroys a deleted one for good, with all beneath it. Its audit log stays.
    /// `POST /admin/v1/organizations/{slug}/purge`
    pub fn purge(&self, organization: impl Into<Reference>) -> Call<PurgedOrganization, kind::Act> {
        self.client.act(&item(&organization.into()).then("purge"), &Nothing {})
    }
}

impl Call<PurgedOrganization, kind::Act> {
    /// Tells what would be destroyed, and leaves all as it is.
    pub fn dry_run(self) -> Call<DryRun, kind::Act> {
        self.rehearse()
    }
}

impl List<Organization> {
    /// Those whose slug, or a word of whose name, begins with each of the words of this text, in whatever case.
    pub fn search(self, text: &str) -> Self {
        self.filter("q", text)
    }

    /// The one that is called this elsewhere.
    pub fn external_id(self, id: &str) -> Self {
        self.filter("external_id", id)
    }

    /// Deleted ones too, each with its `deleted_at`.
    pub fn include_deleted(self) -> Self {
        self.filter("include_deleted", "true")
    }
}

impl Call<Organization, kind::Read> {
    /// Also if it is deleted, where it is named by its id.
    pub fn include_deleted(self) -> Self {
        self.query("include_deleted", "true")
    }
}

fn collection() -> Path {
    Path::api("organizations")
}

/// The path of one, and of all beneath it.
pub(crate) fn item(organization: &Reference) -> Path {
    collection().then(organization)
}
