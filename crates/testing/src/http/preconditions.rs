//! The tags of things, and requests that ask for one.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    concurrency::{of_many_at_once, the_one},
    fixtures::{
        ABSENT, API_KEYS, ME, PROVIDERS, USERS, key_path, member, organization_as_owner, organization_key, project,
        provider, provider_path, secret, system_key, text, user, user_key,
    },
};

/// How many callers ask for one state at once.
const MANY: usize = 100;
/// A tag in the form of ours, of no state of anything.
const OTHER: &str = "\"AAAAAAAAAAAAAAAAAAAAAA\"";

/// One thing of a kind, with a change that it takes and one that leaves it as it is.
struct Thing {
    path: String,
    change: Value,
}

/// One thing of each kind that is changed.
fn things(service: &Service) -> Vec<Thing> {
    let organization = service.create("acme");
    let (acme, web) = (format!("{ORGANIZATIONS}/acme"), format!("{ORGANIZATIONS}/acme/projects/web"));
    project(service, "acme", "web");
    let (ada, bob) = (user(service, "ada"), user(service, "bob"));
    let (ada, bob) = (text(&ada, "id"), text(&bob, "id"));
    for of in [&acme, &web] {
        member(service, of, &json!({"id": bob}), "member");
    }
    let key = system_key(service, &["billing"]);
    let provider = provider(service, &organization_as_owner(&organization), "main");
    let (name, role) = (json!({"name": "Changed"}), json!({"role": "admin"}));
    // What the others are beneath comes last, so that each can be deleted in turn.
    [
        (provider_path(&provider), &name),
        (format!("{web}/members/{bob}"), &role),
        (format!("{acme}/members/{bob}"), &role),
        (web, &name),
        (acme, &name),
        (format!("{USERS}/{ada}"), &name),
        (key_path(&key), &name),
    ]
    .map(|(path, change)| Thing { path, change: change.clone() })
    .into()
}

fn tag(answer: &Answer) -> &str {
    answer.header("etag").unwrap_or_else(|| panic!("no tag: {answer:?}"))
}

fn weak(tag: &str) -> String {
    format!("W/{tag}")
}

/// A strong tag in quotes, and what a cache may do with what has one.
fn expect_tagged(answer: &Answer) {
    let tag = tag(answer);
    assert!(tag.len() == 24 && tag.starts_with('"') && tag.ends_with('"'), "{tag}");
    assert_eq!(answer.all("etag").len(), 1);
    assert_eq!(answer.header("cache-control"), Some("private, no-cache"));
}

/// Each change gives a thing another tag, and nothing else does.
pub fn a_tag_names_the_state_of_a_thing(service: &Service) {
    for Thing { path, change } in things(service) {
        let read = || service.get(&path).send();
        let write = |body: &Value| service.request("PATCH", &path).json(body).send();
        let first = read();
        expect_tagged(&first);
        assert_eq!(tag(&read()), tag(&first), "{path}");
        assert_eq!(tag(&service.request("HEAD", &path).send()), tag(&first), "{path}");

        let written = write(&change);
        written.expect(200);
        expect_tagged(&written);
        assert_ne!(tag(&written), tag(&first), "{path}");
        for unchanged in [read(), write(&json!({})), write(&change)] {
            assert_eq!((unchanged.status, tag(&unchanged)), (200, tag(&written)), "{path}");
        }
    }
}

/// What is made has the tag that it is read with.
pub fn what_was_made_has_a_tag(service: &Service) {
    let make = |path: &str, body: &Value| {
        let answer = service.request("POST", path).json(body).send();
        let made = answer.expect(201);
        expect_tagged(&answer);
        assert_eq!(tag(&service.get(answer.header("location").unwrap()).send()), tag(&answer), "{path}");
        made
    };
    let acme = make(ORGANIZATIONS, &json!({"slug": "acme", "name": "Acme"}));
    make(&format!("{ORGANIZATIONS}/acme/projects"), &json!({"slug": "web", "name": "Web"}));
    let ada = make(USERS, &json!({"external_id": "ada"}));
    for of in ["acme", "acme/projects/web"] {
        make(&format!("{ORGANIZATIONS}/{of}/members"), &json!({"user_id": ada["id"]}));
    }
    let owner = organization_as_owner(&acme);
    make(PROVIDERS, &json!({"name": "main", "owner": owner, "provider_type": "openai"}));
}

