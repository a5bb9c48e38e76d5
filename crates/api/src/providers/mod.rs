//! Dynamic providers over HTTP: a file a verb.

mod create;
mod delete;
mod get;
mod list;
mod list_of_organization;
mod list_of_project;
mod list_of_user;
mod path;
mod reveal;
mod update;
mod wire;

// The documentation of each handler is a type of its own beside it.
pub(crate) use self::{
    create::{__path_create, create},
    delete::{__path_delete, delete},
    get::{__path_get, get},
    list::{__path_list, list},
    list_of_organization::{__path_list_of_organization, list_of_organization},
    list_of_project::{__path_list_of_project, list_of_project},
    list_of_user::{__path_list_of_user, list_of_user},
    reveal::{__path_reveal, reveal},
    update::{__path_update, update},
};

/// The path of the list.
pub(crate) const COLLECTION: &str = "/admin/v1/dynamic-providers";
/// The path of one provider.
pub(crate) const ITEM: &str = "/admin/v1/dynamic-providers/{id}";
/// The path of the revealing of a provider's key.
pub(crate) const REVEAL: &str = "/admin/v1/dynamic-providers/{id}/reveal";
/// The path of the list of an organization's providers.
pub(crate) const OF_ORGANIZATION: &str = "/admin/v1/organizations/{slug}/dynamic-providers";
/// The path of the list of a project's providers.
pub(crate) const OF_PROJECT: &str = "/admin/v1/organizations/{slug}/projects/{project}/dynamic-providers";
/// The path of the list of a user's providers.
pub(crate) const OF_USER: &str = "/admin/v1/users/{user_id}/dynamic-providers";
/// The tag of the operations.
pub(crate) const TAG: &str = "Dynamic providers";
