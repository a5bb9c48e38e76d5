//! Single pages: their parameters and their cursors.

use serde_json::Value;

use super::{ORGANIZATIONS, Service};

fn slugs(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|row| row["slug"].as_str().unwrap()).collect()
}

/// What is not there is left out.
pub fn a_page_with_nothing_beside_it_has_no_cursors_and_no_links(service: &Service) {
    let expect_rows = |count: usize| {
        let answer = service.get(ORGANIZATIONS).send();
        let page = answer.expect(200);
        assert_eq!(slugs(&page).len(), count);
        assert_eq!(page["pagination"], serde_json::json!({"limit": 100, "has_more": false}));
        assert_eq!(answer.header("link"), None);
    };
    expect_rows(0);
    service.create("acme");
    expect_rows(1);
}

/// A walk may begin at the end.
pub fn backward_without_a_cursor_is_the_oldest_page(service: &Service) {
    for slug in ["a", "b", "c"] {
        service.create(slug);
    }
    let page = service.get(&format!("{ORGANIZATIONS}?direction=backward&limit=2")).send().expect(200);
    assert_eq!(slugs(&page), ["b", "a"]);
    assert_eq!(page["pagination"]["has_more"], true);
}

/// A cursor names a position, not a row.
pub fn a_cursor_goes_on_working_after_its_row_is_deleted_and_with_padding(service: &Service) {
    for slug in ["a", "b", "c"] {
        service.create(slug);
    }
    let page = service.get(&format!("{ORGANIZATIONS}?limit=2")).send().expect(200);
    let cursor = page["pagination"]["next_cursor"].as_str().unwrap();
    service.delete("b");
    let padding = "%3D".repeat((4 - cursor.len() % 4) % 4);
    for cursor in [cursor.to_owned(), format!("{cursor}{padding}")] {
        let page = service.get(&format!("{ORGANIZATIONS}?cursor={cursor}")).send().expect(200);
        assert_eq!(slugs(&page), ["a"]);
    }
}

/// Whoever asks for too much is given, and told, the most that there is.
pub fn a_limit_is_echoed_as_it_is_served(service: &Service) {
    for (limit, served) in [("1", 1), ("1000", 1000), ("1001", 1000), ("9223372036854775807", 1000)] {
        let page = service.get(&format!("{ORGANIZATIONS}?limit={limit}")).send().expect(200);
        assert_eq!(page["pagination"]["limit"], served);
    }
}

/// Unknown, repeated and malformed parameters are refused, never passed over.
pub fn each_bad_parameter_is_named(service: &Service) {
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
        service.get(&format!("{ORGANIZATIONS}?{query}")).send().expect_error(400, "bad_request", Some(param));
    }
    service.get(&format!("{ORGANIZATIONS}?")).send().expect(200);
}
