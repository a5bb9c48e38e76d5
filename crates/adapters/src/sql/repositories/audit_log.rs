//! Queries on `audit_log` and `audit_chains`.

use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Error,
    audit_log::{AuditAction, AuditEntry, AuditRecord, ChainHead, ChainId},
    authorization::{Reach, TenantScope},
    pagination::PageSize,
};

use super::super::dialect::{Conn, Db, RunQueryDsl, database_error};
use crate::sql::{
    cached::Cached,
    for_update::ForUpdate,
    rows::{AuditChainRow, AuditEntryRow},
    schema::{audit_chains, audit_log, organizations},
    types::SqlId,
};

/// Gives `record` the next place in its chain. The last write of a unit of work: the chain's head stays locked until
/// the unit ends.
pub(in super::super) async fn append(mut conn: Conn<'_>, record: AuditRecord) -> Result<(), Error> {
    let chain = record.chain();
    let entry = if record.action == AuditAction::OrganizationCreate {
        // The first entry of a chain that nobody else knows of yet.
        let entry = ChainHead::EMPTY.append(record);
        let insert = diesel::insert_into(audit_chains::table).values(AuditChainRow::new(chain, entry.head()));
        Cached(insert).execute(&mut conn).await.map_err(database_error)?;
        entry
    } else {
        let entry = lock_head(&mut conn, chain).await?.append(record);
        let head = AuditChainRow::new(chain, entry.head());
        let update = diesel::update(audit_chains::table.find(SqlId(chain.uuid()))).set(head);
        Cached(update).execute(&mut conn).await.map_err(database_error)?;
        entry
    };
    let insert = diesel::insert_into(audit_log::table).values(AuditEntryRow::from(entry));
    Cached(insert).execute(&mut conn).await.map_err(database_error)?;
    Ok(())
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

/// The organization, as long as it is live.
#[dsl::auto_type]
fn live(id: SqlId) -> _ {
    organizations::table.filter(organizations::id.eq(id)).filter(organizations::deleted_at.is_null())
}

/// The heads of chains, by id.
pub(in super::super) async fn chains(
    mut conn: Conn<'_>,
    scope: TenantScope,
    after: Option<ChainId>,
    limit: PageSize,
) -> Result<Vec<(ChainId, ChainHead)>, Error> {
    let mut query = audit_chains::table
        .order(audit_chains::id)
        .limit(i64::from(limit.get()))
        .select(AuditChainRow::as_select())
        .into_boxed::<Db>();
    match scope.reach() {
        Reach::Everything => {}
        Reach::Organization(own) => {
            let own = SqlId(own.uuid());
            query = query.filter(audit_chains::id.eq(own)).filter(dsl::exists(live(own)));
        }
    }
    if let Some(after) = after {
        query = query.filter(audit_chains::id.gt(SqlId(after.uuid())));
    }
    let found: QueryResult<Vec<AuditChainRow>> = query.load(&mut conn).await;
    found.map_err(database_error)?.into_iter().map(TryFrom::try_from).collect()
}

/// The entries of a chain, by number.
pub(in super::super) async fn entries(
    mut conn: Conn<'_>,
    scope: TenantScope,
    chain: ChainId,
    after: i64,
    limit: PageSize,
) -> Result<Vec<AuditEntry>, Error> {
    let mut query = audit_log::table.into_boxed::<Db>();
    match scope.reach() {
        Reach::Everything => {}
        Reach::Organization(own) => {
            let own = SqlId(own.uuid());
            query = query.filter(audit_log::chain_id.eq(own)).filter(dsl::exists(live(own)));
        }
    }
    let query = query
        .filter(audit_log::chain_id.eq(SqlId(chain.uuid())))
        .filter(audit_log::sequence.gt(after))
        .order(audit_log::sequence)
        .limit(i64::from(limit.get()))
        .select(AuditEntryRow::as_select());
    let found: QueryResult<Vec<AuditEntryRow>> = query.load(&mut conn).await;
    found.map_err(database_error)?.into_iter().map(AuditEntry::try_from).collect()
}
