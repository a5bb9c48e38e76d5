//! Queries on `audit_log`, as a list.

use diesel::{dsl, prelude::*};
use tenancy_domain::{
    AuditEntryId, Error, ResourceType, Timestamp, UserId,
    audit_log::{AuditEntry, AuditLogFilter},
    authorization::{Act, Reach, TenantScope},
    members::Role,
    pagination::{Cursor, Direction, Page, PageRequest},
};
use uuid::Uuid;

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    organizations,
};
use crate::sql::{
    any_of::AnyOf,
    keyset::{After, AtOrAfter, AtOrBefore, Before, keyset},
    limited::{HasRow, Limited},
    rows::{self, AuditEntryRow},
    schema::{audit_log, organization_members, organizations as organizations_table},
    types::{SqlId, SqlInstant},
    without_index::WithoutIndex,
};

type Rows = dsl::IntoBoxed<'static, dsl::Select<audit_log::table, dsl::AsSelect<AuditEntryRow, Db>>, Db>;

/// By what the entries of a list are found: the index that leaves the fewest. A thing has fewer entries than an actor, a
/// project fewer than its organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum FoundBy {
    Resource,
    Actor,
    Project,
    Organization,
    Action,
    Time,
}

impl FoundBy {
    fn of(scope: TenantScope, filter: &AuditLogFilter) -> Self {
        match scope.reach() {
            _ if filter.resource_id.is_some() => Self::Resource,
            _ if filter.actor_id.is_some() => Self::Actor,
            Reach::Project { .. } => Self::Project,
            Reach::Organization(_) | Reach::User(_) => Self::Organization,
            Reach::Everything if filter.organization.is_some() => Self::Organization,
            Reach::Everything if filter.action.is_some() => Self::Action,
            Reach::Everything => Self::Time,
        }
    }
}

/// Those of `$rows` that have this value in a column, which is looked up where `$looked_up`.
macro_rules! with {
    ($rows:expr, $column:ident = $value:expr, looked_up: $looked_up:expr) => {
        if $looked_up {
            $rows.filter(audit_log::$column.eq($value))
        } else {
            $rows.filter(WithoutIndex(audit_log::$column).eq($value))
        }
    };
}

/// The entries of the list, but for its times: what lies within the scope and meets the filter.
fn list_within(scope: TenantScope, filter: &AuditLogFilter) -> Rows {
    let found_by = FoundBy::of(scope, filter);
    let rows = audit_log::table.select(AuditEntryRow::as_select()).into_boxed();
    let mut rows = match scope.reach() {
        Reach::Everything => rows,
        Reach::Organization(own) => {
            let rows = rows.filter(dsl::exists(organizations::live_row(scope, own)));
            with!(rows, org_id = SqlId(own.uuid()), looked_up: found_by == FoundBy::Organization)
        }
        Reach::Project { organization, project } => {
            // A project never moves to another organization.
            let rows = rows.filter(dsl::exists(organizations::live_row(scope, organization)));
            with!(rows, project_id = SqlId(project.uuid()), looked_up: found_by == FoundBy::Project)
        }
        Reach::User(user) if found_by == FoundBy::Organization && filter.organization.is_none() => {
            rows.filter(AnyOf(audit_log::org_id, audited_by(user, audit_roles())))
        }
        Reach::User(user) => rows.filter(AnyOf(WithoutIndex(audit_log::org_id), audited_by(user, audit_roles()))),
    };
    if let Some(id) = filter.resource_id {
        rows = rows.filter(audit_log::resource_id.eq(SqlId(id)));
    }
    if let Some(id) = filter.actor_id {
        rows = with!(rows, actor_id = SqlId(id), looked_up: found_by == FoundBy::Actor);
    }
    if let Some(id) = filter.organization {
        // Within the scope of an organization that one is looked up.
        let looked_up = found_by == FoundBy::Organization && !matches!(scope.reach(), Reach::Organization(_));
        rows = with!(rows, org_id = SqlId(id.uuid()), looked_up: looked_up);
    }
    if let Some(action) = filter.action {
        rows = with!(rows, action = action.as_str(), looked_up: found_by == FoundBy::Action);
    }
    if let Some(kind) = filter.resource_type {
        rows = rows.filter(audit_log::resource_type.eq(kind.as_str()));
    }
    if let Some(kind) = filter.actor_type {
        rows = rows.filter(audit_log::actor_type.eq(kind.as_str()));
    }
    rows
}

/// The roles in which a user sees the audit log of an organization.
fn audit_roles() -> Vec<&'static str> {
    let roles = Role::ALL.into_iter().filter(|role| *role >= Act::Audit.least_role());
    roles.map(Role::as_str).collect()
}

/// The live organizations of which a user is a member in one of these roles, but for those that are suspended.
#[dsl::auto_type]
fn audited_by(user: UserId, roles: Vec<&'static str>) -> _ {
    let user: SqlId = SqlId(user.uuid());
    organization_members::table
        .inner_join(organizations_table::table)
        .filter(organizations_table::deleted_at.is_null())
        .filter(organizations_table::suspended_at.is_null())
        .filter(organization_members::user_id.eq(user))
        .filter(organization_members::role.eq_any(roles))
        .select(organization_members::org_id)
}

