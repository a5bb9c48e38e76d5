//! JSON as the API writes and reads it. `cargo bench -p tenancy-api-types`.

#![expect(clippy::unwrap_used, reason = "what fails here ends it")]

use divan::{Bencher, black_box, counter::BytesCount};
use tenancy_api_types::{
    metadata::Metadata,
    organizations::{CreateOrganization, Organization},
    pagination::{Page, Pagination},
};
use time::macros::datetime;
use uuid::Uuid;

fn main() {
    divan::main();
}

fn organization(number: u128) -> Organization {
    Organization {
        id: Uuid::from_u128(0x0193_9f6b_8a00_7c3e_9d5f_2b8a_4c6e_1f70 + number),
        slug: format!("o-{number}"),
        name: "An organization".to_owned(),
        created_at: datetime!(2026-11-27 16:00:00.123 UTC),
        updated_at: datetime!(2026-11-27 16:00:00.123 UTC),
        deleted_at: None,
        suspended_at: None,
        external_id: None,
        metadata: Metadata::default(),
    }
}

fn page() -> Page<Organization> {
    let pagination = Pagination { limit: 100, has_more: true, next_cursor: Some("A".repeat(32)), prev_cursor: None };
    Page { data: (0..100).map(organization).collect(), pagination }
}

#[divan::bench]
fn write_an_organization(bencher: Bencher) {
    let organization = organization(0);
    bencher.bench(|| serde_json::to_vec(black_box(&organization)).unwrap());
}

#[divan::bench]
fn write_a_page_of_100(bencher: Bencher) {
    let page = page();
    let size = serde_json::to_vec(&page).unwrap().len();
    bencher.counter(BytesCount::new(size)).bench(|| {
        let mut body = Vec::with_capacity(size);
        serde_json::to_writer(&mut body, black_box(&page)).unwrap();
        body
    });
}

#[divan::bench]
fn read_a_page_of_100(bencher: Bencher) {
    let text = serde_json::to_vec(&page()).unwrap();
    let read = || serde_json::from_slice::<Page<Organization>>(black_box(&text)).unwrap();
    bencher.counter(BytesCount::new(text.len())).bench(read);
}

#[divan::bench]
fn read_the_body_of_a_create(bencher: Bencher) {
    let text = r#"{"slug":"acme","name":"Acme, Inc.","metadata":{"plan":"gold"}}"#;
    bencher.bench(|| serde_json::from_str::<CreateOrganization>(black_box(text)).unwrap());
}
