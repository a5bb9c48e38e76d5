//! The audit log: what its entries tell, and how they are found.

use serde_json::{Value, json};

use super::{
    ORGANIZATIONS, Service,
    fixtures::{ABSENT, ME, USERS, ids, key_path, organization_key, project, secret, text, user},
};

/// The path of the list.
pub(super) const AUDIT_LOGS: &str = "/admin/v1/audit-logs";

/// The entries that `query` asks for, newest first, as the key that may do everything sees them.
pub(super) fn logged(service: &Service, query: &str) -> Vec<Value> {
    let page = service.get(&format!("{AUDIT_LOGS}?{query}")).send().expect(200);
    assert_eq!(page["pagination"]["has_more"], false);
    page["data"].as_array().unwrap().clone()
}

/// What the entries tell that was done, newest first.
pub(super) fn actions(entries: &[Value]) -> Vec<&str> {
    entries.iter().map(|entry| text(entry, "action")).collect()
}

/// Who, what, to what, when, from where, as what; and before and after.
pub fn an_entry_tells_who_did_what_and_from_where(service: &Service) {
    let acme = service.create("acme");
    let key = organization_key(service, &acme, &["admin:*"]);
    let patch = service
        .request("PATCH", &format!("{ORGANIZATIONS}/acme"))
        .key(secret(&key))
        .header("X-Request-Id", "the-request")
        .header("User-Agent", "a test \u{1F980}")
        .json(&json!({"name": "Renamed"}));
    let renamed = patch.send().expect(200);
    let entries = logged(service, &format!("org_id={}", text(&acme, "id")));
    assert_eq!(actions(&entries), ["organization.update", "api_key.create", "organization.create"]);
    let expected = json!({
        "id": entries[0]["id"],
        "timestamp": renamed["updated_at"],
        "actor_type": "api_key",
        "actor_id": key["id"],
        "action": "organization.update",
        "resource_type": "organization",
        "resource_id": acme["id"],
        "org_id": acme["id"],
        "project_id": null,
        "request_id": "the-request",
        "ip_address": "127.0.0.1",
        "user_agent": "a test \u{1F980}",
        "details": {
            "owner": {"type": "organization", "org_id": acme["id"]},
            "before": {"name": "The acme"},
            "after": {"name": "Renamed"},
        },
        "sequence": 3,
        "hash": entries[0]["hash"],
    });
    assert_eq!(entries[0], expected);
    let me = service.get(ME).send().expect(200);
    let created = &entries[2];
    assert_eq!((&created["actor_id"], &created["sequence"]), (&me["key_id"], &json!(1)));
    assert_eq!(created["details"]["owner"], json!({"type": "system"}));
    assert_eq!(created["details"]["before"], Value::Null);
    assert_eq!(created["details"]["after"], json!({"slug": "acme", "name": "The acme"}));
    assert_eq!((&created["timestamp"], &created["user_agent"]), (&acme["created_at"], &Value::Null));
    assert_eq!(text(created, "request_id").len(), 36);
    let hashes = entries.iter().map(|entry| text(entry, "hash"));
    assert!(hashes.clone().all(|hash| hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit())));
    // The secret is in none of them.
    assert!(!entries.iter().any(|entry| entry.to_string().contains(secret(&key))));
    let cli = logged(service, "actor_type=cli&limit=1000");
    assert!(!cli.is_empty());
    for entry in cli {
        for member in ["actor_id", "request_id", "ip_address", "user_agent"] {
            assert_eq!(entry[member], Value::Null, "{member}");
        }
        assert_eq!(entry["details"]["owner"], Value::Null);
    }
}

/// Each entry of the list is a thing of its own.
pub fn an_entry_is_found_by_its_id(service: &Service) {
    let acme = service.create("acme");
    project(service, "acme", "web");
    for entry in logged(service, &format!("org_id={}", text(&acme, "id"))) {
        let path = format!("{AUDIT_LOGS}/{}", text(&entry, "id"));
        assert_eq!(service.get(&path).send().expect(200), entry);
        service.get(&format!("{path}?x=1")).send().expect_error(400, "bad_request", Some("x"));
    }
    for absent in [ABSENT, "acme", "1"] {
        service.get(&format!("{AUDIT_LOGS}/{absent}")).send().expect_error(404, "not_found", None);
        service.get(&format!("{AUDIT_LOGS}/{absent}?x=1")).send().expect_error(404, "not_found", None);
    }
}

