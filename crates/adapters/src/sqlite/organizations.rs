//! Look-ups of organizations, which nearly every request begins with.

use tenancy_domain::{Deleted, Error, organizations::Organization};

use super::{SqliteStorage, dialect::now, repositories::organizations as queries};
use crate::sql::look_ups::{LookUps, Named};

/// How many look-ups one read takes at the most.
const MOST: usize = 64;

impl SqliteStorage {
    /// Answers look-ups, in a task of its own on the thread that they come from: by the time that it runs, whatever else has
    /// come has been asked for as well, and the thread is woken once for all answers.
    pub(super) fn look_up_organizations(&self, mut way: LookUps) {
        let storage = self.clone();
        tokio::spawn(async move {
            while let Some(batch) = way.next(MOST) {
                let (named, answers): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
                let find = |connection: &mut _| named.into_iter().map(|named| find(connection, named)).collect();
                // Where it fails, dropped answers say so.
                let found: Result<Vec<_>, _> = storage.0.read(find).await;
                for (answer, found) in answers.into_iter().zip(found.into_iter().flatten()) {
                    // Whoever asked may be gone by now.
                    let _ = answer.send(found);
                }
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
