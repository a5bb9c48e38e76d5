//! From the domain's words for the audit log to the wire's.

use serde_json::Value;
use tenancy_api_types::audit_logs::AuditLogEntry;
use tenancy_domain::{OrganizationId, ProjectId, audit_log::AuditEntry};

use crate::{error::ApiError, timestamp::to_wire_time};

/// An entry as the wire has it.
///
/// # Errors
/// 500 for one whose details are no JSON object: someone has changed it.
pub(super) fn to_wire(entry: AuditEntry) -> Result<AuditLogEntry, ApiError> {
    let record = entry.record;
    let Ok(Value::Object(details)) = serde_json::from_str(&record.details) else {
        return Err(ApiError::internal(format!("the details of the audit entry {} are no JSON object", record.id)));
    };
    Ok(AuditLogEntry {
        id: record.id.uuid(),
        timestamp: to_wire_time(record.timestamp),
        actor_type: record.actor_type.as_str().to_owned(),
        actor_id: record.actor_id,
        action: record.action.as_str().to_owned(),
        resource_type: record.action.resource_type().as_str().to_owned(),
        resource_id: record.resource_id,
        org_id: record.org_id.map(OrganizationId::uuid),
        project_id: record.project_id.map(ProjectId::uuid),
        request_id: record.request_id,
        ip_address: record.ip_address.map(|address| address.to_string()),
        user_agent: record.user_agent,
        details,
        sequence: entry.sequence,
        hash: entry.hash.to_string(),
    })
}