/// One entry for each change, of the thing that was changed; none for what changed nothing.
pub fn every_change_leaves_its_entry_and_what_is_refused_none(service: &Service) {
    let acme = service.create("acme");
    let web = project(service, "acme", "web");
    let (path, body) = (format!("{ORGANIZATIONS}/acme/projects/web"), json!({"name": "N"}));
    service.request("PATCH", &path).json(&body).send().expect(200);
    service.request("PATCH", &path).json(&body).send().expect(200);
    service.request("PATCH", &path).json(&json!({"name": ""})).send().expect(400);
    service.request("PATCH", &path).key(&service.keys().read_only).json(&json!({"name": "M"})).send().expect(403);
    service.request("DELETE", &path).send().expect(200);
    service.request("DELETE", &path).send().expect(404);
    service.request("POST", &format!("{path}/restore")).send().expect(200);
    let entries = logged(service, &format!("resource_id={}", text(&web, "id")));
    assert_eq!(actions(&entries), ["project.restore", "project.delete", "project.update", "project.create"]);
    for entry in &entries {
        assert_eq!((&entry["org_id"], &entry["project_id"]), (&acme["id"], &web["id"]));
    }
    let ann = user(service, "ann");
    let key = organization_key(service, &acme, &[]);
    service.request("POST", &format!("{}/rotate", key_path(&key))).send().expect(201);
    service.request("DELETE", &key_path(&key)).send().expect(200);
    service.request("DELETE", &key_path(&key)).send().expect(200);
    let entries = logged(service, &format!("resource_id={}", text(&key, "id")));
    assert_eq!(actions(&entries), ["api_key.revoke", "api_key.rotate", "api_key.create"]);
    service.request("DELETE", &format!("{USERS}/{}", text(&ann, "id"))).send().expect(200);
    let entries = logged(service, &format!("resource_id={}", text(&ann, "id")));
    assert_eq!(actions(&entries), ["user.delete", "user.create"]);
    assert_eq!((&entries[0]["org_id"], &entries[0]["project_id"]), (&Value::Null, &Value::Null));
}

/// Some changes of several kinds, by two keys, in two organizations.
struct World {
    acme: Value,
    web: Value,
    ann: Value,
    key: Value,
}

impl World {
    fn new(service: &Service) -> Self {
        let acme = service.create("acme");
        service.create("other");
        let key = organization_key(service, &acme, &["admin:*"]);
        let body = json!({"slug": "web", "name": "Web"});
        let path = format!("{ORGANIZATIONS}/acme/projects");
        let web = service.request("POST", &path).key(secret(&key)).json(&body).send().expect(201);
        let body = json!({"name": "Renamed"});
        service.request("PATCH", &format!("{path}/web")).key(secret(&key)).json(&body).send().expect(200);
        let ann = user(service, "ann");
        project(service, "other", "web");
        Self { acme, web, ann, key }
    }
}

/// Each filter by itself.
pub fn the_log_is_filtered(service: &Service) {
    let World { acme, web, ann, key } = World::new(service);
    let (acme, web, ann, key) = (text(&acme, "id"), text(&web, "id"), text(&ann, "id"), text(&key, "id"));
    let of_acme = ["project.update", "project.create", "api_key.create", "organization.create"];
    for (query, expected) in [
        (format!("actor_id={key}"), &of_acme[..2]),
        (format!("resource_id={web}"), &of_acme[..2]),
        (format!("resource_id={ann}"), &["user.create"]),
        (format!("resource_id={}", acme.to_uppercase()), &of_acme[3..]),
        (format!("org_id={acme}"), &of_acme[..]),
        (format!("org_id={ABSENT}"), &[]),
        (format!("actor_id={ABSENT}"), &[]),
        ("resource_type=user".to_owned(), &["user.create"]),
        ("action=project.update".to_owned(), &["project.update"]),
        ("resource_type=project".to_owned(), &["project.create", "project.update", "project.create"]),
        ("action=membership.delete".to_owned(), &[]),
        // The nil UUID names the chain of what belongs to no organization, which is none.
        (format!("org_id={}", "00000000-0000-0000-0000-000000000000"), &[]),
    ] {
        assert_eq!(actions(&logged(service, &query)), expected, "{query}");
    }
    let all = logged(service, "limit=1000");
    for kind in ["api_key", "cli"] {
        let expected: Vec<&Value> = all.iter().filter(|entry| entry["actor_type"] == kind).collect();
        assert!(!expected.is_empty());
        assert_eq!(logged(service, &format!("limit=1000&actor_type={kind}")).iter().collect::<Vec<_>>(), expected);
    }
}

