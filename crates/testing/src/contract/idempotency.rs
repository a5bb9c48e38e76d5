//! The rules of `IdempotencyWriter` and `IdempotencyRepository`, and of what is run once.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use tenancy_domain::{
    Deleted, Error, ResourceType, Timestamp,
    audit_log::{AuditAction, ChainId},
    idempotency::{Answer, Ended, IdempotencyRecord, LIFETIME_MILLISECONDS, run_once},
    organizations::OrganizationFilter,
    owners::Owner,
    pagination::PageRequest,
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    Storage,
    concurrency::at_once,
    steps::{
        answer_once, api_key, assert_fails, at, caller, chain_of, entries, everything, find, find_request, insert,
        insert_key, kept, kept_with_secret_of, make_once, no_organization, organization, record, request,
        request_record,
    },
    use_cases::UseCases,
};

/// How many twins there are.
const MANY: usize = 100;

/// The second time a request comes nothing is done, and its answer is that of the first.
pub async fn a_request_is_carried_out_once(storage: Arc<dyn Storage>) {
    let (request, acme) = (request(caller(), "key", "make acme"), organization("acme"));
    let first = request_record(request.clone(), at(0));
    assert_eq!(make_once(&*storage, first.clone(), &acme, kept("first")).await.unwrap(), Ended::Now(()));
    let again = request_record(request.clone(), at(1));
    let ended = make_once(&*storage, again, &organization("other"), kept("second")).await.unwrap();
    assert_eq!(ended, Ended::Before { record: first.id, answer: kept("first") });
    assert_eq!(
        find_request(&*storage, &request, at(2)).await,
        Some(IdempotencyRecord { answer: Some(kept("first")), ..first })
    );
    let list = storage
        .list_organizations(everything(), &OrganizationFilter::default(), &PageRequest::default(), Deleted::Included)
        .await
        .unwrap();
    assert_eq!(list.into_items(), std::slice::from_ref(&acme));
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 1);
}

/// The answer to a request that changes nothing is kept, and nothing else: no entry, and nothing that was written in spite
/// of that.
pub async fn what_changes_nothing_is_kept_too(storage: Arc<dyn Storage>) {
    let request = request(caller(), "key", "nothing");
    let first = request_record(request.clone(), at(0));
    assert_eq!(answer_once(&*storage, first.clone(), kept("nothing")).await.unwrap(), Ended::Now(()));
    let again = answer_once(&*storage, request_record(request, at(1)), kept("other")).await.unwrap();
    assert_eq!(again, Ended::Before { record: first.id, answer: kept("nothing") });
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await, []);
}

/// A request that fails leaves nothing, its key included: the same one, and any other, may have it.
pub async fn what_fails_is_not_kept(storage: Arc<dyn Storage>) {
    let (request, acme) = (request(caller(), "key", "make acme"), organization("acme"));
    insert(&*storage, &acme).await.unwrap();
    let taken = organization("acme");
    for _ in 0..2 {
        let failed = make_once(&*storage, request_record(request.clone(), at(0)), &taken, kept("failed")).await;
        assert_fails!(failed, Error::AlreadyExists { field: "slug", .. });
        assert_eq!(find_request(&*storage, &request, at(0)).await, None);
    }
    let made = make_once(&*storage, request_record(request, at(0)), &organization("other"), kept("made")).await;
    assert_eq!(made.unwrap(), Ended::Now(()));
}

/// A key that one request has is not another one's, and that one does nothing.
pub async fn another_request_is_refused(storage: Arc<dyn Storage>) {
    let (caller, other) = (caller(), organization("other"));
    let first = request_record(request(caller, "key", "make acme"), at(0));
    make_once(&*storage, first, &organization("acme"), kept("made")).await.unwrap();
    let twin = request_record(request(caller, "key", "make other"), at(0));
    let refused = make_once(&*storage, twin, &other, kept("made")).await;
    assert_fails!(refused, Error::IdempotencyKeyReused);
    assert_fails!(find(&*storage, other.id).await, no_organization!());
}

/// Two callers may have one key, and one caller two that differ in case.
pub async fn keys_are_their_callers_own(storage: Arc<dyn Storage>) {
    let (one, other) = (caller(), caller());
    for (n, request) in
        [(one, "key"), (other, "key"), (one, "KEY"), (one, "key ".trim_end()), (one, "k")].iter().enumerate()
    {
        let (caller, key) = *request;
        let record = request_record(self::request(caller, key, "nothing"), at(0));
        let ended = answer_once(&*storage, record, kept(&n.to_string())).await.unwrap();
        assert_eq!(matches!(ended, Ended::Now(())), n != 3, "{ended:?}");
    }
}

