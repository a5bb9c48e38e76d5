//! What the rules are written with: things to store, and steps to take with a storage.

mod api_keys;
mod audit_log;
mod members;
mod organizations;
mod projects;
mod providers;
mod requests;
mod sealing;
mod users;

use std::sync::{Arc, LazyLock};

use tenancy_domain::{
    DisplayName, Slug, Timestamp,
    authorization::{Caller, Grant, OrganizationsWrite, Permission, TenantScope},
    ports::IdSource,
};
use uuid::Uuid;

pub(super) use self::{
    api_keys::*, audit_log::*, members::*, organizations::*, projects::*, providers::*, requests::*, sealing::*,
    users::*,
};
use crate::doubles::{PredictableSecrets, SequentialIds};

/// Fails unless the result is the error of this pattern.
macro_rules! assert_fails {
    ($result:expr, $error:pat) => {
        let result = $result;
        assert!(matches!(result, Err($error)), "{result:?} is not {}", stringify!($error));
    };
}
pub(super) use assert_fails;

/// The error of an organization that is not there.
macro_rules! no_organization {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::Organization)
    };
}
pub(super) use no_organization;

/// The error of a project that is not there.
macro_rules! no_project {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::Project)
    };
}
pub(super) use no_project;

/// The error of a user that is not there.
macro_rules! no_user {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::User)
    };
}
pub(super) use no_user;

/// The error of a member that is not there.
macro_rules! no_member {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::Membership)
    };
}
pub(super) use no_member;

/// What one call of a transaction comes to, in a unit of work of its own that leaves nothing.
macro_rules! within_unit {
    ($storage:expr, |$transaction:ident| $call:expr) => {
        tenancy_domain::unit_of_work::UnitOfWorkExt::execute(&*$storage, move |$transaction| {
            Box::pin(async move { $call.await.map(tenancy_domain::unit_of_work::Outcome::Unchanged) })
        })
        .await
    };
}
pub(super) use within_unit;

/// The error of a slug that another live organization has.
macro_rules! slug_taken {
    () => {
        tenancy_domain::Error::AlreadyExists { resource: tenancy_domain::ResourceType::Organization, field: "slug" }
    };
}
pub(super) use slug_taken;

/// The error of a key that is not there.
macro_rules! no_key {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::ApiKey)
    };
}
pub(super) use no_key;

/// The error of a dynamic provider that is not there.
macro_rules! no_provider {
    () => {
        tenancy_domain::Error::NotFound(tenancy_domain::ResourceType::DynamicProvider)
    };
}
pub(super) use no_provider;

/// The error of a name that another dynamic provider of the owner has.
macro_rules! provider_name_taken {
    () => {
        tenancy_domain::Error::AlreadyExists { resource: tenancy_domain::ResourceType::DynamicProvider, field: "name" }
    };
}
pub(super) use provider_name_taken;

/// Where all ids of all tests come from: no two of them are the same, whoever asked for them.
pub(super) static IDS: LazyLock<Arc<SequentialIds>> = LazyLock::new(Arc::default);
/// Where all secrets of all tests come from.
pub(super) static SECRETS: LazyLock<Arc<PredictableSecrets>> = LazyLock::new(Arc::default);

/// `milliseconds` after the moment at which the tests take place.
pub(super) fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(1_700_000_000_000 + milliseconds).unwrap()
}

/// An id that nothing has.
pub(super) fn fresh_id() -> Uuid {
    IDS.next(at(0))
}

/// Leave to do what `P` stands for.
pub(super) fn grant<P: Permission>() -> Grant<P> {
    Caller::command_line().authorize().unwrap()
}

/// Everything is within reach.
pub(super) fn everything() -> TenantScope {
    grant::<OrganizationsWrite>().tenant_scope()
}

pub(super) fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub(super) fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}
