//! API keys over HTTP: a file a verb.

mod create;
mod get;
mod list;
mod list_of_organization;
mod list_of_project;
mod list_of_user;
mod owner_type;
mod path;
mod revoke;
mod rotate;
mod update;
mod verify;
mod wire;

// The documentation of each handler is a type of its own beside it.
pub(crate) use self::{
    create::{__path_create, create},
    get::{__path_get, get},
    list::{__path_list, list},
    list_of_organization::{__path_list_of_organization, list_of_organization},
    list_of_project::{__path_list_of_project, list_of_project},
    list_of_user::{__path_list_of_user, list_of_user},
    revoke::{__path_revoke, revoke},
    rotate::{__path_rotate, rotate},
    update::{__path_update, update},
    verify::{__path_verify, verify},
    wire::{owner_to_wire, scopes_to_wire},
};

/// The path of the list.
pub(crate) const COLLECTION: &str = "/admin/v1/api-keys";
/// The path of one key.
pub(crate) const ITEM: &str = "/admin/v1/api-keys/{key_id}";
/// The path of a key's rotation.
pub(crate) const ROTATE: &str = "/admin/v1/api-keys/{key_id}/rotate";
/// The path of verification. It stands where an id would, so that it must be routed before [`ITEM`].
pub(crate) const VERIFY: &str = "/admin/v1/api-keys/verify";
/// The path of the list of an organization's keys.
pub(crate) const OF_ORGANIZATION: &str = "/admin/v1/organizations/{slug}/api-keys";
/// The path of the list of a project's keys.
pub(crate) const OF_PROJECT: &str = "/admin/v1/organizations/{slug}/projects/{project}/api-keys";
/// The path of the list of a user's keys.
pub(crate) const OF_USER: &str = "/admin/v1/users/{user_id}/api-keys";
/// The tag of the operations.
pub(crate) const TAG: &str = "API keys";
