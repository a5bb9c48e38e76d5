//! The lists of projects.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, ProjectId,
    audit_log::AuditAction,
    organizations::Organization,
    pagination::{Cursor, PageRequest},
    projects::{Project, ProjectFilter},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{List, View, beside};
use crate::contract::{Storage, steps};

/// The projects of one organization, without the deleted ones or with them, among those of another.
pub(in crate::contract::pagination) struct Projects<const WITH_DELETED: bool> {
    storage: Arc<dyn Storage>,
    shown: Organization,
    hidden: Organization,
}

impl<const WITH_DELETED: bool> List for Projects<WITH_DELETED> {
    const SHOWS_DELETED: bool = WITH_DELETED;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let [shown, hidden] = ["shown", "hidden"].map(steps::organization);
        for organization in [&shown, &hidden] {
            steps::insert(&*storage, organization).await.unwrap();
        }
        Self { storage, shown, hidden }
    }

    async fn insert(&self, rows: &[Cursor]) {
        let projects: Vec<Project> = rows.iter().flat_map(|row| self.around(*row)).collect();
        let Some(first) = projects.first() else { return };
        let record = steps::record(AuditAction::ProjectCreate, first);
        let unit = self.storage.execute(move |transaction| {
            Box::pin(async move {
                for project in &projects {
                    transaction.insert_project(project).await?;
                }
                Ok(Outcome::Changed((), record.into()))
            })
        });
        unit.await.unwrap();
    }

    async fn delete(&self, row: Cursor) {
        let row = Project { id: ProjectId::new(row.id()), ..steps::project(&self.shown, "row") };
        steps::delete_project(&*self.storage, &row).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let deleted = if WITH_DELETED { Deleted::Included } else { Deleted::Hidden };
        let page = self
            .storage
            .list_projects(steps::everything(), self.shown.id, &ProjectFilter::default(), request, deleted)
            .await;
        View::of(&page.unwrap())
    }
}

impl<const WITH_DELETED: bool> Projects<WITH_DELETED> {
    /// The project that stands at `row`, and two of the other organization beside it.
    fn around(&self, row: Cursor) -> [Project; 3] {
        let text = format!("at-{:032x}", row.id());
        let [older, newer] = beside(row).map(|time| {
            let hidden = steps::project(&self.hidden, &format!("{text}-{}", time.unix_milliseconds()));
            Project { created_at: time, updated_at: time, ..hidden }
        });
        let shown = steps::project(&self.shown, &text);
        let id = ProjectId::new(row.id());
        [Project { id, created_at: row.time(), updated_at: row.time(), ..shown }, older, newer]
    }
}
