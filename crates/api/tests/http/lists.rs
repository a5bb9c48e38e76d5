//! Pages: their parameters, their cursors, their links.

use serde_json::Value;

use crate::support::{Answer, Service};

const PATH: &str = "/admin/v1/organizations";

fn slugs(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

/// The target of the link with this relation.
fn link<'a>(answer: &'a Answer, relation: &str) -> Option<&'a str> {
    let end = format!(">; rel=\"{relation}\"");
    answer.all("link").into_iter().find_map(|link| link.strip_prefix('<')?.strip_suffix(&end))
}

#[test]
fn a_walk_by_links_visits_each_row_once_and_back_again() {
    let service = Service::start();
    let made: Vec<String> = (0..7).map(|n| format!("org-{n}")).collect();
    for slug in &made {
        service.create(slug);
    }
    service.request("DELETE", &format!("{PATH}/org-3")).send().expect(200);

    let mut forward: Vec<Vec<String>> = Vec::new();
    let mut target = format!("{PATH}?limit=2&include_deleted=true&direction=forward");
    let last = loop {
        let answer = service.get(&target).send();
        let page = answer.expect(200);
        forward.push(slugs(&page).into_iter().map(str::to_owned).collect());
        assert_eq!(page["pagination"]["has_more"], link(&answer, "next").is_some());
        assert_eq!(page["pagination"]["limit"], 2);
        for (relation, member) in [("next", "next_cursor"), ("prev", "prev_cursor")] {
            let cursor = page["pagination"][member].as_str();
            assert_eq!(cursor.is_some(), link(&answer, relation).is_some());
            if let Some(link) = link(&answer, relation) {
                assert!(link.contains(cursor.unwrap()) && link.contains("limit=2"), "{link}");
                assert!(link.contains("include_deleted=true"), "{link}");
            }
        }
        match link(&answer, "next") {
            Some(next) => next.clone_into(&mut target),
            None => break answer,
        }
    };
    let newest_first: Vec<_> = made.into_iter().rev().collect();
    assert_eq!(forward.concat(), newest_first);

    let mut backward = vec![forward.last().unwrap().clone()];
    let mut answer = last;
    while let Some(prev) = link(&answer, "prev").map(str::to_owned) {
        answer = service.get(&prev).send();
        backward.push(slugs(&answer.expect(200)).into_iter().map(str::to_owned).collect());
    }
    backward.reverse();
    assert_eq!(backward, forward);
}

#[test]
fn a_page_with_nothing_beside_it_has_no_cursors_and_no_links() {
    let service = Service::start();
    let expect_rows = |count: usize| {
        let answer = service.get(PATH).send();
        let page = answer.expect(200);
        assert_eq!(slugs(&page).len(), count);
        assert_eq!(page["pagination"], serde_json::json!({"limit": 100, "has_more": false}));
        assert_eq!(answer.header("link"), None);
    };
    expect_rows(0);
    service.create("acme");
    expect_rows(1);
}

#[test]
fn backward_without_a_cursor_is_the_oldest_page() {
    let service = Service::start();
    for slug in ["a", "b", "c"] {
        service.create(slug);
    }
    let page = service.get(&format!("{PATH}?direction=backward&limit=2")).send().expect(200);
    assert_eq!(slugs(&page), ["b", "a"]);
    assert_eq!(page["pagination"]["has_more"], true);
}

#[test]
fn a_cursor_goes_on_working_after_its_row_is_deleted_and_with_padding() {
    let service = Service::start();
    for slug in ["a", "b", "c"] {
        service.create(slug);
    }
    let page = service.get(&format!("{PATH}?limit=2")).send().expect(200);
    let cursor = page["pagination"]["next_cursor"].as_str().unwrap();
    service.request("DELETE", &format!("{PATH}/b")).send().expect(200);
    let padding = "%3D".repeat((4 - cursor.len() % 4) % 4);
    for cursor in [cursor.to_owned(), format!("{cursor}{padding}")] {
        let page = service.get(&format!("{PATH}?cursor={cursor}")).send().expect(200);
        assert_eq!(slugs(&page), ["a"]);
    }
}

#[test]
fn a_limit_is_echoed_as_it_is_served() {
    let service = Service::start();
    for (limit, served) in [("1", 1), ("1000", 1000), ("1001", 1000), ("9223372036854775807", 1000)] {
        let page = service.get(&format!("{PATH}?limit={limit}")).send().expect(200);
        assert_eq!(page["pagination"]["limit"], served);
    }
}

#[test]
fn each_bad_parameter_is_named() {
    let service = Service::start();
    for (query, param) in [
        ("limit=0", "limit"),
        ("limit=-1", "limit"),
        ("limit=", "limit"),
        ("limit=ten", "limit"),
        ("limit=1.0", "limit"),
        ("limit=9223372036854775808", "limit"),
        ("limit=1&limit=2", "limit"),
        ("limit=%", "limit"),
        ("cursor=", "cursor"),
        ("cursor=nonsense", "cursor"),
        ("cursor=OTIyMzM3MjAzNjg1NDc3NTgwNzphYmMxMjM0NS02Nzg5LTAxMjMtNDU2Ny0wMTIzNDU2Nzg5YWI", "cursor"),
        ("direction=sideways", "direction"),
        ("direction=Forward", "direction"),
        ("direction=", "direction"),
        ("include_deleted=yes", "include_deleted"),
        ("include_deleted=", "include_deleted"),
        ("include_deleted=%ff", "include_deleted"),
        ("offset=5", "offset"),
        ("%6fffset=5", "offset"),
        ("Limit=5", "Limit"),
    ] {
        service.get(&format!("{PATH}?{query}")).send().expect_error(400, "bad_request", Some(param));
    }
    service.get(&format!("{PATH}?")).send().expect(200);
}
