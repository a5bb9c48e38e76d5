//! Queries on `projects`.

use async_trait::async_trait;
use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Affected, Deleted, Error, OrganizationId, ProjectId, ResourceType, SoftDeleted,
    authorization::{Reach, TenantScope},
    pagination::{Page, PageRequest},
    projects::{Project, ProjectFilter, ProjectRef, ProjectWriter},
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    SqlTransaction, beneath, organizations,
    page::load_page,
    terms,
};
use crate::sql::{
    above_zero::AboveZero,
    any_of::AnyOf,
    constraint::UniqueConstraint,
    row_lock::{ForKeyShare, ForUpdate},
    rows::ProjectRow,
    schema::{organizations as organizations_table, projects},
    types::SqlId,
    update::update_rows,
};

const LIVE_SLUG: UniqueConstraint =
    UniqueConstraint { index: "projects_live_slug", column: "projects.org_id, projects.slug" };

pub(super) type Rows = dsl::IntoBoxed<'static, dsl::Select<projects::table, dsl::AsSelect<ProjectRow, Db>>, Db>;

/// The rows, deleted or not, of an organization that is live and lies within the scope.
fn of(scope: TenantScope, organization: OrganizationId) -> Rows {
    projects::table
        .select(ProjectRow::as_select())
        .into_boxed()
        .filter(projects::org_id.eq(SqlId(organization.uuid())))
        .filter(dsl::exists(organizations::live_row(scope, organization)))
}

/// The rows, deleted or not, of a live organization that lie within the scope: where every query starts.
fn within(scope: TenantScope, organization: OrganizationId) -> Rows {
    let rows = of(scope, organization);
    match scope.reach() {
        Reach::Everything | Reach::Organization(_) | Reach::User(_) => rows,
        Reach::Project { project, .. } => {
            rows.filter(projects::id.eq(SqlId(project.uuid()))).filter(projects::deleted_at.is_null())
        }
    }
}

/// Those of `rows` that `reference` names.
fn named(rows: Rows, reference: &ProjectRef) -> Rows {
    match reference {
        ProjectRef::Id(id) => rows.filter(projects::id.eq(SqlId(id.uuid()))),
        ProjectRef::Slug(slug) => rows.filter(projects::slug.eq(slug.as_str().to_owned())),
    }
}

/// The live rows that lie within the scope and that `reference` names: one, or none.
pub(super) fn live(scope: TenantScope, organization: OrganizationId, reference: &ProjectRef) -> Rows {
    named(within(scope, organization).filter(projects::deleted_at.is_null()), reference)
}

/// The row of a live project, whether its organization is live or not.
#[dsl::auto_type]
pub(super) fn live_row(organization: OrganizationId, project: ProjectId) -> _ {
    let (organization, project): (SqlId, SqlId) = (SqlId(organization.uuid()), SqlId(project.uuid()));
    projects::table
        .filter(projects::id.eq(project))
        .filter(projects::org_id.eq(organization))
        .filter(projects::deleted_at.is_null())
}

/// The organization that a project, live or deleted, belongs to, which never changes. Whether it may be told is another
/// question.
pub(super) async fn organization_of(conn: &mut Conn<'_>, project: ProjectId) -> Result<Option<OrganizationId>, Error> {
    let query = projects::table.find(SqlId(project.uuid())).select(projects::org_id);
    let found: QueryResult<SqlId> = query.get_result(conn).await;
    Ok(found.optional().map_err(database_error)?.map(|id| OrganizationId::new(id.0)))
}

/// The project of a live organization that `reference` names within `scope`.
pub(super) async fn find(
    mut conn: Conn<'_>,
    scope: TenantScope,
    organization: OrganizationId,
    reference: &ProjectRef,
    deleted: Deleted,
) -> Result<Project, Error> {
    let query = match (reference, deleted) {
        (ProjectRef::Id(_), Deleted::Included) => named(within(scope, organization), reference),
        // A deleted project has no slug of its own: its slug is free.
        (ProjectRef::Id(_), Deleted::Hidden) | (ProjectRef::Slug(_), _) => live(scope, organization, reference),
    };
    found_or_missing(query.get_result(&mut conn).await)
}

