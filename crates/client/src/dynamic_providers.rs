//! Dynamic providers: where services find what others provide them with, and the key to it.

use tenancy_api_types::{
    nothing::Nothing,
    providers::{CreateDynamicProvider, DynamicProvider, RevealedApiKey, UpdateDynamicProvider},
};
use uuid::Uuid;

use crate::{
    call::{Call, kind},
    client::Client,
    http::Path,
    organizations,
    pages::List,
    projects,
    reference::Reference,
    users,
};

const SEGMENT: &str = "dynamic-providers";

/// Dynamic providers: the configurations of what organizations, projects and users are provided with by others.
#[derive(Debug, Clone)]
pub struct DynamicProviders {
    client: Client,
}

impl DynamicProviders {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// All within the key's reach, newest first. `GET /admin/v1/dynamic-providers`
    pub fn list(&self) -> List<DynamicProvider> {
        self.client.list(collection())
    }

    /// Those of an organization itself. `GET /admin/v1/organizations/{slug}/dynamic-providers`
    pub fn list_of_organization(&self, organization: impl Into<Reference>) -> List<DynamicProvider> {
        self.client.list(organizations::item(&organization.into()).then(SEGMENT))
    }

    /// Those of a project. `GET /admin/v1/organizations/{slug}/projects/{project}/dynamic-providers`
    pub fn list_of_project(
        &self,
        organization: impl Into<Reference>,
        project: impl Into<Reference>,
    ) -> List<DynamicProvider> {
        self.client.list(projects::item(&organization.into(), &project.into()).then(SEGMENT))
    }

    /// Those of a user. `GET /admin/v1/users/{user_id}/dynamic-providers`
    pub fn list_of_user(&self, user: Uuid) -> List<DynamicProvider> {
        self.client.list(users::item(user).then(SEGMENT))
    }

    /// Makes one. Its key is in no answer but that of [`reveal`](Self::reveal). `POST /admin/v1/dynamic-providers`
    pub fn create(&self, new: &CreateDynamicProvider) -> Call<DynamicProvider, kind::Create> {
        self.client.create(&collection(), new)
    }

    /// One. `GET /admin/v1/dynamic-providers/{provider_id}`
    pub fn get(&self, provider: Uuid) -> Call<DynamicProvider, kind::Read> {
        self.client.read(&item(provider))
    }

    /// Changes one. Another `base_url` takes its key again, lest the key go to a new host.
    /// `PATCH /admin/v1/dynamic-providers/{provider_id}`
    pub fn update(&self, provider: Uuid, changes: &UpdateDynamicProvider) -> Call<DynamicProvider, kind::Change> {
        self.client.change(&item(provider), changes)
    }

    /// Deletes one, and destroys its key. `DELETE /admin/v1/dynamic-providers/{provider_id}`
    pub fn delete(&self, provider: Uuid) -> Call<DynamicProvider, kind::Delete> {
        self.client.remove(&item(provider))
    }

    /// The key of one, in the clear. It takes the scope `admin:providers:reveal`, and is audited, each time that it is
    /// sent. `POST /admin/v1/dynamic-providers/{provider_id}/reveal`
    pub fn reveal(&self, provider: Uuid) -> Call<RevealedApiKey, kind::Ask> {
        self.client.ask(&item(provider).then("reveal"), &Nothing {})
    }
}

fn collection() -> Path {
    Path::api(SEGMENT)
}

fn item(provider: Uuid) -> Path {
    collection().then(provider)
}
