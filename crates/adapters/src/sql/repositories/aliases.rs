//! Queries on `organization_aliases`.

use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Error, OrganizationId, ResourceType, Timestamp,
    organizations::{Organization, SlugAlias},
};

use super::super::dialect::{Conn, RunQueryDsl, database_error};
use crate::sql::{
    constraint::UniqueConstraint,
    row_lock::ForUpdate,
    rows::AliasRow,
    schema::organization_aliases,
    types::{SqlId, SqlInstant},
};

const SLUG: UniqueConstraint =
    UniqueConstraint { index: "organization_aliases_pkey", column: "organization_aliases.slug" };

/// The error of a slug that is another's alias.
const TAKEN: Error = Error::AlreadyExists { resource: ResourceType::Organization, field: "slug" };

/// Ends the alias that has the slug of an organization, which was written with it before: whoever gave the slug up has
/// committed its alias by then, since that write waited for it.
pub(super) async fn take(conn: &mut Conn<'_>, organization: &Organization, now: Timestamp) -> Result<(), Error> {
    let row = organization_aliases::table.find(organization.slug.as_str().to_owned());
    let found: QueryResult<AliasRow> = ForUpdate(row.clone().select(AliasRow::as_select())).get_result(conn).await;
    let Some(found) = found.optional().map_err(database_error)? else { return Ok(()) };
    if !SlugAlias::try_from(found)?.is_free_for(organization.id, now) {
        return Err(TAKEN);
    }
    diesel::delete(row).execute(conn).await.map_err(database_error)?;
    Ok(())
}

/// Adds one.
pub(super) async fn insert(conn: &mut Conn<'_>, alias: &SlugAlias) -> Result<(), Error> {
    let insert = diesel::insert_into(organization_aliases::table).values(AliasRow::from(alias));
    let inserted = insert.execute(conn).await;
    inserted.map_err(|error| if SLUG.is_broken_by(&error) { TAKEN } else { database_error(error) })?;
    Ok(())
}

/// How many of an organization are in their cool-down.
pub(super) async fn count_reserved(conn: &mut Conn<'_>, id: OrganizationId, now: Timestamp) -> Result<u64, Error> {
    let query = organization_aliases::table
        .filter(organization_aliases::org_id.eq(SqlId(id.uuid())))
        .filter(organization_aliases::reserved_until.gt(SqlInstant(now)))
        .select(dsl::count_star());
    let count: QueryResult<i64> = query.get_result(conn).await;
    Ok(count.map_err(database_error)?.unsigned_abs())
}

/// Ends those of an organization.
pub(super) async fn delete_all_of(conn: &mut Conn<'_>, id: OrganizationId) -> Result<(), Error> {
    let rows = organization_aliases::table.filter(organization_aliases::org_id.eq(SqlId(id.uuid())));
    diesel::delete(rows).execute(conn).await.map_err(database_error)?;
    Ok(())
}
