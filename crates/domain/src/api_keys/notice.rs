//! Notices: what a change ends for those who are let in.

use std::sync::Arc;

use super::CredentialCache;
use crate::{
    audit_log::{AuditAction, AuditRecord, AuditRecords},
    ids::{ApiKeyId, OrganizationId, ProjectId, UserId},
    owners::Owner,
};

/// Of more than these at once it is cheaper to tell that everything may have ended.
const MANY: usize = 64;

/// Which credentials a change may have ended, or made worth less: what was read of them before says nothing any more.
/// Exhaustive on purpose: what does not heed a new kind does not compile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CredentialNotice {
    /// Those of one key.
    ApiKey(ApiKeyId),
    /// Those of all keys of an organization and of all beneath it.
    Organization(OrganizationId),
    /// Those of all keys of a project.
    Project(ProjectId),
    /// Those of all keys of a user.
    User(UserId),
    /// All of them.
    All,
}

/// Tells caches of changes. Storage implements it, since storage alone sees every change.
pub trait CredentialNotices: Send + Sync {
    /// From now on, and for as long as it lives, `cache` is told of what changes end
    /// ([`forget`](CredentialCache::forget)): of each unit of work that is committed through this storage, before its
    /// caller is answered, and also when the caller has gone away; and of each that is committed elsewhere, shortly
    /// after. Storage trusts `cache` for as long as it is certain of that
    /// ([`trust_from`](CredentialCache::trust_from)), and no longer. Several caches may be told.
    ///
    /// It is called within the runtime that the storage runs on.
    fn subscribe(&self, cache: &Arc<CredentialCache>);
}

impl CredentialNotice {
    /// What the changes that `records` tell of may have ended: 64 notices at the most.
    #[must_use]
    pub fn of_all(records: &AuditRecords) -> Vec<Self> {
        let notices: Vec<Self> = records.iter().filter_map(Self::of).collect();
        if notices.len() > MANY { vec![Self::All] } else { notices }
    }

    /// What the change that `record` tells of may have ended. Every change leaves its record, so that none can be
    /// forgotten here.
    fn of(record: &AuditRecord) -> Option<Self> {
        match record.action {
            AuditAction::ApiKeyUpdate | AuditAction::ApiKeyRotate | AuditAction::ApiKeyRevoke => {
                Some(Self::ApiKey(ApiKeyId::new(record.resource_id)))
            }
            AuditAction::OrganizationDelete | AuditAction::OrganizationSuspend | AuditAction::OrganizationPurge => {
                Some(Self::Organization(OrganizationId::new(record.resource_id)))
            }
            AuditAction::ProjectDelete => Some(Self::Project(ProjectId::new(record.resource_id))),
            AuditAction::UserDelete => Some(Self::User(UserId::new(record.resource_id))),
            // What is new, or back, was not kept: only what lets in is.
            AuditAction::ApiKeyCreate
            | AuditAction::OrganizationCreate
            | AuditAction::OrganizationRestore
            | AuditAction::OrganizationResume
            | AuditAction::ProjectCreate
            | AuditAction::ProjectRestore
            | AuditAction::UserCreate
            // And what is no part of a credential: names are read from their rows, and roles at each request.
            | AuditAction::OrganizationUpdate
            | AuditAction::ProjectUpdate
            | AuditAction::UserUpdate
            | AuditAction::MembershipCreate
            | AuditAction::MembershipUpdate
            | AuditAction::MembershipDelete
            | AuditAction::DynamicProviderCreate
            | AuditAction::DynamicProviderUpdate
            | AuditAction::DynamicProviderDelete
            | AuditAction::DynamicProviderReveal => None,
        }
    }

    /// Whether it is about the credentials of this key.
    pub(super) fn concerns(self, key: ApiKeyId, owner: Owner) -> bool {
        match self {
            Self::ApiKey(id) => key == id,
            Self::Organization(id) => owner.organization() == Some(id),
            Self::Project(id) => owner.project() == Some(id),
            Self::User(id) => owner.user() == Some(id),
            Self::All => true,
        }
    }
}
