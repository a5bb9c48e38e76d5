//! A permission that was given.

use std::{fmt, marker::PhantomData};

use super::{Actor, Origin, Permission, TenantScope};

/// Proof that a caller may do what `P` stands for; made by [`Caller::authorize`](super::Caller::authorize) alone.
pub struct Grant<P> {
    actor: Actor,
    tenant_scope: TenantScope,
    origin: Origin,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> Grant<P> {
    pub(super) const fn new(actor: Actor, tenant_scope: TenantScope, origin: Origin) -> Self {
        Self { actor, tenant_scope, origin, permission: PhantomData }
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
}

// Derived, it would ask the same of `P`, which is only a name.
impl<P> Clone for Grant<P> {
    fn clone(&self) -> Self {
        Self { origin: self.origin.clone(), ..*self }
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
