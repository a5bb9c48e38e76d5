//! Requests at the same time for the same thing.

use std::{sync::Barrier, thread};

use serde_json::json;

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{member, text, user},
};

/// How many callers there are.
const CALLERS: usize = 12;

/// What each caller is answered who asks at the same moment as the others.
pub(super) fn at_once(callers: usize, ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
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
        let answers = at_once(CALLERS, |number| {
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
    let answers = at_once(CALLERS, |_| service.request("DELETE", &path).send());
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
        let answers = at_once(CALLERS, |number| {
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
    let answers = at_once(CALLERS, |number| {
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
    let answers = at_once(CALLERS, |_| service.request("POST", &list).json(&json!({"user_id": ada["id"]})).send());
    let added = the_one(answers, 201, (409, "conflict", None)).json();
    assert_eq!(service.get(&list).send().expect(200)["data"], json!([added]));
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
    let answers = at_once(CALLERS, |number| {
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