/// A secret is shown once: what holds one has no tag, and is kept in no cache.
pub fn what_holds_a_secret_has_no_tag(service: &Service) {
    let new = json!({"name": "ci", "owner": {"type": "system"}});
    let made = service.request("POST", API_KEYS).json(&new).send();
    let rotated = service.request("POST", &format!("{}/rotate", key_path(&made.expect(201)))).send();
    for answer in [made, rotated] {
        let issued = answer.expect(201);
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (None, Some("no-store")));
        expect_tagged(&service.get(&key_path(&issued)).send());
    }
}

/// Lists, and what tells of no thing, have none.
pub fn what_is_no_thing_has_no_tag(service: &Service) {
    service.create("acme");
    let ada = user(service, "ada");
    for answer in [
        service.get(ORGANIZATIONS).header("If-None-Match", "*").send(),
        service.get(&format!("{ORGANIZATIONS}/acme/members")).send(),
        service.get("/livez").send(),
        service.request("DELETE", &format!("{USERS}/{}", text(&ada, "id"))).send(),
    ] {
        answer.expect(200);
        assert_eq!((answer.header("etag"), answer.header("cache-control")), (None, Some("no-store")));
    }
}

/// A caller is told of its own key in the same way.
pub fn a_caller_has_a_tag(service: &Service) {
    let key = system_key(service, &["admin:*"]);
    let ask = || service.get(ME).key(secret(&key));
    let first = ask().send();
    expect_tagged(&first);
    let unchanged = ask().header("If-None-Match", tag(&first)).send();
    assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
    service.request("PATCH", &key_path(&key)).json(&json!({"name": "other"})).send().expect(200);
    assert_eq!(ask().header("If-None-Match", tag(&first)).send().expect(200)["name"], "other");
}

/// A caller that has the thing as it is is told so, and no more.
pub fn what_the_caller_has_is_not_given_again(service: &Service) {
    for Thing { path, .. } in things(service) {
        let current = service.get(&path).send();
        let held = tag(&current);
        for method in ["GET", "HEAD"] {
            let ask = |tags: &str| service.request(method, &path).header("If-None-Match", tags).send();
            for tags in [held, &weak(held), &format!("{OTHER}, {held}"), &format!("{OTHER},{}", weak(held)), "*"] {
                let answer = ask(tags);
                assert_eq!((answer.status, answer.body.len()), (304, 0), "{method} {path} {tags}");
                expect_tagged(&answer);
                assert_eq!(tag(&answer), held);
                assert!(answer.header("x-request-id").is_some());
                assert_eq!(answer.header("content-type"), None);
            }
            for tags in [OTHER, &weak(OTHER), "\"*\"", r#""1", "a,b""#] {
                let answer = ask(tags);
                assert_eq!((answer.status, tag(&answer)), (200, held), "{method} {path} {tags}");
            }
        }
        assert_eq!(service.get(&path).header("If-Match", held).send().expect(200), current.json());
        let refused = service.get(&path).header("If-Match", OTHER).send();
        refused.expect_error(412, "precondition_failed", None);
        assert_eq!(refused.header("cache-control"), Some("no-store"));
    }
}

