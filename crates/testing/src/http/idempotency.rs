//! Requests that are sent again with their key.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Request, Service,
    concurrency::of_many_at_once,
    fixtures::{
        ABSENT, API_KEYS, PROVIDERS, USERS, VERIFY, key_path, lets_in, member, organization_as_owner, project, secret,
        system_key, text, user, user_key,
    },
};

/// How many callers send one request at once.
const MANY: usize = 100;

/// A POST with a key of its caller's.
fn keyed(service: &Service, path: &str, key: &str, body: &Value) -> Request {
    service.request("POST", path).header("Idempotency-Key", key).json(body)
}

/// The answer but for what differs between any two, and that it was given before.
fn kept(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    const OF_ONE_ANSWER: [&str; 3] = ["date", "x-request-id", "idempotency-replayed"];
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| !OF_ONE_ANSWER.contains(&name.as_str()));
    headers.sort();
    (answer.status, headers, answer.body.clone())
}

fn is_repeated(answer: &Answer) -> bool {
    assert!(answer.all("idempotency-replayed").len() <= 1);
    answer.header("idempotency-replayed").inspect(|value| assert_eq!(*value, "true")).is_some()
}

/// Sees to it that the second answer is the first once more.
fn expect_repeated(first: &Answer, second: &Answer) {
    assert!(!is_repeated(first) && is_repeated(second), "{first:?} {second:?}");
    assert_eq!(kept(second), kept(first));
    assert_ne!(second.header("x-request-id"), first.header("x-request-id"));
}

fn count(service: &Service, list: &str) -> usize {
    service.get(list).send().expect(200)["data"].as_array().unwrap().len()
}

/// Every POST that changes something takes a key, and is carried out once.
pub fn what_is_sent_again_is_answered_as_before(service: &Service) {
    let twice = |path: &str, body: &Value| {
        // The same key each time: no two of these requests are the same, but for what they are about.
        let send = || keyed(service, path, &format!("key of {path}").replace(' ', "-"), body).send();
        let (first, second) = (send(), send());
        assert!(matches!(first.status, 200 | 201), "{path}: {first:?}");
        expect_repeated(&first, &second);
        first.json()
    };
    let acme = format!("{ORGANIZATIONS}/acme");
    let organization = twice(ORGANIZATIONS, &json!({"slug": "acme", "name": "Acme"}));
    twice(&format!("{acme}/projects"), &json!({"slug": "web", "name": "Web"}));
    let ada = twice(USERS, &json!({"external_id": "ada"}));
    for of in [acme.clone(), format!("{acme}/projects/web")] {
        twice(&format!("{of}/members"), &json!({"user_id": ada["id"], "role": "owner"}));
        assert_eq!(count(service, &format!("{of}/members")), 1);
    }
    let owner = organization_as_owner(&organization);
    let new = json!({"name": "main", "owner": owner, "provider_type": "openai", "api_key": "sk-0123456789abcdef"});
    twice(PROVIDERS, &new);
    assert_eq!(count(service, PROVIDERS), 1);
    let keys = count(service, API_KEYS);
    let issued = twice(API_KEYS, &json!({"name": "ci", "owner": {"type": "system"}, "scopes": ["billing"]}));
    assert!(lets_in(service, secret(&issued)));
    let rotated = twice(&format!("{}/rotate", key_path(&issued)), &json!({"grace_period_seconds": 60}));
    assert!(lets_in(service, secret(&rotated)) && lets_in(service, secret(&issued)));
    assert_eq!(count(service, API_KEYS), keys + 1);

    service.request("DELETE", &format!("{acme}/projects/web")).send().expect(200);
    twice(&format!("{acme}/projects/web/restore"), &json!({}));
    service.delete("acme");
    twice(&format!("{acme}/restore"), &json!({}));
    for verb in ["suspend", "resume"] {
        twice(&format!("{acme}/{verb}"), &json!({}));
    }
    assert_eq!((count(service, ORGANIZATIONS), count(service, &format!("{acme}/projects"))), (1, 1));
    assert_eq!(count(service, USERS), 1);
    let id = text(&service.delete("acme"), "id").to_owned();
    twice(&format!("{ORGANIZATIONS}/{id}/purge"), &json!({}));
}

