//! Look-ups of organizations, which nearly every request begins with.
//!
//! A thread that reads takes with its read whatever else has come until it begins: it is woken once for all.

use tenancy_domain::{Deleted, Error};

use super::{SqliteStorage, dialect::now, repositories::organizations as queries};
use crate::sql::look_ups::LookUps;

impl SqliteStorage {
    /// Answers look-ups.
    pub(super) fn look_up_organizations(&self, way: LookUps) {
        self.0.start_to_read(move |connection| {
            for ((scope, reference), answer) in way.last() {
                let found = now(queries::find(connection, scope, &reference, Deleted::Hidden));
                let found = match found {
                    Ok(found) => Some(found),
                    Err(Error::NotFound(_)) => None,
                    // A dropped answer says so.
                    Err(_) => continue,
                };
                // Whoever asked may be gone by now.
                let _ = answer.send(found);
            }
        });
    }
}