/// A thing that is no more as it was read is left as it is.
pub fn what_has_changed_since_it_was_read_is_left_alone(service: &Service) {
    for Thing { path, change } in things(service) {
        let current = service.get(&path).send();
        let held = tag(&current);
        let ask = |method: &str, name: &str, tags: &str| {
            let request = service.request(method, &path).header(name, tags);
            if method == "PATCH" { request.json(&change).send() } else { request.send() }
        };
        for method in ["PATCH", "DELETE"] {
            for (name, tags) in [
                ("If-Match", OTHER),
                ("If-Match", weak(held).as_str()),
                ("If-Match", "\"1\""),
                ("If-None-Match", "*"),
                ("If-None-Match", held),
                ("If-None-Match", weak(held).as_str()),
            ] {
                ask(method, name, tags).expect_error(412, "precondition_failed", None);
                assert_eq!(service.get(&path).send().expect(200), current.json(), "{method} {path} {name}: {tags}");
            }
        }

        let written = ask("PATCH", "If-Match", &format!("{OTHER}, {held}"));
        written.expect(200);
        ask("PATCH", "If-Match", held).expect_error(412, "precondition_failed", None);
        ask("PATCH", "If-Match", "*").expect(200);
        // What changes nothing is asked for its state as well.
        let nothing = service.request("PATCH", &path).json(&json!({}));
        nothing.clone().header("If-Match", held).send().expect_error(412, "precondition_failed", None);
        nothing.header("If-Match", tag(&written)).send().expect(200);
        ask("DELETE", "If-Match", held).expect_error(412, "precondition_failed", None);
        ask("DELETE", "If-Match", tag(&written)).expect(200);
    }
}

/// What acts on a thing heeds its tag as a change does.
pub fn an_act_heeds_the_tag(service: &Service) {
    service.create("acme");
    project(service, "acme", "web");
    let of = format!("{ORGANIZATIONS}/acme");
    let id = text(&service.get(&of).send().expect(200), "id").to_owned();
    let key = key_path(&system_key(service, &[]));
    let act = |path: &str, held: &str| {
        let ask = |tags: &str| service.request("POST", path).header("If-Match", tags).send();
        ask(OTHER).expect_error(412, "precondition_failed", None);
        ask(held)
    };
    for (path, restore) in
        [(format!("{of}/projects/web"), format!("{of}/projects/web/restore")), (of.clone(), format!("{of}/restore"))]
    {
        let deleted = service.request("DELETE", &path).send();
        let restored = act(&restore, tag(&deleted));
        restored.expect(200);
        assert_ne!(tag(&restored), tag(&deleted));
        assert_eq!(tag(&service.get(&path).send()), tag(&restored));
    }
    for verb in ["suspend", "resume"] {
        let current = service.get(&of).send();
        act(&format!("{of}/{verb}"), tag(&current)).expect(200);
    }
    let deleted = service.request("DELETE", &of).send();
    let shown = service.get(&format!("{ORGANIZATIONS}/{id}?include_deleted=true")).send();
    assert_eq!(tag(&shown), tag(&deleted));
    act(&format!("{ORGANIZATIONS}/{id}/purge"), tag(&deleted)).expect(200);
    act(&format!("{key}/rotate"), tag(&service.get(&key).send())).expect(201);
}

/// A member's answer has the user's fields: its tag changes with either.
pub fn a_members_tag_changes_with_its_user(service: &Service) {
    service.create("acme");
    let of = format!("{ORGANIZATIONS}/acme");
    let ada = user(service, "ada");
    member(service, &of, &ada, "member");
    let path = format!("{of}/members/{}", text(&ada, "id"));
    let first = service.get(&path).send();
    let rename = json!({"name": "Ada"});
    service.request("PATCH", &format!("{USERS}/{}", text(&ada, "id"))).json(&rename).send().expect(200);
    let second = service.get(&path).header("If-None-Match", tag(&first)).send();
    assert_eq!(second.expect(200)["name"], "Ada");
    let stale = service.request("PATCH", &path).header("If-Match", tag(&first)).json(&json!({"role": "admin"}));
    stale.send().expect_error(412, "precondition_failed", None);
}

/// A thing that has taken another one's place is another thing.
pub fn what_took_a_things_place_has_another_tag(service: &Service) {
    let of = format!("{ORGANIZATIONS}/acme");
    let (mut tags, ada) = (Vec::new(), user(service, "ada"));
    for _ in 0..2 {
        service.create("acme");
        project(service, "acme", "web");
        let (project, of_member) = (format!("{of}/projects/web"), format!("{of}/members/{}", text(&ada, "id")));
        for _ in 0..2 {
            member(service, &of, &ada, "member");
            let removed = service.request("DELETE", &of_member).send();
            removed.expect(200);
            tags.push(tag(&removed).to_owned());
        }
        for path in [project, of.clone()] {
            tags.push(tag(&service.get(&path).send()).to_owned());
        }
        service.delete("acme");
    }
    let count = tags.len();
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), count);
}

