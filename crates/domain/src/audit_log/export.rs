//! Taking entries out, any number of them.

use std::sync::Arc;

use super::{AuditEntry, AuditLogFilter, AuditLogRepository};
use crate::{
    authorization::TenantScope,
    error::Error,
    pagination::{Cursor, Direction, PageRequest, PageSize, Positioned},
};

/// Entries on their way out, oldest first. It ends at the entry that was the newest when it began: what is written
/// meanwhile does not make it longer, and every entry that was there and stays is in it once.
pub struct Export {
    repository: Arc<dyn AuditLogRepository>,
    scope: TenantScope,
    filter: AuditLogFilter,
    total: Option<u64>,
    reached: Cursor,
    /// The newest entry that belongs to it; `None` where there is none, or no more.
    newest: Option<Cursor>,
}

impl Export {
    pub(super) async fn begin(
        repository: Arc<dyn AuditLogRepository>,
        scope: TenantScope,
        filter: AuditLogFilter,
    ) -> Result<Self, Error> {
        let request = PageRequest { size: PageSize::MIN, direction: Direction::Forward, cursor: None };
        let page = repository.list_audit_entries(scope, &filter, &request).await?;
        let newest = page.items().first().map(Positioned::position);
        let total = match newest {
            None => Some(0),
            // Nobody is refused the entries for the want of their number.
            Some(newest) => match repository.count_audit_entries(scope, &filter, newest).await {
                Ok(total) => Some(total),
                Err(Error::Unavailable(_)) => None,
                Err(error) => return Err(error),
            },
        };
        Ok(Self { repository, scope, filter, total, reached: Cursor::OLDEST, newest })
    }

    /// How many entries there are in it; `None` where it takes too long to tell.
    #[must_use]
    pub const fn total(&self) -> Option<u64> {
        self.total
    }

    /// The next entries, at most `size`; none once all were given out. After a failure it may be asked again.
    ///
    /// # Errors
    /// Those of the storage.
    pub async fn next(&mut self, size: PageSize) -> Result<Vec<AuditEntry>, Error> {
        let Some(newest) = self.newest else { return Ok(Vec::new()) };
        let request = PageRequest { size, direction: Direction::Backward, cursor: Some(self.reached) };
        let page = self.repository.list_audit_entries(self.scope, &self.filter, &request).await?;
        let has_more = page.has_more();
        let mut entries = page.into_items();
        entries.reverse();
        match entries.last() {
            Some(last) if has_more && last.position() < newest => self.reached = last.position(),
            _ => self.newest = None,
        }
        entries.retain(|entry| entry.position() <= newest);
        Ok(entries)
    }
}
