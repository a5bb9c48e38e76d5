//! The rules that hold when many write at once.

use std::{sync::Arc, time::Duration};

use tenancy_domain::{
    Error,
    api_keys::{GracePeriod, NewApiKey, Rejection},
    audit_log::ChainId,
    authorization::ApiKeysWrite,
    organizations::{Organization, OrganizationRef},
    owners::Owner,
    pagination::PageSize,
    sealing::{Admission, AdmissionError},
};
use tokio::task::JoinSet;

use super::{
    Storage,
    master_key_registry::{known, start},
    master_keys::master_key,
    steps::{
        all_keys, api_key, assert_fails, at, chain_of, delete, entries, everything, find, find_by_slug, grant, insert,
        insert_key, name, no_organization, organization, system_key, update,
    },
    use_cases::{KEY_LIMIT, UseCases},
};

/// Runs `count` tasks at once and gives what they came to.
pub(super) async fn at_once<T, F>(count: usize, task: impl Fn(usize) -> F) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    (0..count).map(task).collect::<JoinSet<T>>().join_all().await
}

/// Units of work that read and write one row wait for each other: each builds on what the one before it wrote.
pub async fn no_update_is_lost(storage: Arc<dyn Storage>) {
    const WRITERS: usize = 60;

    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let results = at_once(WRITERS, |n| {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        async move {
            let reference = if n % 2 == 0 { OrganizationRef::Id(acme.id) } else { OrganizationRef::Slug(acme.slug) };
            let change = |current: &Organization| Organization {
                name: name(&format!("{}+", current.name)),
                version: current.version + 1,
                ..current.clone()
            };
            update(&*storage, reference, change).await
        }
    })
    .await;
    let mut versions: Vec<i64> = results.into_iter().map(|result| result.unwrap().version).collect();
    versions.sort_unstable();
    assert!(versions.into_iter().eq((2..).take(WRITERS)));
    let written = find(&*storage, acme.id).await.unwrap();
    assert_eq!(written.name.as_str(), format!("acme{}", "+".repeat(WRITERS)));
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), WRITERS + 1);
}

