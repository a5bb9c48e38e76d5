//! Keys as JSON, with the names that the API has for their fields.

use serde_json::{Value, json};
use tenancy_domain::{Timestamp, api_keys::ApiKey, authorization::Scope, owners::Owner};

/// All that is known of a key; its secret is not.
pub(super) fn json(key: &ApiKey) -> Value {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    json!({
        "id": key.id.to_string(),
        "name": key.name.as_str(),
        "key_prefix": key.key_prefix.as_str(),
        "owner": owner(key.owner),
        "scopes": key.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "expires_at": time(key.expires_at),
        "created_at": key.created_at.to_string(),
        "updated_at": key.updated_at.to_string(),
        "last_used_at": time(key.last_used_at),
        "revoked_at": time(key.revoked_at),
        "rotated_at": time(key.rotated_at),
        "rotation_grace_until": time(key.rotation_grace_until),
    })
}

fn owner(owner: Owner) -> Value {
    match owner {
        Owner::System => json!({ "type": owner.type_name() }),
        Owner::Organization(id) => json!({ "type": owner.type_name(), "org_id": id.to_string() }),
        Owner::Project { project, .. } => json!({ "type": owner.type_name(), "project_id": project.to_string() }),
        Owner::User(id) => json!({ "type": owner.type_name(), "user_id": id.to_string() }),
    }
}