/// A body that is left out is one as well.
pub fn a_request_without_a_body_is_sent_again_too(service: &Service) {
    service.create("acme");
    service.delete("acme");
    let restore = || {
        let request = service.request("POST", &format!("{ORGANIZATIONS}/acme/restore"));
        request.header("Idempotency-Key", "again").send()
    };
    let first = restore();
    first.expect(200);
    expect_repeated(&first, &restore());
}

/// Whatever became of the thing since, and whatever it is called now.
pub fn an_answer_outlives_its_thing(service: &Service) {
    let make = || keyed(service, ORGANIZATIONS, "acme", &json!({"slug": "acme", "name": "Acme"})).send();
    let first = make();
    service.request("PATCH", &format!("{ORGANIZATIONS}/acme")).json(&json!({"name": "Other"})).send().expect(200);
    expect_repeated(&first, &make());
    service.delete("acme");
    expect_repeated(&first, &make());
    service.create("acme");
    expect_repeated(&first, &make());
    assert_eq!(count(service, ORGANIZATIONS), 1);
}

/// A key is for one request: the same method, path and query, and the same bytes.
pub fn a_key_is_for_one_request(service: &Service) {
    let new = json!({"slug": "acme", "name": "Acme"});
    let first = keyed(service, ORGANIZATIONS, "key", &new).send();
    first.expect(201);
    let others = [
        keyed(service, ORGANIZATIONS, "key", &json!({"slug": "other", "name": "Acme"})),
        service
            .request("POST", ORGANIZATIONS)
            .header("Idempotency-Key", "key")
            .body("application/json", format!(" {new}")),
        keyed(service, &format!("{ORGANIZATIONS}/acme/projects"), "key", &new),
        keyed(service, USERS, "key", &json!({"external_id": "ada"})),
        service.request("POST", &format!("{ORGANIZATIONS}/acme/restore")).header("Idempotency-Key", "key"),
    ];
    for other in others {
        other.send().expect_error(422, "idempotency_key_reused", None);
    }
    assert_eq!((count(service, ORGANIZATIONS), count(service, USERS)), (1, 0));
    // What no request is told from others by.
    let again = keyed(service, ORGANIZATIONS, "key", &new).header("If-Match", "\"x\"").header("X-Other", "1").send();
    expect_repeated(&first, &again);
    let other_key = keyed(service, ORGANIZATIONS, "Key", &json!({"slug": "other", "name": "Acme"})).send();
    assert!(!is_repeated(&other_key));
    other_key.expect(201);
}

/// Two callers may choose one key without knowing of each other.
pub fn a_key_is_its_callers_own(service: &Service) {
    let other = system_key(service, &["admin:*"]);
    let make = |key: &str, slug: &str| {
        keyed(service, ORGANIZATIONS, "same", &json!({"slug": slug, "name": "Acme"})).key(key).send()
    };
    let (ours, theirs) = (make(&service.keys().full, "ours"), make(secret(&other), "theirs"));
    assert_eq!(
        (ours.expect(201)["slug"].clone(), theirs.expect(201)["slug"].clone()),
        (json!("ours"), json!("theirs"))
    );
    expect_repeated(&ours, &make(&service.keys().full, "ours"));
    expect_repeated(&theirs, &make(secret(&other), "theirs"));
    // A caller that is given another secret is the same one.
    let rotated = service.request("POST", &format!("{}/rotate", key_path(&other))).send().expect(201);
    expect_repeated(&theirs, &make(secret(&rotated), "theirs"));
}

