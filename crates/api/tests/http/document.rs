//! The `OpenAPI` document.

use crate::support::Running;

#[test]
fn the_document_is_served_as_it_is_printed() {
    let answer = Running::start().service.get("/openapi.json").send();
    assert_eq!(answer.status, 200);
    assert_eq!(String::from_utf8(answer.body).unwrap(), tenancy_api::openapi_document());
}
