//! Users, from their making to their deletion.

use serde_json::{Value, json};

use super::{
    ORGANIZATIONS, Service,
    fixtures::{
        ABSENT, USERS, issue, lets_in, make, member, organization_key, project, secret, text, user, user_as_owner,
        user_key, verdict, with,
    },
};

fn path(user: &Value) -> String {
    format!("{USERS}/{}", text(user, "id"))
}

/// The whole life of a user.
pub fn a_user_is_made_found_changed_and_deleted(service: &Service) {
    let body = json!({"external_id": "auth0|42", "email": "Ada@Example.com", "name": " Ada "});
    let answer = service.request("POST", USERS).json(&body).send();
    let made = answer.expect(201);
    assert_eq!(answer.header("location"), Some(path(&made).as_str()));
    assert_eq!(
        made,
        json!({
            "id": made["id"], "external_id": "auth0|42", "email": "Ada@Example.com", "name": "Ada",
            "created_at": made["created_at"], "updated_at": made["created_at"],
        })
    );
    assert_eq!(service.get(&path(&made)).send().expect(200), made);
    assert_eq!(service.get(USERS).send().expect(200)["data"], json!([made]));

    let change = |body: Value| service.request("PATCH", &path(&made)).json(&body).send().expect(200);
    for same in [json!({}), json!({"email": "Ada@Example.com"}), json!({"name": "Ada"})] {
        assert_eq!(change(same), made);
    }
    let cleared = change(json!({"email": null}));
    assert_eq!(cleared, with(&made, &json!({"email": null, "updated_at": cleared["updated_at"]})));
    let renamed = change(json!({"name": "Countess", "email": "countess@example.com"}));
    assert_eq!((&renamed["name"], &renamed["email"]), (&json!("Countess"), &json!("countess@example.com")));
    assert_eq!(service.get(&path(&made)).send().expect(200), renamed);

    let deleted = service.request("DELETE", &path(&made)).send().expect(200);
    let gone = json!({"deleted": true, "user_id": made["id"], "api_keys_deleted": 0, "memberships_deleted": 0});
    assert_eq!(deleted, gone);
    service.get(&path(&made)).send().expect_error(404, "not_found", None);
    service.request("DELETE", &path(&made)).send().expect_error(404, "not_found", None);
    // For good: both are free again, for somebody else.
    assert_ne!(make(service, USERS, &body)["id"], made["id"]);
}

/// A user has no e-mail address and no name of itself.
pub fn what_is_left_out_is_null(service: &Service) {
    for body in [json!({"external_id": "1"}), json!({"external_id": "2", "email": null, "name": null})] {
        let made = make(service, USERS, &body);
        assert_eq!((&made["email"], &made["name"]), (&Value::Null, &Value::Null));
    }
}

/// An e-mail address is the same in whatever case; an external id is not.
pub fn an_external_id_and_an_email_are_of_one_user(service: &Service) {
    make(service, USERS, &json!({"external_id": "ada", "email": "ada@example.com"}));
    let other = make(service, USERS, &json!({"external_id": "Ada", "email": "other@example.com"}));
    for (body, param) in [
        (json!({"external_id": "ada"}), "external_id"),
        (json!({"external_id": "new", "email": "ADA@example.COM"}), "email"),
    ] {
        service.request("POST", USERS).json(&body).send().expect_error(409, "conflict", Some(param));
    }
    let change = |email: &str| service.request("PATCH", &path(&other)).json(&json!({"email": email})).send();
    change("Ada@example.com").expect_error(409, "conflict", Some("email"));
    assert_eq!(change("OTHER@example.com").expect(200)["email"], "OTHER@example.com");
}

