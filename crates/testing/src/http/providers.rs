//! Dynamic providers, from their making to their deletion.

use serde_json::{Value, json};

use super::{
    ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, PROVIDERS, USERS, ids, make, organization_as_owner, project, project_as_owner, provider, provider_path,
        text, user, user_as_owner, with, without,
    },
};

/// The whole life of a provider.
pub fn a_provider_is_made_found_changed_and_deleted(service: &Service) {
    let acme = service.create("acme");
    let body = json!({
        "name": "  main ", "owner": organization_as_owner(&acme), "provider_type": "openai",
        "base_url": "https://API.example.com/v1", "api_key": "sk-0123456789abcd4f2a",
        "config": {"region": "eu", "limits": [{"max_tokens": 4096}, null], "ratio": 0.5}, "models": ["b", "a", "b"],
        "is_enabled": false,
    });
    let answer = service.request("POST", PROVIDERS).json(&body).send();
    let made = answer.expect(201);
    let id = text(&made, "id");
    assert_eq!(answer.header("location"), Some(provider_path(&made).as_str()));
    assert_eq!(
        made,
        json!({
            "id": id, "name": "main", "owner": body["owner"], "provider_type": "openai",
            "base_url": "https://api.example.com/v1", "has_api_key": true, "api_key_last4": "4f2a",
            "config": body["config"], "models": ["b", "a"], "is_enabled": false, "created_at": made["created_at"],
            "updated_at": made["created_at"],
        })
    );
    let path = provider_path(&made);
    assert_eq!(service.get(&path).send().expect(200), made);
    assert_eq!(service.get(PROVIDERS).send().expect(200)["data"], json!([made]));

    let mut expected = made.clone();
    for changes in [
        json!({"name": "other", "is_enabled": true}),
        json!({"config": {}, "models": []}),
        json!({"config": {"a": [[[[[[{}]]]]]]}, "models": ["x y"]}),
    ] {
        let changed = service.request("PATCH", &path).json(&changes).send().expect(200);
        expected = with(&with(&expected, &changes), &json!({"updated_at": changed["updated_at"]}));
        assert_eq!(changed, expected);
        assert_eq!(service.get(&path).send().expect(200), expected);
    }
    let short = service.request("PATCH", &path).json(&json!({"api_key": "short"})).send().expect(200);
    assert_eq!((&short["has_api_key"], &short["api_key_last4"]), (&json!(true), &Value::Null));
    let cleared = service.request("PATCH", &path).json(&json!({"api_key": null, "base_url": null})).send().expect(200);
    assert_eq!((&cleared["has_api_key"], &cleared["base_url"]), (&json!(false), &Value::Null));

    assert_eq!(service.request("DELETE", &path).send().expect(200), cleared);
    for method in ["GET", "DELETE"] {
        service.request(method, &path).send().expect_error(404, "not_found", None);
    }
    assert_eq!(service.get(PROVIDERS).send().expect(200)["data"], json!([]));
}

/// All but the name, the owner and the type may be left out.
pub fn what_is_left_out_is_as_it_is_documented(service: &Service) {
    let acme = service.create("acme");
    let least = json!({"name": "main", "owner": organization_as_owner(&acme), "provider_type": "openai"});
    let expected = json!({
        "base_url": null, "has_api_key": false, "api_key_last4": null, "config": {}, "models": [], "is_enabled": true,
    });
    let made = make(service, PROVIDERS, &least);
    assert_eq!(with(&made, &expected), made);
    let nulls = with(&least, &json!({"name": "nulls", "base_url": null, "api_key": null}));
    assert_eq!(with(&make(service, PROVIDERS, &nulls), &expected)["has_api_key"], json!(false));
    for member in ["name", "owner", "provider_type"] {
        let answer = service.request("POST", PROVIDERS).json(&without(&least, member)).send();
        answer.expect_error(400, "validation_error", Some(member));
    }
}

