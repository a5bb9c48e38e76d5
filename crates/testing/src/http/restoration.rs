//! What deletion hides, and what restoring brings back.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, API_KEYS, USERS, key_path, lets_in, member, organization_key, project, project_key, secret, system_key,
        text, user, user_key, verdict, with,
    },
};

const ACME: &str = "/admin/v1/organizations/acme";
const WEB: &str = "/admin/v1/organizations/acme/projects/web";

fn restore(service: &Service, path: &str) -> Answer {
    service.request("POST", &format!("{path}/restore")).send()
}

fn restore_as(service: &Service, path: &str, slug: &str) -> Answer {
    service.request("POST", &format!("{path}/restore")).json(&json!({"slug": slug})).send()
}

fn delete(service: &Service, path: &str) -> Value {
    service.request("DELETE", path).send().expect(200)
}

/// What is answered to each of `targets`.
fn answers(service: &Service, targets: &[String]) -> Vec<(u16, Value)> {
    let asked = targets.iter().map(|target| service.get(target).header("X-Request-Id", "same").send());
    asked.map(|answer| (answer.status, answer.json())).collect()
}

/// The organization's row, all beneath it, and the keys of both, by whatever path they were to be had.
pub fn a_restored_organization_has_all_that_its_deletion_hid(service: &Service) {
    let acme = service.create("acme");
    let (web, ada) = (project(service, "acme", "web"), user(service, "ada"));
    for of in [ACME, WEB] {
        member(service, of, &ada, "owner");
    }
    let keys = [organization_key(service, &acme, &["admin:read"]), project_key(service, &web, &["admin:read"])];
    let of_ada = user_key(service, &ada, &["admin:read"]);
    let by_id = format!("{ORGANIZATIONS}/{}", text(&acme, "id"));
    let beneath = ["", "/projects", "/projects/web", "/members", "/api-keys", "/projects/web/members"];
    let mut gone: Vec<_> = beneath.iter().map(|path| format!("{ACME}{path}")).collect();
    gone.extend([by_id.clone(), format!("{WEB}/api-keys"), format!("{ACME}/members/{}", text(&ada, "id"))]);
    gone.extend(keys.iter().map(key_path));
    let lists = [
        ORGANIZATIONS.to_owned(),
        format!("{API_KEYS}?owner_type=organization"),
        format!("{API_KEYS}?owner_type=project"),
        format!("{USERS}/{}/organizations", text(&ada, "id")),
    ];
    let before = (answers(service, &gone), answers(service, &lists));

    let deleted = delete(service, ACME);
    assert!(answers(service, &gone).iter().all(|(status, _)| *status == 404));
    assert!(answers(service, &lists).iter().all(|(_, page)| page["data"] == json!([])));
    for key in &keys {
        assert!(!lets_in(service, secret(key)));
        assert_eq!(verdict(service, secret(key)), "owner_deleted");
    }
    let seen = |target: &str| service.get(target).key(secret(&of_ada)).send();
    assert_eq!(seen(ORGANIZATIONS).expect(200)["data"], json!([]));
    seen(ACME).expect_error(404, "not_found", None);

    let restored = restore(service, &by_id).expect(200);
    assert_eq!(restored, with(&acme, &json!({"updated_at": restored["updated_at"]})));
    assert!(text(&restored, "updated_at") >= text(&deleted, "updated_at"));
    let live = |rows: &[(u16, Value)]| rows.iter().map(|(status, _)| *status).collect::<Vec<_>>();
    let after = (answers(service, &gone), answers(service, &lists));
    assert_eq!(live(&after.0), live(&before.0));
    // What it has beneath it is as it was; its own row tells of the restoration.
    assert_eq!(after.0[1..6], before.0[1..6]);
    assert_eq!(after.1[3].1["data"][0]["role"], "owner");
    for key in &keys {
        assert!(lets_in(service, secret(key)));
        assert_eq!(verdict(service, secret(key)), "valid");
    }
    seen(ACME).expect(200);
}