/// An entry must meet all of them.
pub fn filters_are_combined(service: &Service) {
    let World { acme, web, key, .. } = World::new(service);
    let (acme, web, key) = (text(&acme, "id"), text(&web, "id"), text(&key, "id"));
    for (query, expected) in [
        (format!("org_id={acme}&resource_type=project"), &["project.update", "project.create"][..]),
        (format!("org_id={acme}&resource_type=project&action=project.create"), &["project.create"]),
        (format!("resource_id={web}&actor_id={key}&actor_type=api_key"), &["project.update", "project.create"]),
        (format!("resource_id={web}&actor_type=cli"), &[]),
        (format!("resource_id={web}&org_id={ABSENT}"), &[]),
        ("action=project.create&resource_type=user".to_owned(), &[]),
    ] {
        assert_eq!(actions(&logged(service, &query)), expected, "{query}");
    }
}

/// `from` is within and `to` without, whatever their offsets; what is finer than a millisecond counts.
pub fn times_are_bounded_below_and_above(service: &Service) {
    service.create("acme");
    service.create("other");
    let all = logged(service, "action=organization.create");
    let [newer, older] = [&all[0], &all[1]].map(|entry| text(entry, "timestamp").to_owned());
    let found = |query: &str| actions(&logged(service, &format!("action=organization.create&{query}"))).len();
    let distinct = usize::from(newer != older);
    assert_eq!(found(&format!("from={older}")), 2);
    assert_eq!(found(&format!("from={newer}")), 2 - distinct);
    assert_eq!(found(&format!("to={newer}")), distinct);
    assert_eq!(found(&format!("to={older}")), 0);
    let later = |time: &str, digits: &str| format!("{}{digits}Z", time.trim_end_matches('Z'));
    assert_eq!(found(&format!("from={}", later(&older, "0001"))), distinct);
    assert_eq!(found(&format!("to={}", later(&newer, "0001"))), 2);
    assert_eq!(found(&format!("from={older}&to={}", later(&newer, "9"))), 2);
    assert_eq!(found(&format!("from={newer}&to={older}")), 0);
    assert_eq!(found("from=2019-08-24T16:15:22%2B02:00&to=9999-12-31T23:59:59.999Z"), 2);
    assert_eq!(found("to=2019-08-24T16:15:22-02:00"), 0);
}

/// What no entry can meet, or that cannot be read, is refused by its name.
pub fn each_bad_filter_is_named(service: &Service) {
    for (query, param) in [
        ("actor_type=user", "actor_type"),
        ("actor_type=", "actor_type"),
        ("actor_type=API_KEY", "actor_type"),
        ("actor_id=acme", "actor_id"),
        ("actor_id=", "actor_id"),
        ("actor_id=01939f6b8a007c3e9d5f2b8a4c6e1f70", "actor_id"),
        ("action=organization", "action"),
        ("action=organization.eat", "action"),
        ("resource_type=organizations", "resource_type"),
        ("resource_type=audit_log", "resource_type"),
        ("resource_id=1", "resource_id"),
        ("org_id=acme", "org_id"),
        ("org_id=null", "org_id"),
        ("from=yesterday", "from"),
        ("from=", "from"),
        ("from=2019-08-24", "from"),
        ("from=2019-08-24T14:15:22", "from"),
        ("to=0", "to"),
        ("to=2019-13-24T14:15:22Z", "to"),
        ("to=2019-08-24T14:15:22+02:00", "to"),
        ("org_id=a&org_id=b", "org_id"),
        ("project_id=01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "project_id"),
        ("include_deleted=true", "include_deleted"),
        ("limit=0", "limit"),
        ("cursor=x", "cursor"),
        ("direction=up", "direction"),
    ] {
        service.get(&format!("{AUDIT_LOGS}?{query}")).send().expect_error(400, "bad_request", Some(param));
    }
}

/// The list holds to the law of all lists, and its links keep the filters.
pub fn the_log_is_walked_both_ways_with_what_was_asked_for(service: &Service) {
    let acme = service.create("acme");
    for number in 0..6 {
        project(service, "acme", &format!("project-{number}"));
        service.create(&format!("other-{number}"));
    }
    let query = format!("org_id={}&resource_type=project&from=2020-01-01T00:00:00Z", text(&acme, "id"));
    let all = logged(service, &query);
    assert_eq!(all.len(), 6);
    let (mut there, mut pages) = (Vec::new(), Vec::new());
    let mut next = Some(format!("{AUDIT_LOGS}?limit=2&{query}"));
    while let Some(target) = next {
        let page = service.get(&target).send();
        there.extend(page.expect(200)["data"].as_array().unwrap().clone());
        next = page.link("next").map(str::to_owned);
        pages.push(page);
    }
    assert_eq!((there, pages.len()), (all, 3));
    let back = service.get(pages[2].link("prev").unwrap()).send();
    assert_eq!(ids(&back.expect(200)), ids(&pages[1].expect(200)));
    let oldest = service.get(&format!("{AUDIT_LOGS}?limit=2&direction=backward&{query}")).send();
    assert_eq!(ids(&oldest.expect(200)), ids(&pages[2].expect(200)));
}
