//! Users: people and machines that can be members of organizations and projects.

use tenancy_api_types::users::{CreateUser, DeletedUser, OrganizationOfUser, UpdateUser, User};
use uuid::Uuid;

use crate::{
    call::{Call, kind},
    client::Client,
    http::Path,
    pages::List,
};

/// Users. They are for system keys alone.
#[derive(Debug, Clone)]
pub struct Users {
    client: Client,
}

impl Users {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// All users, newest first. `GET /admin/v1/users`
    pub fn list(&self) -> List<User> {
        self.client.list(collection())
    }

    /// Makes one. `POST /admin/v1/users`
    pub fn create(&self, new: &CreateUser) -> Call<User, kind::Create> {
        self.client.create(&collection(), new)
    }

    /// One. `GET /admin/v1/users/{user_id}`
    pub fn get(&self, user: Uuid) -> Call<User, kind::Read> {
        self.client.read(&item(user))
    }

    /// Changes one. `PATCH /admin/v1/users/{user_id}`
    pub fn update(&self, user: Uuid, changes: &UpdateUser) -> Call<User, kind::Change> {
        self.client.change(&item(user), changes)
    }

    /// Removes one for good, with its memberships and its keys. `DELETE /admin/v1/users/{user_id}`
    pub fn delete(&self, user: Uuid) -> Call<DeletedUser, kind::Delete> {
        self.client.remove(&item(user))
    }

    /// The organizations that one is a member of, with its role in each. `GET /admin/v1/users/{user_id}/organizations`
    pub fn organizations(&self, user: Uuid) -> List<OrganizationOfUser> {
        self.client.list(item(user).then("organizations"))
    }
}

impl List<User> {
    /// The one with this external id, or none.
    pub fn external_id(self, external_id: impl Into<String>) -> Self {
        self.filter("external_id", external_id)
    }

    /// The one with this e-mail address, or none; without regard to case.
    pub fn email(self, email: impl Into<String>) -> Self {
        self.filter("email", email)
    }
}

fn collection() -> Path {
    Path::api("users")
}

/// The path of one, and of all beneath it.
pub(crate) fn item(user: Uuid) -> Path {
    collection().then(user)
}