/// Of many who want one slug at once, one gets it; the others are told that it is taken.
pub async fn a_live_slug_is_given_once(storage: Arc<dyn Storage>) {
    let results = at_once(100, |_| {
        let storage = Arc::clone(&storage);
        async move {
            let acme = organization("acme");
            insert(&*storage, &acme).await.map(|()| acme)
        }
    })
    .await;
    let (given, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let [Ok(given)] = &given[..] else { panic!("{} have it", given.len()) };
    assert_eq!(find_by_slug(&*storage, &given.slug).await.unwrap(), *given);
    for refusal in refused {
        assert_fails!(refusal, Error::AlreadyExists { field: "slug", .. });
    }
}

/// Of many who bring one secret at once, one makes a key of it; the others are told that it is taken.
pub async fn a_secret_is_given_once(storage: Arc<dyn Storage>) {
    let (_, hash) = api_key("the secret");
    let results = at_once(30, |_| {
        let storage = Arc::clone(&storage);
        async move { insert_key(&*storage, &api_key("key").0, &hash).await }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refusal in results.into_iter().filter(Result::is_err) {
        assert_fails!(refusal, Error::AlreadyExists { field: "key", .. });
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 1);
}

/// Of many who rotate one key at once, with a grace, one does, and its secret and the former one work; the others are
/// told why not.
pub async fn a_key_is_rotated_once(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let first = cases.issue(Owner::System, &["admin:*"]).await;
    let results = at_once(100, |_| {
        let (api_keys, id) = (cases.api_keys.clone(), first.key.id);
        async move { api_keys.rotate(&grant::<ApiKeysWrite>(), id, GracePeriod::default()).await }
    })
    .await;
    let (rotated, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let [Ok(rotated)] = &rotated[..] else { panic!("{} have rotated it", rotated.len()) };
    assert_eq!(storage.find_api_key(everything(), first.key.id).await.unwrap(), rotated.key);
    for secret in [&rotated.secret, &first.secret] {
        cases.bearer(secret).await;
    }
    for refusal in refused {
        assert_fails!(refusal, Error::Conflict(_));
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 2);
}

/// Of many who rotate one key at once, without a grace, each does, and the secret of the last one alone works.
pub async fn of_many_secrets_one_remains(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let first = cases.issue(Owner::System, &["admin:*"]).await;
    let results = at_once(30, |_| {
        let (api_keys, id) = (cases.api_keys.clone(), first.key.id);
        async move { api_keys.rotate(&grant::<ApiKeysWrite>(), id, GracePeriod::NONE).await }
    })
    .await;
    let current = storage.find_api_key(everything(), first.key.id).await.unwrap();
    assert_eq!(current.version, 31);
    for issued in results.into_iter().map(Result::unwrap).chain([first]) {
        let works = cases.authenticator.authenticate(issued.secret.expose()).await.unwrap().is_ok();
        assert_eq!(works, issued.key.version == current.version);
    }
}

/// However many keys are made at once, an organization gets as many as it may have; revoked ones do not count.
pub async fn a_limit_is_not_passed(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let owner = Owner::Organization(acme.id);
    for _ in 0..3 {
        let revoked = cases.issue(owner, &[]).await.key;
        cases.api_keys.revoke(&grant::<ApiKeysWrite>(), revoked.id).await.unwrap();
    }
    let results = at_once(100, |_| {
        let api_keys = cases.api_keys.clone();
        let new = NewApiKey { owner: owner.into(), ..system_key("key") };
        async move { api_keys.create(&grant::<ApiKeysWrite>(), new).await }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count() as u64, KEY_LIMIT);
    for refusal in results.into_iter().filter(Result::is_err) {
        assert_fails!(refusal, Error::QuotaExceeded { limit: KEY_LIMIT, .. });
    }
    let unrevoked = all_keys(&*storage).await.iter().filter(|key| key.revoked_at.is_none()).count();
    assert_eq!(unrevoked as u64, KEY_LIMIT);
    // The organization, six entries of the revoked keys, and the new ones.
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len() as u64, KEY_LIMIT + 7);
}

/// Of many who delete an organization and make keys of it at once, none leaves a key that works after the deletion.
pub async fn no_key_outlives_its_organization(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let results = at_once(30, |n| {
        let (cases, storage, id) = (cases.api_keys.clone(), Arc::clone(&storage), acme.id);
        let new = NewApiKey { owner: Owner::Organization(id).into(), ..system_key("key") };
        async move {
            if n == 15 {
                delete(&*storage, id).await.unwrap();
                return None;
            }
            Some(cases.create(&grant::<ApiKeysWrite>(), new).await)
        }
    })
    .await;
    for result in results.into_iter().flatten() {
        match result {
            Ok(issued) => {
                let rejected = cases.authenticator.authenticate(issued.secret.expose()).await.unwrap();
                assert_eq!(rejected, Err(Rejection::OwnerDeleted));
            }
            refusal => {
                assert_fails!(refusal, no_organization!());
            }
        }
    }
}

/// Who waited for the lock of a row sees what became of it meanwhile: of many who delete it, one does.
pub async fn an_organization_is_deleted_once(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let results = at_once(30, |n| {
        let (storage, acme) = (Arc::clone(&storage), acme.clone());
        async move {
            if n % 2 == 0 {
                delete(&*storage, acme.id).await
            } else {
                update(&*storage, OrganizationRef::Slug(acme.slug), |current| current.deleted(at(1))).await
            }
        }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
    for refusal in results.into_iter().filter(Result::is_err) {
        assert_fails!(refusal, no_organization!());
    }
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
}

/// Many units of work append to one chain at once, its first entries included, without a gap.
pub async fn one_chain_takes_many_writers(storage: Arc<dyn Storage>) {
    let results = at_once(60, |n| {
        let storage = Arc::clone(&storage);
        async move {
            let (key, hash) = api_key(&format!("key {n}"));
            insert_key(&*storage, &key, &hash).await
        }
    })
    .await;
    for result in results {
        result.unwrap();
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 60);
}

/// A unit of work whose caller goes away is there with its entry or not at all, and stands in nobody's way.
pub async fn an_abandoned_unit_is_whole_or_not_at_all(storage: Arc<dyn Storage>) {
    let organizations: Vec<Organization> = (0..60).map(|n| organization(&format!("acme-{n}"))).collect();
    let mut units = Vec::new();
    for acme in organizations.clone() {
        let storage = Arc::clone(&storage);
        units.push(tokio::spawn(async move { insert(&*storage, &acme).await }));
    }
    for (n, unit) in units.into_iter().enumerate() {
        // Some are abandoned before they began, some under way, some when all is done.
        if n % 2 == 0 {
            unit.abort();
        }
        let _ = unit.await;
    }
    insert(&*storage, &organization("later")).await.unwrap();
    for acme in &organizations {
        assert!(becomes_whole(&*storage, acme).await, "{acme:?} is there without its entry, or its entry without it");
    }
}

/// Whether an organization and its entry are both there or both missing, at the latest after some time: what was under
/// way when its caller went may go on for a little while, and may end between one read and the next.
pub(super) async fn becomes_whole(storage: &dyn Storage, organization: &Organization) -> bool {
    for _ in 0..50 {
        let chain = chain_of(organization);
        let entries = storage.audit_entries(everything(), chain, 0, PageSize::MAX).await.unwrap();
        if find(storage, organization.id).await.is_ok() == (entries.len() == 1) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    false
}

/// Of many master keys that are to be the next, one is; the others are left out without an error.
pub async fn one_master_key_comes_next(storage: Arc<dyn Storage>) {
    storage.add_master_key(&master_key(0, 1)).await.unwrap();
    let results = at_once(30, |n| {
        let storage = Arc::clone(&storage);
        async move { storage.add_master_key(&master_key(1 + u64::try_from(n).unwrap(), 2)).await }
    })
    .await;
    assert!(results.iter().all(Result::is_ok), "{results:?}");
    assert_eq!(known(&storage).await.len(), 2);
}

/// Of instances that start at once on a fresh storage those with one master key are let in, and the others refused.
pub async fn of_different_first_master_keys_one_is_let_in(storage: Arc<dyn Storage>) {
    let results = at_once(30, |n| {
        let storage = Arc::clone(&storage);
        let brought = 1 + u64::try_from(n % 3).unwrap();
        async move { (brought, start(&storage, brought, &[]).await) }
    })
    .await;
    let known = known(&storage).await;
    let [first] = known[..] else { panic!("{known:?} are known") };
    for (brought, result) in results {
        if brought == first {
            assert!(matches!(result, Ok(Admission::First | Admission::Known)), "{result:?}");
        } else {
            assert_fails!(result, AdmissionError::WrongKey { .. });
        }
    }
}
