//! What every operation asks of its caller: a line an operation. The list of exceptions is empty: there is none.

use super::{
    super::document::Operation,
    model::{
        Act::{Own, Read, Write},
        Level, Row,
        Takes::{self, Everybody, ItsOwner, Key, RemovalOfMember, Rotation, Scope, Standing, SystemKey, UserItself},
    },
};

/// Every operation of the document: its scope, and what it takes beyond that.
pub(super) const TABLE: [Row; 51] = [
    row("list_organizations", "organizations:read", Scope),
    row("create_organization", "organizations:write", SystemKey),
    row("get_organization", "organizations:read", Standing(Level::Row, Read)),
    row("update_organization", "organizations:write", Standing(Level::Row, Write)),
    row("delete_organization", "organizations:write", Standing(Level::Row, Own)),
    row("restore_organization", "organizations:write", SystemKey).of_deleted(),
    row("suspend_organization", "organizations:write", SystemKey),
    row("resume_organization", "organizations:write", SystemKey),
    row("purge_organization", "organizations:write", SystemKey).of_deleted(),
    row("list_projects", "projects:read", Standing(Level::Row, Read)),
    row("create_project", "projects:write", Standing(Level::Organization, Write)),
    row("get_project", "projects:read", Standing(Level::Project, Read)),
    row("update_project", "projects:write", Standing(Level::Project, Write)),
    row("delete_project", "projects:write", Standing(Level::Project, Write)),
    row("restore_project", "projects:write", Standing(Level::Organization, Write)).of_deleted(),
    row("list_users", "users:read", SystemKey),
    row("create_user", "users:write", SystemKey),
    row("get_user", "users:read", SystemKey),
    row("update_user", "users:write", SystemKey),
    row("delete_user", "users:write", SystemKey),
    row("list_user_organizations", "users:read", SystemKey),
    row("list_members", "members:read", Standing(Level::Organization, Read)),
    row("add_member", "members:write", SystemKey),
    row("get_member", "members:read", Standing(Level::Organization, Read)),
    row("update_member", "members:write", Standing(Level::Organization, Write)),
    row("remove_member", "members:write", RemovalOfMember),
    row("list_project_members", "members:read", Standing(Level::Project, Read)),
    row("add_project_member", "members:write", Standing(Level::Project, Write)),
    row("get_project_member", "members:read", Standing(Level::Project, Read)),
    row("update_project_member", "members:write", Standing(Level::Project, Write)),
    row("remove_project_member", "members:write", Standing(Level::Project, Write)),
    row("list_api_keys", "api-keys:read", Scope),
    row("create_api_key", "api-keys:write", Scope),
    row("verify_api_key", "api-keys:verify", Scope),
    row("get_api_key", "api-keys:read", ItsOwner(Read)),
    row("update_api_key", "api-keys:write", ItsOwner(Write)),
    row("revoke_api_key", "api-keys:write", ItsOwner(Write)),
    row("rotate_api_key", "api-keys:write", Rotation),
    row("list_organization_api_keys", "api-keys:read", Standing(Level::Organization, Read)),
    row("list_project_api_keys", "api-keys:read", Standing(Level::Project, Read)),
    row("list_user_api_keys", "api-keys:read", UserItself),
    row("get_me", "", Key),
    row("get_livez", "", Everybody),
    row("get_readyz", "", Everybody),
    row("get_health", "", Everybody),
    row("get_health_live", "", Everybody),
    row("get_health_ready", "", Everybody),
    row("get_metrics", "", Everybody),
    row("get_openapi", "", Everybody),
    row("get_docs", "", Everybody),
    row("get_docs_file", "", Everybody),
];

const fn row(operation: &'static str, permission: &'static str, takes: Takes) -> Row {
    Row { operation, permission, takes, deleted: false }
}

/// The row of an operation.
///
/// # Panics
/// When there is none: the operation would go unasked.
pub(super) fn row_of(operation: &Operation) -> &'static Row {
    let row = TABLE.iter().find(|row| row.operation == operation.id);
    row.unwrap_or_else(|| panic!("{} has no row in the table of the isolation rules", operation.id))
}
