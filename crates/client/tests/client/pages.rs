//! Walks through lists.

use futures_util::{StreamExt as _, TryStreamExt as _};
use serde_json::json;
use tenancy_client::{
    Client,
    types::organizations::{CreateOrganization, Organization},
};

use crate::{
    client,
    script::{Script, Step, answer, refusal},
    service,
};

async fn client_with_seven() -> (service::Service, Client) {
    let service = service::start();
    let client = Client::new(&service.url, service.key.as_str()).unwrap();
    for number in 1..=7 {
        client.organizations().create(&CreateOrganization::new(format!("n{number}"), "N")).await.unwrap();
    }
    (service, client)
}

fn slugs(rows: &[Organization]) -> Vec<&str> {
    rows.iter().map(|row| row.slug.as_str()).collect()
}

#[tokio::test]
async fn rows_come_in_the_order_of_the_walk_both_ways() {
    let (_service, client) = client_with_seven().await;
    let list = || client.organizations().list();
    for limit in [1, 3, 7, 100] {
        let forward = list().limit(limit).all().await.unwrap();
        assert_eq!(slugs(&forward), ["n7", "n6", "n5", "n4", "n3", "n2", "n1"]);
        let backward = list().limit(limit).backward().all().await.unwrap();
        assert_eq!(slugs(&backward), ["n1", "n2", "n3", "n4", "n5", "n6", "n7"]);
    }
    let streamed: Vec<_> = list().limit(2).rows().map_ok(|row| row.slug).try_collect().await.unwrap();
    assert_eq!(streamed.len(), 7);
}

#[tokio::test]
async fn pages_are_turned_both_ways_each_newest_first() {
    let (_service, client) = client_with_seven().await;
    let list = || client.organizations().list().limit(3);

    let pages: Vec<_> = list().pages().try_collect().await.unwrap();
    let pages: Vec<_> = pages.iter().map(|page| slugs(&page.data)).collect();
    assert_eq!(pages, [vec!["n7", "n6", "n5"], vec!["n4", "n3", "n2"], vec!["n1"]]);
    let pages: Vec<_> = list().backward().pages().try_collect().await.unwrap();
    let pages: Vec<_> = pages.iter().map(|page| slugs(&page.data)).collect();
    assert_eq!(pages, [vec!["n3", "n2", "n1"], vec!["n6", "n5", "n4"], vec!["n7"]]);
}

#[tokio::test]
async fn a_walk_goes_on_from_a_page() {
    let (_service, client) = client_with_seven().await;
    let list = || client.organizations().list().limit(3);

    let first = list().page().await.unwrap();
    assert_eq!((first.pagination.limit, first.pagination.has_more), (3, true));
    let cursor = first.pagination.next_cursor.clone().unwrap();
    let rest = list().cursor(&cursor).all().await.unwrap();
    assert_eq!(slugs(&rest), ["n4", "n3", "n2", "n1"]);

    let second = list().cursor(cursor).page().await.unwrap();
    let back = list().cursor(second.pagination.prev_cursor.clone().unwrap()).backward().all().await.unwrap();
    assert_eq!(slugs(&back), ["n5", "n6", "n7"]);
}

#[tokio::test]
async fn an_empty_list_has_one_empty_page() {
    let service = service::start();
    let client = Client::new(&service.url, service.key.as_str()).unwrap();
    assert_eq!(client.users().list().all().await.unwrap(), []);
    let mut pages = client.users().list().pages();
    assert_eq!(pages.try_next().await.unwrap().unwrap().data, []);
    assert!(pages.try_next().await.unwrap().is_none());
    assert!(pages.try_next().await.unwrap().is_none());
}

fn page(rows: &[&str], next: Option<&str>) -> Step {
    let rows: Vec<_> = rows
        .iter()
        .map(|slug| {
            json!({
                "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "slug": slug, "name": "Acme",
                "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
            })
        })
        .collect();
    let mut pagination = json!({"limit": 2, "has_more": true});
    if let Some(next) = next {
        pagination["next_cursor"] = json!(next);
    }
    answer(200, &json!({"data": rows, "pagination": pagination}))
}

#[tokio::test]
async fn a_page_that_fails_is_asked_for_again_and_what_was_asked_for_goes_along() {
    let end = json!({"data": [], "pagination": {"limit": 2, "has_more": false}});
    let script = Script::of([
        page(&["a", "b"], Some("x+/=")),
        Step::Close,
        refusal(429, "rate_limited"),
        page(&["c"], Some("y")),
        answer(200, &end),
    ]);
    let rows = client(&script.url).organizations().list().include_deleted().limit(2).all().await.unwrap();
    assert_eq!(slugs(&rows), ["a", "b", "c"]);
    let first = "/admin/v1/organizations?include_deleted=true&limit=2";
    let second = format!("{first}&cursor=x%2B%2F%3D");
    let targets: Vec<_> = script.asked().into_iter().map(|asked| asked.target).collect();
    assert_eq!(targets, [first.to_owned(), second.clone(), second.clone(), second, format!("{first}&cursor=y")]);
}

#[tokio::test]
async fn an_error_ends_the_walk_after_the_rows_before_it() {
    let script = Script::of([page(&["a", "b"], Some("x")), refusal(401, "invalid_api_key"), page(&["c"], None)]);
    let rows: Vec<_> = client(&script.url).organizations().list().rows().collect().await;
    let outcomes: Vec<_> = rows.iter().map(|row| row.as_ref().ok().map(|row| row.slug.as_str())).collect();
    assert_eq!(outcomes, [Some("a"), Some("b"), None]);
}

#[tokio::test]
async fn a_walk_that_would_not_end_is_an_error() {
    for steps in [vec![page(&["a"], None)], vec![page(&["a"], Some("x")), page(&["a"], Some("x"))]] {
        let script = Script::of(steps);
        let error = client(&script.url).organizations().list().all().await.unwrap_err();
        assert!(error.is_decode(), "{error}");
    }
}

#[tokio::test]
async fn pages_are_turned_as_rows_are_asked_for() {
    let script = Script::of([page(&["a", "b"], Some("x"))]);
    let mut rows = client(&script.url).organizations().list().rows();
    assert_eq!(rows.try_next().await.unwrap().unwrap().slug, "a");
    assert_eq!(rows.try_next().await.unwrap().unwrap().slug, "b");
    assert_eq!(script.asked().len(), 1);
}
