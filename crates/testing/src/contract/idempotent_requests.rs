//! The use cases that may be asked for again, and are carried out once.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    api_keys::{GracePeriod, IssuedApiKey, NewApiKey},
    authorization::{ApiKeysWrite, OrganizationsWrite},
    idempotency::{Answer, Answered, IdempotencyService, KeyedRequest, LIFETIME_MILLISECONDS, Once, Repeatable},
    organizations::{NewOrganization, Organization, OrganizationRef},
    sealing::Sealer,
};

use super::{
    Storage,
    steps::{
        PlainSealer, answer_once, assert_fails, at, caller, chain_of, entries, find, find_request, grant, kept, name,
        request, request_record, slug, system_key,
    },
    use_cases::UseCases,
};

/// Asks for a use case with a result that `body` tells of.
async fn ask<T: Send + 'static>(
    use_case: Repeatable<T>,
    request: &KeyedRequest,
    sealer: &Arc<PlainSealer>,
    body: fn(&T) -> String,
) -> Result<Answered, Error> {
    let answer = move |result: &T| Answer { head: "head".to_owned(), body: body(result).into() };
    use_case.answered(Once::new(Some(request.clone()), Arc::clone(sealer) as Arc<dyn Sealer>, answer)).await
}

fn organization_body(organization: &Organization) -> String {
    format!("{} in version {}", organization.slug, organization.version)
}

fn key_body(issued: &IssuedApiKey) -> String {
    format!("{}: {}.", issued.key.id.uuid(), issued.secret.expose())
}

/// A use case is run once, whatever became of its thing since; without a key it is run as often as it is asked for.
pub async fn what_was_done_is_not_done_again(storage: Arc<dyn Storage>) {
    let (cases, sealer) = (UseCases::over(&storage), Arc::new(PlainSealer::under(&[1])));
    let request = request(caller(), "key", "make acme");
    let make = || {
        let new = NewOrganization::new(slug("acme"), name("Acme"));
        ask(cases.organizations.create(&grant::<OrganizationsWrite>(), new), &request, &sealer, organization_body)
    };
    let first = make().await.unwrap();
    let expected = Answer { head: "head".to_owned(), body: "acme in version 1".to_owned().into() };
    assert_eq!(first, Answered { answer: expected.clone(), is_repeated: false });
    let acme = super::steps::find_by_slug(&*storage, &slug("acme")).await.unwrap();
    for _ in 0..2 {
        assert_eq!(make().await.unwrap(), Answered { answer: expected.clone(), is_repeated: true });
    }
    cases.organizations.delete(&grant(), OrganizationRef::Id(acme.id)).await.unwrap();
    assert_eq!(make().await.unwrap(), Answered { answer: expected, is_repeated: true });
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);

    let unkeyed = |text: &str| {
        let new = NewOrganization::new(slug(text), name("Acme"));
        let sealer = Arc::clone(&sealer) as Arc<dyn Sealer>;
        let answer = |made: &Organization| Answer { head: String::new(), body: organization_body(made).into() };
        cases.organizations.create(&grant(), new).answered(Once::new(None, sealer, answer))
    };
    assert!(!unkeyed("acme").await.unwrap().is_repeated);
    assert_fails!(unkeyed("acme").await, Error::AlreadyExists { .. });
}

/// What was so already when it was first asked for is answered as it was then, and does not undo what came after.
pub async fn what_was_so_already_is_not_made_so_again(storage: Arc<dyn Storage>) {
    let (cases, sealer) = (UseCases::over(&storage), Arc::new(PlainSealer::under(&[1])));
    let acme = cases.organization("acme").await;
    let by_id = || OrganizationRef::Id(acme.id);
    cases.organizations.suspend(&grant(), by_id()).await.unwrap();
    let request = request(caller(), "key", "suspend acme");
    let suspend = || ask(cases.organizations.suspend(&grant(), by_id()), &request, &sealer, organization_body);
    let first = suspend().await.unwrap();
    assert_eq!((first.is_repeated, first.answer.body.as_str()), (false, "acme in version 2"));
    cases.organizations.resume(&grant(), by_id()).await.unwrap();
    assert_eq!(suspend().await.unwrap(), Answered { is_repeated: true, ..first });
    assert_eq!(find(&*storage, acme.id).await.unwrap().suspended_at, None);
    // Made, suspended and resumed.
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 3);
}

