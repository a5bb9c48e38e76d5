//! Members: the users of an organization or a project, each in a role.

use tenancy_api_types::members::{AddMember, Member, UpdateMember};
use uuid::Uuid;

use crate::{
    call::{Call, kind},
    client::Client,
    http::Path,
    organizations,
    pages::List,
    projects,
    reference::Reference,
};

/// The members of one organization, or of one project.
#[derive(Debug, Clone)]
pub struct Members {
    client: Client,
    collection: Path,
}

impl Members {
    pub(crate) fn of_organization(client: Client, organization: &Reference) -> Self {
        Self { client, collection: organizations::item(organization).then("members") }
    }

    pub(crate) fn of_project(client: Client, organization: &Reference, project: &Reference) -> Self {
        Self { client, collection: projects::item(organization, project).then("members") }
    }

    /// All members, the newest first. `GET …/members`
    pub fn list(&self) -> List<Member> {
        self.client.list(self.collection.clone())
    }

    /// Makes a user a member. To add one to an organization takes a system key. `POST …/members`
    pub fn add(&self, new: &AddMember) -> Call<Member, kind::Create> {
        self.client.create(&self.collection, new)
    }

    /// One. `GET …/members/{user_id}`
    pub fn get(&self, user: Uuid) -> Call<Member, kind::Read> {
        self.client.read(&self.item(user))
    }

    /// Gives one another role. `PATCH …/members/{user_id}`
    pub fn update(&self, user: Uuid, changes: &UpdateMember) -> Call<Member, kind::Change> {
        self.client.change(&self.item(user), changes)
    }

    /// Makes one a member no more. `DELETE …/members/{user_id}`
    pub fn remove(&self, user: Uuid) -> Call<Member, kind::Delete> {
        self.client.remove(&self.item(user))
    }

    fn item(&self, user: Uuid) -> Path {
        self.collection.clone().then(user)
    }
}