/// The same for a project.
pub fn a_restored_project_has_all_that_its_deletion_hid(service: &Service) {
    service.create("acme");
    let (web, ada) = (project(service, "acme", "web"), user(service, "ada"));
    for of in [ACME, WEB] {
        member(service, of, &ada, "owner");
    }
    let key = project_key(service, &web, &["admin:read"]);
    let by_id = format!("{ACME}/projects/{}", text(&web, "id"));
    let gone =
        [WEB.to_owned(), by_id.clone(), format!("{WEB}/members"), format!("{WEB}/api-keys"), key_path(&key)].to_vec();
    let before = answers(service, &gone);

    delete(service, WEB);
    assert!(answers(service, &gone).iter().all(|(status, _)| *status == 404));
    assert!(!lets_in(service, secret(&key)));
    assert_eq!(verdict(service, secret(&key)), "owner_deleted");
    assert_eq!(service.get(&format!("{API_KEYS}?owner_type=project")).send().expect(200)["data"], json!([]));
    let owner = json!({"name": "ci", "owner": {"type": "project", "project_id": web["id"]}});
    service.request("POST", API_KEYS).json(&owner).send().expect_error(404, "not_found", None);

    let restored = restore(service, &by_id).expect(200);
    assert_eq!(restored, with(&web, &json!({"updated_at": restored["updated_at"]})));
    assert_eq!(service.get(WEB).send().expect(200), restored);
    let after = answers(service, &gone);
    assert_eq!(after[2], before[2]);
    assert_eq!(after[3].1["data"][0]["id"], before[3].1["data"][0]["id"]);
    assert!(lets_in(service, secret(&key)));
    assert_eq!(verdict(service, secret(&key)), "valid");
}

/// What was revoked, deleted or removed by itself is not brought back with what it was beneath.
pub fn what_was_gone_before_stays_gone(service: &Service) {
    let acme = service.create("acme");
    let (web, app) = (project(service, "acme", "web"), project(service, "acme", "app"));
    let ada = user(service, "ada");
    member(service, ACME, &ada, "member");
    let (revoked, of_web) = (organization_key(service, &acme, &[]), project_key(service, &web, &[]));
    service.request("DELETE", &key_path(&revoked)).send().expect(200);
    service.request("DELETE", &format!("{ACME}/members/{}", text(&ada, "id"))).send().expect(200);
    delete(service, WEB);
    delete(service, ACME);
    restore(service, &format!("{ORGANIZATIONS}/{}", text(&acme, "id"))).expect(200);
    assert_eq!(service.get(&format!("{ACME}/projects")).send().expect(200)["data"], json!([app]));
    assert_eq!(service.get(&format!("{ACME}/members")).send().expect(200)["data"], json!([]));
    for (key, code) in [(&revoked, "revoked"), (&of_web, "owner_deleted")] {
        assert_eq!(verdict(service, secret(key)), code);
    }
    restore(service, WEB).expect(200);
    assert_eq!(verdict(service, secret(&of_web)), "valid");
}

/// By id always; by slug where it is clear which one is meant.
pub fn a_deleted_thing_is_named_by_its_slug_while_it_alone_has_it(service: &Service) {
    service.create("acme");
    for (list, slug) in [(ORGANIZATIONS.to_owned(), "globex"), (format!("{ACME}/projects"), "web")] {
        let path = format!("{list}/{slug}");
        let make = || service.request("POST", &list).json(&json!({"slug": slug, "name": "N"})).send().expect(201);
        let by_id = |thing: &Value| format!("{list}/{}", text(thing, "id"));
        restore(service, &path).expect_error(404, "not_found", None);
        let first = make();
        for live in [&path, &by_id(&first)] {
            restore(service, live).expect_error(409, "conflict", None);
        }
        delete(service, &path);
        assert_eq!(restore(service, &path).expect(200)["id"], first["id"]);
        delete(service, &path);
        make();
        delete(service, &path);
        restore(service, &path).expect_error(409, "conflict", None);
        assert_eq!(restore(service, &by_id(&first)).expect(200)["id"], first["id"]);
        for nobody in [ABSENT, "nobody", "No%20Slug", "%ff"] {
            restore(service, &format!("{list}/{nobody}")).expect_error(404, "not_found", None);
        }
    }
}