/// It is a mistake like any other in the request.
pub fn a_header_that_cannot_be_read_is_named(service: &Service) {
    for Thing { path, change } in things(service) {
        for method in ["GET", "PATCH", "DELETE"] {
            let ask = |path: &str| {
                let request = service.request(method, path);
                if method == "PATCH" { request.json(&change) } else { request }
            };
            for name in ["If-Match", "If-None-Match"] {
                for bad in ["abc", "\"abc", "", "*, \"a\"", "\"a\" \"b\"", "w/\"a\""] {
                    let refused = ask(&path).header(name, bad).send();
                    refused.expect_error(400, "bad_request", Some(name));
                }
                let twice = ask(&path).header(name, "*").header(name, OTHER).send();
                twice.expect_error(400, "bad_request", Some(name));
            }
        }
        service.get(&path).send().expect(200);
    }
    let absent = format!("{USERS}/{ABSENT}");
    service.get(&absent).header("If-Match", "abc").send().expect_error(404, "not_found", None);
    service.request("DELETE", &absent).header("If-Match", OTHER).send().expect_error(404, "not_found", None);
}

/// The state comes last: after who the caller is, what it may do, and what it has sent.
pub fn the_state_is_asked_for_last(service: &Service) {
    let acme = service.create("acme");
    let of = format!("{ORGANIZATIONS}/acme");
    let patch =
        |key: &str, body: &Value| service.request("PATCH", &of).key(key).header("If-Match", OTHER).json(body).send();
    let (good, bad) = (json!({"name": "A"}), json!({"name": ""}));
    patch(&service.keys().revoked, &good).expect_error(401, "invalid_api_key", None);
    patch(&service.keys().read_only, &good).expect_error(403, "forbidden", None);
    let globex = service.create("globex");
    let foreign = organization_key(service, &globex, &["admin:*"]);
    patch(secret(&foreign), &good).expect_error(404, "not_found", None);
    let ada = user(service, "ada");
    member(service, &of, &ada, "member");
    let of_member = user_key(service, &ada, &["admin:*"]);
    patch(secret(&of_member), &good).expect_error(403, "forbidden", None);
    patch(&service.keys().full, &bad).expect_error(400, "validation_error", Some("name"));
    patch(&service.keys().full, &good).expect_error(412, "precondition_failed", None);
    assert_eq!(service.get(&of).send().expect(200), acme);

    // An owner alone makes an owner, whatever the tag.
    let bob = user(service, "bob");
    member(service, &of, &bob, "admin");
    let of_admin = user_key(service, &bob, &["admin:*"]);
    let membership = format!("{of}/members/{}", text(&ada, "id"));
    let promote = |key: &str| {
        service.request("PATCH", &membership).key(key).header("If-Match", OTHER).json(&json!({"role": "owner"})).send()
    };
    promote(secret(&of_admin)).expect_error(403, "forbidden", None);
    promote(&service.keys().full).expect_error(412, "precondition_failed", None);
}

/// Of many who have read one state and change it, one does; the others are told that it is no more as they read it.
pub fn of_many_who_change_one_state_one_does(service: &Service) {
    service.create("acme");
    let path = format!("{ORGANIZATIONS}/acme");
    let held = service.get(&path).send();
    let answers = of_many_at_once(MANY, |number| {
        let body = json!({"name": format!("Caller {number}")});
        service.request("PATCH", &path).header("If-Match", tag(&held)).json(&body).send()
    });
    let written = the_one(answers, 200, (412, "precondition_failed", None));
    let current = service.get(&path).send();
    assert_eq!((current.expect(200), tag(&current)), (written.json(), tag(&written)));
}
