//! Versions: what is read only if it changed, and changed only if nobody else did. And where answers lead elsewhere.

use serde_json::json;
use tenancy_client::{ETag, Error, ErrorCode, types::organizations::UpdateOrganization};

use crate::{
    KEY, client, quick,
    script::{Script, Step, answer, refusal},
};

fn organization() -> Step {
    answer(
        200,
        &json!({
            "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "slug": "acme", "name": "Acme",
            "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
        }),
    )
}

#[tokio::test]
async fn a_change_depends_on_the_version_that_was_read() {
    let script = Script::of([
        organization().with("ETag", r#""7""#),
        organization().with("ETag", r#""8""#),
        refusal(412, "precondition_failed"),
        organization(),
    ]);
    let organizations = client(&script.url).organizations();
    let changes = UpdateOrganization { name: Some("Acme".to_owned()), ..UpdateOrganization::default() };

    let read = organizations.get("acme").await.unwrap();
    assert_eq!(read.etag(), Some(&ETag::new(r#""7""#).unwrap()));
    let renamed = organizations.update("acme", &changes).if_unchanged(&read).await.unwrap();
    assert_eq!(renamed.etag().map(ETag::as_str), Some(r#""8""#));
    let late = organizations.delete("acme").if_unchanged(&read).await.unwrap_err();
    assert!(late.is_precondition_failed() && late.code() == Some(ErrorCode::PreconditionFailed), "{late}");
    organizations.delete("acme").await.unwrap();

    let conditions: Vec<_> =
        script.asked().iter().map(|asked| asked.header("if-match").map(ToOwned::to_owned)).collect();
    let seven = Some(r#""7""#.to_owned());
    assert_eq!(conditions, [None, seven.clone(), seven, None]);
}

#[tokio::test]
async fn a_condition_that_cannot_be_told_is_not_dropped_in_silence() {
    let script = Script::of([organization()]);
    let organizations = client(&script.url).organizations();
    let read = organizations.get("acme").await.unwrap();
    assert_eq!((read.etag(), read.slug.as_str()), (None, "acme"));
    let changes = UpdateOrganization::default();
    let error = organizations.update("acme", &changes).if_unchanged(&read).await.unwrap_err();
    assert!(matches!(error, Error::Input(_)), "{error}");
    assert_eq!(script.asked().len(), 1);
}

#[tokio::test]
async fn what_is_known_already_is_not_given_again() {
    let script = Script::of([
        organization().with("ETag", r#""7""#),
        Step::Answer(304, vec![("ETag", r#""7""#.to_owned())], String::new()),
        organization().with("ETag", r#""8""#),
    ]);
    let organizations = client(&script.url).organizations();
    let seven = organizations.get("acme").await.unwrap().etag().unwrap().clone();
    assert!(organizations.get("acme").if_none_match(&seven).await.unwrap().is_none());
    let eight = organizations.get("acme").if_none_match(&seven).await.unwrap().unwrap();
    assert_eq!(eight.etag().map(ETag::as_str), Some(r#""8""#));
    assert_eq!(script.asked()[1].header("if-none-match"), Some(r#""7""#));
}

#[tokio::test]
async fn an_organization_is_found_under_its_new_slug_and_the_key_goes_to_nobody_else() {
    let stranger = Script::of([organization()]);
    let script = Script::of([
        Step::Answer(308, vec![("Location", "/admin/v1/organizations/acme-2".to_owned())], String::new()),
        organization(),
        Step::Answer(308, vec![("Location", format!("{}/admin/v1/organizations/acme", stranger.url))], String::new()),
    ]);
    let organizations = client(&script.url).organizations();
    organizations.get("acme").await.unwrap();
    let followed = &script.asked()[1];
    assert_eq!(followed.target, "/admin/v1/organizations/acme-2");
    assert_eq!(followed.header("authorization"), Some(format!("Bearer {KEY}").as_str()));
    assert_eq!(organizations.get("acme").await.unwrap_err().status(), Some(308));
    assert!(stranger.asked().is_empty());
}

#[tokio::test]
async fn the_program_is_named_before_the_library() {
    let script = Script::of([organization(), organization()]);
    client(&script.url).organizations().get("acme").await.unwrap();
    quick(&script.url).user_agent("billing/1.2").build().unwrap().organizations().get("acme").await.unwrap();
    let agents: Vec<_> = script.asked().iter().map(|asked| asked.header("user-agent").unwrap().to_owned()).collect();
    let own = concat!("tenancy-client/", env!("CARGO_PKG_VERSION"));
    assert_eq!(agents, [own.to_owned(), format!("billing/1.2 {own}")]);
}