/// A page of the projects of a live organization within `scope` that `filter` lets through.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    organization: OrganizationId,
    filter: &ProjectFilter,
    request: &PageRequest,
    deleted: Deleted,
) -> Result<Page<Project>, Error> {
    let list = || {
        // Each of the two has an index of its own, which only this very condition opens.
        let mut rows = match deleted {
            Deleted::Hidden => within(scope, organization).filter(projects::deleted_at.is_null()),
            Deleted::Included => within(scope, organization).filter(AboveZero(projects::version)),
        };
        let found = filter.search.iter().flat_map(|search| terms::projects_found_by(organization, search));
        for found in found {
            rows = rows.filter(AnyOf(projects::id, found));
        }
        rows
    };
    load_page!(
        &mut conn, request, list,
        by: (projects::created_at, projects::id),
        select: ProjectRow::as_select(),
        read: Project::try_from,
    )
}

fn found_or_missing(found: QueryResult<ProjectRow>) -> Result<Project, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::Project))?.try_into()
}

/// What the failure of a write means.
fn write_error(error: diesel::result::Error) -> Error {
    if LIVE_SLUG.is_broken_by(&error) {
        Error::AlreadyExists { resource: ResourceType::Project, field: "slug" }
    } else {
        database_error(error)
    }
}

#[async_trait]
impl ProjectWriter for SqlTransaction<'_> {
    async fn lock_project(
        &mut self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
    ) -> Result<Project, Error> {
        // So that the organization is not deleted meanwhile, and who locks it has all its projects to itself.
        let above = organizations::live_row(scope, organization).select(organizations_table::id);
        let above: QueryResult<SqlId> = ForKeyShare(above).get_result(&mut self.conn).await;
        above.optional().map_err(database_error)?.ok_or(Error::NotFound(ResourceType::Project))?;
        found_or_missing(ForUpdate(live(scope, organization, reference)).get_result(&mut self.conn).await)
    }

    async fn lock_deleted_project(
        &mut self,
        scope: TenantScope,
        organization: OrganizationId,
        reference: &ProjectRef,
    ) -> Result<Project, Error> {
        use projects::{deleted_at, id};

        let rows = || named(of(scope, organization), reference);
        let found: QueryResult<Vec<ProjectRow>> = match reference {
            ProjectRef::Id(_) => ForUpdate(rows()).load(&mut self.conn).await,
            ProjectRef::Slug(_) => {
                // Two are too many already.
                let deleted = rows().filter(deleted_at.is_not_null()).order(id).limit(2);
                match ForUpdate(deleted).load(&mut self.conn).await {
                    Ok(none) if none.is_empty() => rows().filter(deleted_at.is_null()).load(&mut self.conn).await,
                    found => found,
                }
            }
        };
        let named = found.map_err(database_error)?.into_iter().map(Project::try_from);
        Project::restorable(named.collect::<Result<Vec<_>, _>>()?)
    }

    async fn count_projects(&mut self, organization: OrganizationId) -> Result<u64, Error> {
        let query = projects::table
            .filter(projects::org_id.eq(SqlId(organization.uuid())))
            .filter(projects::deleted_at.is_null())
            .select(dsl::count_star());
        let count: QueryResult<i64> = query.get_result(&mut self.conn).await;
        Ok(count.map_err(database_error)?.unsigned_abs())
    }

    async fn insert_project(&mut self, project: &Project) -> Result<(), Error> {
        let insert = diesel::insert_into(projects::table).values(ProjectRow::from(project));
        insert.execute(&mut self.conn).await.map_err(write_error)?;
        terms::add_of_projects(&mut self.conn, std::slice::from_ref(project)).await
    }

    async fn update_project(&mut self, project: &Project) -> Result<(), Error> {
        let row = projects::table.find(SqlId(project.id.uuid()));
        let former = found_or_missing(row.select(ProjectRow::as_select()).get_result(&mut self.conn).await)?;
        let update = update_rows(row, ProjectRow::from(project));
        match update.execute(&mut self.conn).await.map_err(write_error)? {
            1 => terms::update_of_project(&mut self.conn, &former, project).await,
            _ => Err(Error::NotFound(ResourceType::Project)),
        }
    }

    async fn count_beneath_project(&mut self, id: ProjectId) -> Result<Affected, Error> {
        beneath::count_of_project(&mut self.conn, id).await
    }
}