/// What is over stands in nobody's way, though it is not forgotten yet.
pub async fn what_is_over_is_replaced(storage: Arc<dyn Storage>) {
    let request = request(caller(), "key", "nothing");
    let first = request_record(request.clone(), at(0));
    answer_once(&*storage, first.clone(), kept("first")).await.unwrap();
    let last_moment = request_record(request.clone(), at(LIFETIME_MILLISECONDS - 1));
    let ended = answer_once(&*storage, last_moment, kept("second")).await.unwrap();
    assert_eq!(ended, Ended::Before { record: first.id, answer: kept("first") });

    let anew = request_record(self::request(request.caller, "key", "another"), at(LIFETIME_MILLISECONDS));
    assert_eq!(answer_once(&*storage, anew.clone(), kept("third")).await.unwrap(), Ended::Now(()));
    let found = find_request(&*storage, &request, at(LIFETIME_MILLISECONDS)).await;
    assert_eq!(found, Some(IdempotencyRecord { answer: Some(kept("third")), ..anew }));
}

/// Whatever an answer holds, and however much.
pub async fn answers_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let (key, hash) = api_key("key");
    insert_key(&*storage, &key, &hash).await.unwrap();
    let (caller, long) = (caller(), "🦀\\'\"\n ".repeat(Answer::MAX_BYTES / 9));
    let answers = [kept(""), kept(&long), kept_with_secret_of(&key), kept("{\"a\":\"\\u0000\"}")];
    for (n, answer) in answers.into_iter().enumerate() {
        let request = request(caller, &format!("!~{n}{}", "k".repeat(250)), "nothing");
        for time in [at(0), Timestamp::MAX] {
            let record = request_record(request.clone(), time);
            assert_eq!(answer_once(&*storage, record.clone(), answer.clone()).await.unwrap(), Ended::Now(()));
            let found = find_request(&*storage, &request, time).await;
            assert_eq!(found, Some(IdempotencyRecord { answer: Some(answer.clone()), ..record }));
        }
    }
}

/// With a secret every answer that holds one of the same API key is erased, and no other; what was erased is not carried
/// out again.
pub async fn answers_are_erased_with_their_secrets(storage: Arc<dyn Storage>) {
    let (caller, (key, hash), (other, other_hash)) = (caller(), api_key("key"), api_key("other"));
    insert_key(&*storage, &key, &hash).await.unwrap();
    insert_key(&*storage, &other, &other_hash).await.unwrap();
    for (name, answer) in [
        ("make", kept_with_secret_of(&key)),
        ("rotate", kept_with_secret_of(&key)),
        ("other", kept_with_secret_of(&other)),
        ("open", kept("open")),
    ] {
        answer_once(&*storage, request_record(request(caller, name, name), at(0)), answer).await.unwrap();
    }
    let (id, entry) = (key.id, record(AuditAction::ApiKeyRevoke, &key));
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            transaction.lock_api_key(everything(), id).await?;
            transaction.erase_answers_with_secrets_of(id).await?;
            Ok(Outcome::Changed((), entry.into()))
        })
    });
    unit.await.unwrap();
    for (name, answer) in
        [("make", None), ("rotate", None), ("other", Some(kept_with_secret_of(&other))), ("open", Some(kept("open")))]
    {
        let found = find_request(&*storage, &request(caller, name, name), at(1)).await.unwrap();
        assert_eq!(found.answer, answer, "{name}");
    }
    let again = answer_once(&*storage, request_record(request(caller, "make", "make"), at(1)), kept("again")).await;
    assert_fails!(again, Error::Conflict(_));
}

/// With an API key that is removed altogether go the records of all answers with its secrets.
pub async fn records_go_with_their_secrets(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (ada, acme) = (cases.user("ada").await, cases.organization("acme").await);
    let caller = caller();
    let by_id = || tenancy_domain::organizations::OrganizationRef::Id(acme.id);
    let mut keys = Vec::new();
    for (name, owner) in
        [("user", Owner::User(ada.id)), ("organization", Owner::Organization(acme.id)), ("system", Owner::System)]
    {
        let key = cases.issue(owner, &[]).await.key;
        let answer = kept_with_secret_of(&key);
        answer_once(&*storage, request_record(request(caller, name, name), at(0)), answer).await.unwrap();
        keys.push(key);
    }
    cases.users.delete(&super::steps::grant(), ada.id).await.unwrap();
    cases.organizations.delete(&super::steps::grant(), by_id()).await.unwrap();
    let kept_still = |name: &'static str| {
        let storage = Arc::clone(&storage);
        async move { find_request(&*storage, &request(caller, name, name), at(1)).await.is_some() }
    };
    // What is deleted softly may come back.
    assert_eq!((kept_still("user").await, kept_still("organization").await), (false, true));
    cases.organizations.purge(&super::steps::grant(), by_id()).await.unwrap();
    assert_eq!((kept_still("organization").await, kept_still("system").await), (false, true));
}

