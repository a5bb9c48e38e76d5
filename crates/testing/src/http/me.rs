//! What a caller is told of itself.

use serde_json::json;

use super::{
    Service,
    fixtures::{ME, issue, organization_as_owner, organization_key, secret},
};

/// All that there is to tell.
pub fn a_caller_is_told_of_its_key(service: &Service) {
    let acme = service.create("acme");
    let expires_at = "2099-01-01T00:00:00.000Z";
    let new =
        json!({"name": "ci", "owner": organization_as_owner(&acme), "scopes": ["billing"], "expires_at": expires_at});
    let issued = issue(service, &new);
    assert_eq!(
        service.get(ME).key(secret(&issued)).send().expect(200),
        json!({
            "key_id": issued["id"], "name": "ci", "owner": organization_as_owner(&acme), "scopes": ["billing"],
            "expires_at": expires_at,
        })
    );
}

/// Every valid key may look at itself.
pub fn it_takes_a_valid_key_and_no_scope(service: &Service) {
    let keys = service.keys();
    let me = service.get(ME).key(&keys.unscoped).send().expect(200);
    assert_eq!((&me["owner"], &me["scopes"]), (&json!({"type": "system"}), &json!([])));
    let tenant = organization_key(service, &service.create("acme"), &[]);
    service.get(ME).key(secret(&tenant)).send().expect(200);
    service.get(ME).anonymous().send().expect_error(401, "missing_credentials", None);
    for key in [&keys.revoked, &keys.expired, "tny_x"] {
        service.get(ME).key(key).send().expect_error(401, "invalid_api_key", None);
    }
    service.get("/admin/v1/me?x=1").anonymous().send().expect_error(401, "missing_credentials", None);
    service.get("/admin/v1/me?x=1").key(&keys.unscoped).send().expect_error(400, "bad_request", Some("x"));
}
