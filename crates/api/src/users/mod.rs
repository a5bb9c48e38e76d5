//! Users over HTTP: a file a verb.

mod create;
mod delete;
mod get;
mod list;
mod lookup;
mod organizations;
mod path;
mod update;
mod wire;

// The documentation of each handler is a type of its own beside it.
pub(crate) use self::{
    create::{__path_create, create},
    delete::{__path_delete, delete},
    get::{__path_get, get},
    list::{__path_list, list},
    organizations::{__path_organizations, organizations},
    path::UserPath,
    update::{__path_update, update},
    wire::to_wire,
};

/// The path of the list.
pub(crate) const COLLECTION: &str = "/admin/v1/users";
/// The path of one user.
pub(crate) const ITEM: &str = "/admin/v1/users/{user_id}";
/// The path of the organizations that a user is a member of.
pub(crate) const ORGANIZATIONS: &str = "/admin/v1/users/{user_id}/organizations";
/// The tag of the operations.
pub(crate) const TAG: &str = "Users";
