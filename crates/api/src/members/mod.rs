//! Members over HTTP: a file a verb. Each verb stands at two paths, beneath an organization and beneath a project, and does
//! the same at both.

mod add;
mod get;
mod list;
mod remove;
mod update;
mod wire;

use tenancy_domain::members::MemberOfRef;

// The documentation of each handler is a type of its own beside it.
pub(crate) use self::{
    add::{__path_add, __path_add_to_project, add, add_to_project},
    get::{__path_get, __path_get_of_project, get, get_of_project},
    list::{__path_list, __path_list_of_project, list, list_of_project},
    remove::{__path_remove, __path_remove_from_project, remove, remove_from_project},
    update::{__path_update, __path_update_of_project, update, update_of_project},
    wire::role_to_wire,
};
use crate::{error::ApiError, extract::Unread};

/// The path of the list of an organization's members.
pub(crate) const OF_ORGANIZATION: &str = "/admin/v1/organizations/{slug}/members";
/// The path of one member of an organization.
pub(crate) const ITEM_OF_ORGANIZATION: &str = "/admin/v1/organizations/{slug}/members/{user_id}";
/// The path of the list of a project's members.
pub(crate) const OF_PROJECT: &str = "/admin/v1/organizations/{slug}/projects/{project}/members";
/// The path of one member of a project.
pub(crate) const ITEM_OF_PROJECT: &str = "/admin/v1/organizations/{slug}/projects/{project}/members/{user_id}";
/// The tag of the operations.
pub(crate) const TAG: &str = "Members";

/// The organization that the path names, as what has members.
///
/// # Errors
/// Those of [`Unread::organization`].
fn organization(request: &Unread) -> Result<MemberOfRef, ApiError> {
    Ok(MemberOfRef::Organization(request.organization()?))
}

/// The project that the path names, as what has members.
///
/// # Errors
/// Those of [`Unread::organization`] and [`Unread::project`].
fn project(request: &Unread) -> Result<MemberOfRef, ApiError> {
    Ok(MemberOfRef::Project(request.organization()?, request.project()?))
}