/// One entry within the scope, whatever the role of a user.
pub(super) async fn find(mut conn: Conn<'_>, scope: TenantScope, id: AuditEntryId) -> Result<AuditEntry, Error> {
    let rows = audit_log::table.select(AuditEntryRow::as_select()).into_boxed();
    let rows = match scope.reach() {
        Reach::User(user) => {
            let membership = organization_members::table
                .inner_join(organizations_table::table)
                .filter(organizations_table::deleted_at.is_null())
                .filter(organizations_table::suspended_at.is_null())
                .filter(organization_members::org_id.nullable().eq(audit_log::org_id))
                .filter(organization_members::user_id.eq(SqlId(user.uuid())));
            rows.filter(dsl::exists(membership))
        }
        Reach::Everything | Reach::Organization(_) | Reach::Project { .. } => {
            list_within(scope, &AuditLogFilter::default())
        }
    };
    let found: QueryResult<AuditEntryRow> = rows.filter(audit_log::id.eq(SqlId(id.uuid()))).get_result(&mut conn).await;
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::AuditLog))?.try_into()
}

/// Just older than every entry of a time.
fn before(time: Timestamp) -> Cursor {
    let former = Timestamp::from_unix_milliseconds(time.unix_milliseconds() - 1);
    former.map_or(Cursor::OLDEST, |former| Cursor::new(former, Uuid::max()))
}

/// The position that the page begins beside, no farther off than what the filter leaves of the list: then there is one
/// condition on either side of an index's range, and none of two for the database to choose from.
fn position(filter: &AuditLogFilter, request: &PageRequest) -> Cursor {
    let position = request.position();
    match (request.direction, filter.from, filter.to) {
        (Direction::Forward, _, Some(to)) => position.min(Cursor::new(to, Uuid::nil())),
        (Direction::Backward, Some(from), _) => position.max(before(from)),
        (Direction::Forward, _, None) | (Direction::Backward, None, _) => position,
    }
}

/// A page of the list.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    filter: &AuditLogFilter,
    request: &PageRequest,
) -> Result<Page<AuditEntry>, Error> {
    use audit_log::{id, timestamp};

    let position = position(filter, request);
    let (mut rows, mut behind) = (list_within(scope, filter), list_within(scope, filter));
    // What bounds either of the two on its far side.
    let (above, below) = match request.direction {
        Direction::Forward => (&mut behind, &mut rows),
        Direction::Backward => (&mut rows, &mut behind),
    };
    if let Some(to) = filter.to {
        take(above, |rows| rows.filter(timestamp.lt(SqlInstant(to))));
    }
    if let Some(from) = filter.from {
        take(below, |rows| rows.filter(timestamp.ge(SqlInstant(from))));
    }
    let (rows, behind) = match request.direction {
        Direction::Forward => (
            rows.filter(keyset(Before, timestamp, id, position)).order((timestamp.desc(), id.desc())),
            behind.filter(keyset(AtOrAfter, timestamp, id, position)).order((timestamp.asc(), id.asc())),
        ),
        Direction::Backward => (
            rows.filter(keyset(After, timestamp, id, position)).order((timestamp.asc(), id.asc())),
            behind.filter(keyset(AtOrBefore, timestamp, id, position)).order((timestamp.desc(), id.desc())),
        ),
    };
    let behind = HasRow(behind.select(timestamp));
    let limit = i64::from(request.size.get()) + 1;
    let page = Limited { query: rows.select((AuditEntryRow::as_select(), behind)), limit };
    let found: QueryResult<Vec<(AuditEntryRow, bool)>> = page.load(&mut conn).await;
    rows::to_page(request, found.map_err(database_error)?, AuditEntry::try_from)
}

/// Puts what `change` makes of the rows in their place.
fn take(rows: &mut Rows, change: impl FnOnce(Rows) -> Rows) {
    let empty = audit_log::table.select(AuditEntryRow::as_select()).into_boxed();
    *rows = change(std::mem::replace(rows, empty));
}

/// How many entries of the list there are up to and including `newest`.
pub(in super::super) async fn count(
    mut conn: Conn<'_>,
    scope: TenantScope,
    filter: &AuditLogFilter,
    newest: Cursor,
) -> Result<u64, Error> {
    use audit_log::{id, timestamp};

    let newest = filter.to.map_or(newest, |to| newest.min(before(to)));
    let mut rows = list_within(scope, filter).filter(keyset(AtOrBefore, timestamp, id, newest));
    if let Some(from) = filter.from {
        rows = rows.filter(timestamp.ge(SqlInstant(from)));
    }
    let count: QueryResult<i64> = rows.select(dsl::count_star()).get_result(&mut conn).await;
    count.map_err(database_error)?.try_into().map_err(Error::internal)
}
