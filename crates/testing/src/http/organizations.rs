//! Organizations, from their making to their deletion.

use serde_json::json;

use super::{ORGANIZATIONS, Service};

/// The whole life of an organization.
pub fn an_organization_is_made_found_renamed_and_deleted(service: &Service) {
    let answer = service.request("POST", ORGANIZATIONS).json(&json!({"slug": "acme", "name": "  Acme "})).send();
    let made = answer.expect(201);
    let location = answer.header("location").unwrap();
    assert_eq!(location, "/admin/v1/organizations/acme");
    assert_eq!(service.get(location).send().expect(200), made);
    assert_eq!((&made["slug"], &made["name"]), (&json!("acme"), &json!("Acme")));
    assert_eq!(made.as_object().unwrap().len(), 5, "{made}");
    assert_eq!(made["created_at"], made["updated_at"]);
    let id = made["id"].as_str().unwrap();

    assert_eq!(service.get(&format!("{ORGANIZATIONS}/acme")).send().expect(200), made);
    assert_eq!(service.get(&format!("{ORGANIZATIONS}/{id}")).send().expect(200), made);

    let renamed =
        service.request("PATCH", &format!("{ORGANIZATIONS}/{id}")).json(&json!({"name": "Acme, Inc."})).send();
    let renamed = renamed.expect(200);
    assert_eq!((&renamed["name"], &renamed["id"]), (&json!("Acme, Inc."), &made["id"]));

    let deleted = service.delete("acme");
    assert_eq!(deleted["deleted_at"], deleted["updated_at"]);
    for path in ["acme", id] {
        service.get(&format!("{ORGANIZATIONS}/{path}")).send().expect_error(404, "not_found", None);
        service.request("DELETE", &format!("{ORGANIZATIONS}/{path}")).send().expect_error(404, "not_found", None);
    }
}

/// A change to what is there already is none.
pub fn a_change_of_nothing_keeps_the_time(service: &Service) {
    let made = service.create("acme");
    for body in [json!({}), json!({"name": "The acme"})] {
        assert_eq!(service.request("PATCH", &format!("{ORGANIZATIONS}/acme")).json(&body).send().expect(200), made);
    }
}

/// Two organizations may have had one slug, one after the other; both are in the list of whoever asks for deleted ones.
pub fn a_slug_is_taken_once_and_free_again_after_deletion(service: &Service) {
    let first = service.create("acme");
    let again = json!({"slug": "acme", "name": "Another"});
    service.request("POST", ORGANIZATIONS).json(&again).send().expect_error(409, "conflict", Some("slug"));
    service.delete("acme");
    let second = service.request("POST", ORGANIZATIONS).json(&again).send().expect(201);
    assert_ne!(first["id"], second["id"]);

    let all = service.get(&format!("{ORGANIZATIONS}?include_deleted=true")).send().expect(200);
    let deleted: Vec<_> = all["data"].as_array().unwrap().iter().map(|row| row.get("deleted_at").is_some()).collect();
    assert_eq!(deleted, [false, true]);
    let live = service.get(&format!("{ORGANIZATIONS}?include_deleted=false")).send().expect(200);
    assert_eq!(live["data"], json!([second]));
}

/// Deletion hides and does not destroy.
pub fn a_deleted_organization_is_shown_by_id_to_who_asks_for_deleted_ones(service: &Service) {
    let id = service.create("acme")["id"].as_str().unwrap().to_owned();
    let deleted = service.delete(&id);
    assert_eq!(service.get(&format!("{ORGANIZATIONS}/{id}?include_deleted=true")).send().expect(200), deleted);
    service.get(&format!("{ORGANIZATIONS}/acme?include_deleted=true")).send().expect_error(404, "not_found", None);
    service.get(&format!("{ORGANIZATIONS}/{id}?include_deleted=false")).send().expect_error(404, "not_found", None);
}

/// What a slug and a name may be, on making and on changing.
pub fn the_rules_of_the_fields(service: &Service) {
    let long_slug = "a".repeat(65);
    for slug in ["", "Acme", "a--b", "-a", "a_b", "ä", "a\0", &long_slug, "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"] {
        let body = json!({"slug": slug, "name": "Acme"});
        service.request("POST", ORGANIZATIONS).json(&body).send().expect_error(400, "validation_error", Some("slug"));
    }
    service.create("acme");
    for name in ["", "  ", "a\0b", "a\u{7f}b", "a\nb", &"a".repeat(256)] {
        let body = json!({"slug": "other", "name": name});
        service.request("POST", ORGANIZATIONS).json(&body).send().expect_error(400, "validation_error", Some("name"));
        let body = json!({"name": name});
        let answer = service.request("PATCH", &format!("{ORGANIZATIONS}/acme")).json(&body).send();
        answer.expect_error(400, "validation_error", Some("name"));
    }
    let widest = json!({"slug": "a".repeat(64), "name": "🦀".repeat(255)});
    service.request("POST", ORGANIZATIONS).json(&widest).send().expect(201);
}
