//! The use case of wrapping secrets anew.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    authorization::ProvidersReveal,
    leases::Lease,
    owners::Owner,
    providers::{DynamicProvider, SealedApiKey},
    sealing::{KnownMasterKey, Rewrapped, Rewrapper, RewrapperParts, SealedSecret},
};
use uuid::Uuid;

use super::{
    Storage,
    master_keys::master_key,
    steps::{
        PlainSealer, at, chain_of, delete_project, entries, find_provider, fresh_id, grant, owner_of, update_provider,
    },
    use_cases::UseCases,
};
use crate::doubles::FixedClock;

/// An instance that seals with this sealer, at this time.
pub(super) fn instance(storage: &Arc<dyn Storage>, sealer: &Arc<PlainSealer>, clock: &FixedClock) -> (Rewrapper, Uuid) {
    let id = fresh_id();
    let parts = RewrapperParts {
        secrets: Arc::clone(storage) as _,
        master_keys: Arc::clone(storage) as _,
        sealer: Arc::clone(sealer) as _,
        leases: Arc::clone(storage) as _,
        clock: Arc::new(clock.clone()),
        instance: id,
    };
    (Rewrapper::new(parts), id)
}

/// The master keys 1, 2, … come into use.
pub(super) async fn come_into_use(storage: &dyn Storage, newest: u64) {
    for n in 1..=newest {
        let key: KnownMasterKey = master_key(n, i64::try_from(n).unwrap());
        storage.add_master_key(&key).await.unwrap();
    }
}

async fn run(rewrapper: &Rewrapper) -> Rewrapped {
    rewrapper.run().await.unwrap()
}

/// How many secrets hang on which master key.
pub(super) async fn counts(storage: &dyn Storage) -> Vec<(u64, u64)> {
    let counts = storage.count_secrets().await.unwrap();
    counts.into_iter().map(|(id, count)| (u64::from_be_bytes(*id.as_bytes()), count)).collect()
}

async fn shown(cases: &UseCases, provider: &DynamicProvider) -> String {
    let grant = grant::<ProvidersReveal>();
    cases.providers.reveal(&grant, provider.id).await.unwrap().expose().to_owned()
}

/// The provider as it was, but for the form in which its key is sealed.
fn but_for_the_seal(mut provider: DynamicProvider, like: &DynamicProvider) -> DynamicProvider {
    if let (Some(key), Some(like)) = (&mut provider.api_key, &like.api_key) {
        key.sealed = like.sealed.clone();
    }
    provider
}

/// Everything that is sealed under former master keys is wrapped anew under the newest, of whatever owner, more than fits
/// into one batch, beneath what is deleted too; nothing else changes, no entry tells of it, and the former keys are not
/// needed any more.
pub async fn wraps_anew_what_former_master_keys_hold(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (rewrapper, _) = instance(&storage, &cases.sealer, &cases.clock);
    come_into_use(&*storage, 3).await;
    let (acme, ada) = (cases.organization("acme").await, cases.user("ada").await);
    let (web, other) = (cases.project(&acme, "web").await, cases.organization("other").await);
    let owners = [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id), Owner::Organization(other.id)];
    let mut made = Vec::new();
    for (keys, numbers) in [(&[1][..], 0..18), (&[2, 1], 18..19), (&[3, 2, 1], 19..20)] {
        cases.sealer.set(keys);
        for (n, owner) in numbers.flat_map(|n| owners.map(|owner| (n, owner))) {
            // Of an organization with its projects there may be twenty in all.
            let is_of_web = owner == owner_of(&web);
            if owner.organization() != Some(acme.id) || is_of_web == (n % 6 == 0) {
                made.push(cases.provider(owner, &format!("p{n}")).await);
            }
        }
    }
    delete_project(&*storage, &web).await.unwrap();
    assert_eq!(counts(&*storage).await, [(1, 54), (2, 3), (3, 3)]);
    let before = entries(&*storage, chain_of(&acme)).await.len();

    let done = run(&rewrapper).await;
    assert_eq!((done.secrets, done.damaged, done.is_left_to_another), (57, 0, false));
    assert_eq!(counts(&*storage).await, [(3, 60)]);
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), before);
    assert_eq!(run(&rewrapper).await.secrets, 0);
    cases.sealer.set(&[3]);
    for provider in made.iter().filter(|provider| provider.owner.owner() != owner_of(&web)) {
        let found = find_provider(&*storage, provider.id).await.unwrap();
        assert_eq!(but_for_the_seal(found, provider), *provider);
        assert_eq!(shown(&cases, provider).await, format!("sk-key-of-{}", provider.name.as_str()));
    }
}