/// Old records are forgotten a few at a time, the oldest first; those that are not over stay.
pub async fn the_oldest_are_forgotten_first(storage: Arc<dyn Storage>) {
    let caller = caller();
    let names = ["0", "1", "2", "3", "4"];
    for (time, name) in [(3, "3"), (0, "0"), (4, "4"), (1, "1"), (2, "2")] {
        answer_once(&*storage, request_record(request(caller, name, name), at(time)), kept(name)).await.unwrap();
    }
    let left = || async {
        let mut left = Vec::new();
        for name in names {
            if find_request(&*storage, &request(caller, name, name), at(4)).await.is_some() {
                left.push(name);
            }
        }
        left
    };
    for (over, limit, forgotten, expected) in [
        (-1, 10, 0, &names[..]),
        (3, 0, 0, &names[..]),
        (3, 2, 2, &names[2..]),
        (3, 2, 2, &names[4..]),
        (3, 2, 0, &names[4..]),
        (4, 2, 1, &[]),
    ] {
        assert_eq!(storage.forget_requests(at(over), limit).await.unwrap(), forgotten);
        assert_eq!(left().await, expected);
    }
}

/// Of many twins one is carried out, and all have its answer.
pub async fn of_many_twins_one_is_carried_out(storage: Arc<dyn Storage>) {
    let request = request(caller(), "key", "make acme");
    let results = at_once(MANY, |n| {
        let (storage, record) = (Arc::clone(&storage), request_record(request.clone(), at(0)));
        async move { make_once(&*storage, record, &organization("acme"), kept(&n.to_string())).await }
    })
    .await;
    let found = find_request(&*storage, &request, at(0)).await.unwrap();
    let (first, others): (Vec<_>, Vec<_>) =
        results.into_iter().map(Result::unwrap).partition(|ended| *ended == Ended::Now(()));
    assert_eq!((first.len(), others.len()), (1, MANY - 1));
    let expected = Ended::Before { record: found.id, answer: found.answer.unwrap() };
    assert!(others.iter().all(|ended| *ended == expected), "{others:?}");
    let list = storage
        .list_organizations(everything(), &OrganizationFilter::default(), &PageRequest::default(), Deleted::Included)
        .await
        .unwrap();
    assert_eq!(list.items().len(), 1);
    assert_eq!(entries(&*storage, chain_of(&list.items()[0])).await.len(), 1);
}

/// A twin that comes while the first is under way waits for it; when that fails, it is the twin's turn.
pub async fn a_twin_waits_for_the_first(storage: Arc<dyn Storage>) {
    const LONG: Duration = Duration::from_secs(20);

    let request = request(caller(), "key", "make acme");
    for fails in [true, false] {
        let (begun, wait_begun) = mpsc::channel();
        let (go, wait_go) = mpsc::channel();
        let (shared, record) = (Arc::clone(&storage), request_record(request.clone(), at(0)));
        let first = tokio::spawn(async move {
            let work = run_once(
                &*shared,
                record,
                |()| Ok((kept("first"), ())),
                move |_| {
                    Box::pin(async move {
                        begun.send(()).map_err(Error::internal)?;
                        // It may await nothing but its transaction, so it blocks; in this way other tasks find another
                        // thread.
                        tokio::task::block_in_place(|| wait_go.recv_timeout(LONG)).map_err(Error::internal)?;
                        if fails { Err(Error::NotFound(ResourceType::User)) } else { Ok(Outcome::Unchanged(())) }
                    })
                },
            );
            work.await
        });
        tokio::task::block_in_place(|| wait_begun.recv_timeout(LONG)).unwrap();
        let (shared, record) = (Arc::clone(&storage), request_record(request.clone(), at(0)));
        let twin = tokio::spawn(async move { answer_once(&*shared, record, kept("twin")).await });
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert!(!twin.is_finished());
        go.send(()).unwrap();
        let (first, twin) = (first.await.unwrap(), twin.await.unwrap().unwrap());
        if fails {
            assert_fails!(first, Error::NotFound(_));
            assert_eq!(twin, Ended::Now(()));
            assert_eq!(storage.forget_requests(at(0), 1).await.unwrap(), 1);
        } else {
            assert_eq!(first.unwrap(), Ended::Now(()));
            assert!(matches!(twin, Ended::Before { answer, .. } if answer == kept("first")));
        }
    }
}
