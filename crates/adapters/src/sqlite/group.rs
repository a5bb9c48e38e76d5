//! Units of work that one transaction holds.
//!
//! Each can be undone alone. A savepoint has SQLite copy each page before it is changed, and so there is none where nothing
//! was written before, or nothing but what whoever asked for it can ask for again.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use diesel::{QueryResult, SqliteConnection, connection::SimpleConnection};
use tenancy_domain::{
    Error,
    api_keys::CredentialNotice,
    audit_log::ChainMac,
    unit_of_work::{Outcome, Work},
};
use tokio::sync::oneshot;

use super::{
    dialect::{database_error, now},
    repositories::{SqlTransaction, audit_chains},
};
use crate::subscribers::Subscribers;

/// What is written.
pub(super) enum Job {
    /// A change, with its audit entry, which is made with `mac`.
    UnitOfWork {
        /// What is done.
        work: Work,
        /// `None` where the storage was not told; then nothing can be changed.
        mac: Option<Arc<dyn ChainMac>>,
    },
    /// What is no change to anyone and leaves no entry: notes of the storage's own.
    Upkeep(Writing),
    /// What can be asked for again when it fails, which it may do because another one like it does.
    Repeatable(Writing),
}

pub(super) type Writing = Box<dyn FnOnce(&mut SqliteConnection) -> Result<(), Error> + Send>;

/// A job, and who is told what has become of it.
pub(super) struct Unit {
    pub(super) job: Job,
    pub(super) answer: oneshot::Sender<Result<(), Error>>,
}

/// What a group has come to.
pub(super) struct Group {
    /// The number of its commit, if it has written anything.
    pub(super) commit: Option<u64>,
    committed: QueryResult<()>,
    answers: Vec<Answer>,
}

struct Answer {
    to: oneshot::Sender<Result<(), Error>>,
    result: Result<(), Error>,
    is_repeatable: bool,
}

impl Group {
    /// Runs units in one transaction, commits it, and tells whoever is to know of what it has ended. Of what it writes,
    /// nothing can be seen before it has asked `number`.
    pub(super) fn run(
        connection: &mut SqliteConnection,
        units: impl Iterator<Item = Unit>,
        number: impl FnOnce() -> u64,
        subscribers: &Subscribers,
    ) -> Self {
        let mut group = Self { commit: None, committed: Ok(()), answers: Vec::new() };
        let mut notices = Vec::new();
        group.committed = group.carry_out(connection, units, &mut notices).and_then(|written| {
            group.commit = (written != Written::Nothing).then(number);
            connection.batch_execute("COMMIT")
        });
        if group.committed.is_err() {
            // It may have ended by itself: SQLite rolls back on a full disk, say.
            let _ = connection.batch_execute("ROLLBACK");
        }
        // Also after a failure, since to ask storage once more is never wrong.
        subscribers.tell(&notices);
        group
    }

    fn carry_out(
        &mut self,
        connection: &mut SqliteConnection,
        units: impl Iterator<Item = Unit>,
        notices: &mut Vec<CredentialNotice>,
    ) -> QueryResult<Written> {
        let mut state = connection.batch_execute(BEGIN);
        let mut written = Written::Nothing;
        for Unit { job, answer } in units {
            let is_repeatable = matches!(job, Job::Repeatable(_));
            let undo = match (written, is_repeatable) {
                (Written::Nothing, _) | (Written::Repeatable, true) => Undo::Transaction,
                (Written::Repeatable, false) | (Written::Units, _) => Undo::Savepoint,
            };
            let result = match &state {
                Ok(()) => match run_unit(connection, job, undo) {
                    Ok(Ok(Some(ended))) => {
                        let all = if is_repeatable { Written::Repeatable } else { Written::Units };
                        written = written.max(all);
                        notices.extend(ended);
                        Ok(())
                    }
                    Ok(not_kept) => {
                        if undo == Undo::Transaction && written == Written::Repeatable {
                            self.undo_repeatable();
                            written = Written::Nothing;
                        }
                        not_kept.map(drop)
                    }
                    Err(error) => {
                        state = Err(error);
                        Ok(())
                    }
                },
                // The whole group fails: what is put here is replaced.
                Err(_) => Ok(()),
            };
            self.answers.push(Answer { to: answer, result, is_repeatable });
        }
        state.map(|()| written)
    }

