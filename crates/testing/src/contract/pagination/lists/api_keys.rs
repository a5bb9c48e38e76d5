//! The lists of API keys.

use std::{marker::PhantomData, sync::Arc};

use tenancy_domain::{
    ApiKeyId, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, SecretHash},
    audit_log::AuditAction,
    authorization::{ApiKeysRead, TenantScope},
    members::{MemberOf, Role},
    owners::Owner,
    pagination::{Cursor, PageRequest},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{List, View, beside};
use crate::contract::{Storage, steps, use_cases::UseCases};

/// Which keys are listed.
pub(in crate::contract::pagination) trait Choice {
    /// Makes the owners that there are.
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen;
}

/// What a choice comes to.
pub(in crate::contract::pagination) struct Chosen {
    scope: TenantScope,
    filter: ApiKeyFilter,
    /// Whose keys are to be seen, by turns.
    shown: Vec<Owner>,
    /// Whose are not, by turns.
    hidden: Vec<Owner>,
}

/// All keys, with those of deleted owners among them.
pub(in crate::contract::pagination) enum All {}
/// The keys of one organization, without those of its projects.
pub(in crate::contract::pagination) enum OfOrganization {}
/// The keys of one project.
pub(in crate::contract::pagination) enum OfProject {}
/// The keys of one user.
pub(in crate::contract::pagination) enum OfUser {}
/// The keys that a user reaches: its own, and those of an organization that it is a member of, with its projects.
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

/// The keys of one of these owners, among those of the others and of the installation.
async fn one_of(storage: &dyn Storage, place: usize) -> Chosen {
    let mut hidden = owners(storage, "acme").await.to_vec();
    let shown = hidden.remove(place);
    hidden.push(Owner::System);
    Chosen { scope: steps::everything(), filter: ApiKeyFilter::Owner(shown), shown: vec![shown], hidden }
}

impl Choice for All {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        let [organization, project, _] = owners(&**storage, "gone").await;
        steps::delete(&**storage, organization.organization().unwrap()).await.unwrap();
        let mut shown = owners(&**storage, "acme").await.to_vec();
        shown.push(Owner::System);
        let (scope, filter) = (steps::everything(), ApiKeyFilter::All);
        Chosen { scope, filter, shown, hidden: vec![organization, project] }
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
        let grant = UseCases::over(storage).grant_of::<ApiKeysRead>(user).await;
        let row = storage.find_user(steps::everything(), user.user().unwrap()).await.unwrap();
        steps::delete_user(&**storage, row.id).await.unwrap();
        steps::insert_user(&**storage, &row).await.unwrap();
        let of = MemberOf::Organization(organization.organization().unwrap());
        steps::insert_member(&**storage, &steps::member(&row, of, Role::Member)).await.unwrap();
        Chosen { scope: grant.tenant_scope(), filter: ApiKeyFilter::All, shown: shown.to_vec(), hidden }
    }
}

/// The API keys of a choice. What deletion is to others is revocation to them, and a revoked key stays in the list.
pub(in crate::contract::pagination) struct ApiKeys<C> {
    storage: Arc<dyn Storage>,
    chosen: Chosen,
    choice: PhantomData<C>,
}

impl<C: Choice> List for ApiKeys<C> {
    const SHOWS_DELETED: bool = true;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let chosen = C::prepare(&storage).await;
        Self { storage, chosen, choice: PhantomData }
    }

    async fn insert(&self, rows: &[Cursor]) {
        let keys: Vec<(ApiKey, SecretHash)> = rows.iter().flat_map(|row| self.chosen.around(*row)).collect();
        let Some((first, _)) = keys.first() else { return };
        let record = steps::record(AuditAction::ApiKeyCreate, first);
        let unit = self.storage.execute(move |transaction| {
            Box::pin(async move {
                for (key, hash) in &keys {
                    transaction.insert_api_key(key, hash).await?;
                }
                Ok(Outcome::Changed((), record.into()))
            })
        });
        unit.await.unwrap();
    }

    async fn delete(&self, row: Cursor) {
        let revoke = |key: &ApiKey| ApiKey { revoked_at: Some(key.created_at), ..key.clone() };
        steps::update_key(&*self.storage, ApiKeyId::new(row.id()), revoke).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let Chosen { scope, filter, .. } = self.chosen;
        View::of(&self.storage.list_api_keys(scope, filter, request).await.unwrap())
    }
}

impl Chosen {
    /// The key that stands at `row`, and two beside it that are not to be seen.
    fn around(&self, row: Cursor) -> [(ApiKey, SecretHash); 3] {
        // By the bits of the id, so that the owners come by turns.
        let turn = usize::from(row.id().as_bytes()[0]);
        let of = |owners: &[Owner], time: Timestamp| {
            let (key, hash) = steps::api_key_of(owners[turn % owners.len()], "key");
            (ApiKey { created_at: time, updated_at: time, ..key }, hash)
        };
        let [older, newer] = beside(row).map(|time| of(&self.hidden, time));
        let (shown, hash) = of(&self.shown, row.time());
        [(ApiKey { id: ApiKeyId::new(row.id()), ..shown }, hash), older, newer]
    }
}