/// The answer with a secret is kept without it, and the secret sealed beside it.
pub async fn a_secret_is_given_again_and_kept_sealed(storage: Arc<dyn Storage>) {
    let (cases, sealer) = (UseCases::over(&storage), Arc::new(PlainSealer::under(&[1])));
    let caller = caller();
    let make = request(caller, "make", "make");
    let new = || NewApiKey { ..system_key("key") };
    let issue = || ask(cases.api_keys.create(&grant::<ApiKeysWrite>(), new()), &make, &sealer, key_body);
    let first = issue().await.unwrap();
    let again = issue().await.unwrap();
    assert_eq!(again, Answered { is_repeated: true, ..first.clone() });
    let secret = first.answer.body.split([' ', '.']).nth(1).unwrap().to_owned();
    let key = cases.authenticator.authenticate(&secret).await.unwrap().unwrap();
    let id = key.api_key().unwrap().id;

    let rotate = request(caller, "rotate", "rotate");
    let rotated = || ask(cases.api_keys.rotate(&grant(), id, GracePeriod::NONE), &rotate, &sealer, key_body);
    let first = rotated().await.unwrap();
    assert_eq!(rotated().await.unwrap(), Answered { is_repeated: true, ..first.clone() });
    assert_eq!(storage.find_api_key(super::steps::everything(), id).await.unwrap().version, 2);

    let kept = find_request(&*storage, &rotate, at(0)).await.unwrap().answer.unwrap();
    assert!(!kept.body.contains("tny_") && first.answer.body.contains("tny_"), "{}", kept.body);
    assert_eq!(kept.secret.map(|secret| secret.of), Some(id));
}

/// Who rotates or revokes a key erases the answers with its former secrets: whoever sends the request again is told so.
pub async fn a_secret_that_was_replaced_is_not_given_again(storage: Arc<dyn Storage>) {
    let (cases, sealer) = (UseCases::over(&storage), Arc::new(PlainSealer::under(&[1])));
    let caller = caller();
    let [make, rotate] = ["make", "rotate"].map(|name| request(caller, name, name));
    let issue = || ask(cases.api_keys.create(&grant(), system_key("key")), &make, &sealer, key_body);
    let first_key = issue().await.unwrap();
    let secret = first_key.answer.body.split([' ', '.']).nth(1).unwrap().to_owned();
    let id = cases.authenticator.authenticate(&secret).await.unwrap().unwrap().api_key().unwrap().id;
    let rotated = || ask(cases.api_keys.rotate(&grant(), id, GracePeriod::default()), &rotate, &sealer, key_body);
    let first = rotated().await.unwrap();
    assert_fails!(issue().await, Error::Conflict(_));
    assert_eq!(rotated().await.unwrap().answer, first.answer);
    cases.api_keys.revoke(&grant(), id).await.unwrap();
    for erased in [issue().await, rotated().await] {
        assert_fails!(erased, Error::Conflict(_));
    }
    for request in [&make, &rotate] {
        assert_eq!(find_request(&*storage, request, at(0)).await.unwrap().answer, None);
    }
}

/// Once the master key is taken away, a secret that was sealed under it is as good as erased.
pub async fn a_secret_that_does_not_open_is_not_given_again(storage: Arc<dyn Storage>) {
    let (cases, sealer) = (UseCases::over(&storage), Arc::new(PlainSealer::under(&[1])));
    let make = request(caller(), "make", "make");
    let issue = || ask(cases.api_keys.create(&grant(), system_key("key")), &make, &sealer, key_body);
    let first = issue().await.unwrap();
    sealer.set(&[2, 1]);
    assert_eq!(issue().await.unwrap(), Answered { is_repeated: true, ..first.clone() });
    sealer.set(&[2]);
    assert_fails!(issue().await, Error::Conflict(_));
    sealer.set(&[2, 1]);
    assert_eq!(issue().await.unwrap().answer, first.answer);
}

/// Requests are forgotten a day after they came, some at a time.
pub async fn what_is_over_is_forgotten_in_parts(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let service = IdempotencyService::new(Arc::clone(&storage) as _, Arc::new(cases.clock.clone()));
    let caller = caller();
    for n in 0..501 {
        let request = request(caller, &format!("key-{n}"), "nothing");
        answer_once(&*storage, request_record(request, at(0)), kept("nothing")).await.unwrap();
    }
    cases.clock.set(at(LIFETIME_MILLISECONDS - 1));
    assert!(!service.forget_some().await.unwrap());
    assert_eq!(storage.forget_requests(at(-1), 1).await.unwrap(), 0);
    cases.clock.set(at(LIFETIME_MILLISECONDS));
    assert!(service.forget_some().await.unwrap());
    assert!(!service.forget_some().await.unwrap());
    assert_eq!(storage.forget_requests(at(0), 1).await.unwrap(), 0);
}