/// What failed may be sent again, and is carried out as if for the first time.
pub fn a_failure_is_not_kept(service: &Service) {
    service.create("acme");
    let create = || keyed(service, ORGANIZATIONS, "key", &json!({"slug": "acme", "name": "Acme"})).send();
    for _ in 0..2 {
        create().expect_error(409, "conflict", Some("slug"));
    }
    service.delete("acme");
    let first = create();
    first.expect(201);
    expect_repeated(&first, &create());

    let path = format!("{ORGANIZATIONS}/acme/members");
    let ada = user(service, "ada");
    let join = |key: &str, user: &Value| keyed(service, &path, key, &json!({"user_id": user})).send();
    join("member", &json!(ABSENT)).expect_error(404, "not_found", None);
    join("member", &json!("no id")).expect_error(400, "validation_error", Some("user_id"));
    let joined = join("member", &ada["id"]);
    joined.expect(201);
    expect_repeated(&joined, &join("member", &ada["id"]));
}

/// It is a mistake like any other in the request; what is not carried out once does not look at it.
pub fn the_rules_of_the_header(service: &Service) {
    let new = json!({"slug": "acme", "name": "Acme"});
    let long = "k".repeat(256);
    for bad in ["", "a b", "ä", &long] {
        let refused = keyed(service, ORGANIZATIONS, bad, &new).send();
        refused.expect_error(400, "bad_request", Some("Idempotency-Key"));
    }
    let twice = keyed(service, ORGANIZATIONS, "a", &new).header("Idempotency-Key", "b").send();
    twice.expect_error(400, "bad_request", Some("Idempotency-Key"));
    keyed(service, ORGANIZATIONS, &long, &new).anonymous().send().expect_error(401, "missing_credentials", None);
    let read_only = keyed(service, ORGANIZATIONS, &long, &new).key(&service.keys().read_only);
    read_only.send().expect_error(403, "forbidden", None);
    let absent = format!("{ORGANIZATIONS}/absent/projects");
    keyed(service, &absent, &long, &new).send().expect_error(404, "not_found", None);

    for good in ["!", "~", "\"quoted\"", &long[1..]] {
        keyed(service, ORGANIZATIONS, good, &json!({"slug": "Acme", "name": "Acme"})).send().expect(400);
    }
    service.create("acme");
    let patch = service.request("PATCH", &format!("{ORGANIZATIONS}/acme")).header("Idempotency-Key", &long);
    assert!(!is_repeated(&patch.json(&json!({})).send()));
    let shown = json!({"key": service.keys().unscoped});
    for _ in 0..2 {
        let verified = keyed(service, VERIFY, &long, &shown).send();
        verified.expect(200);
        assert!(!is_repeated(&verified));
    }
}

/// The secret of a key is shown to whoever sends the request again, until another one takes its place or the key is revoked.
pub fn a_secret_is_given_again_as_long_as_it_is_the_keys_own(service: &Service) {
    let create = || {
        let new = json!({"name": "ci", "owner": {"type": "system"}, "scopes": ["billing"]});
        keyed(service, API_KEYS, "make", &new).send()
    };
    let first = create();
    let issued = first.expect(201);
    let again = create();
    expect_repeated(&first, &again);
    assert_eq!((again.header("etag"), again.header("cache-control")), (None, Some("no-store")));

    let rotate = |key: &str| keyed(service, &format!("{}/rotate", key_path(&issued)), key, &json!({})).send();
    let rotated = rotate("rotate");
    assert_ne!(secret(&rotated.expect(201)), secret(&issued));
    // It works until its grace ends, and is shown no more.
    assert!(lets_in(service, secret(&issued)));
    create().expect_error(409, "conflict", None);
    expect_repeated(&rotated, &rotate("rotate"));

    service.request("DELETE", &key_path(&issued)).send().expect(200);
    for gone in [create(), rotate("rotate")] {
        gone.expect_error(409, "conflict", None);
    }
    rotate("another").expect_error(409, "conflict", None);
    assert_eq!(service.get(&key_path(&issued)).send().expect(200)["name"], "ci");
}

