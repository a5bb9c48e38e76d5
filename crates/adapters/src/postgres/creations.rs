//! Organizations that are made at once: one statement writes all of it.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use diesel::{
    QueryResult, dsl,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Text,
};
use tenancy_domain::{
    Error, OrganizationId, Searched as _,
    audit_log::{Chain, ChainMac},
    organizations::OrganizationCreation,
};

use super::{
    PostgresStorage,
    columns::{Columns as _, columns},
    dialect::{Conn, RunQueryDsl, database_error},
    repositories::audit_chains::without_mac,
    unnested::Unnested,
    writers::{DEADLINE, End, Lease, within},
};
use crate::sql::{
    any_of::AnyOf,
    creations::{CreateTogether, Creations},
    rows::{AuditChainRow, AuditEntryRow, OrganizationRow},
    schema::{audit_chains, audit_log, organization_aliases, organization_terms, organizations},
    types::{Id, SqlId, SqlInstant},
};

/// How many transactions of a thread are on their way at once: each costs messages, and a commit of its own.
pub(super) const TRANSACTIONS: usize = 1;

#[async_trait]
impl CreateTogether for PostgresStorage {
    fn creations(&self) -> &Arc<Creations> {
        &self.0.creations
    }

    async fn create_together(&self, creations: &[OrganizationCreation]) -> Result<HashSet<OrganizationId>, Error> {
        let mac = self.0.chain_mac.get().ok_or_else(without_mac)?;
        let lease = self.0.writers.lease().await?;
        within(DEADLINE, async move {
            let made = write(&lease, &**mac, creations).await;
            let is_written = made.is_ok();
            match lease.end(made.map(|made| (made, End::COMMIT))).await {
                Err(_) if !is_written => Ok(HashSet::new()),
                ended => ended,
            }
        })
        .await
    }
}

/// Writes all whose slug and external id nobody has, and gives their ids.
async fn write(
    lease: &Lease,
    mac: &dyn ChainMac,
    creations: &[OrganizationCreation],
) -> Result<HashSet<OrganizationId>, Error> {
    lease.begin("BEGIN").await?;
    let mut connection: Conn<'_> = lease.connection()?;
    let made: QueryResult<Vec<SqlId>> = Insert::new(mac, creations).load(&mut connection).await;
    let made = made.map_err(database_error)?;
    // Asked once the slugs are taken: whoever gave one up has committed its alias by then, since that write was waited for.
    let slugs: Vec<String> = creations.iter().map(|creation| creation.organization.slug.as_str().to_owned()).collect();
    let aliases = organization_aliases::table
        .filter(AnyOf(organization_aliases::slug, Unnested::<Text, _>::from(slugs)))
        .select(organization_aliases::slug);
    let is_alias: QueryResult<bool> = diesel::select(dsl::exists(aliases)).get_result(&mut connection).await;
    if is_alias.map_err(database_error)? {
        return Err(Error::Conflict("a slug is the alias of another organization".into()));
    }
    Ok(made.into_iter().map(|id| OrganizationId::new(id.0)).collect())
}

/// One statement that writes organizations, what they are found by, their chains and the first entry of each, and gives the
/// ids of those that it has written.
#[derive(Debug, QueryId)]
struct Insert {
    organizations: OrganizationColumns,
    terms: TermColumns,
    chains: ChainColumns,
    entries: EntryColumns,
}

impl Insert {
    fn new(mac: &dyn ChainMac, creations: &[OrganizationCreation]) -> Self {
        // In one order by all, so that of two transactions that want the same slugs one waits for the other.
        let mut creations: Vec<_> = creations.iter().collect();
        creations.sort_unstable_by(|a, b| a.organization.slug.as_str().cmp(b.organization.slug.as_str()));
        let organizations = || creations.iter().map(|creation| &creation.organization);
        let terms = organizations().flat_map(|organization| {
            let org_id = SqlId(organization.id.uuid());
            organization.terms().into_iter().map(move |term| Term { org_id, term })
        });
        let begun = creations.iter().map(|creation| Chain::begin_with(mac, creation.record.clone()));
        let (chains, entries): (Vec<_>, Vec<_>) = begun.unzip();
        Self {
            organizations: organizations().map(OrganizationRow::from).collect(),
            terms: terms.collect(),
            chains: chains.iter().map(AuditChainRow::from).collect(),
            entries: entries.into_iter().map(AuditEntryRow::from).collect(),
        }
    }
}

impl QueryFragment<Pg> for Insert {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH made AS (");
        self.organizations.walk_insert(pass.reborrow())?;
        pass.push_sql(" ON CONFLICT DO NOTHING RETURNING id), terms AS (");
        self.terms.walk_insert(pass.reborrow())?;
        pass.push_sql(" JOIN made ON made.id = given.org_id), chains AS (");
        self.chains.walk_insert(pass.reborrow())?;
        pass.push_sql(" JOIN made ON made.id = given.id), entries AS (");
        self.entries.walk_insert(pass.reborrow())?;
        pass.push_sql(" JOIN made ON made.id = given.chain_id) SELECT id FROM made");
        Ok(())
    }
}

impl Query for Insert {
    type SqlType = Id;
}

impl<C> diesel::query_dsl::RunQueryDsl<C> for Insert {}

/// A row of `organization_terms`.
struct Term {
    org_id: SqlId,
    term: String,
}

columns! {
    OrganizationColumns of OrganizationRow, organizations {
        id: SqlId,
        slug: String,
        name: String,
        created_at: SqlInstant,
        updated_at: SqlInstant,
        deleted_at: Option<SqlInstant>,
        version: i64,
        suspended_at: Option<SqlInstant>,
        external_id: Option<String>,
        metadata: Option<String>,
    }
}

columns! {
    TermColumns of Term, organization_terms {
        org_id: SqlId,
        term: String,
    }
}

columns! {
    ChainColumns of AuditChainRow, audit_chains {
        id: SqlId,
        head_sequence: i64,
        head_hash: Vec<u8>,
        base_sequence: i64,
        base_hash: Vec<u8>,
        last_unkeyed: i64,
        seal: Vec<u8>,
    }
}

columns! {
    EntryColumns of AuditEntryRow, audit_log {
        chain_id: SqlId,
        sequence: i64,
        id: SqlId,
        timestamp: SqlInstant,
        actor_type: String,
        actor_id: Option<SqlId>,
        action: String,
        resource_type: String,
        resource_id: SqlId,
        org_id: Option<SqlId>,
        project_id: Option<SqlId>,
        request_id: Option<String>,
        ip_address: Option<String>,
        user_agent: Option<String>,
        details: String,
        hash: Vec<u8>,
    }
}
