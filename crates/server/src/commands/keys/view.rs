//! Keys as JSON, with the names that the API has for their fields.

use serde_json::{Value, json};
use tenancy_domain::{Timestamp, api_keys::ApiKey, authorization::Scope};

/// All that is known of a key; its secret is not.
pub(super) fn json(key: &ApiKey) -> Value {
    let time = |time: Option<Timestamp>| time.map(|time| time.to_string());
    json!({
        "id": key.id.to_string(),
        "name": key.name.as_str(),
        "key_prefix": key.key_prefix.as_str(),
        "owner": { "type": key.owner.type_name() },
        "scopes": key.scopes.iter().map(Scope::as_str).collect::<Vec<_>>(),
        "expires_at": time(key.expires_at),
        "created_at": key.created_at.to_string(),
        "updated_at": key.updated_at.to_string(),
        "revoked_at": time(key.revoked_at),
    })
}
