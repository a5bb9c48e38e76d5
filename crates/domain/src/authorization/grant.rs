//! A permission that was given.

use std::{fmt, marker::PhantomData};

use super::{Actor, Origin, Permission, Reach, Scopes, TenantScope};
use crate::{
    error::Error,
    revision::{Precondition, Revised},
};

/// Proof that a caller may do what `P` stands for; made by [`Caller::authorize`](super::Caller::authorize) alone.
pub struct Grant<P> {
    actor: Actor,
    tenant_scope: TenantScope,
    scopes: Scopes,
    origin: Origin,
    precondition: Precondition,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Grant<P> {
    pub(super) fn new(actor: Actor, tenant_scope: TenantScope, scopes: Scopes, origin: Origin) -> Self {
        let precondition = Precondition::default();
        Self { actor, tenant_scope, scopes, origin, precondition, permission: PhantomData }
    }

    /// The same grant, for as long as the thing that is to be changed is as `precondition` says. Every use case that
    /// changes something that is there heeds it.
    #[must_use]
    pub fn provided(&self, precondition: Precondition) -> Self {
        Self { precondition, ..self.clone() }
    }

    /// Insists that `thing` is as the caller asks for it. Asked once the unit of work has locked it, so that it stays so,
    /// and after everything but its state was found to allow the change.
    ///
    /// # Errors
    /// [`Error::VersionMismatch`] when it is not.
    pub fn require_unchanged(&self, thing: &impl Revised) -> Result<(), Error> {
        self.precondition.check(thing)
    }

    /// Who is to be named in the audit log.
    #[must_use]
    pub const fn actor(&self) -> Actor {
        self.actor
    }

    /// Where the call came from.
    #[must_use]
    pub const fn origin(&self) -> &Origin {
        &self.origin
    }

    /// The tenants that the caller reaches.
    #[must_use]
    pub const fn tenant_scope(&self) -> TenantScope {
        self.tenant_scope
    }

    /// Whether the caller acts for all of whatever organization it reaches: then nothing but reach decides what it may do
    /// there.
    #[must_use]
    pub const fn is_whole(&self) -> bool {
        matches!(self.tenant_scope.reach(), Reach::Everything | Reach::Organization(_))
    }

    /// Insists on a caller that reaches every tenant: a system key, or the operator.
    ///
    /// # Errors
    /// [`Error::Forbidden`] for every other caller.
    pub fn require_system(&self) -> Result<(), Error> {
        match self.tenant_scope.reach() {
            Reach::Everything => Ok(()),
            Reach::Organization(_) | Reach::Project { .. } | Reach::User(_) => {
                Err(Error::Forbidden("this takes a system key".into()))
            }
        }
    }

    /// Insists that the caller holds all of `scopes` that govern this service, so that nobody gives away, or takes
    /// over, what is beyond their own.
    ///
    /// # Errors
    /// [`Error::Forbidden`], naming the first scope that the caller lacks.
    pub fn require_to_cover(&self, scopes: &Scopes) -> Result<(), Error> {
        match self.scopes.first_beyond(scopes) {
            None => Ok(()),
            Some(beyond) => Err(Error::Forbidden(format!("this needs the scope {beyond} itself").into())),
        }
    }
}

// Derived, it would ask the same of `P`, which is only a name.
impl<P> Clone for Grant<P> {
    fn clone(&self) -> Self {
        Self {
            actor: self.actor,
            tenant_scope: self.tenant_scope,
            scopes: self.scopes.clone(),
            origin: self.origin.clone(),
            precondition: self.precondition.clone(),
            permission: PhantomData,
        }
    }
}

impl<P: Permission> fmt::Debug for Grant<P> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Grant")
            .field("resource", &P::RESOURCE)
            .field("action", &P::ACTION)
            .field("actor", &self.actor)
            .finish_non_exhaustive()
    }
}
