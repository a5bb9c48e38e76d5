//! Scopes of a single resource, and scopes that are none of this API's business.

use serde_json::json;

use crate::support::Running;

#[test]
fn a_scope_of_one_resource_bounds_what_a_key_may_do() {
    let running = Running::start();
    running.service.create("acme");
    let acme = "/admin/v1/organizations/acme";
    for (scopes, reads, writes) in [
        (&["admin:organizations:read"][..], 200, 403),
        (&["admin:organizations:write", "billing"], 403, 200),
        (&["admin:organizations:read", "admin:organizations:write"], 200, 200),
        (&["admin:projects:read", "billing:*"], 403, 403),
    ] {
        let key = running.key(scopes);
        let read = running.service.get(acme).key(&key).send();
        let write = running.service.request("PATCH", acme).key(&key).json(&json!({"name": "A"})).send();
        assert_eq!((read.status, write.status), (reads, writes), "{scopes:?}");
    }
}