    /// What can be asked for again was undone with another of its kind.
    fn undo_repeatable(&mut self) {
        for answer in self.answers.iter_mut().filter(|answer| answer.is_repeatable) {
            answer.result =
                Err(Error::unavailable(anyhow::anyhow!("it was undone with another, and can be asked for again")));
        }
    }

    /// Tells all what has become of it; `durable` says whether what was committed is on the disk.
    pub(super) fn answer(self, durable: impl Fn() -> Result<(), Error>) {
        for Answer { to, result, .. } in self.answers {
            let result = match &self.committed {
                Ok(()) => result.and_then(|()| durable()),
                Err(error) => Err(database_error(copy(error))),
            };
            // Whoever asked may be gone by now; what was committed stays.
            let _ = to.send(result);
        }
    }
}

/// Begins a transaction. IMMEDIATE: one that reads first and writes later could find the lock taken, and would not wait.
const BEGIN: &str = "BEGIN IMMEDIATE";

/// What is in a transaction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Written {
    Nothing,
    /// Nothing but what can be asked for again.
    Repeatable,
    Units,
}

/// How a unit is undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Undo {
    /// With all that was written before it.
    Transaction,
    /// So that what was written before it stays.
    Savepoint,
}

impl Undo {
    /// What is carried out before the unit.
    const fn before(self) -> &'static str {
        match self {
            Self::Transaction => "",
            Self::Savepoint => "SAVEPOINT unit",
        }
    }

    /// And after it.
    const fn after(self, is_kept: bool) -> &'static str {
        match (self, is_kept) {
            (Self::Transaction, true) => "",
            (Self::Transaction, false) => "ROLLBACK; BEGIN IMMEDIATE",
            (Self::Savepoint, true) => "RELEASE unit",
            (Self::Savepoint, false) => "ROLLBACK TO unit; RELEASE unit",
        }
    }
}

/// Runs one unit. The inner result is the unit's, with what it ends, if it has written anything; the outer one is of the
/// transaction around it.
fn run_unit(
    connection: &mut SqliteConnection,
    job: Job,
    undo: Undo,
) -> QueryResult<Result<Option<Vec<CredentialNotice>>, Error>> {
    connection.batch_execute(undo.before())?;
    let outcome = catch_unwind(AssertUnwindSafe(|| match job {
        Job::UnitOfWork { work, mac } => now(async {
            match work(&mut SqlTransaction { conn: connection }).await? {
                Outcome::Changed((), records) => {
                    let notices = CredentialNotice::of_all(&records);
                    audit_chains::append(connection, mac.as_deref(), records).await.map(|()| Some(notices))
                }
                Outcome::Answered((), _) => Ok(Some(Vec::new())),
                Outcome::Unchanged(()) => Ok(None),
            }
        }),
        Job::Upkeep(write) | Job::Repeatable(write) => write(connection).map(|()| Some(Vec::new())),
    }));
    let outcome = outcome.unwrap_or_else(|_| Err(Error::internal(anyhow::anyhow!("a unit of work panicked"))));
    let is_kept = matches!(outcome, Ok(Some(_)));
    let Err(error) = connection.batch_execute(undo.after(is_kept)) else {
        return Ok(outcome);
    };
    // SQLite has ended the whole transaction by itself, as it does on a full disk, and why is what the unit was told.
    let cause = outcome.err().and_then(|outcome| outcome.cause()?.downcast_ref().map(copy));
    Err(cause.unwrap_or(error))
}

/// A second error like the first: each unit of a group that failed is told of it.
fn copy(error: &diesel::result::Error) -> diesel::result::Error {
    use diesel::result::{DatabaseErrorKind, Error::DatabaseError};

    let message = match error {
        DatabaseError(_, information) => information.message().to_owned(),
        other => other.to_string(),
    };
    DatabaseError(DatabaseErrorKind::Unknown, Box::new(message))
}
