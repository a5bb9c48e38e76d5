//! Queries on `organizations`.

use async_trait::async_trait;
use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Affected, Deleted, Error, OrganizationId, ResourceType, Slug, SoftDeleted, Timestamp,
    authorization::{Reach, TenantScope},
    organizations::{Organization, OrganizationFilter, OrganizationRef, OrganizationWriter, SlugAlias},
    pagination::{Page, PageRequest},
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error, execute_both},
    Asked, SqlTransaction, aliases, beneath, members,
    page::load_page,
    projects, terms,
};
use crate::sql::{
    above_zero::AboveZero,
    any_of::AnyOf,
    constraint::UniqueConstraint,
    row_lock::ForUpdate,
    rows::OrganizationRow,
    schema::{organization_aliases, organization_members, organizations},
    types::SqlId,
    update::update_rows,
};

const LIVE_SLUG: UniqueConstraint = UniqueConstraint { index: "organizations_live_slug", column: "organizations.slug" };
const LIVE_EXTERNAL_ID: UniqueConstraint =
    UniqueConstraint { index: "organizations_live_external_id", column: "organizations.external_id" };

pub(in super::super) type Rows =
    dsl::IntoBoxed<'static, dsl::Select<organizations::table, dsl::AsSelect<OrganizationRow, Db>>, Db>;

/// The rows, deleted or not, that lie within the scope: where every query starts.
pub(in super::super) fn within(scope: TenantScope, asked: Asked) -> Rows {
    let rows = organizations::table.select(OrganizationRow::as_select()).into_boxed();
    let id = organizations::id;
    let is_active = organizations::deleted_at.is_null().and(organizations::suspended_at.is_null());
    match scope.reach() {
        Reach::Everything => rows,
        Reach::Organization(own) => rows.filter(id.eq(SqlId(own.uuid()))).filter(is_active),
        Reach::Project { organization, project } => rows
            .filter(id.eq(SqlId(organization.uuid())))
            .filter(is_active)
            .filter(dsl::exists(projects::live_row(organization, project))),
        Reach::User(user) => match asked {
            Asked::Row => {
                let membership = organization_members::table
                    .filter(organization_members::org_id.eq(id))
                    .filter(organization_members::user_id.eq(SqlId(user.uuid())));
                rows.filter(is_active).filter(dsl::exists(membership))
            }
            Asked::List => rows.filter(is_active).filter(AnyOf(id, members::organizations_of(user))),
        },
    }
}

/// The live rows that lie within the scope and that `reference` names: one, or none.
fn live(scope: TenantScope, reference: &OrganizationRef) -> Rows {
    let rows = within(scope, Asked::Row).filter(organizations::deleted_at.is_null());
    match reference {
        OrganizationRef::Id(id) => rows.filter(organizations::id.eq(SqlId(id.uuid()))),
        OrganizationRef::Slug(slug) => rows.filter(organizations::slug.eq(slug.as_str().to_owned())),
    }
}

/// The row of a live organization, if it lies within the scope.
pub(super) fn live_row(scope: TenantScope, id: OrganizationId) -> Rows {
    live(scope, &OrganizationRef::Id(id))
}

/// The organization that `reference` names within `scope`.
pub(in super::super) async fn find(
    mut conn: Conn<'_>,
    scope: TenantScope,
    reference: &OrganizationRef,
    deleted: Deleted,
) -> Result<Organization, Error> {
    let query = match (reference, deleted) {
        (OrganizationRef::Id(id), Deleted::Included) => {
            within(scope, Asked::Row).filter(organizations::id.eq(SqlId(id.uuid())))
        }
        // A deleted organization has no slug of its own: its slug is free.
        (OrganizationRef::Id(_), Deleted::Hidden) | (OrganizationRef::Slug(_), _) => live(scope, reference),
    };
    found_or_missing(query.get_result(&mut conn).await)
}

/// The live organization within `scope` of which `former` is an alias.
pub(super) async fn find_renamed(mut conn: Conn<'_>, scope: TenantScope, former: &Slug) -> Result<Organization, Error> {
    let query = within(scope, Asked::Row)
        .filter(organizations::deleted_at.is_null())
        .inner_join(organization_aliases::table)
        .filter(organization_aliases::slug.eq(former.as_str().to_owned()));
    found_or_missing(query.get_result(&mut conn).await)
}

/// A page of the organizations within `scope` that `filter` lets through.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    filter: &OrganizationFilter,
    request: &PageRequest,
    deleted: Deleted,
) -> Result<Page<Organization>, Error> {
    let list = || {
        // Each of the two has an index of its own, which only this very condition opens.
        let mut rows = match deleted {
            Deleted::Hidden => within(scope, Asked::List).filter(organizations::deleted_at.is_null()),
            Deleted::Included => within(scope, Asked::List).filter(AboveZero(organizations::version)),
        };
        if let Some(id) = &filter.external_id {
            rows = rows.filter(organizations::external_id.eq(String::from(id.clone())));
        }
        for found in filter.search.iter().flat_map(terms::organizations_found_by) {
            rows = rows.filter(AnyOf(organizations::id, found));
        }
        rows
    };
    load_page!(
        &mut conn, request, list,
        by: (organizations::created_at, organizations::id),
        select: OrganizationRow::as_select(),
        read: Organization::try_from,
    )
}

