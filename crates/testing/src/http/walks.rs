//! Walks through a list, page by page, there and back.

use std::{collections::HashSet, thread};

use serde_json::Value;

use super::{Answer, ORGANIZATIONS, Service};

/// Where a page is that lies beside another one: older (`next`) or newer (`prev`).
type Neighbour = fn(&Answer, relation: &str) -> Option<String>;

/// As the `Link` header says.
fn by_link(answer: &Answer, relation: &str) -> Option<String> {
    answer.link(relation).map(str::to_owned)
}

/// As the cursors in the body say.
fn by_cursor(answer: &Answer, relation: &str) -> Option<String> {
    let pagination = &answer.json()["pagination"];
    let cursor = pagination[format!("{relation}_cursor")].as_str()?;
    let direction = if relation == "next" { "forward" } else { "backward" };
    let limit = &pagination["limit"];
    Some(format!("{ORGANIZATIONS}?include_deleted=true&limit={limit}&cursor={cursor}&direction={direction}"))
}

fn rows(answer: &Answer) -> Vec<Value> {
    answer.expect(200)["data"].as_array().unwrap().clone()
}

/// The pages from the one at `target` to the last one in the direction of `relation`.
fn walk(service: &Service, target: String, relation: &str, neighbour: Neighbour) -> Vec<Answer> {
    let mut pages = Vec::new();
    let mut next = Some(target);
    while let Some(target) = next {
        assert!(pages.len() < 1_000, "the walk does not end");
        let page = service.get(&target).send();
        next = neighbour(&page, relation);
        assert_eq!(page.expect(200)["pagination"]["has_more"], next.is_some(), "{target}");
        pages.push(page);
    }
    pages
}

/// Walks to the end and back, and sees to it that the way is made of `expected`, a page of `limit` at a time.
fn expect_both_ways(service: &Service, limit: usize, neighbour: Neighbour, expected: &[Value]) {
    let first = format!("{ORGANIZATIONS}?include_deleted=true&limit={limit}");
    let there = walk(service, first, "next", neighbour);
    let pages: Vec<_> = there.iter().map(rows).collect();
    assert_eq!(pages, expected.chunks(limit).map(<[_]>::to_vec).collect::<Vec<_>>());
    assert_eq!(neighbour(&there[0], "prev"), None);

    let Some(before_last) = neighbour(there.last().unwrap(), "prev") else {
        assert_eq!(there.len(), 1);
        return;
    };
    let back = walk(service, before_last, "prev", neighbour);
    let back: Vec<_> = back.iter().rev().map(rows).collect();
    assert_eq!(back, pages[..pages.len() - 1]);
}

/// Newest first, the larger id first among those of one instant. Both are written so that their texts compare as they
/// do.
fn newest_first(mut organizations: Vec<Value>) -> Vec<Value> {
    organizations.sort_by_cached_key(|row| ["created_at", "id"].map(|member| row[member].as_str().unwrap().to_owned()));
    organizations.reverse();
    organizations
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
        expect_both_ways(service, limit, by_link, &expected);
        expect_both_ways(service, limit, by_cursor, &expected);
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
        expect_both_ways(service, limit, by_link, &expected);
        expect_both_ways(service, limit, by_cursor, &expected);
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
        next = by_link(&page, "next");
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
    let back = walk(service, by_link(&second, "prev").unwrap(), "prev", by_link);
    assert_eq!(back.iter().rev().flat_map(rows).collect::<Vec<_>>(), expected);
}
