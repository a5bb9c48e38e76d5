//! Slugs that organizations had before, and where they lead.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{member, organization_key, project, project_key, secret, system_key, text, user, user_key, whole},
};

const ACME: &str = "/admin/v1/organizations/acme";

fn rename(service: &Service, from: &str, to: &str) -> Answer {
    service.request("PATCH", &format!("{ORGANIZATIONS}/{from}")).json(&json!({"slug": to})).send()
}

fn create(service: &Service, slug: &str) -> Answer {
    service.request("POST", ORGANIZATIONS).json(&json!({"slug": slug, "name": "N"})).send()
}

/// Sees to it that the answer leads on to `location`, says nothing else, and is not kept by any cache.
fn expect_moved(answer: &Answer, location: &str) {
    assert_eq!((answer.status, answer.header("location")), (308, Some(location)), "{answer:?}");
    assert_eq!((answer.header("cache-control"), answer.header("content-length")), (Some("no-store"), Some("0")));
    assert!(answer.body.is_empty() && answer.header("x-request-id").is_some(), "{answer:?}");
}

/// What is looked at by a former slug, at whatever depth, is found under the new one; with it the path and the query stay as
/// they were sent.
pub fn who_looks_by_a_former_slug_is_led_on(service: &Service) {
    let acme = service.create("acme");
    let (web, ada) = (project(service, "acme", "web"), user(service, "ada"));
    member(service, ACME, &ada, "member");
    let renamed = rename(service, "acme", "acme-2").expect(200);
    assert_eq!((&renamed["id"], &renamed["slug"], &renamed["name"]), (&acme["id"], &json!("acme-2"), &acme["name"]));
    assert_eq!(service.get(&format!("{ORGANIZATIONS}/acme-2")).send().expect(200), renamed);
    assert_eq!(service.get(&format!("{ORGANIZATIONS}/{}", text(&acme, "id"))).send().expect(200), renamed);
    let (web, ada) = (text(&web, "id"), text(&ada, "id"));
    for (former, path) in [
        ("acme", ""),
        ("acme", "?include_deleted=true"),
        ("%61cm%65", ""),
        ("acme", "/projects"),
        ("acme", "/projects?limit=1&cursor=a%2Bb&%6cimit=x"),
        ("acme", "/projects/web"),
        ("acme", "/projects/%77eb"),
        ("acme", &format!("/projects/{web}")),
        ("acme", "/projects/acme"),
        ("acme", "/projects/nowhere/members"),
        ("acme", "/members"),
        ("acme", &format!("/members/{ada}")),
        ("acme", "/api-keys?direction=backward"),
        ("acme", "/projects/web/api-keys"),
        ("acme", "/projects/web/members?"),
        ("acme", "?unknown=1"),
    ] {
        let (from, to) = (format!("{ORGANIZATIONS}/{former}{path}"), format!("{ORGANIZATIONS}/acme-2{path}"));
        for method in ["GET", "HEAD"] {
            expect_moved(&service.request(method, &from).send(), &to);
        }
    }
    for path in ["", "/projects/web", "/members"] {
        let location = service.get(&format!("{ACME}{path}")).send().header("location").unwrap().to_owned();
        service.get(&location).send().expect(200);
    }
    // Each of several former slugs leads to the present one, and not to one another.
    rename(service, "acme-2", "acme-3").expect(200);
    for former in ["acme", "acme-2"] {
        expect_moved(&service.get(&format!("{ORGANIZATIONS}/{former}")).send(), "/admin/v1/organizations/acme-3");
    }
}

/// What is written goes to nothing but what it names; and who is let in nowhere is not led anywhere.
pub fn who_writes_by_a_former_slug_finds_nothing(service: &Service) {
    service.create("acme");
    project(service, "acme", "web");
    let before = rename(service, "acme", "acme-2").expect(200);
    for (method, path) in [
        ("PATCH", ""),
        ("DELETE", ""),
        ("DELETE", "?dry_run=true"),
        ("POST", "/restore"),
        ("POST", "/suspend"),
        ("POST", "/resume"),
        ("POST", "/purge"),
        ("POST", "/projects"),
        ("PATCH", "/projects/web"),
        ("DELETE", "/projects/web"),
        ("POST", "/projects/web/restore"),
        ("POST", "/members"),
        ("POST", "/projects/web/members"),
    ] {
        for body in ["{}", "nonsense"] {
            let ask = |slug: &str| {
                let request = service.request(method, &format!("{ORGANIZATIONS}/{slug}{path}"));
                request.header("X-Request-Id", "same").body("application/json", body).send()
            };
            ask("acme").expect_error(404, "not_found", None);
            assert_eq!(whole(&ask("acme")), whole(&ask("nobody")), "{method} {path}");
        }
    }
    assert_eq!(service.get(&format!("{ORGANIZATIONS}/acme-2")).send().expect(200), before);
    service.get(ACME).anonymous().send().expect_error(401, "missing_credentials", None);
    service.get(ACME).key(&service.keys().revoked).send().expect_error(401, "invalid_api_key", None);
    service.get(ACME).key(&service.keys().write_only).send().expect_error(403, "forbidden", None);
    service.request("PUT", ACME).send().expect_error(405, "method_not_allowed", None);
}

