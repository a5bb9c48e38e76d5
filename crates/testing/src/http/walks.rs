//! Walks through a list, page by page, there and back.

use std::{collections::HashSet, thread};

use serde_json::Value;

use super::{
    Answer, ORGANIZATIONS, Service,
    fixtures::{
        USERS, member, organization_as_owner, organization_key, project, project_as_owner, project_key, provider, text,
        user, user_as_owner, user_key, without_secret,
    },
};

/// Where a page is that lies beside another one: older (`next`) or newer (`prev`).
type Neighbour = fn(list: &str, &Answer, relation: &str) -> Option<String>;

/// The list that has everything.
const ALL: &str = "/admin/v1/organizations?include_deleted=true";

/// `list` with more of a query.
fn with_query(list: &str, query: &str) -> String {
    format!("{list}{}{query}", if list.contains('?') { '&' } else { '?' })
}

/// As the `Link` header says.
fn by_link(_: &str, answer: &Answer, relation: &str) -> Option<String> {
    answer.link(relation).map(str::to_owned)
}

/// As the cursors in the body say.
fn by_cursor(list: &str, answer: &Answer, relation: &str) -> Option<String> {
    let pagination = &answer.json()["pagination"];
    let cursor = pagination[format!("{relation}_cursor")].as_str()?;
    let direction = if relation == "next" { "forward" } else { "backward" };
    let limit = &pagination["limit"];
    Some(with_query(list, &format!("limit={limit}&cursor={cursor}&direction={direction}")))
}

fn rows(answer: &Answer) -> Vec<Value> {
    answer.expect(200)["data"].as_array().unwrap().clone()
}

/// The pages from the one at `target` to the last one in the direction of `relation`.
fn walk(service: &Service, list: &str, first: String, relation: &str, neighbour: Neighbour) -> Vec<Answer> {
    let mut pages = Vec::new();
    let mut next = Some(first);
    while let Some(target) = next {
        assert!(pages.len() < 1_000, "the walk does not end");
        let page = service.get(&target).send();
        next = neighbour(list, &page, relation);
        assert_eq!(page.expect(200)["pagination"]["has_more"], next.is_some(), "{target}");
        pages.push(page);
    }
    pages
}

/// Walks through `list` to the end and back, and sees to it that the way is made of `expected`, a page of `limit` at a
/// time.
fn expect_both_ways(service: &Service, list: &str, limit: usize, neighbour: Neighbour, expected: &[Value]) {
    let there = walk(service, list, with_query(list, &format!("limit={limit}")), "next", neighbour);
    let pages: Vec<_> = there.iter().map(rows).collect();
    assert_eq!(pages, expected.chunks(limit).map(<[_]>::to_vec).collect::<Vec<_>>());
    assert_eq!(neighbour(list, &there[0], "prev"), None);

    let Some(before_last) = neighbour(list, there.last().unwrap(), "prev") else {
        assert_eq!(there.len(), 1);
        return;
    };
    let back = walk(service, list, before_last, "prev", neighbour);
    let back: Vec<_> = back.iter().rev().map(rows).collect();
    assert_eq!(back, pages[..pages.len() - 1]);
}

/// Newest first, the larger id first among those of one instant. Both are written so that their texts compare as they
/// do.
fn newest_first(rows: Vec<Value>) -> Vec<Value> {
    newest_first_by("created_at", rows)
}

fn newest_first_by(time: &str, mut rows: Vec<Value>) -> Vec<Value> {
    rows.sort_by_cached_key(|row| [time, "id"].map(|member| row[member].as_str().unwrap().to_owned()));
    rows.reverse();
    rows
}

/// Makes organizations, several at a time, until many share their instant with another one.
fn make_with_ties(service: &Service) -> Vec<Value> {
    const AT_ONCE: usize = 8;
    let mut made: Vec<Value> = Vec::new();
    for round in 0..100 {
        let create = |number| move || service.create(&format!("org-{round}-{number}"));
        made.extend(thread::scope(|scope| {
            let callers: Vec<_> = (0..AT_ONCE).map(|number| scope.spawn(create(number))).collect();
            callers.into_iter().map(|caller| caller.join().unwrap()).collect::<Vec<_>>()
        }));
        let instants: HashSet<_> = made.iter().map(|row| row["created_at"].as_str().unwrap()).collect();
        if made.len() - instants.len() >= 4 {
            return made;
        }
    }
    panic!("no two of {} organizations were made in the same millisecond", made.len());
}

/// Rows of one instant are neither skipped nor repeated where a page ends between them.
pub fn rows_of_one_instant_are_walked_both_ways(service: &Service) {
    let expected = newest_first(make_with_ties(service));
    for limit in [1, 2, 3, 5, expected.len(), 1000] {
        expect_both_ways(service, ALL, limit, by_link, &expected);
        expect_both_ways(service, ALL, limit, by_cursor, &expected);
    }
}

/// A list with deleted rows in it is walked as any other.
pub fn deleted_rows_are_walked_both_ways(service: &Service) {
    let made = (0..7).map(|number| {
        let slug = format!("org-{number}");
        let made = service.create(&slug);
        if number % 3 == 0 { service.delete(&slug) } else { made }
    });
    let expected = newest_first(made.collect());
    for limit in [2, 7] {
        expect_both_ways(service, ALL, limit, by_link, &expected);
        expect_both_ways(service, ALL, limit, by_cursor, &expected);
    }
}

