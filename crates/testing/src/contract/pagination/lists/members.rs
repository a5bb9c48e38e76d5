//! The lists of members, and of what users are members of.

use std::sync::Arc;

use tenancy_domain::{
    OrganizationId, UserId,
    members::{Member, MemberOf, Role},
    organizations::Organization,
    pagination::{Cursor, PageRequest},
    projects::Project,
    users::User,
};

use super::{
    List, View, beside,
    organizations::{insert_all, organization},
    users::{insert_users, user},
};
use crate::contract::{Storage, steps};

/// The members of an organization, or of a project of it, among those of another. Who is removed is gone.
pub(in crate::contract::pagination) struct Members<const OF_PROJECT: bool> {
    storage: Arc<dyn Storage>,
    shown: Project,
    hidden: Project,
}

impl<const OF_PROJECT: bool> List for Members<OF_PROJECT> {
    const SHOWS_DELETED: bool = false;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let [shown, hidden] = ["shown", "hidden"].map(steps::organization);
        let projects = [&shown, &hidden].map(|organization| steps::project(organization, "project"));
        for (organization, project) in [&shown, &hidden].into_iter().zip(&projects) {
            steps::insert(&*storage, organization).await.unwrap();
            steps::insert_project(&*storage, project).await.unwrap();
        }
        let [shown, hidden] = projects;
        Self { storage, shown, hidden }
    }

    async fn insert(&self, rows: &[Cursor]) {
        let users: Vec<User> = rows.iter().map(|row| user(*row)).collect();
        let members: Vec<Member> = rows.iter().zip(&users).flat_map(|(row, user)| self.around(*row, user)).collect();
        insert_users(&*self.storage, users).await;
        steps::insert_members(&*self.storage, &members).await.unwrap();
    }

    async fn delete(&self, row: Cursor) {
        steps::remove_member(&*self.storage, self.listed(), UserId::new(row.id())).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        View::of(&self.storage.list_members(steps::everything(), self.listed(), request).await.unwrap())
    }
}

impl<const OF_PROJECT: bool> Members<OF_PROJECT> {
    fn listed(&self) -> MemberOf {
        if OF_PROJECT { steps::members_of(&self.shown) } else { MemberOf::Organization(self.shown.org_id) }
    }

    /// The memberships of a user: one where `row` stands in the list, and two beside it, in the other organization and in
    /// its project. Who is a member of the listed project is one of its organization as well, and joined at another time.
    fn around(&self, row: Cursor, user: &User) -> Vec<Member> {
        let [older, newer] = beside(row);
        let join = |of, joined_at| Member { joined_at, ..steps::member(user, of, Role::Member) };
        let mut members = Vec::new();
        if OF_PROJECT {
            members.push(join(MemberOf::Organization(self.shown.org_id), newer));
        }
        members.push(join(self.listed(), row.time()));
        members.push(join(MemberOf::Organization(self.hidden.org_id), older));
        members.push(join(steps::members_of(&self.hidden), newer));
        members
    }
}

/// The organizations of one user, among those of another; they stand where they were made. Where the user is removed, it
/// is listed no more.
pub(in crate::contract::pagination) struct OrganizationsOfUser {
    storage: Arc<dyn Storage>,
    shown: User,
    hidden: User,
}

impl List for OrganizationsOfUser {
    const SHOWS_DELETED: bool = false;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let [shown, hidden] = ["shown", "hidden"].map(steps::user);
        insert_users(&*storage, vec![shown.clone(), hidden.clone()]).await;
        Self { storage, shown, hidden }
    }

    async fn insert(&self, rows: &[Cursor]) {
        let (mut organizations, mut members) = (Vec::new(), Vec::new());
        for row in rows {
            let shown = organization(*row);
            let of = MemberOf::Organization(shown.id);
            members.extend([&self.shown, &self.hidden].map(|user| steps::member(user, of, Role::Member)));
            for time in beside(*row) {
                let text = format!("{}-{}", shown.slug, time.unix_milliseconds());
                let beside = Organization { created_at: time, updated_at: time, ..steps::organization(&text) };
                members.push(steps::member(&self.hidden, MemberOf::Organization(beside.id), Role::Member));
                organizations.push(beside);
            }
            organizations.push(shown);
        }
        insert_all(&*self.storage, organizations).await;
        steps::insert_members(&*self.storage, &members).await.unwrap();
    }

    async fn delete(&self, row: Cursor) {
        let of = MemberOf::Organization(OrganizationId::new(row.id()));
        steps::remove_member(&*self.storage, of, self.shown.id).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let page = self.storage.list_organizations_of_user(steps::everything(), self.shown.id, request).await;
        View::of(&page.unwrap())
    }
}
