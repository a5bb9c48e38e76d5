//! The unit of work that makes an organization.

use super::Organization;
use crate::{
    audit_log::AuditRecord,
    error::Error,
    unit_of_work::{Outcome, Transaction, Work},
};

/// A new organization, and the record of its making: all that a unit of work writes which does nothing else. Storage knows
/// it beforehand, and so may carry out several at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrganizationCreation {
    /// The organization, with an id that nothing has yet.
    pub organization: Organization,
    /// What is told of it: the first entry of its chain.
    pub record: AuditRecord,
}

impl OrganizationCreation {
    /// Makes the organization within `transaction`.
    ///
    /// # Errors
    /// [`Error::AlreadyExists`] of `slug` when a live organization has it, or had it and is in its cool-down, and of
    /// `external_id` when a live one has it.
    pub async fn carry_out(self, transaction: &mut (dyn Transaction + '_)) -> Result<Outcome<Organization>, Error> {
        let Self { organization, record } = self;
        transaction.insert_organization(&organization).await?;
        transaction.take_slug(&organization, organization.created_at).await?;
        Ok(Outcome::Changed(organization, record.into()))
    }

    /// The same as a unit of work that any storage can run.
    #[must_use]
    pub fn into_work(self) -> Work {
        Box::new(move |transaction| Box::pin(async move { Ok(self.carry_out(transaction).await?.map(drop)) }))
    }
}
