//! Deletions that only tell what they would take along.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        API_KEYS, PROVIDERS, USERS, key_path, member, organization_as_owner, organization_key, project,
        project_as_owner, project_key, provider, provider_path, secret, text, user, user_as_owner, user_key, with,
    },
};

const ACME: &str = "/admin/v1/organizations/acme";
const WEB: &str = "/admin/v1/organizations/acme/projects/web";

fn rehearse(service: &Service, method: &str, path: &str) -> Answer {
    service.request(method, &format!("{path}?dry_run=true")).send()
}

/// Sees to it that these, and nothing else, would be taken along.
fn expect_affected(answer: &Answer, affected: &Value) {
    let nothing = json!({
        "organizations": 0, "projects": 0, "users": 0, "memberships": 0, "api_keys": 0, "dynamic_providers": 0,
    });
    assert_eq!(answer.expect(200), json!({"dry_run": true, "affected": with(&nothing, affected)}));
}

/// An organization with a live and a deleted project, two members of it and of the live one, and a key and a dynamic
/// provider of all of them; one of the members is given.
fn prepare(service: &Service) -> Value {
    let acme = service.create("acme");
    let web = project(service, "acme", "web");
    let old = project(service, "acme", "old");
    let (ada, bob) = (user(service, "ada"), user(service, "bob"));
    for of in [ACME, WEB] {
        member(service, of, &ada, "owner");
        member(service, of, &bob, "member");
    }
    member(service, &format!("{ACME}/projects/old"), &ada, "owner");
    let key = organization_key(service, &acme, &[]);
    service.request("DELETE", &key_path(&key)).send().expect(200);
    project_key(service, &web, &[]);
    project_key(service, &old, &[]);
    user_key(service, &bob, &[]);
    for owner in [organization_as_owner(&acme), project_as_owner(&web), project_as_owner(&old), user_as_owner(&bob)] {
        provider(service, &owner, "main");
    }
    service.request("DELETE", &format!("{ACME}/projects/old")).send().expect(200);
    bob
}

/// All that is to be seen.
fn seen(service: &Service) -> Vec<Value> {
    let targets = [
        format!("{ORGANIZATIONS}?include_deleted=true"),
        USERS.to_owned(),
        API_KEYS.to_owned(),
        PROVIDERS.to_owned(),
        format!("{ACME}/projects?include_deleted=true"),
        format!("{ACME}/members"),
        format!("{WEB}/members"),
    ];
    targets.iter().map(|target| service.get(target).send().json()["data"].clone()).collect()
}

/// Whatever is deleted is told of first, and stays.
pub fn a_dry_run_tells_how_much_and_changes_nothing(service: &Service) {
    let bob = prepare(service);
    let bob = text(&bob, "id");
    let key = service.get(&format!("{WEB}/api-keys")).send().expect(200)["data"][0].clone();
    let of_web = service.get(&format!("{WEB}/dynamic-providers")).send().expect(200)["data"][0].clone();
    let before = seen(service);
    for (path, affected) in [
        (ACME, json!({"organizations": 1, "projects": 1, "memberships": 4, "api_keys": 2, "dynamic_providers": 2})),
        (WEB, json!({"projects": 1, "memberships": 2, "api_keys": 1, "dynamic_providers": 1})),
        (&format!("{USERS}/{bob}"), json!({"users": 1, "memberships": 2, "api_keys": 1, "dynamic_providers": 1})),
        (&format!("{ACME}/members/{bob}"), json!({"memberships": 2})),
        (&format!("{WEB}/members/{bob}"), json!({"memberships": 1})),
        (&key_path(&key), json!({"api_keys": 1})),
        (&provider_path(&of_web), json!({"dynamic_providers": 1})),
    ] {
        for _ in 0..2 {
            expect_affected(&rehearse(service, "DELETE", path), &affected);
        }
    }
    assert_eq!(seen(service), before);
    service.request("DELETE", &format!("{}?dry_run=false", key_path(&key))).send().expect(200);
    expect_affected(&rehearse(service, "DELETE", &key_path(&key)), &json!({}));
    service.request("DELETE", ACME).send().expect(200);
    let all = json!({"organizations": 1, "projects": 2, "memberships": 5, "api_keys": 3, "dynamic_providers": 3});
    let before = seen(service);
    expect_affected(&rehearse(service, "POST", &format!("{ACME}/purge")), &all);
    assert_eq!(seen(service), before);
    let purged = service.request("POST", &format!("{ACME}/purge?dry_run=false")).send().expect(200);
    for (count, kind) in [("projects_deleted", "projects"), ("memberships_deleted", "memberships")] {
        assert_eq!(purged[count], all[kind]);
    }
    for kind in ["api_keys", "dynamic_providers"] {
        assert_eq!(purged[format!("{kind}_deleted")], all[kind]);
    }
}

/// What the deletion is refused, its rehearsal is refused as well.
pub fn a_dry_run_is_refused_what_the_deletion_is(service: &Service) {
    let bob = prepare(service);
    let ada = service.get(&format!("{USERS}?external_id=ada")).send().expect(200)["data"][0].clone();
    let (ada, own) = (text(&ada, "id"), user_key(service, &bob, &["admin:*"]));
    let before = seen(service);
    for path in [format!("{USERS}/{ada}"), format!("{ACME}/members/{ada}"), format!("{WEB}/members/{ada}")] {
        rehearse(service, "DELETE", &path).expect_error(409, "conflict", None);
    }
    rehearse(service, "POST", &format!("{ACME}/purge")).expect_error(409, "conflict", None);
    for (method, path) in [
        ("DELETE", ACME),
        ("POST", &format!("{ACME}/purge")),
        ("DELETE", WEB),
        ("DELETE", &format!("{USERS}/{ada}")),
        ("DELETE", &format!("{ACME}/members/{ada}")),
    ] {
        let ask = |query: &str| service.request(method, &format!("{path}?{query}"));
        ask("dry_run=true").key(secret(&own)).send().expect_error(403, "forbidden", None);
        ask("dry_run=true").anonymous().send().expect_error(401, "missing_credentials", None);
        for (query, param) in [("dry_run=1", "dry_run"), ("dry_run", "dry_run"), ("dry_run=true&x=1", "x")] {
            ask(query).send().expect_error(400, "bad_request", Some(param));
        }
    }
    for (method, path) in [
        ("DELETE", format!("{ORGANIZATIONS}/nobody")),
        ("POST", format!("{ORGANIZATIONS}/nobody/purge")),
        ("DELETE", format!("{ACME}/projects/nobody")),
        ("DELETE", format!("{USERS}/nobody")),
        ("DELETE", format!("{ACME}/members/nobody")),
        ("DELETE", format!("{API_KEYS}/nobody")),
    ] {
        rehearse(service, method, &path).expect_error(404, "not_found", None);
    }
    assert_eq!(seen(service)[..2], before[..2]);
}
