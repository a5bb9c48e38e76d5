//! The choices among the lists of things that have owners: API keys and dynamic providers.

use std::sync::Arc;

use tenancy_domain::{
    authorization::{OrganizationsRead, TenantScope},
    members::{MemberOf, Role},
    owners::Owner,
};

use crate::contract::{Storage, steps, use_cases::UseCases};

/// Which things that have owners are listed.
pub(in crate::contract::pagination) trait Choice {
    /// Makes the owners that there are.
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen;
}

/// What a choice comes to.
pub(in crate::contract::pagination) struct Chosen {
    pub(super) scope: TenantScope,
    /// Whose things are asked for; `None` for all that are within the scope.
    pub(super) of: Option<Owner>,
    /// Whose are to be seen, by turns.
    pub(super) shown: Vec<Owner>,
    /// Whose are not, by turns.
    pub(super) hidden: Vec<Owner>,
}

/// All of them, with those of deleted owners among them.
pub(in crate::contract::pagination) enum All {}
/// Those of one organization, without those of its projects.
pub(in crate::contract::pagination) enum OfOrganization {}
/// Those of one project.
pub(in crate::contract::pagination) enum OfProject {}
/// Those of one user.
pub(in crate::contract::pagination) enum OfUser {}
/// Those that a user reaches: its own, and those of an organization that it is a member of, with its projects.
pub(in crate::contract::pagination) enum ReachedByUser {}

/// An organization, a project of it, and a user who is a member of the organization.
async fn owners(storage: &dyn Storage, text: &str) -> [Owner; 3] {
    let (organization, user) = (steps::organization(text), steps::user(text));
    let project = steps::project(&organization, text);
    steps::insert(storage, &organization).await.unwrap();
    steps::insert_project(storage, &project).await.unwrap();
    steps::insert_user(storage, &user).await.unwrap();
    let member = steps::member(&user, MemberOf::Organization(organization.id), Role::Member);
    steps::insert_member(storage, &member).await.unwrap();
    [Owner::Organization(organization.id), steps::owner_of(&project), Owner::User(user.id)]
}

/// Those of one of these owners, among those of the others and of the installation.
async fn one_of(storage: &dyn Storage, place: usize) -> Chosen {
    let mut hidden = owners(storage, "acme").await.to_vec();
    let shown = hidden.remove(place);
    hidden.push(Owner::System);
    Chosen { scope: steps::everything(), of: Some(shown), shown: vec![shown], hidden }
}

impl Choice for All {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        let [organization, project, _] = owners(&**storage, "gone").await;
        steps::delete(&**storage, organization.organization().unwrap()).await.unwrap();
        let mut shown = owners(&**storage, "acme").await.to_vec();
        shown.push(Owner::System);
        Chosen { scope: steps::everything(), of: None, shown, hidden: vec![organization, project] }
    }
}

impl Choice for OfOrganization {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        one_of(&**storage, 0).await
    }
}

impl Choice for OfProject {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        one_of(&**storage, 1).await
    }
}

impl Choice for OfUser {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        one_of(&**storage, 2).await
    }
}

impl Choice for ReachedByUser {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        let shown = owners(&**storage, "acme").await;
        let mut hidden = owners(&**storage, "other").await.to_vec();
        hidden.push(Owner::System);
        let [organization, _, user] = shown;
        // The key that the scope comes from would stand in the list: it goes with the user, who comes back without it.
        let grant = UseCases::over(storage).grant_of::<OrganizationsRead>(user).await;
        let row = storage.find_user(steps::everything(), user.user().unwrap()).await.unwrap();
        steps::delete_user(&**storage, row.id).await.unwrap();
        steps::insert_user(&**storage, &row).await.unwrap();
        let of = MemberOf::Organization(organization.organization().unwrap());
        steps::insert_member(&**storage, &steps::member(&row, of, Role::Member)).await.unwrap();
        Chosen { scope: grant.tenant_scope(), of: None, shown: shown.to_vec(), hidden }
    }
}