/// A look-up is a list of one, or of none.
pub fn users_are_looked_up(service: &Service) {
    let ada = make(service, USERS, &json!({"external_id": "a+b c", "email": "ada+x@example.com"}));
    user(service, "bob");
    let found = |query: &str| service.get(&format!("{USERS}?{query}")).send().expect(200)["data"].clone();
    for query in [
        "external_id=a%2Bb+c",
        "email=ada%2Bx@example.com",
        "email=ADA%2BX@EXAMPLE.COM",
        "email=ada%2Bx@example.com&external_id=a%2Bb%20c&limit=1",
    ] {
        assert_eq!(found(query), json!([ada]), "{query}");
    }
    for query in ["external_id=A%2BB+c", "email=nobody@example.com", "email=ada%2Bx@example.com&external_id=bob"] {
        assert_eq!(found(query), json!([]), "{query}");
    }
    for (query, param) in [
        ("external_id=", "external_id"),
        ("external_id=+a", "external_id"),
        ("external_id=%00", "external_id"),
        ("external_id=a&external_id=a", "external_id"),
        ("email=", "email"),
        ("email=ada", "email"),
        ("name=Ada", "name"),
        ("include_deleted=true", "include_deleted"),
    ] {
        service.get(&format!("{USERS}?{query}")).send().expect_error(400, "bad_request", Some(param));
    }
}

/// What the fields may be, on making and on changing. An external id does not change.
pub fn the_rules_of_the_fields(service: &Service) {
    let ada = user(service, "ada");
    for external_id in
        [json!(""), json!(" a"), json!("a\n"), json!("a\0"), json!("a".repeat(256)), json!(5), json!(null)]
    {
        let answer = service.request("POST", USERS).json(&json!({"external_id": external_id})).send();
        answer.expect_error(400, "validation_error", Some("external_id"));
    }
    service.request("POST", USERS).json(&json!({})).send().expect_error(400, "validation_error", Some("external_id"));
    let long = format!("a@{}example.com", "a.".repeat(130));
    for (member, bad) in [
        ("email", json!("")),
        ("email", json!("ada")),
        ("email", json!("ada@")),
        ("email", json!("a b@example.com")),
        ("email", json!("ada@example.com\0")),
        ("email", json!(long)),
        ("email", json!(5)),
        ("name", json!("")),
        ("name", json!("a\0b")),
        ("name", json!("a".repeat(256))),
        ("name", json!(["Ada"])),
        ("id", json!(ABSENT)),
    ] {
        let answer = service.request("POST", USERS).json(&json!({"external_id": "new", member: bad})).send();
        answer.expect_error(400, "validation_error", Some(member));
        let answer = service.request("PATCH", &path(&ada)).json(&json!({member: bad})).send();
        answer.expect_error(400, "validation_error", Some(member));
    }
    let answer = service.request("PATCH", &path(&ada)).json(&json!({"external_id": "new"})).send();
    answer.expect_error(400, "validation_error", Some("external_id"));
    let widest = json!({"external_id": "🦀".repeat(255), "name": "🦀".repeat(255)});
    make(service, USERS, &widest);
}

/// The live ones, with what the user is there.
pub fn a_users_organizations_are_listed_with_its_role_in_each(service: &Service) {
    let ada = user(service, "ada");
    let organizations =
        ["acme", "globex", "initech"].map(|slug| (service.create(slug), format!("{ORGANIZATIONS}/{slug}")));
    let list = format!("{}/organizations", path(&ada));
    assert_eq!(service.get(&list).send().expect(200)["data"], json!([]));
    let joined = [("owner", 0), ("admin", 1)].map(|(role, index)| {
        let (organization, of) = &organizations[index];
        let member = member(service, of, &ada, role);
        with(organization, &json!({"role": role, "joined_at": member["joined_at"]}))
    });
    assert_eq!(service.get(&list).send().expect(200)["data"], json!([joined[1], joined[0]]));
    service.delete("globex");
    assert_eq!(service.get(&list).send().expect(200)["data"], json!([joined[0]]));
    service.get(&format!("{list}?x=1")).send().expect_error(400, "bad_request", Some("x"));
    service.get(&format!("{USERS}/{ABSENT}/organizations?x=1")).send().expect_error(404, "not_found", None);
}

