//! Queries on `audit_log` and `audit_chains`.

use diesel::{dsl, prelude::*, sql_types::Bool};
use tenancy_domain::{
    Error, OrganizationId,
    audit_log::{AuditAction, AuditEntry, AuditRecord, AuditRecords, ChainHead, ChainId},
    authorization::{Reach, TenantScope},
    pagination::PageSize,
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    Asked, organizations,
};
use crate::sql::{
    any_of::AnyOf,
    cached::Cached,
    row_lock::ForUpdate,
    rows::{AuditChainRow, AuditEntryRow},
    schema::{audit_chains, audit_log, organizations as organizations_table},
    types::SqlId,
};

/// Gives each of `records` the next place in its chain. The last write of a unit of work: the chains' heads stay locked
/// until the unit ends, and are locked in one order by all.
pub(in super::super) async fn append(mut conn: Conn<'_>, records: AuditRecords) -> Result<(), Error> {
    let mut records = records.into_appending_order().into_iter().peekable();
    while let Some(first) = records.next() {
        let chain = first.chain();
        // The first entry of a chain that nobody else knows of yet.
        let is_new = first.action == AuditAction::OrganizationCreate;
        let head = if is_new { ChainHead::EMPTY } else { lock_head(&mut conn, chain).await? };
        let mut reached = append_one(&mut conn, head, first).await?;
        while let Some(next) = records.next_if(|record| record.chain() == chain) {
            reached = append_one(&mut conn, reached, next).await?;
        }
        let row = AuditChainRow::new(chain, reached);
        if is_new {
            Cached(diesel::insert_into(audit_chains::table).values(row)).execute(&mut conn).await
        } else {
            Cached(diesel::update(audit_chains::table.find(SqlId(chain.uuid()))).set(row)).execute(&mut conn).await
        }
        .map_err(database_error)?;
    }
    Ok(())
}

/// Writes the entry that follows a chain's head, and gives the head that it makes.
async fn append_one(conn: &mut Conn<'_>, head: ChainHead, record: AuditRecord) -> Result<ChainHead, Error> {
    let entry = head.append(record);
    let reached = entry.head();
    let insert = diesel::insert_into(audit_log::table).values(AuditEntryRow::from(entry));
    Cached(insert).execute(conn).await.map_err(database_error)?;
    Ok(reached)
}

/// Locks the head of a chain, and makes it where the chain has none yet.
async fn lock_head(conn: &mut Conn<'_>, chain: ChainId) -> Result<ChainHead, Error> {
    for _ in 0..2 {
        let query = audit_chains::table.find(SqlId(chain.uuid())).select(AuditChainRow::as_select());
        let found: QueryResult<AuditChainRow> = ForUpdate(query).get_result(conn).await;
        if let Some(row) = found.optional().map_err(database_error)? {
            return <(ChainId, ChainHead)>::try_from(row).map(|(_, head)| head);
        }
        // Someone else may be making it at this moment: then theirs is waited for, and locked in the second round.
        let insert = diesel::insert_into(audit_chains::table)
            .values(AuditChainRow::new(chain, ChainHead::EMPTY))
            .on_conflict_do_nothing();
        Cached(insert).execute(conn).await.map_err(database_error)?;
    }
    Err(Error::internal(anyhow::anyhow!("the head of the audit chain {} cannot be made", chain.uuid())))
}

/// The heads of chains, by id.
pub(super) async fn chains(
    mut conn: Conn<'_>,
    scope: TenantScope,
    after: Option<ChainId>,
    limit: PageSize,
) -> Result<Vec<(ChainId, ChainHead)>, Error> {
    let query = audit_chains::table
        .order(audit_chains::id)
        .limit(i64::from(limit.get()))
        .select(AuditChainRow::as_select())
        .into_boxed::<Db>();
    let mut query = match scope.reach() {
        Reach::Everything => query,
        Reach::Organization(_) | Reach::User(_) => {
            let reached = organizations::within(scope, Asked::List).select(organizations_table::id);
            query.filter(AnyOf(audit_chains::id, reached))
        }
        // It has the organization's row, and not its chain.
        Reach::Project { .. } => query.filter(false.into_sql::<Bool>()),
    };
    if let Some(after) = after {
        query = query.filter(audit_chains::id.gt(SqlId(after.uuid())));
    }
    let found: QueryResult<Vec<AuditChainRow>> = query.load(&mut conn).await;
    found.map_err(database_error)?.into_iter().map(TryFrom::try_from).collect()
}

/// The entries of a chain, by number.
pub(super) async fn entries(
    mut conn: Conn<'_>,
    scope: TenantScope,
    chain: ChainId,
    after: i64,
    limit: PageSize,
) -> Result<Vec<AuditEntry>, Error> {
    let query = audit_log::table.filter(audit_log::chain_id.eq(SqlId(chain.uuid()))).into_boxed::<Db>();
    let query = match scope.reach() {
        Reach::Everything => query,
        Reach::Organization(_) | Reach::User(_) => {
            let organization = OrganizationId::new(chain.uuid());
            query.filter(dsl::exists(organizations::live_row(scope, organization)))
        }
        Reach::Project { .. } => query.filter(false.into_sql::<Bool>()),
    };
    let query = query
        .filter(audit_log::sequence.gt(after))
        .order(audit_log::sequence)
        .limit(i64::from(limit.get()))
        .select(AuditEntryRow::as_select());
    let found: QueryResult<Vec<AuditEntryRow>> = query.load(&mut conn).await;
    found.map_err(database_error)?.into_iter().map(AuditEntry::try_from).collect()
}
