//! Keys in all the wrong places. That none of them stays anywhere is seen to after every rule of the suite: these are the
//! rules that give it something to find.

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Request, Service,
    fixtures::{
        API_KEYS, ME, USERS, VERIFY, key_path, make, organization_as_owner, organization_key, project, project_key,
        secret, system_key, text, user, user_key, verdict,
    },
};

/// What a request is called, by which it is found in the log.
const MARKER: &str = "found-in-the-log";

/// Good and bad uses of keys of every kind, in every part of a request. None of it may be kept: not by the log at its most
/// talkative, nor by the metrics, the audit log or any other row of the database.
pub fn wherever_a_key_is_put_it_stays_nowhere(service: &Service) {
    let acme = service.create("acme");
    let (web, ada) = (project(service, "acme", "web"), user(service, "ada"));
    let issued = [
        organization_key(service, &acme, &["admin:*"]),
        project_key(service, &web, &["admin:*"]),
        user_key(service, &ada, &["admin:*"]),
        system_key(service, &["admin:*"]),
    ];
    for key in &issued {
        good_uses(service, key);
        let written = [secret(key).to_owned(), percent_encoded(secret(key)), secret(key).replace('_', "%5F")];
        for written in &written {
            in_targets(service, written);
        }
        in_headers(service, secret(key));
        in_bodies(service, key, &acme);
    }
    expect_to_be_looked_at(service, &issued[0]);
}

/// That nothing is found means nothing where nothing is to be found.
fn expect_to_be_looked_at(service: &Service, issued: &Value) {
    let Some(remains) = service.remains() else { return };
    service.get(ME).header("X-Request-Id", MARKER).send().expect(200);
    let id = text(issued, "id");
    // SQLite has its bytes.
    let bytes = id.replace('-', "").to_uppercase();
    let is_of_key = |row: &String| row.contains(id) || row.contains(&bytes);
    assert!(remains.rows().iter().any(is_of_key), "no row of the key {id}");
    let holds = |content: &[u8], text: &str| content.windows(text.len()).any(|piece| piece == text.as_bytes());
    let (logs, database): (Vec<_>, Vec<_>) = remains.files().into_iter().partition(|(name, _)| name.contains("log"));
    for (name, log) in &logs {
        assert!(log.is_empty() || holds(log, MARKER), "no {MARKER} in {name}");
    }
    // Of the files of a database one has it: it need not have come from the journal into the other.
    let name = text(issued, "name");
    let is_there = database.iter().any(|(_, content)| holds(content, name));
    assert!(is_there || database.is_empty(), "no {name} in the files of the database");
}

fn good_uses(service: &Service, issued: &Value) {
    service.get(ME).key(secret(issued)).send().expect(200);
    assert_eq!(verdict(service, secret(issued)), "valid");
    let rotate = |grace: u32| {
        let request = service.request("POST", &format!("{}/rotate", key_path(issued)));
        request.json(&json!({"grace_period_seconds": grace})).send().expect(201)
    };
    let rotated = [rotate(60), rotate(0)];
    assert_eq!(verdict(service, secret(&rotated[0])), "unknown");
    service.get(ME).key(secret(issued)).send().expect_error(401, "invalid_api_key", None);
    service.request("PATCH", &key_path(issued)).json(&json!({"name": "renamed"})).send().expect(200);
    service.request("DELETE", &key_path(issued)).send().expect(200);
    assert_eq!(verdict(service, secret(&rotated[1])), "revoked");
}

/// In paths and queries, where a proxy would log it as well.
fn in_targets(service: &Service, key: &str) {
    let mut connection = service.connection();
    for path in [
        format!("/{key}"),
        format!("/admin/v1/{key}/x"),
        format!("{API_KEYS}/{key}"),
        format!("{API_KEYS}/{key}/rotate"),
        format!("{ORGANIZATIONS}/{key}"),
        format!("{ORGANIZATIONS}/acme/projects/{key}"),
        format!("{ORGANIZATIONS}/acme/members/{key}"),
        format!("{USERS}/{key}"),
    ] {
        for method in ["GET", "POST", "PATCH", "DELETE", "PUT"] {
            let refusal = connection.ask(&service.request(method, &path).json(&json!({})));
            assert!([404, 405].contains(&refusal.status), "{method} {path}: {}", refusal.status);
        }
    }
    for query in [
        format!("?key={key}"),
        format!("?{key}"),
        format!("?cursor={key}"),
        format!("?limit={key}"),
        format!("?direction={key}"),
        format!("?owner_type={key}"),
        format!("?{key}=%"),
    ] {
        assert_eq!(service.get(&format!("{API_KEYS}{query}")).send().status, 400);
    }
    for lookup in ["external_id", "email"] {
        assert_eq!(service.get(&format!("{USERS}?{lookup}={key}")).send().status, 400);
    }
}

