//! Which entries of the audit log are asked for.

use uuid::Uuid;

use super::{ActorType, AuditAction, AuditRecord};
use crate::{error::ResourceType, ids::OrganizationId, timestamp::Timestamp};

/// Which entries are asked for: those that meet all of what is set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AuditLogFilter {
    /// Who acted, by kind.
    pub actor_type: Option<ActorType>,
    /// Who acted, by the id of its key.
    pub actor_id: Option<Uuid>,
    /// What was done.
    pub action: Option<AuditAction>,
    /// What kind of thing it was done to.
    pub resource_type: Option<ResourceType>,
    /// The id of what it was done to.
    pub resource_id: Option<Uuid>,
    /// The organization that it concerns.
    pub organization: Option<OrganizationId>,
    /// Not before this time.
    pub from: Option<Timestamp>,
    /// Before this time, and not at it.
    pub to: Option<Timestamp>,
}

impl AuditLogFilter {
    /// Whether a record is among those that are asked for.
    #[must_use]
    pub fn matches(&self, record: &AuditRecord) -> bool {
        fn is<T: PartialEq>(wanted: Option<T>, found: Option<T>) -> bool {
            wanted.is_none() || wanted == found
        }
        is(self.actor_type, Some(record.actor_type))
            && is(self.actor_id, record.actor_id)
            && is(self.action, Some(record.action))
            && is(self.resource_type, Some(record.action.resource_type()))
            && is(self.resource_id, Some(record.resource_id))
            && is(self.organization, record.org_id)
            && self.from.is_none_or(|from| record.timestamp >= from)
            && self.to.is_none_or(|to| record.timestamp < to)
    }
}