/// To whom the organization is not there, its former slug leads nowhere, and the answer is that for any slug.
pub fn who_may_not_see_the_organization_is_not_led_to_it(service: &Service) {
    let (acme, other) = (service.create("acme"), service.create("other"));
    let (web, app) = (project(service, "acme", "web"), project(service, "other", "app"));
    let (ada, bob) = (user(service, "ada"), user(service, "bob"));
    member(service, ACME, &ada, "member");
    member(service, "/admin/v1/organizations/other", &bob, "owner");
    rename(service, "acme", "acme-2").expect(200);
    let get = |path: &str, key: &Value| {
        service.get(&format!("{ORGANIZATIONS}/{path}")).key(secret(key)).header("X-Request-Id", "same").send()
    };
    for within in [
        organization_key(service, &acme, &["admin:read"]),
        project_key(service, &web, &["admin:read"]),
        user_key(service, &ada, &["admin:read"]),
        system_key(service, &["admin:read"]),
    ] {
        expect_moved(&get("acme", &within), "/admin/v1/organizations/acme-2");
        expect_moved(&get("acme/projects/web", &within), "/admin/v1/organizations/acme-2/projects/web");
    }
    for beyond in [
        organization_key(service, &other, &["admin:read"]),
        project_key(service, &app, &["admin:read"]),
        user_key(service, &bob, &["admin:read"]),
    ] {
        for path in ["", "/projects", "/projects/web", "/members"] {
            get(&format!("acme{path}"), &beyond).expect_error(404, "not_found", None);
            let [former, none] = ["acme", "nobody"].map(|slug| whole(&get(&format!("{slug}{path}"), &beyond)));
            assert_eq!(former, none, "{path}");
        }
    }
    service.request("POST", "/admin/v1/organizations/acme-2/suspend").send().expect(200);
    let of_ada = user_key(service, &ada, &["admin:read"]);
    get("acme", &of_ada).expect_error(404, "not_found", None);
    expect_moved(&service.get(ACME).send(), "/admin/v1/organizations/acme-2");
}

/// In its cool-down a former slug is nobody else's, whatever they do to have it; its own organization takes it back.
pub fn a_former_slug_is_kept_for_its_organization(service: &Service) {
    let gone = service.create("acme");
    service.delete("acme");
    let acme = service.create("acme");
    service.create("other");
    rename(service, "acme", "acme-2").expect(200);
    let restore = |body: &Value| {
        service.request("POST", &format!("{ORGANIZATIONS}/{}/restore", text(&gone, "id"))).json(body).send()
    };
    for taken in [
        create(service, "acme"),
        rename(service, "other", "acme"),
        restore(&json!({})),
        restore(&json!({"slug": "acme"})),
        create(service, "acme-2"),
        rename(service, "other", "acme-2"),
    ] {
        taken.expect_error(409, "conflict", Some("slug"));
    }
    expect_moved(&service.get(ACME).send(), "/admin/v1/organizations/acme-2");

    let back = rename(service, "acme-2", "acme").expect(200);
    assert_eq!((&back["id"], &back["slug"]), (&acme["id"], &json!("acme")));
    assert_eq!(service.get(ACME).send().expect(200), back);
    expect_moved(&service.get(&format!("{ORGANIZATIONS}/acme-2")).send(), ACME);
    restore(&json!({"slug": "acme-2"})).expect_error(409, "conflict", Some("slug"));
}

/// A deleted organization keeps no slug, and gets no former one back with its restoration.
pub fn former_slugs_end_with_the_organization(service: &Service) {
    let acme = service.create("acme");
    rename(service, "acme", "acme-2").expect(200);
    rename(service, "acme-2", "acme-3").expect(200);
    service.delete("acme-3");
    for slug in ["acme", "acme-2", "acme-3"] {
        service.get(&format!("{ORGANIZATIONS}/{slug}")).send().expect_error(404, "not_found", None);
    }
    let taker = create(service, "acme").expect(201);
    let path = format!("{ORGANIZATIONS}/{}/restore", text(&acme, "id"));
    assert_eq!(service.request("POST", &path).send().expect(200)["slug"], "acme-3");
    assert_eq!(service.get(ACME).send().expect(200), taker);
    service.get(&format!("{ORGANIZATIONS}/acme-2")).send().expect_error(404, "not_found", None);
    create(service, "acme-2").expect(201);
}

/// A slug is changed as any field is: by who may, to what is a slug, and to what no other live organization has.
pub fn the_rules_of_a_new_slug(service: &Service) {
    let acme = service.create("acme");
    let (other, ada) = (service.create("other"), user(service, "ada"));
    let key = organization_key(service, &acme, &["admin:write"]);
    let web = project_key(service, &project(service, "acme", "web"), &["admin:write"]);
    member(service, ACME, &ada, "admin");
    let of_ada = user_key(service, &ada, &["admin:write"]);
    let long = "a".repeat(65);
    for slug in ["", "Acme", "a--b", "-a", "a_b", "a\0", &long, "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"] {
        rename(service, "acme", slug).expect_error(400, "validation_error", Some("slug"));
    }
    let null = service.request("PATCH", ACME).json(&json!({"slug": null})).send();
    null.expect_error(400, "validation_error", Some("slug"));
    rename(service, "acme", "other").expect_error(409, "conflict", Some("slug"));
    for body in [json!({"slug": "acme"}), json!({"slug": "acme", "name": "The acme"})] {
        assert_eq!(service.request("PATCH", ACME).json(&body).send().expect(200), acme);
    }
    let by_id = format!("{ORGANIZATIONS}/{}", text(&acme, "id"));
    let send =
        |key: &Value, slug: &str| service.request("PATCH", &by_id).key(secret(key)).json(&json!({"slug": slug})).send();
    send(&web, "acme-2").expect_error(403, "forbidden", None);
    send(&organization_key(service, &other, &["admin:*"]), "acme-2").expect_error(404, "not_found", None);
    for (key, slug) in [(&key, "acme-2"), (&of_ada, "acme-3")] {
        assert_eq!(send(key, slug).expect(200)["slug"], slug);
    }
}