/// Once part of the work is done, by whomever, the rest of it is.
pub async fn goes_on_where_it_was_cut_off(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let ada = Owner::User(cases.user("ada").await.id);
    come_into_use(&*storage, 2).await;
    for n in 0..20 {
        cases.provider(ada, &format!("p{n}")).await;
    }
    cases.sealer.set(&[2, 1]);
    let (first, _) = instance(&storage, &cases.sealer, &cases.clock);
    // It is given up in its midst, at one moment or another, and with it its lease.
    for n in 0..10 {
        let first = first.clone();
        let task = tokio::spawn(async move { first.run().await.map(drop) });
        for _ in 0..n {
            tokio::task::yield_now().await;
        }
        task.abort();
        let _ = task.await;
    }
    cases.clock.set(at(60_000));
    let (second, _) = instance(&storage, &cases.sealer, &cases.clock);
    let done = run(&second).await;
    assert!(!done.is_left_to_another);
    assert_eq!(counts(&*storage).await, [(2, 20)]);
}

/// While the master key is replaced on one instance after another, those that seal under the former one leave alone what
/// the first has wrapped anew; so does one that has a former one active again.
pub async fn leaves_all_as_it_is_without_the_newest_master_key(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let ada = Owner::User(cases.user("ada").await.id);
    come_into_use(&*storage, 2).await;
    cases.provider(ada, "old").await;
    cases.sealer.set(&[2, 1]);
    cases.provider(ada, "new").await;
    let (rewrapper, _) = instance(&storage, &cases.sealer, &cases.clock);
    for keys in [&[1, 2][..], &[3, 1, 2], &[2]] {
        cases.sealer.set(keys);
        let done = run(&rewrapper).await;
        assert_eq!((done.secrets, done.damaged), (0, 0), "{keys:?}");
        assert_eq!(counts(&*storage).await, [(1, 1), (2, 1)], "{keys:?}");
    }
    cases.sealer.set(&[2, 1]);
    assert_eq!(run(&rewrapper).await.secrets, 1);
}

/// What does not open stays as it is, is counted, and stands in nobody's way.
pub async fn passes_over_what_is_damaged(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let ada = Owner::User(cases.user("ada").await.id);
    come_into_use(&*storage, 2).await;
    let mut made = Vec::new();
    for n in 0..6 {
        made.push(cases.provider(ada, &format!("p{n}")).await);
    }
    for damaged in [&made[0], &made[3]] {
        let change = |provider: &DynamicProvider| {
            let key = provider.api_key.clone().unwrap();
            let sealed = SealedSecret::new(key.sealed.master_key_id(), vec![0; 80]);
            DynamicProvider { api_key: Some(SealedApiKey { sealed, ..key }), ..provider.clone() }
        };
        update_provider(&*storage, damaged.id, change).await.unwrap();
    }
    cases.sealer.set(&[2, 1]);
    let (rewrapper, _) = instance(&storage, &cases.sealer, &cases.clock);
    let done = run(&rewrapper).await;
    assert_eq!((done.secrets, done.damaged), (4, 2));
    assert!(matches!(done.damage, Some(Error::Internal(_))), "{done:?}");
    assert_eq!(counts(&*storage).await, [(1, 2), (2, 4)]);
    let again = run(&rewrapper).await;
    assert_eq!((again.secrets, again.damaged), (0, 2));
}

/// While another instance holds the lease nothing is done; once it is over, or given back, all is. Who has nothing to do
/// does not ask for it.
pub async fn is_left_to_who_holds_the_lease(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let ada = Owner::User(cases.user("ada").await.id);
    come_into_use(&*storage, 2).await;
    let made = cases.provider(ada, "old").await;
    let another = fresh_id();
    assert!(storage.take_lease(Lease::Rewrapping, another, at(0), at(500)).await.unwrap());
    cases.sealer.set(&[2, 1]);
    let (rewrapper, id) = instance(&storage, &cases.sealer, &cases.clock);
    for now in [0, 499] {
        cases.clock.set(at(now));
        let done = run(&rewrapper).await;
        assert_eq!((done.secrets, done.is_left_to_another), (0, true));
        assert_eq!(find_provider(&*storage, made.id).await.unwrap(), made);
    }
    cases.clock.set(at(500));
    let done = run(&rewrapper).await;
    assert_eq!((done.secrets, done.is_left_to_another), (1, false));
    // It was given back at once.
    assert!(storage.take_lease(Lease::Rewrapping, another, at(501), at(9_000)).await.unwrap());
    assert!(!run(&rewrapper).await.is_left_to_another, "there is nothing to do");
    assert!(!storage.take_lease(Lease::Rewrapping, id, at(502), at(9_000)).await.unwrap());
}
