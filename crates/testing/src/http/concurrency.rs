//! Requests at the same time for the same thing.

use std::{sync::Barrier, thread};

use serde_json::json;

use super::{Answer, ORGANIZATIONS, Service};

/// How many callers there are.
const CALLERS: usize = 12;

/// What each caller is answered who asks at the same moment as the others.
fn at_once(ask: impl Fn(usize) -> Answer + Sync) -> Vec<Answer> {
    let (ask, barrier) = (&ask, &Barrier::new(CALLERS));
    let caller = |number| {
        move || {
            barrier.wait();
            ask(number)
        }
    };
    thread::scope(|scope| {
        let callers: Vec<_> = (0..CALLERS).map(|number| scope.spawn(caller(number))).collect();
        callers.into_iter().map(|caller| caller.join().unwrap()).collect()
    })
}

/// The one answer with this status. Whoever is answered otherwise must be told `code` and `param`, with `otherwise`.
fn the_one(answers: Vec<Answer>, status: u16, (otherwise, code, param): (u16, &str, Option<&str>)) -> Answer {
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
