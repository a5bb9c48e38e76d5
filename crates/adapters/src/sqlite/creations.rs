//! Organizations that are made at once: in one turn of the thread that writes, to which their rows are brought ready-made.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use diesel::{QueryResult, prelude::*};
use tenancy_domain::{
    Error, OrganizationId,
    audit_log::{Chain, ChainMac},
    organizations::OrganizationCreation,
};

use super::{
    SqliteStorage,
    dialect::{Conn, RunQueryDsl, database_error, execute_both, now},
    group::Job,
    repositories::{audit_chains::without_mac, terms},
};
use crate::sql::{
    creations::{CreateTogether, Creations},
    rows::{AuditChainRow, AuditEntryRow, OrganizationRow},
    schema::{audit_chains, audit_log, organization_aliases, organizations},
};

/// How many transactions of a thread are on their way at once: some are made while others wait for the disk.
pub(super) const TRANSACTIONS: usize = 4;

#[async_trait]
impl CreateTogether for SqliteStorage {
    fn creations(&self) -> &Arc<Creations> {
        &self.0.creations
    }

    async fn create_together(&self, creations: &[OrganizationCreation]) -> Result<HashSet<OrganizationId>, Error> {
        let mac = self.0.chain_mac.get().ok_or_else(without_mac)?;
        let rows: Vec<_> = creations.iter().map(|creation| Rows::new(&**mac, creation)).collect();
        let write = move |connection: &mut _| now(write(connection, rows));
        // Where it fails, nothing is written, or nothing can be written any more.
        Ok(self.0.write_with(Job::Repeatable, write).await.unwrap_or_default())
    }
}

/// What is written for one organization.
struct Rows {
    id: OrganizationId,
    organization: OrganizationRow,
    terms: Vec<terms::OrganizationTerm>,
    chain: AuditChainRow,
    entry: AuditEntryRow,
}

impl Rows {
    fn new(mac: &dyn ChainMac, creation: &OrganizationCreation) -> Self {
        let organization = &creation.organization;
        let (chain, entry) = Chain::begin_with(mac, creation.record.clone());
        Self {
            id: organization.id,
            organization: OrganizationRow::from(organization),
            terms: terms::of_organization(organization).collect(),
            chain: AuditChainRow::from(&chain),
            entry: AuditEntryRow::from(entry),
        }
    }
}

/// Writes all whose slug and external id nobody has, and gives their ids.
async fn write(mut conn: Conn<'_>, all: Vec<Rows>) -> Result<HashSet<OrganizationId>, Error> {
    let mut made = HashSet::new();
    let mut found_by = Vec::new();
    for Rows { id, organization, terms, chain, entry } in all {
        let alias = organization_aliases::table.find(organization.slug.clone()).select(organization_aliases::slug);
        let alias: QueryResult<String> = alias.get_result(&mut conn).await;
        if alias.optional().map_err(database_error)?.is_some() {
            continue;
        }
        let insert = diesel::insert_into(organizations::table).values(organization).on_conflict_do_nothing();
        if insert.execute(&mut conn).await.map_err(database_error)? == 0 {
            continue;
        }
        let (entry, chain) = (
            diesel::insert_into(audit_log::table).values(entry),
            diesel::insert_into(audit_chains::table).values(chain),
        );
        execute_both(entry, chain, &mut conn).await.map_err(database_error)?;
        found_by.extend(terms);
        made.insert(id);
    }
    terms::insert_of_organizations(&found_by)?.execute(&mut conn).await.map_err(database_error)?;
    Ok(made)
}