/// A link is the request that was made, at another place.
pub fn links_keep_what_was_asked_for(service: &Service) {
    for slug in ["a", "b", "c"] {
        service.create(slug);
    }
    let first = service.get(&format!("{ORGANIZATIONS}?limit=1&include_deleted=true&direction=forward")).send();
    let second = service.get(first.link("next").unwrap()).send();
    for (relation, member) in [("next", "next_cursor"), ("prev", "prev_cursor")] {
        let link = second.link(relation).unwrap();
        let cursor = second.json()["pagination"][member].as_str().unwrap().to_owned();
        for part in ["limit=1", "include_deleted=true", &cursor] {
            assert!(link.contains(part), "{link}");
        }
    }
    assert_eq!(rows(&service.get(second.link("prev").unwrap()).send()), rows(&first));
}

/// What stands throughout a walk is met once, whatever comes and goes meanwhile.
pub fn a_walk_is_not_disturbed_by_what_comes_and_goes(service: &Service) {
    let made: Vec<_> = (0..12).map(|number| service.create(&format!("org-{number}"))).collect();
    let mut met: Vec<Value> = Vec::new();
    let mut next = Some(format!("{ORGANIZATIONS}?limit=2"));
    let mut page_number = 0;
    while let Some(target) = next {
        let page = service.get(&target).send();
        met.extend(rows(&page));
        next = by_link(ORGANIZATIONS, &page, "next");
        service.create(&format!("new-{page_number}"));
        // The last row of the page that was just met, which its cursor names.
        if page_number % 2 == 0 {
            service.delete(met.last().unwrap()["slug"].as_str().unwrap());
        }
        page_number += 1;
    }
    assert_eq!(met, newest_first(made));
}

/// Whoever kept the cursor of a page finds what has come since by walking back.
pub fn new_rows_are_found_by_walking_back(service: &Service) {
    service.create("old-0");
    let newer = service.create("old-1");
    let first = service.get(&format!("{ORGANIZATIONS}?limit=1")).send();
    let second = service.get(first.link("next").unwrap()).send();
    let new = (0..3).map(|number| service.create(&format!("new-{number}")));
    let expected = newest_first([newer].into_iter().chain(new).collect());
    let back = walk(service, ORGANIZATIONS, by_link(ORGANIZATIONS, &second, "prev").unwrap(), "prev", by_link);
    assert_eq!(back.iter().rev().flat_map(rows).collect::<Vec<_>>(), expected);
}

/// Every list beneath an organization or a user, and that of users, holds to the same law.
pub fn lists_of_every_kind_are_walked_both_ways(service: &Service) {
    let (acme, of_acme) = (service.create("acme"), format!("{ORGANIZATIONS}/acme"));
    let users: Vec<_> = (0..5).map(|number| user(service, &format!("user-{number}"))).collect();
    let projects: Vec<_> = (0..5).map(|number| project(service, "acme", &format!("project-{number}"))).collect();
    let of_project = format!("{of_acme}/projects/project-0");
    let of_user = format!("{USERS}/{}", text(&users[0], "id"));
    // In another order than the users were made.
    let join = |of: &str| users.iter().rev().map(|user| member(service, of, user, "member")).collect::<Vec<_>>();
    let members = join(&of_acme);
    let providers = |owner: Value| (0..5).map(|n| provider(service, &owner, &format!("p{n}"))).collect::<Vec<_>>();
    let keys = |make: &dyn Fn() -> Value| (0..5).map(|_| without_secret(&make())).collect::<Vec<_>>();
    for (list, time, made) in [
        (USERS.to_owned(), "created_at", users.clone()),
        (format!("{of_acme}/projects"), "created_at", projects.clone()),
        (format!("{of_acme}/members"), "joined_at", members),
        (format!("{of_project}/members"), "joined_at", join(&of_project)),
        (format!("{of_acme}/api-keys"), "created_at", keys(&|| organization_key(service, &acme, &[]))),
        (format!("{of_project}/api-keys"), "created_at", keys(&|| project_key(service, &projects[0], &[]))),
        (format!("{of_user}/api-keys"), "created_at", keys(&|| user_key(service, &users[0], &[]))),
        (format!("{of_acme}/dynamic-providers"), "created_at", providers(organization_as_owner(&acme))),
        (format!("{of_project}/dynamic-providers"), "created_at", providers(project_as_owner(&projects[0]))),
        (format!("{of_user}/dynamic-providers"), "created_at", providers(user_as_owner(&users[0]))),
    ] {
        let expected = newest_first_by(time, made);
        for limit in [1, 2, 5] {
            expect_both_ways(service, &list, limit, by_link, &expected);
            expect_both_ways(service, &list, limit, by_cursor, &expected);
        }
    }
    for slug in ["b", "c", "d", "e"] {
        service.create(slug);
        member(service, &format!("{ORGANIZATIONS}/{slug}"), &users[0], "owner");
    }
    let list = format!("{of_user}/organizations");
    let all = rows(&service.get(&list).send());
    assert_eq!(all.iter().map(|row| text(row, "slug")).collect::<Vec<_>>(), ["e", "d", "c", "b", "acme"]);
    expect_both_ways(service, &list, 2, by_link, &newest_first(all));
}
