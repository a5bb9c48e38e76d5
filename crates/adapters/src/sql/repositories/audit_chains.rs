//! Queries on `audit_chains`, and on `audit_log` as what the chains are made of.

use diesel::{dsl, prelude::*, sql_types::Bool};
use tenancy_domain::{
    Error, OrganizationId,
    audit_log::{AuditAction, AuditEntry, AuditRecords, Chain, ChainId, ChainMac},
    authorization::{Reach, TenantScope},
    pagination::PageSize,
};

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error, execute_both},
    Asked, organizations,
};
use crate::sql::{
    any_of::AnyOf,
    row_lock::ForUpdate,
    rows::{AuditChainRow, AuditEntryRow},
    schema::{audit_chains, audit_log, organizations as organizations_table},
    types::SqlId,
    update::update_rows,
};

/// The most chains that [`stray`] gives.
const STRAY: i64 = 1_000;

type Chains = dsl::IntoBoxed<'static, dsl::Select<audit_chains::table, dsl::AsSelect<AuditChainRow, Db>>, Db>;

/// Gives each of `records` the next place in its chain. The last write of a unit of work: the chains stay locked until the
/// unit ends, and are locked in one order by all.
pub(in super::super) async fn append(
    mut conn: Conn<'_>,
    mac: Option<&dyn ChainMac>,
    records: AuditRecords,
) -> Result<(), Error> {
    let mac = mac.ok_or_else(without_mac)?;
    let mut records = records.into_appending_order().into_iter().peekable();
    while let Some(first) = records.peek() {
        let id = first.chain();
        // The first entry of a chain that nobody else knows of yet.
        let is_new = first.action == AuditAction::OrganizationCreate;
        let mut chain = if is_new { Chain::begin(mac, id) } else { lock_or_begin(&mut conn, mac, id).await? };
        let mut entries = Vec::new();
        while let Some(record) = records.next_if(|record| record.chain() == id) {
            let (longer, entry) = chain.append(mac, record)?;
            entries.push(entry);
            chain = longer;
        }
        let insert = |entry| diesel::insert_into(audit_log::table).values(AuditEntryRow::from(entry));
        let Some(last) = entries.pop() else { continue };
        for entry in entries {
            insert(entry).execute(&mut conn).await.map_err(database_error)?;
        }
        let row = AuditChainRow::from(&chain);
        let written = if is_new {
            execute_both(insert(last), diesel::insert_into(audit_chains::table).values(row), &mut conn).await
        } else {
            let locked = audit_chains::table.find(SqlId(id.uuid()));
            execute_both(insert(last), update_rows(locked, row), &mut conn).await
        };
        written.map_err(database_error)?;
    }
    Ok(())
}

/// The error of a storage that was told nothing to make its chains with.
pub(in super::super) fn without_mac() -> Error {
    Error::internal(anyhow::anyhow!("the storage was told nothing to make its audit chains with"))
}

/// Locks a chain, and makes it where there is none yet.
async fn lock_or_begin(conn: &mut Conn<'_>, mac: &dyn ChainMac, id: ChainId) -> Result<Chain, Error> {
    for _ in 0..2 {
        if let Some(chain) = lock(conn, id).await? {
            return Ok(chain);
        }
        // Someone else may be making it at this moment: then theirs is waited for, and locked in the second round.
        let row = AuditChainRow::from(&Chain::begin(mac, id));
        let insert = diesel::insert_into(audit_chains::table).values(row).on_conflict_do_nothing();
        insert.execute(conn).await.map_err(database_error)?;
    }
    Err(Error::internal(anyhow::anyhow!("the audit chain {id} cannot be made")))
}

/// Locks a chain, if there is one.
pub(super) async fn lock(conn: &mut Conn<'_>, id: ChainId) -> Result<Option<Chain>, Error> {
    let query = audit_chains::table.find(SqlId(id.uuid())).select(AuditChainRow::as_select());
    let found: QueryResult<AuditChainRow> = ForUpdate(query).get_result(conn).await;
    found.optional().map_err(database_error)?.map(Chain::try_from).transpose()
}

/// Writes a chain that is locked.
pub(super) async fn update(conn: &mut Conn<'_>, chain: &Chain) -> Result<(), Error> {
    let row = audit_chains::table.find(SqlId(chain.id.uuid()));
    update_rows(row, AuditChainRow::from(chain)).execute(conn).await.map(drop).map_err(database_error)
}

/// The chains within the scope: where every query for them starts.
fn within(scope: TenantScope) -> Chains {
    let chains = audit_chains::table.select(AuditChainRow::as_select()).into_boxed();
    match scope.reach() {
        Reach::Everything => chains,
        Reach::Organization(_) | Reach::User(_) => {
            let reached = organizations::within(scope, Asked::List).select(organizations_table::id);
            chains.filter(AnyOf(audit_chains::id, reached))
        }
        // It has the organization's row, and not its chain.
        Reach::Project { .. } => chains.filter(false.into_sql::<Bool>()),
    }
}

/// Chains, by id.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    after: Option<ChainId>,
    limit: PageSize,
) -> Result<Vec<Chain>, Error> {
    let mut query = within(scope).order(audit_chains::id).limit(i64::from(limit.get()));
    if let Some(after) = after {
        query = query.filter(audit_chains::id.gt(SqlId(after.uuid())));
    }
    let found: QueryResult<Vec<AuditChainRow>> = query.load(&mut conn).await;
    found.map_err(database_error)?.into_iter().map(TryFrom::try_from).collect()
}

/// One chain.
pub(super) async fn find(mut conn: Conn<'_>, scope: TenantScope, id: ChainId) -> Result<Option<Chain>, Error> {
    let query = within(scope).filter(audit_chains::id.eq(SqlId(id.uuid())));
    let found: QueryResult<AuditChainRow> = query.get_result(&mut conn).await;
    found.optional().map_err(database_error)?.map(TryFrom::try_from).transpose()
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

/// The chains of which nothing but entries is there.
pub(super) async fn stray(mut conn: Conn<'_>) -> Result<Vec<ChainId>, Error> {
    let chain = audit_chains::table.filter(audit_chains::id.eq(audit_log::chain_id));
    let query =
        audit_log::table.filter(dsl::not(dsl::exists(chain))).select(audit_log::chain_id).distinct().limit(STRAY);
    let found: QueryResult<Vec<SqlId>> = query.load(&mut conn).await;
    Ok(found.map_err(database_error)?.into_iter().map(|id| ChainId::new(id.0)).collect())
}
