//! Look-ups of organizations, which nearly every request begins with.

use tenancy_domain::{Deleted, Error, organizations::Organization};

use super::{SqliteStorage, dialect::now, repositories::organizations as queries};
use crate::sql::look_ups::{LookUps, Named};

impl SqliteStorage {
    /// Answers look-ups; the thread that asks is woken once for all of a batch.
    pub(super) fn look_up_organizations(&self, way: LookUps) {
        let storage = self.clone();
        way.answer(move |named| {
            let storage = storage.clone();
            async move {
                let find = |connection: &mut _| named.into_iter().map(|named| find(connection, named)).collect();
                storage.0.read(find).await.ok()
            }
        });
    }
}

fn find(connection: &mut diesel::SqliteConnection, (scope, reference): Named) -> Result<Option<Organization>, Error> {
    match now(queries::find(connection, scope, &reference, Deleted::Hidden)) {
        Ok(found) => Ok(Some(found)),
        Err(Error::NotFound(_)) => Ok(None),
        Err(error) => Err(error),
    }
}
