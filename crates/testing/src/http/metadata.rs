//! What others call organizations and note of them and of projects, and what all of these are found by.

use serde_json::{Value, json};

use super::{
    ORGANIZATIONS, Service,
    fixtures::{make, member, organization_key, project, secret, text, user, user_key, with},
};

const ACME: &str = "/admin/v1/organizations/acme";
const WEB: &str = "/admin/v1/organizations/acme/projects/web";

fn change(service: &Service, path: &str, body: &Value) -> Value {
    service.request("PATCH", path).json(body).send().expect(200)
}

/// The slugs of what is found, the newest first.
fn found(service: &Service, target: &str) -> Vec<String> {
    let answer = service.get(target).send().expect(200);
    answer["data"].as_array().unwrap().iter().map(|row| text(row, "slug").to_owned()).collect()
}

/// Pairs are set and removed one by one, and are there when there are any; the same of projects.
pub fn metadata_are_set_and_removed_pair_by_pair(service: &Service) {
    make(service, ORGANIZATIONS, &json!({"slug": "acme", "name": "Acme", "metadata": {"plan": "gold"}}));
    make(service, &format!("{ACME}/projects"), &json!({"slug": "web", "name": "Web", "metadata": {"plan": "gold"}}));
    for path in [ACME, WEB] {
        let made = service.get(path).send().expect(200);
        assert_eq!(made["metadata"], json!({"plan": "gold"}));
        for same in [json!({}), json!({"metadata": {}}), json!({"metadata": {"plan": "gold", "none": null}})] {
            assert_eq!(change(service, path, &same), made, "{same}");
        }
        let two = change(service, path, &json!({"metadata": {"region": "eu", "a.b": ""}}));
        assert_eq!(two["metadata"], json!({"plan": "gold", "region": "eu", "a.b": ""}));
        let one = change(service, path, &json!({"metadata": {"plan": null, "a.b": null, "region": "us"}}));
        assert_eq!(one["metadata"], json!({"region": "us"}));
        let renamed = change(service, path, &json!({"name": "Renamed"}));
        assert_eq!(renamed["metadata"], json!({"region": "us"}));
        let none = change(service, path, &json!({"metadata": null}));
        assert_eq!(none.get("metadata"), None, "{none}");
        assert_eq!(service.get(path).send().expect(200), none);
    }
    let bare = make(service, ORGANIZATIONS, &json!({"slug": "bare", "name": "Bare", "metadata": {}}));
    assert_eq!((bare.get("metadata"), bare.get("external_id")), (None, None));
}

/// What the pairs may be, on making and on changing.
pub fn the_rules_of_metadata(service: &Service) {
    service.create("acme");
    project(service, "acme", "web");
    let many = |count: usize| (0..count).map(|number| (format!("k{number}"), json!("v"))).collect::<Value>();
    let long = json!({"plan": "v".repeat(501)});
    for (metadata, param) in [
        (json!({"": "v"}), "metadata"),
        (json!({"k".repeat(41): "v"}), "metadata"),
        (json!({"a\n": "v"}), "metadata"),
        (many(51), "metadata"),
        (long, "metadata.plan"),
        (json!({"plan": "a\u{0}"}), "metadata.plan"),
        (json!({"plan": 1}), "metadata.plan"),
        (json!({"plan": {"a": "b"}}), "metadata.plan"),
        (json!([]), "metadata"),
        (json!("plan"), "metadata"),
    ] {
        for (method, path, body) in [
            ("POST", ORGANIZATIONS, json!({"slug": "new", "name": "New", "metadata": metadata})),
            ("POST", &format!("{ACME}/projects"), json!({"slug": "new", "name": "New", "metadata": metadata})),
            ("PATCH", ACME, json!({"metadata": metadata})),
            ("PATCH", WEB, json!({"metadata": metadata})),
        ] {
            let answer = service.request(method, path).json(&body).send();
            answer.expect_error(400, "validation_error", Some(param));
        }
    }
    let twice = r#"{"slug": "new", "name": "New", "metadata": {"plan": "a", "plan": "a"}}"#;
    let answer = service.request("POST", ORGANIZATIONS).body("application/json", twice).send();
    answer.expect_error(400, "validation_error", Some("metadata"));
    let null = json!({"slug": "new", "name": "New", "metadata": null});
    let answer = service.request("POST", ORGANIZATIONS).json(&null).send();
    answer.expect_error(400, "validation_error", Some("metadata"));

    for path in [ACME, WEB] {
        change(service, path, &json!({"metadata": many(50)}));
        let one_more = service.request("PATCH", path).json(&json!({"metadata": {"more": "v"}})).send();
        one_more.expect_error(400, "validation_error", Some("metadata"));
        let another = change(service, path, &json!({"metadata": {"more": "v".repeat(500), "k0": null}}));
        assert_eq!(another["metadata"].as_object().unwrap().len(), 50);
    }
}

