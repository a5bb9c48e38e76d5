//! Projects, from their making to their deletion.

use serde_json::json;

use super::{
    ORGANIZATIONS, Service,
    fixtures::{project, text},
};

const PROJECTS: &str = "/admin/v1/organizations/acme/projects";

/// The whole life of a project.
pub fn a_project_is_made_found_renamed_and_deleted(service: &Service) {
    let acme = service.create("acme");
    let answer = service.request("POST", PROJECTS).json(&json!({"slug": "web", "name": "  Web "})).send();
    let made = answer.expect(201);
    let location = answer.header("location").unwrap();
    assert_eq!(location, format!("{PROJECTS}/web"));
    assert_eq!(service.get(location).send().expect(200), made);
    let id = text(&made, "id");
    assert_eq!(
        made,
        json!({
            "id": id, "org_id": acme["id"], "slug": "web", "name": "Web", "created_at": made["created_at"],
            "updated_at": made["created_at"],
        })
    );
    let by_id = format!("{ORGANIZATIONS}/{}/projects", text(&acme, "id"));
    for path in [format!("{PROJECTS}/{id}"), format!("{by_id}/web"), format!("{by_id}/{id}")] {
        assert_eq!(service.get(&path).send().expect(200), made);
    }
    assert_eq!(service.get(&by_id).send().expect(200)["data"], json!([made]));

    let renamed = service.request("PATCH", &format!("{by_id}/{id}")).json(&json!({"name": "Website"})).send();
    let renamed = renamed.expect(200);
    assert_eq!((&renamed["name"], &renamed["id"]), (&json!("Website"), &made["id"]));

    let deleted = service.request("DELETE", location).send().expect(200);
    assert_eq!(deleted["deleted_at"], deleted["updated_at"]);
    for name in ["web", id] {
        service.get(&format!("{PROJECTS}/{name}")).send().expect_error(404, "not_found", None);
        service.request("DELETE", &format!("{PROJECTS}/{name}")).send().expect_error(404, "not_found", None);
    }
    assert_eq!(service.get(PROJECTS).send().expect(200)["data"], json!([]));
}

/// A change to what is there already is none.
pub fn a_change_of_nothing_keeps_the_time(service: &Service) {
    service.create("acme");
    let made = project(service, "acme", "web");
    for body in [json!({}), json!({"name": "The web"})] {
        assert_eq!(service.request("PATCH", &format!("{PROJECTS}/web")).json(&body).send().expect(200), made);
    }
}

/// Slugs are unique among the live projects of one organization.
pub fn a_slug_is_taken_once_in_an_organization_and_free_again_after_deletion(service: &Service) {
    service.create("acme");
    service.create("other");
    let first = project(service, "acme", "web");
    let body = json!({"slug": "web", "name": "Another"});
    service.request("POST", PROJECTS).json(&body).send().expect_error(409, "conflict", Some("slug"));
    project(service, "other", "web");
    service.request("DELETE", &format!("{PROJECTS}/web")).send().expect(200);
    let second = project(service, "acme", "web");
    assert_ne!(first["id"], second["id"]);
    assert_eq!(service.get(&format!("{PROJECTS}/web")).send().expect(200), second);
}

/// Deletion hides and does not destroy.
pub fn a_deleted_project_is_shown_by_id_to_who_asks_for_deleted_ones(service: &Service) {
    service.create("acme");
    let live = project(service, "acme", "app");
    let id = text(&project(service, "acme", "web"), "id").to_owned();
    let deleted = service.request("DELETE", &format!("{PROJECTS}/web")).send().expect(200);
    assert_eq!(service.get(&format!("{PROJECTS}/{id}?include_deleted=true")).send().expect(200), deleted);
    service.get(&format!("{PROJECTS}/web?include_deleted=true")).send().expect_error(404, "not_found", None);
    service.get(&format!("{PROJECTS}/{id}?include_deleted=false")).send().expect_error(404, "not_found", None);
    let list = |query: &str| service.get(&format!("{PROJECTS}{query}")).send().expect(200)["data"].clone();
    assert_eq!(list("?include_deleted=true"), json!([deleted, live]));
    assert_eq!(list(""), json!([live]));
    let answer = service.get(&format!("{PROJECTS}?include_deleted=yes")).send();
    answer.expect_error(400, "bad_request", Some("include_deleted"));
}

/// What a slug and a name may be, on making and on changing. A slug does not change.
pub fn the_rules_of_the_fields(service: &Service) {
    service.create("acme");
    for slug in ["", "Web", "a--b", "a\0", &"a".repeat(65), "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"] {
        let body = json!({"slug": slug, "name": "Web"});
        service.request("POST", PROJECTS).json(&body).send().expect_error(400, "validation_error", Some("slug"));
    }
    project(service, "acme", "web");
    for name in ["", "  ", "a\0b", &"a".repeat(256)] {
        let body = json!({"slug": "other", "name": name});
        service.request("POST", PROJECTS).json(&body).send().expect_error(400, "validation_error", Some("name"));
    }
    for (body, param) in [
        (json!({"name": ""}), "name"),
        (json!({"name": null}), "name"),
        (json!({"slug": "other"}), "slug"),
        (json!({"org_id": "x"}), "org_id"),
    ] {
        let answer = service.request("PATCH", &format!("{PROJECTS}/web")).json(&body).send();
        answer.expect_error(400, "validation_error", Some(param));
    }
}

/// A project is there beneath its own organization alone.
pub fn a_project_is_found_beneath_its_own_organization_alone(service: &Service) {
    service.create("acme");
    service.create("other");
    let theirs = project(service, "other", "theirs");
    let ask = |name: &str| service.get(&format!("{PROJECTS}/{name}")).header("X-Request-Id", "same").send();
    let absent = ask("nobody");
    absent.expect_error(404, "not_found", None);
    for name in ["theirs", text(&theirs, "id"), "No%20Slug", "%ff", ".."] {
        assert_eq!(ask(name).expect(404), absent.json(), "{name}");
        for method in ["PATCH", "DELETE"] {
            let answer = service.request(method, &format!("{PROJECTS}/{name}")).json(&json!({"name": "x"})).send();
            answer.expect_error(404, "not_found", None);
        }
    }
    service.get(&format!("{ORGANIZATIONS}/nobody/projects")).send().expect_error(404, "not_found", None);
}
