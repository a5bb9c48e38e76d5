//! Who sees which entries of the audit log.

use serde_json::Value;

use super::{
    ORGANIZATIONS, Service,
    audit_log::{AUDIT_LOGS, logged},
    fixtures::{ABSENT, ids, member, organization_key, project, project_key, secret, text, user, user_key, whole},
};

/// The ids of the entries that `query` asks for, as the bearer of `key` sees them.
fn seen(service: &Service, key: &Value, query: &str) -> Vec<String> {
    let page = service.get(&format!("{AUDIT_LOGS}?limit=1000&{query}")).key(secret(key)).send().expect(200);
    ids(&page).into_iter().map(str::to_owned).collect()
}

/// The ids of the entries that there are of which this is true.
fn expected(service: &Service, concerns: impl Fn(&Value) -> bool) -> Vec<String> {
    let all = logged(service, "limit=1000");
    all.iter().filter(|entry| concerns(entry)).map(|entry| text(entry, "id").to_owned()).collect()
}

/// An organization's key sees what concerns the organization, a project's what concerns the project, and a system key
/// everything.
pub fn a_key_sees_what_concerns_its_owner(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let (web, app) = (project(service, "acme", "web"), project(service, "acme", "app"));
    project(service, "other", "web");
    let of_acme = organization_key(service, &acme, &["admin:audit-logs:read"]);
    let of_web = project_key(service, &web, &["admin:read"]);
    let blind = organization_key(service, &acme, &["admin:write", "admin:organizations:read"]);
    let within_acme = expected(service, |entry| entry["org_id"] == acme["id"]);
    let within_web = expected(service, |entry| entry["project_id"] == web["id"]);
    assert!(within_web.len() >= 2 && within_web.len() < within_acme.len());
    assert_eq!(seen(service, &of_acme, ""), within_acme);
    assert_eq!(seen(service, &of_acme, &format!("org_id={}", text(&acme, "id"))), within_acme);
    assert_eq!(seen(service, &of_web, ""), within_web);
    assert_eq!(seen(service, &of_web, &format!("org_id={}", text(&acme, "id"))), within_web);
    assert_eq!(seen(service, &of_web, &format!("resource_id={}", text(&app, "id"))), Vec::<String>::new());
    for key in [&of_acme, &of_web] {
        for organization in [text(&other, "id"), ABSENT] {
            assert_eq!(seen(service, key, &format!("org_id={organization}")), Vec::<String>::new());
        }
    }
    let refused = service.get(AUDIT_LOGS).key(secret(&blind)).send();
    let message = refused.expect_error(403, "forbidden", None);
    assert!(message.contains("admin:audit-logs:read"), "{message}");
}

/// An admin and an owner of an organization see its entries; a member is told that it takes more.
pub fn a_role_decides_what_a_user_sees(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    project(service, "acme", "web");
    let path = format!("{ORGANIZATIONS}/acme");
    let of_acme = format!("org_id={}", text(&acme, "id"));
    let keys = ["member", "admin", "owner"].map(|role| {
        let user = user(service, role);
        member(service, &path, &user, role);
        member(service, &format!("{ORGANIZATIONS}/other"), &user, "member");
        user_key(service, &user, &["admin:read"])
    });
    let within = expected(service, |entry| entry["org_id"] == acme["id"]);
    for key in &keys[1..] {
        assert_eq!(seen(service, key, ""), within);
        assert_eq!(seen(service, key, &of_acme), within);
        for id in &within {
            service.get(&format!("{AUDIT_LOGS}/{id}")).key(secret(key)).send().expect(200);
        }
    }
    assert_eq!(seen(service, &keys[0], ""), Vec::<String>::new());
    for key in &keys {
        assert_eq!(seen(service, key, &format!("org_id={ABSENT}")), Vec::<String>::new());
        let refused = service.get(&format!("{AUDIT_LOGS}?org_id={}", text(&other, "id"))).key(secret(key)).send();
        let message = refused.expect_error(403, "forbidden", None);
        assert!(message.contains("this takes the role admin"), "{message}");
    }
    service.get(&format!("{AUDIT_LOGS}/{}", within[0])).key(secret(&keys[0])).send().expect_error(
        403,
        "forbidden",
        None,
    );
}

/// As for all else that is out of reach.
pub fn an_entry_out_of_reach_and_none_give_the_same_answer(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let (web, ann) = (project(service, "acme", "web"), user(service, "ann"));
    member(service, &format!("{ORGANIZATIONS}/acme"), &ann, "owner");
    let keys = [
        organization_key(service, &acme, &["admin:*"]),
        project_key(service, &web, &["admin:*"]),
        user_key(service, &ann, &["admin:*"]),
    ];
    let foreign = [
        logged(service, &format!("org_id={}", text(&other, "id"))),
        logged(service, "action=user.create"),
        logged(service, "actor_type=cli"),
    ];
    for key in &keys {
        let ask = |id: &str| {
            let request = service.get(&format!("{AUDIT_LOGS}/{id}")).key(secret(key));
            request.header("X-Request-Id", "same").send()
        };
        for entry in foreign.iter().flatten() {
            assert_eq!(whole(&ask(text(entry, "id"))), whole(&ask(ABSENT)));
        }
        ask(ABSENT).expect_error(404, "not_found", None);
    }
}

/// With the organization its entries are gone for all others, and they come back with it.
pub fn the_entries_of_a_deleted_organization_are_for_system_keys(service: &Service) {
    let acme = service.create("acme");
    let ann = user(service, "ann");
    member(service, &format!("{ORGANIZATIONS}/acme"), &ann, "owner");
    let key = user_key(service, &ann, &["admin:read"]);
    let of_acme = format!("org_id={}", text(&acme, "id"));
    let before = seen(service, &key, &of_acme);
    assert_eq!(before.len(), 2);
    service.delete("acme");
    assert_eq!(seen(service, &key, &of_acme), Vec::<String>::new());
    assert_eq!(seen(service, &key, ""), Vec::<String>::new());
    service.get(&format!("{AUDIT_LOGS}/{}", before[0])).key(secret(&key)).send().expect_error(404, "not_found", None);
    assert_eq!(logged(service, &of_acme).len(), 3);
    let path = format!("{ORGANIZATIONS}/{}/restore", text(&acme, "id"));
    service.request("POST", &path).send().expect(200);
    assert_eq!(seen(service, &key, "").len(), 4);
}