/// An organization is called something elsewhere, or nothing; no two live ones the same.
pub fn an_external_id_is_of_one_live_organization(service: &Service) {
    let acme = make(service, ORGANIZATIONS, &json!({"slug": "acme", "name": "Acme", "external_id": "cus_1"}));
    let other = make(service, ORGANIZATIONS, &json!({"slug": "other", "name": "Other", "external_id": null}));
    assert_eq!((&acme["external_id"], other.get("external_id")), (&json!("cus_1"), None));
    let twin = json!({"slug": "twin", "name": "Twin", "external_id": "cus_1"});
    service.request("POST", ORGANIZATIONS).json(&twin).send().expect_error(409, "conflict", Some("external_id"));
    let of_other = format!("{ORGANIZATIONS}/other");
    let taken = service.request("PATCH", &of_other).json(&json!({"external_id": "cus_1"})).send();
    taken.expect_error(409, "conflict", Some("external_id"));
    let set = change(service, &of_other, &json!({"external_id": "CUS_1"}));
    assert_eq!(set, with(&other, &json!({"external_id": "CUS_1", "updated_at": set["updated_at"]})));

    let lookup = |id: &str| found(service, &format!("{ORGANIZATIONS}?external_id={id}"));
    assert_eq!((lookup("cus_1"), lookup("CUS_1")), (vec!["acme".to_owned()], vec!["other".to_owned()]));
    assert_eq!(lookup("cus"), Vec::<String>::new());
    service.request("DELETE", ACME).send().expect(200);
    assert_eq!(lookup("cus_1"), Vec::<String>::new());
    assert_eq!(lookup("cus_1&include_deleted=true"), ["acme"]);
    change(service, &of_other, &json!({"external_id": "cus_1"}));
    let restore = format!("{ORGANIZATIONS}/{}/restore", text(&acme, "id"));
    service.request("POST", &restore).send().expect_error(409, "conflict", Some("external_id"));
    let cleared = change(service, &of_other, &json!({"external_id": null}));
    assert_eq!(cleared.get("external_id"), None);
    assert_eq!(service.request("POST", &restore).send().expect(200)["external_id"], "cus_1");

    for bad in [json!(""), json!(" a"), json!("a\n"), json!("a".repeat(256)), json!(5)] {
        for (method, path, body) in [
            ("POST", ORGANIZATIONS, json!({"slug": "new", "name": "New", "external_id": bad})),
            ("PATCH", ACME, json!({"external_id": bad})),
        ] {
            let answer = service.request(method, path).json(&body).send();
            answer.expect_error(400, "validation_error", Some("external_id"));
        }
    }
}

/// What was noted is in the audit log, before and after.
pub fn the_audit_log_tells_what_was_noted(service: &Service) {
    let body = json!({"slug": "acme", "name": "Acme", "external_id": "cus_1", "metadata": {"plan": "gold"}});
    let acme = make(service, ORGANIZATIONS, &body);
    change(service, ACME, &json!({"external_id": "cus_2", "metadata": {"plan": null}}));
    let target = format!("/admin/v1/audit-logs?resource_id={}", text(&acme, "id"));
    let entries = service.get(&target).send().expect(200)["data"].clone();
    let details = |entry: usize| entries[entry]["details"].clone();
    assert_eq!(details(1)["after"], body);
    assert_eq!(details(0)["before"], json!({"external_id": "cus_1", "metadata": {"plan": "gold"}}));
    assert_eq!(details(0)["after"]["external_id"], "cus_2");
}

