//! Services that authenticate their callers: the verifier and its cache, in actix-web and in tower.

mod in_actix;
mod in_tower;
mod verifier;

use serde_json::{Value, json};

use crate::script::{Script, Step, answer};

const KEY_ID: &str = "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81";

/// The verification of a key that is valid.
fn valid() -> Value {
    json!({
        "valid": true, "code": "valid", "key_id": KEY_ID, "owner": {"type": "system"}, "org_id": null,
        "project_id": null, "user_id": null, "scopes": ["billing"], "expires_at": null,
    })
}

fn invalid(code: &str) -> Value {
    json!({"valid": false, "code": code})
}

/// A service that knows two keys, `tny_good` with the scope `billing` and `tny_bad`, which was revoked; with `tny_lost`
/// it does not answer.
fn tenancy() -> Script {
    Script::responding(|asked| {
        let shown: Value = serde_json::from_str(&asked.body).unwrap();
        match (shown["key"].as_str().unwrap(), shown["scope"].as_str()) {
            ("tny_good", None | Some("billing")) => answer(200, &valid()),
            ("tny_good", Some(_)) => answer(200, &invalid("insufficient_scope")),
            ("tny_bad", _) => answer(200, &invalid("revoked")),
            ("tny_lost", _) => Step::Close,
            _ => answer(200, &invalid("unknown")),
        }
    })
}
