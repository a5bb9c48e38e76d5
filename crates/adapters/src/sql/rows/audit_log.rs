//! Rows of `audit_log` and `audit_chains`.

use diesel::prelude::*;
use tenancy_domain::{
    AuditEntryId, Error, OrganizationId, ProjectId,
    audit_log::{ActorType, AuditAction, AuditEntry, AuditRecord, Chain, ChainHash, ChainHead, ChainId},
};

use super::broken;
use crate::sql::{
    schema::{audit_chains, audit_log},
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = audit_chains, treat_none_as_default_value = false)]
pub(crate) struct AuditChainRow {
    pub(crate) id: SqlId,
    pub(crate) head_sequence: i64,
    pub(crate) head_hash: Vec<u8>,
    pub(crate) base_sequence: i64,
    pub(crate) base_hash: Vec<u8>,
    pub(crate) last_unkeyed: i64,
    pub(crate) seal: Vec<u8>,
}

impl From<&Chain> for AuditChainRow {
    fn from(chain: &Chain) -> Self {
        Self {
            id: SqlId(chain.id.uuid()),
            head_sequence: chain.head.sequence,
            head_hash: chain.head.hash.as_bytes().to_vec(),
            base_sequence: chain.base.sequence,
            base_hash: chain.base.hash.as_bytes().to_vec(),
            last_unkeyed: chain.last_unkeyed,
            seal: chain.seal.as_bytes().to_vec(),
        }
    }
}

impl TryFrom<AuditChainRow> for Chain {
    type Error = Error;

    fn try_from(row: AuditChainRow) -> Result<Self, Error> {
        let hash = |column, bytes: &[u8]| chain_hash("audit_chains", row.id.0, column, bytes);
        Ok(Self {
            id: ChainId::new(row.id.0),
            base: ChainHead { sequence: row.base_sequence, hash: hash("base_hash", &row.base_hash)? },
            head: ChainHead { sequence: row.head_sequence, hash: hash("head_hash", &row.head_hash)? },
            last_unkeyed: row.last_unkeyed,
            seal: hash("seal", &row.seal)?,
        })
    }
}

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = audit_log, treat_none_as_default_value = false)]
pub(crate) struct AuditEntryRow {
    pub(crate) chain_id: SqlId,
    pub(crate) sequence: i64,
    pub(crate) id: SqlId,
    pub(crate) timestamp: SqlInstant,
    pub(crate) actor_type: String,
    pub(crate) actor_id: Option<SqlId>,
    pub(crate) action: String,
    pub(crate) resource_type: String,
    pub(crate) resource_id: SqlId,
    pub(crate) org_id: Option<SqlId>,
    pub(crate) project_id: Option<SqlId>,
    pub(crate) request_id: Option<String>,
    pub(crate) ip_address: Option<String>,
    pub(crate) user_agent: Option<String>,
    pub(crate) details: String,
    pub(crate) hash: Vec<u8>,
}

impl From<AuditEntry> for AuditEntryRow {
    fn from(entry: AuditEntry) -> Self {
        let record = entry.record;
        Self {
            chain_id: SqlId(record.chain().uuid()),
            sequence: entry.sequence,
            id: SqlId(record.id.uuid()),
            timestamp: SqlInstant(record.timestamp),
            actor_type: record.actor_type.as_str().to_owned(),
            actor_id: record.actor_id.map(SqlId),
            action: record.action.as_str().to_owned(),
            resource_type: record.action.resource_type().as_str().to_owned(),
            resource_id: SqlId(record.resource_id),
            org_id: record.org_id.map(|id| SqlId(id.uuid())),
            project_id: record.project_id.map(|id| SqlId(id.uuid())),
            request_id: record.request_id,
            ip_address: record.ip_address.map(|address| address.to_string()),
            user_agent: record.user_agent,
            details: record.details,
            hash: entry.hash.as_bytes().to_vec(),
        }
    }
}

impl TryFrom<AuditEntryRow> for AuditEntry {
    type Error = Error;

    fn try_from(row: AuditEntryRow) -> Result<Self, Error> {
        let id = AuditEntryId::new(row.id.0);
        let action = AuditAction::from_name(&row.action)?;
        if row.resource_type != action.resource_type().as_str() {
            return Err(broken("audit_log", id, "resource_type", "does not belong to the action"));
        }
        let ip_address = row.ip_address.map(|text| text.parse()).transpose();
        Ok(Self {
            record: AuditRecord {
                id,
                timestamp: row.timestamp.0,
                actor_type: ActorType::from_name(&row.actor_type)?,
                actor_id: row.actor_id.map(|id| id.0),
                action,
                resource_id: row.resource_id.0,
                org_id: row.org_id.map(|id| OrganizationId::new(id.0)),
                project_id: row.project_id.map(|id| ProjectId::new(id.0)),
                request_id: row.request_id,
                ip_address: ip_address.map_err(|reason| broken("audit_log", id, "ip_address", reason))?,
                user_agent: row.user_agent,
                details: row.details,
            },
            sequence: row.sequence,
            hash: chain_hash("audit_log", id.uuid(), "hash", &row.hash)?,
        })
    }
}

fn chain_hash(table: &str, id: uuid::Uuid, column: &str, bytes: &[u8]) -> Result<ChainHash, Error> {
    bytes.try_into().map(ChainHash::new).map_err(|_| broken(table, id, column, "must have 32 bytes"))
}
