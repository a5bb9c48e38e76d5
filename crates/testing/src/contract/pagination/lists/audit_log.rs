//! The lists of audit entries.

use std::{marker::PhantomData, sync::Arc};

use tenancy_domain::{
    AuditEntryId, OrganizationId, ProjectId, Timestamp,
    audit_log::{ActorType, AuditAction, AuditLogFilter, AuditRecord},
    authorization::{AuditLogsRead, TenantScope},
    members::{MemberOf, Role},
    owners::Owner,
    pagination::{Cursor, PageRequest},
};
use uuid::Uuid;

use super::{List, View, beside};
use crate::contract::{
    Storage,
    steps::{self, at, fresh_id},
    use_cases::UseCases,
};

/// Which entries are listed.
pub(in crate::contract::pagination) trait Choice {
    /// Makes what there is for entries to concern.
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen;
}

/// What a choice comes to.
pub(in crate::contract::pagination) struct Chosen {
    scope: TenantScope,
    filter: AuditLogFilter,
    /// What the entries tell of that are to be seen, by turns.
    shown: Vec<Concern>,
    /// What those do that are not, by turns.
    hidden: Vec<Concern>,
}

/// What an entry tells of, as far as it matters here.
#[derive(Debug, Clone, Copy)]
struct Concern {
    organization: Option<OrganizationId>,
    project: Option<ProjectId>,
    actor: Option<Uuid>,
    resource: Uuid,
    /// Where it stands, in the place of where it would.
    time: Option<Timestamp>,
}

impl Concern {
    /// Something that was done to a thing of this owner.
    fn of(owner: Owner) -> Self {
        let (organization, project) = (owner.organization(), owner.project());
        Self { organization, project, actor: None, resource: fresh_id(), time: None }
    }

    /// Something that was done to a thing of an organization that is not there any more.
    fn of_nobody() -> Self {
        Self::of(Owner::Organization(OrganizationId::new(fresh_id())))
    }
}

/// All entries, whether or not what they concern is still there.
pub(in crate::contract::pagination) enum Everything {}
/// What a key of an organization sees of one thing.
pub(in crate::contract::pagination) enum WithinOrganization {}
/// What a key of a project sees of one thing.
pub(in crate::contract::pagination) enum WithinProject {}
/// What a key of a user sees of one thing, who is an admin of one organization and a member of another one.
pub(in crate::contract::pagination) enum WithinReach {}
/// What one actor did.
pub(in crate::contract::pagination) enum OfActor {}
/// What was done between two times.
pub(in crate::contract::pagination) enum Between {}

/// An organization and a project of it.
async fn owners(storage: &dyn Storage, text: &str) -> [Owner; 2] {
    let organization = steps::organization(text);
    let project = steps::project(&organization, text);
    steps::insert(storage, &organization).await.unwrap();
    steps::insert_project(storage, &project).await.unwrap();
    [Owner::Organization(organization.id), steps::owner_of(&project)]
}

/// What the key of `viewer` sees of one thing. That leaves what was done to make the viewer out.
async fn seen_by(storage: &Arc<dyn Storage>, viewer: Owner, shown: &[Owner], hidden: &[Owner]) -> Chosen {
    let scope = UseCases::over(storage).grant_of::<AuditLogsRead>(viewer).await.tenant_scope();
    let resource = fresh_id();
    let concerns =
        |owners: &[Owner]| owners.iter().map(|owner| Concern { resource, ..Concern::of(*owner) }).collect::<Vec<_>>();
    let mut hidden = concerns(hidden);
    hidden.extend([Concern { resource, ..Concern::of_nobody() }, Concern { resource, ..Concern::of(Owner::System) }]);
    // And what is within reach, of another thing.
    hidden.push(Concern::of(shown[0]));
    let filter = AuditLogFilter { resource_id: Some(resource), ..AuditLogFilter::default() };
    Chosen { scope, filter, shown: concerns(shown), hidden }
}

/// What meets a filter.
fn met_by(filter: AuditLogFilter, shown: Vec<Concern>, hidden: Vec<Concern>) -> Chosen {
    Chosen { scope: steps::everything(), filter, shown, hidden }
}

impl Choice for Everything {
    async fn prepare(_: &Arc<dyn Storage>) -> Chosen {
        met_by(AuditLogFilter::default(), vec![Concern::of(Owner::System), Concern::of_nobody()], vec![])
    }
}

