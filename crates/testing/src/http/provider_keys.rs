//! The keys of dynamic providers: shown to who may see them, and to nobody else.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, PROVIDERS, USERS, make, member, organization_as_owner, organization_key, project, project_as_owner,
        project_key, provider, provider_path, secret, system_key, text, user, user_as_owner, user_key,
    },
};

const KEY: &str = "sk-hunter2-\"\\\n\t'%_ß🦀-0123456789";

fn reveal(service: &Service, provider: &Value) -> super::Request {
    service.request("POST", &format!("{}/reveal", provider_path(provider)))
}

fn with_key(service: &Service, owner: &Value) -> Value {
    make(service, PROVIDERS, &json!({"name": "secret", "owner": owner, "provider_type": "openai", "api_key": KEY}))
}

/// It comes back as it was sent, for every kind of owner, with no body or an empty one.
pub fn a_key_is_revealed_as_it_was_sent(service: &Service) {
    let acme = service.create("acme");
    let web = project(service, "acme", "web");
    for owner in [organization_as_owner(&acme), project_as_owner(&web), user_as_owner(&user(service, "ada"))] {
        let made = with_key(service, &owner);
        assert_eq!(reveal(service, &made).send().expect(200), json!({"api_key": KEY}));
        assert_eq!(reveal(service, &made).json(&json!({})).send().expect(200), json!({"api_key": KEY}));
        let change = json!({"api_key": "another"});
        service.request("PATCH", &provider_path(&made)).json(&change).send().expect(200);
        assert_eq!(reveal(service, &made).send().expect(200), change);
        let answer = reveal(service, &made).json(&json!({"x": 1})).send();
        answer.expect_error(400, "validation_error", Some("x"));
    }
}

/// Nobody is told what is not there.
pub fn without_a_key_there_is_nothing_to_reveal(service: &Service) {
    let made = with_key(service, &organization_as_owner(&service.create("acme")));
    service.request("PATCH", &provider_path(&made)).json(&json!({"api_key": null})).send().expect(200);
    reveal(service, &made).send().expect_error(409, "conflict", None);
    service.request("DELETE", &provider_path(&made)).send().expect(200);
    reveal(service, &made).send().expect_error(404, "not_found", None);
    for nobody in [ABSENT, "main", "%ff"] {
        let answer = service.request("POST", &format!("{PROVIDERS}/{nobody}/reveal?x=1")).send();
        answer.expect_error(404, "not_found", None);
    }
}

/// No answer but that which reveals it, nor the metrics.
pub fn a_key_is_in_no_other_answer(service: &Service) {
    let acme = service.create("acme");
    let owner = organization_as_owner(&acme);
    let path = provider_path(&with_key(service, &owner));
    let new = |body: Value| service.request("POST", PROVIDERS).json(&body).send();
    let change = |body: Value| service.request("PATCH", &path).json(&body).send();
    let answers: Vec<Answer> = vec![
        new(json!({"name": "new", "owner": owner, "provider_type": "openai", "api_key": KEY})),
        new(json!({"name": "new", "owner": owner, "provider_type": "openai", "api_key": KEY})),
        new(json!({"name": "hunt", "owner": {"type": "system"}, "provider_type": "openai", "api_key": KEY})),
        new(json!({"name": "hunt", "owner": owner, "provider_type": "openai", "api_key": KEY, "key": KEY})),
        new(json!({"name": "hunt", "owner": owner, "provider_type": "openai", "api_key": format!("{KEY} ")})),
        new(json!({"name": "hunt", "owner": owner, "provider_type": "openai", "api_key": {"key": KEY}})),
        new(json!({"name": "hunt", "owner": owner, "provider_type": "openai", "config": {"token": KEY}})),
        change(json!({"api_key": KEY})),
        change(json!({"api_key": KEY, "base_url": "https://other.example.com"})),
        change(json!({"base_url": "https://third.example.com"})),
        service.get(&path).send(),
        service.get(PROVIDERS).send(),
        service.get(&format!("{ORGANIZATIONS}/acme/dynamic-providers")).send(),
        service.request("DELETE", &path).send(),
        service.get("/metrics").anonymous().send(),
    ];
    for answer in &answers {
        let body = String::from_utf8_lossy(&answer.body);
        assert!(!body.contains("hunter2") && !format!("{:?}", answer.headers).contains("hunter2"), "{answer:?}");
    }
    assert_eq!(answers[10].expect(200)["api_key_last4"], "6789");
}

/// Neither reading nor writing implies it; `admin:*` does. In an organization it takes as much as writing.
pub fn it_takes_a_scope_of_its_own_and_the_role_to_write(service: &Service) {
    let acme = service.create("acme");
    let web = project(service, "acme", "web");
    let (own, of_web) = (with_key(service, &organization_as_owner(&acme)), with_key(service, &project_as_owner(&web)));
    let ask = |made: &Value, key: &Value| reveal(service, made).key(secret(key)).send();
    for scopes in [&["admin:read", "admin:write"][..], &["admin:providers:read", "admin:providers:write"], &[]] {
        for key in [system_key(service, scopes), organization_key(service, &acme, scopes)] {
            let message = ask(&own, &key).expect_error(403, "forbidden", None);
            assert!(message.contains("admin:providers:reveal"), "{message}");
        }
    }
    for scopes in [["admin:*"], ["admin:providers:reveal"]] {
        for key in [system_key(service, &scopes), organization_key(service, &acme, &scopes)] {
            for made in [&own, &of_web] {
                ask(made, &key).expect(200);
            }
        }
        let of_project = project_key(service, &web, &scopes);
        ask(&of_web, &of_project).expect(200);
        ask(&own, &of_project).expect_error(404, "not_found", None);
    }
    for (role, status) in [("member", 403), ("admin", 200), ("owner", 200)] {
        let caller = user(service, role);
        member(service, &format!("{ORGANIZATIONS}/acme"), &caller, role);
        let key = user_key(service, &caller, &["admin:providers:reveal"]);
        for made in [&own, &of_web] {
            assert_eq!(ask(made, &key).status, status, "{role}");
        }
        let of_caller = with_key(service, &user_as_owner(&caller));
        ask(&of_caller, &key).expect(200);
    }
    // Who may reveal may not look at anything else.
    let key = organization_key(service, &acme, &["admin:providers:reveal"]);
    for path in [provider_path(&own), PROVIDERS.to_owned()] {
        service.get(&path).key(secret(&key)).send().expect_error(403, "forbidden", None);
    }
}

/// The answer to the deletion of a user counts what it always did.
pub fn a_users_providers_go_with_it(service: &Service) {
    let (ada, bob) = (user(service, "ada"), user(service, "bob"));
    let gone = [provider(service, &user_as_owner(&ada), "one"), provider(service, &user_as_owner(&ada), "two")];
    let kept = provider(service, &user_as_owner(&bob), "one");
    let deleted = service.request("DELETE", &format!("{USERS}/{}", text(&ada, "id"))).send().expect(200);
    let expected = json!({"deleted": true, "user_id": ada["id"], "api_keys_deleted": 0, "memberships_deleted": 0});
    assert_eq!(deleted, expected);
    for made in &gone {
        service.get(&provider_path(made)).send().expect_error(404, "not_found", None);
        reveal(service, made).send().expect_error(404, "not_found", None);
    }
    assert_eq!(service.get(PROVIDERS).send().expect(200)["data"], json!([kept]));
}
