//! Organizations over HTTP: a file a verb.

mod create;
mod delete;
mod filter;
mod get;
mod list;
mod path;
mod purge;
mod restore;
mod resume;
mod suspend;
mod update;

use tenancy_api_types::organizations as wire;
use tenancy_domain::organizations::Organization;

// The documentation of each handler is a type of its own beside it.
pub(crate) use self::{
    create::{__path_create, create},
    delete::{__path_delete, delete},
    get::{__path_get, get},
    list::{__path_list, list},
    path::{OrganizationPath, slug_or_id},
    purge::{__path_purge, purge},
    restore::{__path_restore, restore},
    resume::{__path_resume, resume},
    suspend::{__path_suspend, suspend},
    update::{__path_update, update},
};
use crate::{metadata, timestamp::to_wire_time};

/// The path of the list.
pub(crate) const COLLECTION: &str = "/admin/v1/organizations";
/// The path of one organization.
pub(crate) const ITEM: &str = "/admin/v1/organizations/{slug}";
/// The path of an organization's restoration.
pub(crate) const RESTORE: &str = "/admin/v1/organizations/{slug}/restore";
/// The path of an organization's suspension.
pub(crate) const SUSPEND: &str = "/admin/v1/organizations/{slug}/suspend";
/// The path of the end of an organization's suspension.
pub(crate) const RESUME: &str = "/admin/v1/organizations/{slug}/resume";
/// The path of a deleted organization's end.
pub(crate) const PURGE: &str = "/admin/v1/organizations/{slug}/purge";
/// The tag of the operations.
pub(crate) const TAG: &str = "Organizations";

/// An organization as the wire has it.
pub(crate) fn to_wire(organization: Organization) -> wire::Organization {
    wire::Organization {
        id: organization.id.uuid(),
        slug: organization.slug.into(),
        name: organization.name.into(),
        created_at: to_wire_time(organization.created_at),
        updated_at: to_wire_time(organization.updated_at),
        deleted_at: organization.deleted_at.map(to_wire_time),
        suspended_at: organization.suspended_at.map(to_wire_time),
        external_id: organization.external_id.map(Into::into),
        metadata: metadata::to_wire(organization.metadata),
    }
}