/// Whoever lists, finds: within its reach alone.
pub fn words_find_within_reach(service: &Service) {
    for (slug, name) in [("acme", "Acme, Inc."), ("acme-web", "Web of Acme"), ("globex", "ACME no more")] {
        make(service, ORGANIZATIONS, &json!({"slug": slug, "name": name}));
    }
    let search = |text: &str| found(service, &format!("{ORGANIZATIONS}?q={text}"));
    assert_eq!(search("acm"), ["globex", "acme-web", "acme"]);
    assert_eq!(search("ACME-W"), ["acme-web"]);
    assert_eq!(search("inc+acme"), ["acme"]);
    assert_eq!(search("%22Inc.%22"), ["acme"]);
    assert_eq!(search("cme"), Vec::<String>::new());

    let acme = service.get(ACME).send().expect(200);
    let key = organization_key(service, &acme, &["admin:read"]);
    let seen = |key: &Value, text: &str| {
        let answer = service.get(&format!("{ORGANIZATIONS}?q={text}")).key(secret(key)).send().expect(200);
        answer["data"].as_array().unwrap().iter().map(|row| row["slug"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((seen(&key, "acm"), seen(&key, "glob")), (vec![json!("acme")], vec![]));
    let ada = user(service, "ada");
    member(service, &format!("{ORGANIZATIONS}/globex"), &ada, "member");
    let hers = user_key(service, &ada, &["admin:read"]);
    assert_eq!((seen(&hers, "acme"), seen(&hers, "inc")), (vec![json!("globex")], vec![]));

    for slug in ["web", "webshop", "app"] {
        project(service, "acme", slug);
    }
    project(service, "globex", "web");
    assert_eq!(found(service, &format!("{ACME}/projects?q=web")), ["webshop", "web"]);
    assert_eq!(found(service, &format!("{ACME}/projects?q=the+a")), ["app"]);
    service.request("DELETE", WEB).send().expect(200);
    assert_eq!(found(service, &format!("{ACME}/projects?q=web")), ["webshop"]);
    assert_eq!(found(service, &format!("{ACME}/projects?q=web&include_deleted=true")), ["webshop", "web"]);
}

/// What is found is walked through like any list, and what cannot be searched for is told.
pub fn what_is_found_has_pages(service: &Service) {
    for number in 0..5 {
        service.create(&format!("acme-{number}"));
        service.create(&format!("other-{number}"));
    }
    let mut walked = Vec::new();
    let mut next = Some(format!("{ORGANIZATIONS}?q=acme&limit=2"));
    while let Some(target) = next {
        let page = service.get(&target).send();
        let rows = page.expect(200)["data"].clone();
        walked.extend(rows.as_array().unwrap().iter().map(|row| text(row, "slug").to_owned()));
        next = page.link("next").map(str::to_owned);
    }
    assert_eq!(walked, ["acme-4", "acme-3", "acme-2", "acme-1", "acme-0"]);

    let words = "a+b+c+d+e+f+g+h+i";
    let long = "a".repeat(256);
    for list in [ORGANIZATIONS.to_owned(), format!("{ORGANIZATIONS}/acme-0/projects")] {
        for q in ["", "+", "%20-%20", words, &long, "a&q=a"] {
            service.get(&format!("{list}?q={q}")).send().expect_error(400, "bad_request", Some("q"));
        }
    }
    for (query, param) in [("external_id=", "external_id"), ("external_id=+a", "external_id"), ("search=a", "search")] {
        service.get(&format!("{ORGANIZATIONS}?{query}")).send().expect_error(400, "bad_request", Some(param));
    }
}