/// In headers: in each that is kept for the audit log, and in others.
fn in_headers(service: &Service, key: &str) {
    let change = |request: Request, number: usize| {
        let body = json!({"slug": format!("{}-{number}", key[4..12].to_lowercase()), "name": "N"});
        request.json(&body).send().expect(201)
    };
    let headers = [
        "X-Request-Id",
        "User-Agent",
        "Forwarded",
        "X-Forwarded-For",
        "Referer",
        "Cookie",
        "X-Api-Key",
        "Accept",
        "Host",
        "Origin",
        "Traceparent",
    ];
    for (number, header) in headers.into_iter().enumerate() {
        let request = service.request("POST", ORGANIZATIONS);
        let request = if header == "Host" { request.without(header) } else { request };
        change(request.header(header, key), number);
    }
    let request = service.request("POST", ORGANIZATIONS).header("Idempotency-Key", key);
    let request = request.json(&json!({ "slug": "kept-as-it-is-sent", "name": "Kept" }));
    request.send().expect_error(400, "bad_request", Some("Idempotency-Key"));
    change(service.request("POST", ORGANIZATIONS).header("User-Agent", &format!("curl/8 (for={key})")), 90);
    change(service.request("POST", ORGANIZATIONS).header("Forwarded", &format!("for=\"{key}\"")), 91);
    let credentials = [
        key.to_owned(),
        format!("Basic {key}"),
        format!("Token {key}"),
        format!("Bearer {key} x"),
        format!("Bearer x{key}"),
    ];
    for header in credentials {
        let refusal = service.get(ME).anonymous().header("Authorization", &header).send();
        refusal.expect_error(401, "invalid_api_key", None);
    }
    for content_type in [key.to_owned(), format!("application/json; charset={key}")] {
        let refusal = service.request("POST", ORGANIZATIONS).body(&content_type, "{}").send();
        refusal.expect_error(415, "unsupported_media_type", None);
    }
    let too_much = service.get(ME).header("X-Much", &key.repeat(2_000)).send();
    assert!([400, 431].contains(&too_much.status), "{}", too_much.status);
}

/// In bodies: those that are no JSON, and those with it in the place of a value or a name.
fn in_bodies(service: &Service, issued: &Value, acme: &Value) {
    let key = secret(issued);
    let refused = |method: &str, path: &str, body: &str| {
        let answer = service.request(method, path).body("application/json", body).send();
        assert!([400, 404].contains(&answer.status), "{method} {path} {body}: {}", answer.status);
    };
    let owner = organization_as_owner(acme);
    let bodies = [
        key.to_owned(),
        format!("\"{key}\""),
        format!("{{\"key\":\"{key}\""),
        format!("{{\"key\":{key}}}"),
        json!({ key: 1 }).to_string(),
        json!({"key": [key]}).to_string(),
        json!({"key": key, "x": key}).to_string(),
        json!({"key": key, "scope": key}).to_string(),
        json!({"name": "N", "slug": key}).to_string(),
        json!({"name": {"of": key}, "slug": "n"}).to_string(),
        json!({"name": "N", "owner": {"type": key}}).to_string(),
        json!({"name": "N", "owner": {"type": "organization", "org_id": key}}).to_string(),
        json!({"name": "N", "owner": owner, "scopes": [key]}).to_string(),
        json!({"name": "N", "owner": owner, "expires_at": key}).to_string(),
        json!({"user_id": key}).to_string(),
        json!({"role": key}).to_string(),
        json!({"grace_period_seconds": key}).to_string(),
        json!({"external_id": "e", "email": key}).to_string(),
    ];
    let of_acme = format!("{ORGANIZATIONS}/acme");
    for body in &bodies {
        for (method, path) in [
            ("POST", ORGANIZATIONS),
            ("POST", API_KEYS),
            ("POST", VERIFY),
            ("POST", USERS),
            ("PATCH", &of_acme),
            ("PATCH", &key_path(issued)),
            ("POST", &format!("{}/rotate", key_path(issued))),
            ("POST", &format!("{of_acme}/members")),
        ] {
            // A verification alone is the right place for it.
            if (path, body) != (VERIFY, &bodies[0]) {
                refused(method, path, body);
            }
        }
    }
}

/// A key in a name would be in the database, in the audit log, and in every list.
pub fn no_text_that_is_kept_holds_a_key(service: &Service) {
    let acme = service.create("acme");
    let key = organization_key(service, &acme, &[]);
    let text = format!("ci {}", secret(&key));
    let of_acme = format!("{ORGANIZATIONS}/acme");
    let refused = |method: &str, path: &str, body: &Value, param: &str| -> Answer {
        let answer = service.request(method, path).json(body).send();
        answer.expect_error(400, "validation_error", Some(param));
        answer
    };
    let refusals = [
        refused("POST", ORGANIZATIONS, &json!({"slug": "new", "name": text}), "name"),
        refused("PATCH", &of_acme, &json!({"name": text}), "name"),
        refused("POST", &format!("{of_acme}/projects"), &json!({"slug": "new", "name": text}), "name"),
        refused("POST", ORGANIZATIONS, &json!({"slug": "new", "name": "N", "external_id": text}), "external_id"),
        refused("PATCH", &of_acme, &json!({"external_id": text}), "external_id"),
        refused("PATCH", &of_acme, &json!({"metadata": {"key": text}}), "metadata.key"),
        refused("PATCH", &of_acme, &json!({"metadata": {(secret(&key)): "v"}}), "metadata"),
        refused("POST", USERS, &json!({"external_id": text}), "external_id"),
        refused("POST", USERS, &json!({"external_id": "e", "name": text}), "name"),
        refused("POST", USERS, &json!({"external_id": "e", "email": format!("{}@a.example", secret(&key))}), "email"),
        refused("POST", API_KEYS, &json!({"name": text, "owner": organization_as_owner(&acme)}), "name"),
        refused("PATCH", &key_path(&key), &json!({"name": text}), "name"),
    ];
    for refusal in refusals {
        assert!(!String::from_utf8_lossy(&refusal.body).contains(secret(&key)));
    }
    // What only looks like one is a name as any other.
    make(service, ORGANIZATIONS, &json!({"slug": "new", "name": "tny_new"}));
}

fn percent_encoded(text: &str) -> String {
    text.bytes().flat_map(|byte| format!("%{byte:02x}").into_bytes()).map(char::from).collect()
}
