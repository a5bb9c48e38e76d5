//! Who may do what.
//!
//! Credentials become a [`Principal`]. A [`Caller`] (a principal, and where its request came from) asks for a
//! permission and is given a [`Grant`] of it, or refused. Every use case takes the grant of its own permission, so that
//! one which forgets to ask does not compile; and only a grant gives the [`TenantScope`] that storage asks for before
//! it shows a tenant's row. What else decides, the kind of key and a user's role, is a [`Standing`].

mod caller;
mod grant;
mod permission;
mod scopes;
mod standing;
mod tenant_scope;

pub use caller::{Actor, Caller, Origin, Principal};
pub use grant::Grant;
pub use permission::{
    Action, ApiKeysRead, ApiKeysVerify, ApiKeysWrite, AuditLogsRead, MembersRead, MembersWrite, OrganizationsRead,
    OrganizationsWrite, Permission, ProjectsRead, ProjectsWrite, ProvidersRead, ProvidersReveal, ProvidersWrite,
    Resource, UsersRead, UsersWrite,
};
pub use scopes::{Scope, Scopes};
pub use standing::{Act, Level, Standing};
pub use tenant_scope::{Reach, TenantScope};
