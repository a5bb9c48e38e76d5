//! Projects over HTTP: a file a verb.

mod create;
mod delete;
mod get;
mod list;
mod path;
mod restore;
mod update;

use tenancy_api_types::projects as wire;
use tenancy_domain::projects::Project;

// The documentation of each handler is a type of its own beside it.
pub(crate) use self::{
    create::{__path_create, create},
    delete::{__path_delete, delete},
    get::{__path_get, get},
    list::{__path_list, list},
    path::ProjectPath,
    restore::{__path_restore, restore},
    update::{__path_update, update},
};
use crate::{metadata, timestamp::to_wire_time};

/// The path of the list.
pub(crate) const COLLECTION: &str = "/admin/v1/organizations/{slug}/projects";
/// The path of one project.
pub(crate) const ITEM: &str = "/admin/v1/organizations/{slug}/projects/{project}";
/// The path of a project's restoration.
pub(crate) const RESTORE: &str = "/admin/v1/organizations/{slug}/projects/{project}/restore";
/// The tag of the operations.
pub(crate) const TAG: &str = "Projects";

fn to_wire(project: Project) -> wire::Project {
    wire::Project {
        id: project.id.uuid(),
        org_id: project.org_id.uuid(),
        slug: project.slug.into(),
        name: project.name.into(),
        created_at: to_wire_time(project.created_at),
        updated_at: to_wire_time(project.updated_at),
        deleted_at: project.deleted_at.map(to_wire_time),
        metadata: metadata::to_wire(project.metadata),
    }
}
