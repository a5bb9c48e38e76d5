//! The things that the document's examples show: each stands once, and is varied where it is shown.

use serde_json::{Value, json};

/// An organization.
pub(crate) fn organization() -> Value {
    json!({
        "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
        "slug": "acme",
        "name": "Acme, Inc.",
        "created_at": "2024-12-07T14:13:20.000Z",
        "updated_at": "2024-12-07T14:13:20.000Z",
        "external_id": "cus_NffrFeUfNV2Hib",
        "metadata": {"plan": "gold"},
    })
}

/// A project of the organization.
pub(crate) fn project() -> Value {
    json!({
        "id": "01939f6b-8e44-7a19-b3c7-5d0e6f8a1b92",
        "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
        "slug": "web",
        "name": "Web",
        "created_at": "2024-12-07T14:14:00.000Z",
        "updated_at": "2024-12-07T14:14:00.000Z",
    })
}

/// A user.
pub(crate) fn user() -> Value {
    json!({
        "id": "01939f6b-9255-7b2a-8c4d-6e1f7a9b2ca3",
        "external_id": "auth0|5f7c8ec7c33c6c004bbafe82",
        "email": "ada@example.com",
        "name": "Ada Lovelace",
        "created_at": "2024-12-07T14:15:00.000Z",
        "updated_at": "2024-12-07T14:15:00.000Z",
    })
}

/// The user as a member.
pub(crate) fn member() -> Value {
    with(user(), json!({"role": "admin", "joined_at": "2024-12-07T14:16:00.000Z"}))
}

/// A key of the organization.
pub(crate) fn api_key() -> Value {
    json!({
        "id": "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81",
        "name": "ci",
        "key_prefix": "Zk3vQ9xB",
        "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
        "scopes": ["admin:organizations:read", "billing"],
        "expires_at": "2099-01-01T00:00:00.000Z",
        "created_at": "2024-12-07T14:13:20.000Z",
        "updated_at": "2024-12-07T14:13:20.000Z",
        "last_used_at": null,
        "revoked_at": null,
        "rotated_at": null,
        "rotation_grace_until": null,
    })
}

/// A dynamic provider of the organization.
pub(crate) fn provider() -> Value {
    json!({
        "id": "01939f6b-a1c3-7e60-9b2d-4f8a6c0e2d13",
        "name": "main",
        "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
        "provider_type": "openai",
        "base_url": "https://api.example.com/v1",
        "has_api_key": true,
        "api_key_last4": "4f2a",
        "config": {"region": "eu", "timeout_seconds": 30},
        "models": ["gpt-4o", "gpt-4o-mini"],
        "is_enabled": true,
        "created_at": "2024-12-07T14:18:00.000Z",
        "updated_at": "2024-12-07T14:18:00.000Z",
    })
}

/// The answer to a dry run that would affect these, and nothing else.
pub(crate) fn dry_run(affected: Value) -> Value {
    let nothing = json!({
        "organizations": 0, "projects": 0, "users": 0, "memberships": 0, "api_keys": 0, "dynamic_providers": 0,
    });
    json!({"dry_run": true, "affected": with(nothing, affected)})
}

/// An entry of the audit log.
pub(crate) fn audit_log_entry() -> Value {
    json!({
        "id": "01939f6c-1b20-7f31-a2d4-7e8f9a0b1c2d",
        "timestamp": "2024-12-07T14:13:57.152Z",
        "actor_type": "api_key",
        "actor_id": "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81",
        "action": "organization.update",
        "resource_type": "organization",
        "resource_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
        "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
        "project_id": null,
        "request_id": "01939f6c-1b1f-7b02-9c3d-4e5f6a7b8c9d",
        "ip_address": "203.0.113.7",
        "user_agent": "curl/8.5.0",
        "details": {
            "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
            "before": {"name": "Acme"},
            "after": {"name": "Acme, Inc."},
        },
        "sequence": 12,
        "hash": "9f2c5e8a1b7d4063f8e1a2c94b6d7e0f3a5c8b1d2e4f60718293a4b5c6d7e8f9",
    })
}

/// `thing` with these members in the place of its own of the same names, and beside its others.
pub(crate) fn with(mut thing: Value, members: Value) -> Value {
    if let (Value::Object(thing), Value::Object(members)) = (&mut thing, members) {
        thing.extend(members);
    }
    thing
}

/// The only page of a list, with one row.
pub(crate) fn page(row: &Value) -> Value {
    json!({"data": [row], "pagination": {"limit": 100, "has_more": false}})
}