impl Choice for WithinOrganization {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        let (shown, hidden) = (owners(&**storage, "acme").await, owners(&**storage, "other").await);
        seen_by(storage, shown[0], &shown, &hidden).await
    }
}

impl Choice for WithinProject {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        let ([acme, web], other) = (owners(&**storage, "acme").await, owners(&**storage, "other").await);
        seen_by(storage, web, &[web], &[&[acme], &other[..]].concat()).await
    }
}

impl Choice for WithinReach {
    async fn prepare(storage: &Arc<dyn Storage>) -> Chosen {
        let (shown, other) = (owners(&**storage, "acme").await, owners(&**storage, "other").await);
        let (ada, alien) = (steps::user("ada"), owners(&**storage, "alien").await);
        steps::insert_user(&**storage, &ada).await.unwrap();
        for (owners, role) in [(shown, Role::Admin), (other, Role::Member)] {
            let of = MemberOf::Organization(owners[0].organization().unwrap());
            steps::insert_member(&**storage, &steps::member(&ada, of, role)).await.unwrap();
        }
        seen_by(storage, Owner::User(ada.id), &shown, &[other, alien].concat()).await
    }
}

impl Choice for OfActor {
    async fn prepare(_: &Arc<dyn Storage>) -> Chosen {
        let actor = Some(fresh_id());
        let by =
            |actor| vec![Concern { actor, ..Concern::of_nobody() }, Concern { actor, ..Concern::of(Owner::System) }];
        let hidden = [by(None), by(Some(fresh_id()))].concat();
        met_by(AuditLogFilter { actor_id: actor, ..AuditLogFilter::default() }, by(actor), hidden)
    }
}

impl Choice for Between {
    async fn prepare(_: &Arc<dyn Storage>) -> Chosen {
        // The rows of all cases lie between these two: at the first, and not at the second.
        let filter = AuditLogFilter { from: Some(at(-1)), to: Some(at(5)), ..AuditLogFilter::default() };
        let hidden = [at(-2), at(5)].map(|time| Concern { time: Some(time), ..Concern::of_nobody() });
        met_by(filter, vec![Concern::of(Owner::System), Concern::of_nobody()], hidden.to_vec())
    }
}

/// The audit entries of a choice. None of them is deleted but by the retention, which heeds no row in particular.
pub(in crate::contract::pagination) struct AuditLog<C> {
    storage: Arc<dyn Storage>,
    chosen: Chosen,
    choice: PhantomData<C>,
}

impl<C: Choice> List for AuditLog<C> {
    const SHOWS_DELETED: bool = true;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let chosen = C::prepare(&storage).await;
        Self { storage, chosen, choice: PhantomData }
    }

    async fn insert(&self, rows: &[Cursor]) {
        steps::leave(&*self.storage, rows.iter().flat_map(|row| self.chosen.around(*row)).collect()).await;
    }

    async fn delete(&self, _: Cursor) {}

    async fn page(&self, request: &PageRequest) -> View {
        let Chosen { scope, filter, .. } = &self.chosen;
        View::of(&self.storage.list_audit_entries(*scope, filter, request).await.unwrap())
    }
}

impl Chosen {
    /// The entry that stands at `row`, and two beside it that are not to be seen, where there are such.
    fn around(&self, row: Cursor) -> Vec<AuditRecord> {
        // By the bits of the id, so that they come by turns.
        let turn = usize::from(row.id().as_bytes()[0]);
        let mut records = vec![record(self.shown[turn % self.shown.len()], row)];
        if !self.hidden.is_empty() {
            let hidden = self.hidden[turn % self.hidden.len()];
            records
                .extend(beside(row).map(|time| record(hidden, Cursor::new(hidden.time.unwrap_or(time), fresh_id()))));
        }
        records
    }
}

/// The entry that stands at `row`.
fn record(concern: Concern, row: Cursor) -> AuditRecord {
    AuditRecord {
        id: AuditEntryId::new(row.id()),
        timestamp: row.time(),
        actor_type: if concern.actor.is_some() { ActorType::ApiKey } else { ActorType::CommandLine },
        actor_id: concern.actor,
        action: AuditAction::ApiKeyUpdate,
        resource_id: concern.resource,
        org_id: concern.organization,
        project_id: concern.project,
        request_id: None,
        ip_address: None,
        user_agent: None,
        details: "{}".to_owned(),
    }
}