fn found_or_missing(found: QueryResult<OrganizationRow>) -> Result<Organization, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::Organization))?.try_into()
}

/// What the failure of a write means.
fn write_error(error: diesel::result::Error) -> Error {
    let taken = [(LIVE_SLUG, "slug"), (LIVE_EXTERNAL_ID, "external_id")];
    match taken.into_iter().find(|(constraint, _)| constraint.is_broken_by(&error)) {
        Some((_, field)) => Error::AlreadyExists { resource: ResourceType::Organization, field },
        None => database_error(error),
    }
}

impl SqlTransaction<'_> {
    /// An organization, deleted or not, as it is before it is changed.
    async fn former(&mut self, id: OrganizationId) -> Result<Organization, Error> {
        let row = organizations::table.find(SqlId(id.uuid())).select(OrganizationRow::as_select());
        found_or_missing(row.get_result(&mut self.conn).await)
    }
}

#[async_trait]
impl OrganizationWriter for SqlTransaction<'_> {
    async fn lock_organization(
        &mut self,
        scope: TenantScope,
        reference: &OrganizationRef,
    ) -> Result<Organization, Error> {
        found_or_missing(ForUpdate(live(scope, reference)).get_result(&mut self.conn).await)
    }

    async fn lock_deleted_organization(
        &mut self,
        scope: TenantScope,
        reference: &OrganizationRef,
    ) -> Result<Organization, Error> {
        use organizations::{deleted_at, id, slug};

        let rows = within(scope, Asked::Row);
        let found: QueryResult<Vec<OrganizationRow>> = match reference {
            OrganizationRef::Id(named) => ForUpdate(rows.filter(id.eq(SqlId(named.uuid())))).load(&mut self.conn).await,
            OrganizationRef::Slug(named) => {
                let deleted = rows.filter(slug.eq(named.as_str().to_owned())).filter(deleted_at.is_not_null());
                // Two are too many already.
                let deleted = ForUpdate(deleted.order(id).limit(2)).load(&mut self.conn).await;
                match deleted {
                    Ok(none) if none.is_empty() => live(scope, reference).load(&mut self.conn).await,
                    found => found,
                }
            }
        };
        let named = found.map_err(database_error)?.into_iter().map(Organization::try_from);
        Organization::restorable(named.collect::<Result<Vec<_>, _>>()?)
    }

    async fn insert_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        let insert = diesel::insert_into(organizations::table).values(OrganizationRow::from(organization));
        let terms: Vec<_> = terms::of_organization(organization).collect();
        let insert_terms = terms::insert_of_organizations(&terms)?;
        execute_both(insert, insert_terms, &mut self.conn).await.map_err(write_error)
    }

    async fn update_organization(&mut self, organization: &Organization) -> Result<(), Error> {
        let former = self.former(organization.id).await?;
        let row = organizations::table.find(SqlId(organization.id.uuid()));
        let update = update_rows(row, OrganizationRow::from(organization));
        match update.execute(&mut self.conn).await.map_err(write_error)? {
            1 => terms::update_of_organization(&mut self.conn, &former, organization).await,
            _ => Err(Error::NotFound(ResourceType::Organization)),
        }
    }

    async fn take_slug(&mut self, organization: &Organization, now: Timestamp) -> Result<(), Error> {
        aliases::take(&mut self.conn, organization, now).await
    }

    async fn add_alias(&mut self, alias: &SlugAlias) -> Result<(), Error> {
        aliases::insert(&mut self.conn, alias).await
    }

    async fn count_reserved_aliases(&mut self, id: OrganizationId, now: Timestamp) -> Result<u64, Error> {
        aliases::count_reserved(&mut self.conn, id, now).await
    }

    async fn end_aliases(&mut self, id: OrganizationId) -> Result<(), Error> {
        aliases::delete_all_of(&mut self.conn, id).await
    }

    async fn count_beneath_organization(&mut self, id: OrganizationId, deleted: Deleted) -> Result<Affected, Error> {
        beneath::count_of_organization(&mut self.conn, id, deleted).await
    }

    async fn purge_organization(&mut self, id: OrganizationId) -> Result<Affected, Error> {
        let organization = self.former(id).await?;
        let gone = beneath::delete_of_organization(&mut self.conn, id).await?;
        aliases::delete_all_of(&mut self.conn, id).await?;
        terms::delete_beneath_organization(&mut self.conn, &organization).await?;
        let delete = diesel::delete(organizations::table.find(SqlId(id.uuid())));
        match delete.execute(&mut self.conn).await.map_err(database_error)? {
            1 => Ok(gone),
            _ => Err(Error::NotFound(ResourceType::Organization)),
        }
    }
}
