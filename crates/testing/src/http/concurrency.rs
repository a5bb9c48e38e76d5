//! Requests at the same time for the same thing.

use std::{sync::Barrier, thread};

use serde_json::{Value, json};

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        API_KEYS, PROVIDERS, key_path, lets_in, member, organization_as_owner, organization_key, project_as_owner,
        secret, text, user, without_secret,
    },
};

/// How many callers there are.
const CALLERS: usize = 12;
/// How many there are where much is at stake.
const CROWD: usize = 100;
/// How many of a kind an organization may have, in a service for [`a_limit_is_not_passed`].
pub const LIMIT: usize = 50;

/// What each caller is answered who asks at the same moment as the others.
fn at_once(ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    of_many_at_once(CALLERS, ask)
}

/// What each of so many callers is answered.
pub(super) fn of_many_at_once(callers: usize, ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let (ask, barrier) = (&ask, &Barrier::new(callers));
    let caller = |number| {
        move || {
            barrier.wait();
            ask(number)
        }
    };
    thread::scope(|scope| {
        let callers: Vec<_> = (0..callers).map(|number| scope.spawn(caller(number))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    })
}

/// The one answer with this status. Whoever is answered otherwise must be told `code` and `param`, with `otherwise`.
pub(super) fn the_one(
    answers: Vec<Answer>,
    status: u16,
    (otherwise, code, param): (u16, &str, Option<&str>),
) -> Answer {
    let (mut given, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == status);
    for answer in refused {
        answer.expect_error(otherwise, code, param);
    }
    assert_eq!(given.len(), 1);
    given.remove(0)
}

/// Who is too late is told which field is taken.
pub fn a_slug_is_given_once(service: &Service) {
    for slug in ["first", "second", "third"] {
        let answers = at_once(|number| {
            let body = json!({"slug": slug, "name": format!("Caller {number}")});
            service.request("POST", ORGANIZATIONS).json(&body).send()
        });
        let made = the_one(answers, 201, (409, "conflict", Some("slug"))).json();
        assert_eq!(service.get(&format!("{ORGANIZATIONS}/{slug}")).send().expect(200), made);
    }
    let all = service.get(&format!("{ORGANIZATIONS}?include_deleted=true")).send().expect(200);
    assert_eq!(all["data"].as_array().unwrap().len(), 3);
}

/// Who is too late finds nothing to delete.
pub fn an_organization_is_deleted_once(service: &Service) {
    let id = service.create("acme")["id"].as_str().unwrap().to_owned();
    let path = format!("{ORGANIZATIONS}/{id}");
    let answers = at_once(|_| service.request("DELETE", &path).send());
    let deleted = the_one(answers, 200, (404, "not_found", None)).json();
    assert_eq!(service.get(&format!("{path}?include_deleted=true")).send().expect(200), deleted);
}

/// While an organization gives a slug up and takes it back, nobody else gets it.
pub fn a_former_slug_is_given_to_nobody_else(service: &Service) {
    let id = service.create("acme")["id"].as_str().unwrap().to_owned();
    service.create("other");
    let rename = |organization: &str, slug: &str| {
        service.request("PATCH", &format!("{ORGANIZATIONS}/{organization}")).json(&json!({"slug": slug})).send()
    };
    rename(&id, "acme-2").expect(200);
    for (now, next) in [("acme-2", "acme"), ("acme", "acme-2"), ("acme-2", "acme")] {
        let answers = at_once(|number| {
            let wanted = if number % 2 == 0 { now } else { next };
            match number {
                5 => rename(&id, next),
                _ if number % 3 == 0 => rename("other", wanted),
                _ => service.request("POST", ORGANIZATIONS).json(&json!({"slug": wanted, "name": "N"})).send(),
            }
        });
        assert_eq!(the_one(answers, 200, (409, "conflict", Some("slug"))).json()["id"], id);
        let former = service.get(&format!("{ORGANIZATIONS}/{now}")).send();
        assert_eq!((former.status, former.header("location")), (308, Some(format!("{ORGANIZATIONS}/{next}").as_str())));
    }
}

/// Each writer is answered with what it wrote, and one of them is the last.
pub fn of_many_writers_one_is_the_last(service: &Service) {
    service.create("acme");
    let path = format!("{ORGANIZATIONS}/acme");
    let answers = at_once(|number| {
        let name = format!("Caller {number}");
        let answer = service.request("PATCH", &path).json(&json!({"name": name})).send();
        assert_eq!(answer.expect(200)["name"], name);
        answer
    });
    let last = service.get(&path).send().expect(200);
    assert!(answers.iter().any(|answer| answer.json() == last), "{last}");
}

/// Who is too late is a member already.
pub fn a_user_becomes_a_member_once(service: &Service) {
    service.create("acme");
    let ada = user(service, "ada");
    let list = format!("{ORGANIZATIONS}/acme/members");
    let answers = at_once(|_| service.request("POST", &list).json(&json!({"user_id": ada["id"]})).send());
    let added = the_one(answers, 201, (409, "conflict", None)).json();
    assert_eq!(service.get(&list).send().expect(200)["data"], json!([added]));
}

/// Who is too late is told that the name is taken.
pub fn a_providers_name_is_given_once(service: &Service) {
    let owner = organization_as_owner(&service.create("acme"));
    let answers = at_once(|number| {
        let body = json!({
            "name": "main", "owner": owner, "provider_type": "openai", "api_key": format!("sk-of-caller-{number}"),
        });
        service.request("POST", PROVIDERS).json(&body).send()
    });
    let made = the_one(answers, 201, (409, "conflict", Some("name"))).json();
    assert_eq!(service.get(PROVIDERS).send().expect(200)["data"], json!([made]));
}

/// However many owners leave at the same moment, one stays.
pub fn an_organization_keeps_an_owner(service: &Service) {
    service.create("acme");
    let of = format!("{ORGANIZATIONS}/acme");
    let owners: Vec<_> = (0..CALLERS).map(|number| user(service, &format!("owner-{number}"))).collect();
    for owner in &owners {
        member(service, &of, owner, "owner");
    }
    // By every way out: demoted, removed, and deleted altogether.
    let answers = at_once(|number| {
        let id = text(&owners[number], "id");
        match number % 3 {
            0 => service.request("PATCH", &format!("{of}/members/{id}")).json(&json!({"role": "admin"})).send(),
            1 => service.request("DELETE", &format!("{of}/members/{id}")).send(),
            _ => service.request("DELETE", &format!("/admin/v1/users/{id}")).send(),
        }
    });
    let refused: Vec<_> = answers.iter().filter(|answer| answer.status != 200).collect();
    assert_eq!(refused.len(), 1);
    refused[0].expect_error(409, "conflict", None);
    let members = service.get(&format!("{of}/members")).send().expect(200);
    let owners = members["data"].as_array().unwrap().iter().filter(|member| member["role"] == "owner");
    assert_eq!(owners.count(), 1);
}

/// A key that is rotated by many at once, with a grace, is rotated by one: its secret works, and the former one until the
/// grace ends, and no other was given out.
pub fn a_key_is_rotated_once(service: &Service) {
    let acme = service.create("acme");
    let issued = organization_key(service, &acme, &["admin:read"]);
    let path = format!("{}/rotate", key_path(&issued));
    let grace = json!({"grace_period_seconds": 3600});
    let answers = of_many_at_once(CROWD, |_| service.request("POST", &path).json(&grace).send());
    let rotated = the_one(answers, 201, (409, "conflict", None)).json();
    assert!(lets_in(service, secret(&rotated)) && lets_in(service, secret(&issued)));
    assert_eq!(service.get(&key_path(&issued)).send().expect(200), without_secret(&rotated));
}

/// However many are made at once, an organization comes to have exactly as many keys (those of its projects counted with
/// it), projects and members as it may have. For a service in which that is [`LIMIT`] of each: it is no rule of the suite.
///
/// # Panics
/// When one is made beyond the limit, or refused within it.
pub fn a_limit_is_not_passed(service: &Service) {
    let acme = service.create("acme");
    let of = format!("{ORGANIZATIONS}/acme");
    let users: Vec<_> = (0..CROWD).map(|number| user(service, &format!("user-{number}"))).collect();

    let projects = format!("{of}/projects");
    let made = of_many_at_once(CROWD, |number| {
        let new = json!({"slug": format!("project-{number}"), "name": "N"});
        service.request("POST", &projects).json(&new).send()
    });
    let made = expect_the_limit(made);
    let list = service.get(&projects).send().expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), LIMIT);

    let owners = [organization_as_owner(&acme), project_as_owner(&made[0])];
    let made = expect_the_limit(of_many_at_once(CROWD, |number| {
        let new = json!({"name": "ci", "owner": owners[number % 2]});
        service.request("POST", API_KEYS).json(&new).send()
    }));
    assert!(made.iter().all(|issued| lets_in(service, secret(issued))));
    let all = service.get(&format!("{API_KEYS}?limit=1000")).send().expect(200);
    assert_eq!(all["data"].as_array().unwrap().iter().filter(|key| key["owner"]["type"] != "system").count(), LIMIT);

    expect_the_limit(of_many_at_once(CROWD, |number| {
        service.request("POST", &format!("{of}/members")).json(&json!({"user_id": users[number]["id"]})).send()
    }));
    let list = service.get(&format!("{of}/members")).send().expect(200);
    assert_eq!(list["data"].as_array().unwrap().len(), LIMIT);
}

/// Sees to it that as many were made as may be, and gives them back; the others must be told why not.
fn expect_the_limit(answers: Vec<Answer>) -> Vec<Value> {
    let (made, refused): (Vec<_>, Vec<_>) = answers.into_iter().partition(|answer| answer.status == 201);
    for answer in refused {
        answer.expect_error(409, "quota_exceeded", None);
    }
    assert_eq!(made.len(), LIMIT);
    made.iter().map(Answer::json).collect()
}