/// Nothing of it is left to be restored.
pub fn a_users_memberships_and_keys_go_with_it(service: &Service) {
    service.create("acme");
    project(service, "acme", "web");
    let (ada, bob) = (user(service, "ada"), user(service, "bob"));
    let (acme, web) = (format!("{ORGANIZATIONS}/acme"), format!("{ORGANIZATIONS}/acme/projects/web"));
    for of in [&acme, &web] {
        member(service, of, &bob, "owner");
        member(service, of, &ada, "owner");
    }
    let keys = [user_key(service, &ada, &["admin:read"]), user_key(service, &ada, &[]), user_key(service, &bob, &[])];
    service.request("DELETE", &format!("/admin/v1/api-keys/{}", text(&keys[1], "id"))).send().expect(200);
    let deleted = service.request("DELETE", &path(&ada)).send().expect(200);
    let gone = json!({"deleted": true, "user_id": ada["id"], "api_keys_deleted": 2, "memberships_deleted": 2});
    assert_eq!(deleted, gone);
    assert_eq!([0, 2].map(|index: usize| lets_in(service, secret(&keys[index]))), [false, true]);
    assert_eq!(verdict(service, secret(&keys[0])), "unknown");
    for of in [acme, web] {
        let members = service.get(&format!("{of}/members")).send().expect(200);
        assert_eq!(members["data"].as_array().unwrap().len(), 1);
        let answer = service.get(&format!("{of}/members/{}", text(&ada, "id"))).send();
        answer.expect_error(404, "not_found", None);
    }
    let owner = json!({"name": "ci", "owner": user_as_owner(&ada)});
    service.request("POST", "/admin/v1/api-keys").json(&owner).send().expect_error(404, "not_found", None);
}

/// No organization is left without an owner, be it deleted.
pub fn the_last_owner_of_an_organization_is_not_deleted(service: &Service) {
    service.create("acme");
    let (ada, bob) = (user(service, "ada"), user(service, "bob"));
    let acme = format!("{ORGANIZATIONS}/acme");
    member(service, &acme, &ada, "owner");
    member(service, &acme, &bob, "admin");
    let delete = |user: &Value| service.request("DELETE", &path(user)).send();
    delete(&ada).expect_error(409, "conflict", None);
    let id = text(&service.delete("acme"), "id").to_owned();
    delete(&ada).expect_error(409, "conflict", None);
    service.request("POST", &format!("{ORGANIZATIONS}/{id}/restore")).send().expect(200);
    let promote = service.request("PATCH", &format!("{acme}/members/{}", text(&bob, "id")));
    promote.json(&json!({"role": "owner"})).send().expect(200);
    delete(&ada).expect(200);
}

/// Whatever is asked of whichever user, and however wrongly.
pub fn only_system_keys_do_anything_with_users(service: &Service) {
    let acme = service.create("acme");
    let ada = user(service, "ada");
    member(service, &format!("{ORGANIZATIONS}/acme"), &ada, "owner");
    let tenants = [organization_key(service, &acme, &["admin:*"]), user_key(service, &ada, &["admin:*"])];
    let own = path(&ada);
    for tenant in &tenants {
        for (method, path) in [
            ("GET", USERS),
            ("POST", USERS),
            ("GET", own.as_str()),
            ("PATCH", own.as_str()),
            ("DELETE", own.as_str()),
            ("GET", &format!("{own}/organizations")),
            ("GET", &format!("{USERS}/{ABSENT}")),
            ("DELETE", &format!("{USERS}/nonsense")),
        ] {
            let request = service.request(method, &format!("{path}?x=1"));
            request.key(secret(tenant)).send().expect_error(403, "forbidden", None);
        }
        let request = service.request("POST", USERS).key(secret(tenant)).body("text/plain", "nonsense");
        request.send().expect_error(403, "forbidden", None);
    }
    let reader = issue(service, &json!({"name": "r", "owner": {"type": "system"}, "scopes": ["admin:users:read"]}));
    service.get(&own).key(secret(&reader)).send().expect(200);
    service.request("DELETE", &own).key(secret(&reader)).send().expect_error(403, "forbidden", None);
    for nobody in [ABSENT, "ada", "..", "%ff", "01939F6B8A007C3E9D5F2B8A4C6E1F70"] {
        let request = service.request("PATCH", &format!("{USERS}/{nobody}")).json(&json!({"name": ""}));
        request.send().expect_error(404, "not_found", None);
    }
    service.get(&format!("{own}?x=1")).send().expect_error(400, "bad_request", Some("x"));
}