/// A change to what is there already is none; a key that is sent always is one.
pub fn a_change_of_nothing_keeps_the_time(service: &Service) {
    let made = provider(service, &organization_as_owner(&service.create("acme")), "main");
    let path = provider_path(&made);
    let same = without(&without(&made, "id"), "owner");
    let same = ["provider_type", "has_api_key", "api_key_last4", "created_at", "updated_at"]
        .into_iter()
        .fold(same, |same, member| without(&same, member));
    for body in [json!({}), same] {
        assert_eq!(service.request("PATCH", &path).json(&body).send().expect(200), made);
    }
    let again = service.request("PATCH", &path).json(&json!({"api_key": "sk-0123456789abcdef"})).send().expect(200);
    assert!(text(&again, "updated_at") >= text(&made, "updated_at"));
}

/// Of one owner: another owner may use the name as well, and a provider that is gone gives it back.
pub fn a_name_is_taken_once_by_each_owner(service: &Service) {
    let acme = service.create("acme");
    let own = organization_as_owner(&acme);
    let body = |name: &str| json!({"name": name, "owner": own, "provider_type": "openai"});
    let (first, other) = (make(service, PROVIDERS, &body("main")), make(service, PROVIDERS, &body("Main")));
    let again = || service.request("POST", PROVIDERS).json(&body(" main ")).send();
    again().expect_error(409, "conflict", Some("name"));
    let rename = || service.request("PATCH", &provider_path(&other)).json(&json!({"name": "main"})).send();
    rename().expect_error(409, "conflict", Some("name"));
    for owner in [
        organization_as_owner(&service.create("other")),
        project_as_owner(&project(service, "acme", "web")),
        user_as_owner(&user(service, "ada")),
    ] {
        provider(service, &owner, "main");
    }
    service.request("DELETE", &provider_path(&first)).send().expect(200);
    rename().expect(200);
    again().expect_error(409, "conflict", Some("name"));
}

