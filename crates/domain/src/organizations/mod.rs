//! Organizations: the top level of tenancy.

mod alias;
mod creation;
mod life;
mod organization;
mod reference;
mod repository;
mod service;

pub use alias::{SlugAlias, SlugCooldown};
pub use creation::OrganizationCreation;
pub use life::PurgedOrganization;
pub use organization::{NewOrganization, Organization, OrganizationChanges};
pub use reference::OrganizationRef;
pub use repository::{OrganizationFilter, OrganizationRepository, OrganizationWriter};
pub use service::OrganizationService;
