//! The use cases of the audit log.

use std::sync::Arc;

use super::{AuditEntry, AuditLogFilter, AuditLogRepository, Export};
use crate::{
    access::Access,
    authorization::{Act, AuditLogsRead, Grant, Level},
    error::Error,
    ids::AuditEntryId,
    pagination::{Page, PageRequest},
};

/// What may be done with the audit log: to look at it. A key sees what concerns its organization, or its project; a
/// user's key that of the organizations in which the user is an admin or an owner; a system key everything.
#[derive(Clone)]
pub struct AuditLogService {
    repository: Arc<dyn AuditLogRepository>,
    access: Access,
}

impl AuditLogService {
    /// Puts the use cases on top of their ports.
    #[must_use]
    pub fn new(repository: Arc<dyn AuditLogRepository>, access: Access) -> Self {
        Self { repository, access }
    }

    /// A page of the entries that the caller reaches.
    ///
    /// # Errors
    /// [`Error::Forbidden`] when the filter names an organization that the caller is a member of, in a role that does not
    /// allow it. One that it does not reach has no entries for it.
    pub async fn list(
        &self,
        grant: &Grant<AuditLogsRead>,
        filter: &AuditLogFilter,
        request: &PageRequest,
    ) -> Result<Page<AuditEntry>, Error> {
        self.require_role(grant, filter).await?;
        self.repository.list_audit_entries(grant.tenant_scope(), filter, request).await
    }

    /// One entry.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is none that the caller reaches; [`Error::Forbidden`] when its role does not allow
    /// it.
    pub async fn get(&self, grant: &Grant<AuditLogsRead>, id: AuditEntryId) -> Result<AuditEntry, Error> {
        let entry = self.repository.find_audit_entry(grant.tenant_scope(), id).await?;
        if let Some(organization) = entry.record.org_id {
            let level = if entry.record.project_id.is_some() { Level::Project } else { Level::Organization };
            self.access.require(grant, organization, level, Act::Audit).await?;
        }
        Ok(entry)
    }

    /// The entries that the caller reaches, to be taken out part by part.
    ///
    /// # Errors
    /// Those of [`AuditLogService::list`].
    pub async fn export(&self, grant: &Grant<AuditLogsRead>, filter: AuditLogFilter) -> Result<Export, Error> {
        self.require_role(grant, &filter).await?;
        Export::begin(Arc::clone(&self.repository), grant.tenant_scope(), filter).await
    }

    async fn require_role(&self, grant: &Grant<AuditLogsRead>, filter: &AuditLogFilter) -> Result<(), Error> {
        if grant.is_whole() {
            return Ok(());
        }
        let Some(organization) = filter.organization else { return Ok(()) };
        match self.access.standing(grant, organization).await {
            // All that a project's key sees is of its project.
            Ok(standing) => standing.require(Level::Project, Act::Audit),
            Err(Error::NotFound(_)) => Ok(()),
            Err(error) => Err(error),
        }
    }
}
