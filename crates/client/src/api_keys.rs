//! API keys: what callers show to be let in.

use tenancy_api_types::{
    api_keys::{ApiKey, CreateApiKey, IssuedApiKey, RotateApiKey, UpdateApiKey},
    owner::OwnerType,
    verification::{Verification, VerifyApiKey},
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

/// API keys.
#[derive(Debug, Clone)]
pub struct ApiKeys {
    client: Client,
}

impl ApiKeys {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// All within the key's reach, newest first. `GET /admin/v1/api-keys`
    pub fn list(&self) -> List<ApiKey> {
        self.client.list(collection())
    }

    /// Those of one kind of owner. `GET /admin/v1/api-keys?owner_type=`
    pub fn list_owned_by(&self, kind: OwnerType) -> List<ApiKey> {
        self.list().filter("owner_type", kind.as_str())
    }

    /// Those of an organization itself. `GET /admin/v1/organizations/{slug}/api-keys`
    pub fn list_of_organization(&self, organization: impl Into<Reference>) -> List<ApiKey> {
        self.client.list(organizations::item(&organization.into()).then("api-keys"))
    }

    /// Those of a project. `GET /admin/v1/organizations/{slug}/projects/{project}/api-keys`
    pub fn list_of_project(&self, organization: impl Into<Reference>, project: impl Into<Reference>) -> List<ApiKey> {
        self.client.list(projects::item(&organization.into(), &project.into()).then("api-keys"))
    }

    /// Those of a user. `GET /admin/v1/users/{user_id}/api-keys`
    pub fn list_of_user(&self, user: Uuid) -> List<ApiKey> {
        self.client.list(users::item(user).then("api-keys"))
    }

    /// Makes one. Its secret is in the answer, and never again in another. `POST /admin/v1/api-keys`
    pub fn create(&self, new: &CreateApiKey) -> Call<IssuedApiKey, kind::Create> {
        self.client.create(&collection(), new)
    }

    /// One. `GET /admin/v1/api-keys/{key_id}`
    pub fn get(&self, key: Uuid) -> Call<ApiKey, kind::Read> {
        self.client.read(&item(key))
    }

    /// Changes one. `PATCH /admin/v1/api-keys/{key_id}`
    pub fn update(&self, key: Uuid, changes: &UpdateApiKey) -> Call<ApiKey, kind::Change> {
        self.client.change(&item(key), changes)
    }

    /// Revokes one, for good. To revoke one that is revoked changes nothing. `DELETE /admin/v1/api-keys/{key_id}`
    pub fn revoke(&self, key: Uuid) -> Call<ApiKey, kind::Delete> {
        self.client.remove(&item(key))
    }

    /// Gives one a new secret, which is in the answer and never again in another. The former one goes on working for a
    /// while. `POST /admin/v1/api-keys/{key_id}/rotate`
    pub fn rotate(&self, key: Uuid, how: &RotateApiKey) -> Call<IssuedApiKey, kind::Act> {
        self.client.act(&item(key).then("rotate"), how)
    }

    /// Whether a key that someone showed is valid, and whose it is. That it is not is an answer, not an error.
    /// `POST /admin/v1/api-keys/verify`
    ///
    /// A service that authenticates its callers does so with a [`Verifier`](crate::verify::Verifier), which can keep
    /// the answers for a while.
    pub fn verify(&self, shown: &VerifyApiKey) -> Call<Verification, kind::Ask> {
        self.client.ask(&collection().then("verify"), shown)
    }
}

fn collection() -> Path {
    Path::api("api-keys")
}

fn item(key: Uuid) -> Path {
    collection().then(key)
}