/// A live one keeps the slug that it has taken.
pub fn a_slug_that_was_taken_since_is_a_conflict_and_another_may_be_picked(service: &Service) {
    service.create("acme");
    for (list, slug) in [(ORGANIZATIONS.to_owned(), "globex"), (format!("{ACME}/projects"), "web")] {
        let path = format!("{list}/{slug}");
        let make = || service.request("POST", &list).json(&json!({"slug": slug, "name": "N"})).send().expect(201);
        let first = make();
        delete(service, &path);
        let second = make();
        let by_id = format!("{list}/{}", text(&first, "id"));
        for taken in [restore(service, &by_id), restore(service, &path), restore_as(service, &by_id, slug)] {
            taken.expect_error(409, "conflict", Some("slug"));
        }
        let restored = restore_as(service, &path, "another").expect(200);
        assert_eq!((&restored["id"], &restored["slug"]), (&first["id"], &json!("another")));
        assert_eq!(service.get(&path).send().expect(200), second);
        assert_eq!(service.get(&format!("{list}/another")).send().expect(200), restored);
    }
}

/// A body may be left out, and one that is there is read as any; what is not there is told of first.
pub fn the_rules_of_the_body(service: &Service) {
    service.create("acme");
    for (list, slug) in [(ORGANIZATIONS.to_owned(), "globex"), (format!("{ACME}/projects"), "web")] {
        let path = format!("{list}/{slug}");
        let send = |path: &str, media_type: &str, body: &str| {
            service.request("POST", &format!("{path}/restore")).body(media_type, body).send()
        };
        service.request("POST", &list).json(&json!({"slug": slug, "name": "N"})).send().expect(201);
        for (body, code, param) in [
            (r#"{"slug":"No Slug"}"#, "validation_error", Some("slug")),
            (r#"{"slug":null}"#, "validation_error", Some("slug")),
            (r#"{"name":"x"}"#, "validation_error", Some("name")),
            ("[]", "validation_error", None),
            ("nonsense", "bad_request", None),
        ] {
            // Live, it cannot be restored; but what is wrong with the request comes first.
            send(&path, "application/json", body).expect_error(400, code, param);
            send(&format!("{list}/nobody"), "application/json", body).expect_error(404, "not_found", None);
        }
        send(&path, "text/plain", "{}").expect_error(415, "unsupported_media_type", None);
        delete(service, &path);
        send(&path, "application/json", r#"{"slug":""}"#).expect_error(400, "validation_error", Some("slug"));
        let answer = service.request("POST", &format!("{path}/restore?x=1")).send();
        answer.expect_error(400, "bad_request", Some("x"));
        send(&path, "text/plain", "").expect(200);
        delete(service, &path);
        send(&path, "application/json", "{}").expect(200);
    }
}

/// Others are refused before anything is told of the organization; a project is its organization's own.
pub fn organizations_are_restored_by_system_keys_alone(service: &Service) {
    let (other, acme) = (service.create("other"), service.create("acme"));
    let (outsider, tenant) =
        (organization_key(service, &other, &["admin:*"]), organization_key(service, &acme, &["admin:*"]));
    project(service, "acme", "web");
    delete(service, WEB);
    let restore = |path: &str, key: &Value, body: &str| {
        let request = service.request("POST", &format!("{path}/restore")).key(secret(key));
        request.body("application/json", body).send()
    };
    restore(WEB, &outsider, "{}").expect_error(404, "not_found", None);
    restore(WEB, &tenant, "{}").expect(200);
    let id = text(&service.delete("acme"), "id").to_owned();
    for name in ["acme", "nobody", &id, "No%20Slug", "other"] {
        for body in ["{}", "nonsense"] {
            restore(&format!("{ORGANIZATIONS}/{name}"), &outsider, body).expect_error(403, "forbidden", None);
        }
    }
    let reader = system_key(service, &["admin:read"]);
    restore(ACME, &reader, "{}").expect_error(403, "forbidden", None);
    restore(ACME, &system_key(service, &["admin:organizations:write"]), "{}").expect(200);
}
