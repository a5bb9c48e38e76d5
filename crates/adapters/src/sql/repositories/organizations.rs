//! Queries on `organizations`.

use async_trait::async_trait;
use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Error, ResourceType,
    authorization::{Reach, TenantScope},
    organizations::{Deleted, Organization, OrganizationRef, OrganizationWriter},
    pagination::{Page, PageRequest},
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    SqlTransaction,
    page::load_page,
};
use crate::sql::{
    above_zero::AboveZero, cached::Cached, constraint::UniqueConstraint, for_update::ForUpdate, rows::OrganizationRow,
    schema::organizations, types::SqlId,
};

const LIVE_SLUG: UniqueConstraint = UniqueConstraint { index: "organizations_live_slug", column: "organizations.slug" };

type Rows = dsl::IntoBoxed<'static, dsl::Select<organizations::table, dsl::AsSelect<OrganizationRow, Db>>, Db>;

/// The rows, deleted or not, that lie within the scope: where every query for one row starts.
fn within(scope: TenantScope) -> Rows {
    let rows = organizations::table.select(OrganizationRow::as_select()).into_boxed();
    match scope.reach() {
        Reach::Everything => rows,
        Reach::Organization(id) => {
            rows.filter(organizations::id.eq(SqlId(id.uuid()))).filter(organizations::deleted_at.is_null())
        }
    }
}

/// The live rows that lie within the scope and that `reference` names: one, or none.
pub(super) fn live(scope: TenantScope, reference: &OrganizationRef) -> Rows {
    let rows = within(scope).filter(organizations::deleted_at.is_null());
    match reference {
        OrganizationRef::Id(id) => rows.filter(organizations::id.eq(SqlId(id.uuid()))),
        OrganizationRef::Slug(slug) => rows.filter(organizations::slug.eq(slug.as_str().to_owned())),
    }
}

/// The organization that `reference` names within `scope`.
pub(in super::super) async fn find(
    mut conn: Conn<'_>,
    scope: TenantScope,
    reference: &OrganizationRef,
    deleted: Deleted,
) -> Result<Organization, Error> {
    let query = match (reference, deleted) {
        (OrganizationRef::Id(id), Deleted::Included) => within(scope).filter(organizations::id.eq(SqlId(id.uuid()))),
        // A deleted organization has no slug of its own: its slug is free.
        (OrganizationRef::Id(_), Deleted::Hidden) | (OrganizationRef::Slug(_), _) => live(scope, reference),
    };
    let found: QueryResult<OrganizationRow> = query.get_result(&mut conn).await;
    found_or_missing(found)
}

/// A page of the organizations within `scope`.
pub(in super::super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    request: &PageRequest,
    deleted: Deleted,
) -> Result<Page<Organization>, Error> {
    use organizations::{created_at, deleted_at, id, version};

    let beside = diesel::alias!(organizations as beside);
    let mut rows = organizations::table.into_boxed::<Db>();
    let mut behind = beside.into_boxed::<Db>();
    match scope.reach() {
        Reach::Everything => {}
        Reach::Organization(own) => {
            rows = rows.filter(id.eq(SqlId(own.uuid()))).filter(deleted_at.is_null());
            behind = behind.filter(beside.field(id).eq(SqlId(own.uuid()))).filter(beside.field(deleted_at).is_null());
        }
    }
    // Each of the two has an index of its own, which only this very condition opens.
    match deleted {
        Deleted::Hidden => {
            rows = rows.filter(deleted_at.is_null());
            behind = behind.filter(beside.field(deleted_at).is_null());
        }
        Deleted::Included => {
            rows = rows.filter(AboveZero(version));
            behind = behind.filter(AboveZero(beside.field(version)));
        }
    }
    load_page!(
        &mut conn, request, OrganizationRow,
        rows: rows by (created_at, id),
        behind: behind by (beside.field(created_at), beside.field(id)),
    )
}

fn found_or_missing(found: QueryResult<OrganizationRow>) -> Result<Organization, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::Organization))?.try_into()
}

/// What the failure of a write means.
fn write_error(error: diesel::result::Error) -> Error {
    if LIVE_SLUG.is_broken_by(&error) {
        Error::AlreadyExists { resource: ResourceType::Organization, field: "slug" }
    } else {
        database_error(error)
    }
}

#[async_trait]
impl OrganizationWriter for SqlTransaction<'_> {
    async fn lock_organization(
        &mut self,
        scope: TenantScope,
        reference: &OrganizationRef,
    ) -> Result<Organization, Error> {
        let found: QueryResult<OrganizationRow> = ForUpdate(live(scope, reference)).get_result(&mut self.conn).await;
        found_or_missing(found)
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        let insert = diesel::insert_into(organizations::table).values(OrganizationRow::from(organization));
        Cached(insert).execute(&mut self.conn).await.map_err(write_error)?;
        Ok(())
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        let row = organizations::table.find(SqlId(organization.id.uuid()));
        let update = diesel::update(row).set(OrganizationRow::from(organization));
        match Cached(update).execute(&mut self.conn).await.map_err(write_error)? {
            1 => Ok(()),
            _ => Err(Error::NotFound(ResourceType::Organization)),
        }
    }
}