/// What the fields may be, on making and on changing.
pub fn the_rules_of_the_fields(service: &Service) {
    let acme = service.create("acme");
    let good = json!({"name": "new", "owner": organization_as_owner(&acme), "provider_type": "openai"});
    let path = provider_path(&provider(service, &good["owner"], "main"));
    let deep = |levels: usize| (1..levels).fold(json!({}), |inner, _| json!({"a": inner}));
    let large = |bytes: usize| json!({"a": "a".repeat(bytes - 8)});
    for (member, bad, param) in [
        ("name", json!(""), "name"),
        ("name", json!("  "), "name"),
        ("name", json!("a\0"), "name"),
        ("name", json!("a".repeat(65)), "name"),
        ("name", Value::Null, "name"),
        ("base_url", json!("api.example.com"), "base_url"),
        ("base_url", json!("http://api.example.com"), "base_url"),
        ("base_url", json!("https://user:hunter2@api.example.com"), "base_url"),
        ("base_url", json!("https://api.example.com?key=hunter2"), "base_url"),
        ("base_url", json!("https://10.0.0.1"), "base_url"),
        ("base_url", json!("https://169.254.169.254"), "base_url"),
        ("base_url", json!("https://2852039166"), "base_url"),
        ("base_url", json!("https://[::ffff:10.0.0.1]"), "base_url"),
        ("base_url", json!("https://[fd00::1]"), "base_url"),
        ("base_url", json!("http://localhost:8080"), "base_url"),
        ("base_url", json!("http://127.0.0.1"), "base_url"),
        ("base_url", json!("https://[::1]"), "base_url"),
        ("base_url", json!(format!("https://api.example.com/{}", "a".repeat(2_025))), "base_url"),
        ("base_url", json!(5), "base_url"),
        ("api_key", json!(""), "api_key"),
        ("api_key", json!(" hunter2"), "api_key"),
        ("api_key", json!("hunter2\0"), "api_key"),
        ("api_key", json!("hunter2!".repeat(1_025)), "api_key"),
        ("api_key", json!(["hunter2"]), "api_key"),
        ("config", Value::Null, "config"),
        ("config", json!([]), "config"),
        ("config", json!("{}"), "config"),
        ("config", deep(9), "config"),
        ("config", large(16_385), "config"),
        ("models", Value::Null, "models"),
        ("models", json!(["a", ""]), "models[1]"),
        ("models", json!(["a\0"]), "models[0]"),
        ("models", json!(["a".repeat(256)]), "models[0]"),
        ("models", json!(["a", 5]), "models[1]"),
        ("models", json!(vec!["a"; 501]), "models"),
        ("is_enabled", Value::Null, "is_enabled"),
        ("is_enabled", json!("yes"), "is_enabled"),
        ("has_api_key", json!(true), "has_api_key"),
        ("id", json!(ABSENT), "id"),
    ] {
        let body = with(&good, &json!({member: bad}));
        let refusals = [
            service.request("POST", PROVIDERS).json(&body).send(),
            service.request("PATCH", &path).json(&json!({member: bad})).send(),
        ];
        for refusal in refusals {
            refusal.expect_error(400, "validation_error", Some(param));
            assert!(!String::from_utf8_lossy(&refusal.body).contains("hunter2"), "{bad}");
        }
    }
    for (member, bad) in [("provider_type", json!("OpenAI")), ("provider_type", json!("")), ("owner", json!("system"))]
    {
        let body = with(&good, &json!({member: bad}));
        let answer = service.request("POST", PROVIDERS).json(&body).send();
        answer.expect_error(400, "validation_error", Some(member));
        // Neither ever changes.
        let answer = service.request("PATCH", &path).json(&json!({member: good[member]})).send();
        answer.expect_error(400, "validation_error", Some(member));
    }
    let system = with(&good, &json!({"owner": {"type": "system"}}));
    service.request("POST", PROVIDERS).json(&system).send().expect_error(400, "validation_error", Some("owner.type"));
    for (member, fine) in [
        ("name", json!("ß".repeat(64))),
        ("base_url", json!("https://8.8.8.8:8443/v1")),
        ("api_key", json!("-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----")),
        ("config", deep(8)),
        ("config", large(16_384)),
        ("models", json!(vec!["a"; 500])),
    ] {
        let name = json!({"name": format!("{member} {}", fine.to_string().len())});
        make(service, PROVIDERS, &with(&with(&good, &name), &json!({member: fine})));
    }
}

