//! Organizations that are made at once.
//!
//! What is asked for while others are being made is made by the next transaction of its thread, and so all of it has one
//! commit, which waits for the disk. What is not as plain as that, such as a slug that is taken, is made alone, and so told
//! by itself.

use std::{collections::HashSet, sync::Arc};

use async_trait::async_trait;
use tenancy_domain::{Error, OrganizationId, organizations::OrganizationCreation, unit_of_work::UnitOfWork};

use crate::batches::Batches;

/// Organizations to be made by a storage.
pub(crate) type Creations = Batches<OrganizationCreation, Created>;

/// What has come of one.
pub(crate) enum Created {
    /// It is made.
    Committed,
    /// It is not, for a reason that is told when it is made alone.
    Alone(Box<OrganizationCreation>),
    /// It is not, as far as is known.
    Failed(Error),
}

/// A storage that makes several organizations at once.
#[async_trait]
pub(crate) trait CreateTogether: UnitOfWork + Clone + 'static {
    /// Those that wait.
    fn creations(&self) -> &Arc<Creations>;

    /// Makes those that can be made in one transaction, and gives their ids: none when something is in the way of any. When
    /// it fails, it may be open whether they are made.
    async fn create_together(&self, creations: &[OrganizationCreation]) -> Result<HashSet<OrganizationId>, Error>;

    /// Makes an organization, together with others.
    async fn create(&self, creation: OrganizationCreation) -> Result<(), Error> {
        let storage = self.clone();
        let created = self.creations().ask(creation, |way| {
            way.answer(move |creations| {
                let storage = storage.clone();
                async move {
                    let made = storage.create_together(&creations).await;
                    Some(creations.into_iter().map(|creation| Created::of(creation, &made)).collect())
                }
            });
        });
        match created.await {
            Some(Created::Committed) => Ok(()),
            Some(Created::Alone(creation)) => self.run(creation.into_work()).await,
            Some(Created::Failed(error)) => Err(error),
            None => Err(Error::unavailable(anyhow::anyhow!("the transaction was cut off"))),
        }
    }
}

impl Created {
    fn of(creation: OrganizationCreation, made: &Result<HashSet<OrganizationId>, Error>) -> Self {
        match made {
            Ok(made) if made.contains(&creation.organization.id) => Self::Committed,
            Ok(_) => Self::Alone(Box::new(creation)),
            Err(error) => Self::Failed(copy(error)),
        }
    }
}

/// A second error like the first: each of those that failed together is told of it.
fn copy(error: &Error) -> Error {
    let cause = error.cause().map_or_else(|| error.to_string(), |cause| format!("{cause:#}"));
    match error {
        Error::Internal(_) => Error::internal(anyhow::Error::msg(cause)),
        _ => Error::unavailable(anyhow::Error::msg(cause)),
    }
}