/// With its user a key is gone for good, and so is every answer with its secret; the request finds nobody to make it for.
pub fn a_secret_goes_with_its_user(service: &Service) {
    let ada = user(service, "ada");
    let new = json!({"name": "ci", "owner": {"type": "user", "user_id": ada["id"]}});
    let make = || keyed(service, API_KEYS, "make", &new).send();
    make().expect(201);
    service.request("DELETE", &format!("{USERS}/{}", text(&ada, "id"))).send().expect(200);
    make().expect_error(404, "not_found", None);
}

/// An answer is given again to whoever may still ask for what it answers.
pub fn whoever_may_no_more_is_not_answered_as_before(service: &Service) {
    service.create("acme");
    let of = format!("{ORGANIZATIONS}/acme");
    let (ada, path) = (user(service, "ada"), format!("{of}/projects"));
    let joined = member(service, &of, &ada, "admin");
    let key = user_key(service, &ada, &["admin:*"]);
    let make = || keyed(service, &path, "web", &json!({"slug": "web", "name": "Web"})).key(secret(&key)).send();
    let first = make();
    first.expect(201);
    let membership = format!("{of}/members/{}", text(&joined, "id"));
    service.request("PATCH", &membership).json(&json!({"role": "member"})).send().expect(200);
    make().expect_error(403, "forbidden", None);
    service.request("DELETE", &membership).send().expect(200);
    make().expect_error(404, "not_found", None);
    member(service, &of, &ada, "owner");
    expect_repeated(&first, &make());
    service.request("DELETE", &key_path(&key)).send().expect(200);
    make().expect_error(401, "invalid_api_key", None);
}

/// However often a request is sent at once, it is carried out once, and every answer is the same.
pub fn of_many_twins_one_is_carried_out(service: &Service) {
    let new = json!({"slug": "acme", "name": "Acme"});
    let answers = of_many_at_once(MANY, |_| keyed(service, ORGANIZATIONS, "twin", &new).send());
    assert_eq!(answers.iter().filter(|answer| !is_repeated(answer)).count(), 1);
    for answer in &answers {
        assert_eq!(answer.status, 201, "{answer:?}");
        assert_eq!(kept(answer), kept(&answers[0]));
    }
    let all = service.get(&format!("{ORGANIZATIONS}?include_deleted=true")).send().expect(200);
    assert_eq!(all["data"], json!([answers[0].json()]));
}

/// Twins that all fail are told so, each for itself.
pub fn of_many_twins_that_fail_none_is_kept(service: &Service) {
    service.create("acme");
    project(service, "acme", "web");
    let path = format!("{ORGANIZATIONS}/acme/projects");
    let answers =
        of_many_at_once(MANY, |_| keyed(service, &path, "twin", &json!({"slug": "web", "name": "Web"})).send());
    for answer in answers {
        answer.expect_error(409, "conflict", Some("slug"));
    }
}

/// The document says of every POST that takes a key that it does, and of no other.
pub fn the_document_tells_which_requests_take_a_key(service: &Service) {
    let document = service.get("/openapi.json").send().expect(200);
    let mut without = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let names = operation["parameters"].as_array().into_iter().flatten();
            let takes =
                names.filter_map(|parameter| parameter["$ref"].as_str()).any(|it| it.ends_with("/Idempotency-Key"));
            assert!(!takes || method == "post", "{method} {path}");
            assert_eq!(operation["responses"]["422"].is_object(), takes, "{method} {path}");
            if method == "post" && !takes {
                without.push(path.rsplit('/').next().unwrap().to_owned());
            }
        }
    }
    without.retain(|name| name != "verify" && name != "reveal");
    assert!(without.is_empty(), "{without:?}");
}