/// What looks like a secret does not belong into what everybody reads, and a member that is there twice is refused as
/// anywhere else.
pub fn a_configuration_holds_no_secrets_and_no_member_twice(service: &Service) {
    let acme = service.create("acme");
    let good = json!({"name": "new", "owner": organization_as_owner(&acme), "provider_type": "openai"});
    let path = provider_path(&provider(service, &good["owner"], "main"));
    for (config, param) in [
        (json!({"api_key": "hunter2"}), "config.api_key"),
        (json!({"a": {"clientSecret": "hunter2"}}), "config.a.clientSecret"),
        (json!({"headers": [{}, {"Authorization": "hunter2"}]}), "config.headers[1].Authorization"),
        (json!({"proxy": "http://user:hunter2@proxy.example.com"}), "config.proxy"),
        (json!({"note": "sk-hunter2hunter2hunter2"}), "config.note"),
    ] {
        for request in [
            service.request("POST", PROVIDERS).json(&with(&good, &json!({"config": config}))),
            service.request("PATCH", &path).json(&json!({"config": config})),
        ] {
            let answer = request.send();
            let message = answer.expect_error(400, "validation_error", Some(param));
            assert!(message.contains("api_key"), "{message}");
            assert!(!String::from_utf8_lossy(&answer.body).contains("hunter2"), "{answer:?}");
        }
    }
    for (config, param) in [
        (r#"{"a":1,"a":2}"#, "config.a"),
        (r#"{"x":{"a":1,"b":2,"a":3}}"#, "config.x.a"),
        (r#"{"x":[1,{"a":1,"\u0061":1}]}"#, "config.x[1].a"),
    ] {
        let body = format!(r#"{{"config":{config}}}"#);
        let answer = service.request("PATCH", &path).body("application/json", body).send();
        answer.expect_error(400, "validation_error", Some(param));
    }
    service.request("PATCH", &path).json(&json!({"config": {"max_tokens": 1, "key": "a"}})).send().expect(200);
}

/// The key that was meant for one host must not go to another one.
pub fn another_host_takes_the_key_again(service: &Service) {
    let made = provider(service, &organization_as_owner(&service.create("acme")), "main");
    let path = provider_path(&made);
    let change = |body: Value| service.request("PATCH", &path).json(&body).send();
    for base_url in [json!("https://other.example.com"), Value::Null] {
        change(json!({"base_url": base_url})).expect_error(400, "validation_error", Some("api_key"));
    }
    // One that differs in how it is written alone is the same.
    change(json!({"base_url": "HTTPS://API.EXAMPLE.COM/v1"})).expect(200);
    assert_eq!(service.get(&path).send().expect(200), made);
    for body in [
        json!({"base_url": "https://other.example.com", "api_key": "sk-0123456789abcdef"}),
        json!({"base_url": "https://third.example.com", "api_key": null}),
        json!({"base_url": "https://fourth.example.com"}),
    ] {
        assert_eq!(change(body.clone()).expect(200)["base_url"], body["base_url"]);
    }
}

/// Each owner's own, and no others.
pub fn providers_are_listed_beneath_their_owners(service: &Service) {
    let acme = service.create("acme");
    let (web, app) = (project(service, "acme", "web"), project(service, "acme", "app"));
    let (ada, other) = (user(service, "ada"), service.create("other"));
    let owners = [
        organization_as_owner(&acme),
        project_as_owner(&web),
        project_as_owner(&app),
        user_as_owner(&ada),
        organization_as_owner(&other),
    ];
    let made = owners.map(|owner| provider(service, &owner, "main"));
    let all: Vec<&str> = made.iter().rev().map(|made| text(made, "id")).collect();
    assert_eq!(ids(&service.get(PROVIDERS).send().expect(200)), all);
    let of_acme = format!("{ORGANIZATIONS}/acme");
    let by_id = format!("{ORGANIZATIONS}/{}", text(&acme, "id"));
    for (of, expected) in [
        (of_acme.clone(), &made[0]),
        (by_id.clone(), &made[0]),
        (format!("{of_acme}/projects/web"), &made[1]),
        (format!("{by_id}/projects/{}", text(&app, "id")), &made[2]),
        (format!("{USERS}/{}", text(&ada, "id")), &made[3]),
        (format!("{ORGANIZATIONS}/other"), &made[4]),
    ] {
        let list = format!("{of}/dynamic-providers");
        assert_eq!(service.get(&list).send().expect(200)["data"], json!([expected]), "{list}");
        service.get(&format!("{list}?x=1")).send().expect_error(400, "bad_request", Some("x"));
        service.get(&format!("{list}?limit=0")).send().expect_error(400, "bad_request", Some("limit"));
    }
    for nobody in [
        format!("{ORGANIZATIONS}/nobody"),
        format!("{of_acme}/projects/nobody"),
        format!("{USERS}/{ABSENT}"),
        format!("{USERS}/%ff"),
    ] {
        service.get(&format!("{nobody}/dynamic-providers?x=1")).send().expect_error(404, "not_found", None);
    }
    service.get(&format!("{PROVIDERS}?owner_type=user")).send().expect_error(400, "bad_request", Some("owner_type"));
    for nobody in [ABSENT, "main", "%ff", "01939F6B8A007C3E9D5F2B8A4C6E1F70"] {
        for method in ["GET", "PATCH", "DELETE"] {
            let request = service.request(method, &format!("{PROVIDERS}/{nobody}")).json(&json!({"name": ""}));
            request.send().expect_error(404, "not_found", None);
        }
    }
}
