//! Look-ups of organizations that are asked for at once.

use tenancy_domain::{
    authorization::TenantScope,
    organizations::{Organization, OrganizationRef},
};

use crate::batches::{Batches, Way};

/// The live organization that is named so, within a scope.
pub(crate) type Named = (TenantScope, OrganizationRef);

/// The look-ups of a storage, to be answered with what there is of what is named.
pub(crate) type OrganizationLookUps = Batches<Named, Option<Organization>>;

/// Some of them, on their way.
pub(crate) type LookUps = Way<Named, Option<Organization>>;

/// How many batches of a thread are on their way at once: while one is answered, the next is made.
pub(crate) const WAYS: usize = 2;
