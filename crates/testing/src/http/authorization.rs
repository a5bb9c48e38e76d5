//! What a key may do, by its scopes.

use serde_json::json;

use super::{ORGANIZATIONS, Service, document};

/// Reading and writing are two things.
pub fn scopes_bound_what_a_key_may_do(service: &Service) {
    let acme = format!("{ORGANIZATIONS}/acme");
    service.create("acme");
    let keys = service.keys();
    for (key, reads, writes) in
        [(&keys.full, 200, 200), (&keys.read_only, 200, 403), (&keys.write_only, 403, 200), (&keys.unscoped, 403, 403)]
    {
        let read = service.get(&acme).key(key).send();
        let write = service.request("PATCH", &acme).key(key).json(&json!({"name": "A"})).send();
        assert_eq!((read.status, write.status), (reads, writes));
    }
}

/// A refusal names the scopes that would do.
pub fn a_refusal_names_the_scope_that_is_missing(service: &Service) {
    let new = json!({"slug": "other", "name": "Other"});
    let refused = service.request("POST", ORGANIZATIONS).key(&service.keys().read_only).json(&new).send();
    let message = refused.expect_error(403, "forbidden", None);
    assert!(message.contains("admin:organizations:write"), "{message}");
    let refused = service.get(ORGANIZATIONS).key(&service.keys().write_only).send();
    let message = refused.expect_error(403, "forbidden", None);
    assert!(message.contains("admin:organizations:read"), "{message}");
}

/// No operation is open to whoever has no scope for it, but that which tells a caller of itself; and a refused one
/// changes nothing.
pub fn every_operation_asks_for_a_scope(service: &Service) {
    let made = service.create("acme");
    for endpoint in document::endpoints(service).iter().filter(|endpoint| endpoint.path.starts_with("/admin/")) {
        for method in &endpoint.methods {
            let ask = || service.request(method, &endpoint.path);
            ask().anonymous().send().expect_error(401, "missing_credentials", None);
            ask().key(&service.keys().revoked).send().expect_error(401, "invalid_api_key", None);
            let unscoped = ask().key(&service.keys().unscoped);
            let unscoped = match *method {
                "POST" | "PATCH" => unscoped.json(&json!({"slug": "other", "name": "Other"})).send(),
                _ => unscoped.send(),
            };
            if endpoint.path == "/admin/v1/me" {
                unscoped.expect(200);
            } else {
                unscoped.expect_error(403, "forbidden", None);
            }
        }
    }
    assert_eq!(service.get(ORGANIZATIONS).send().expect(200)["data"], json!([made]));
}
