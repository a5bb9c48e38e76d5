//! The rules of dynamic providers that hold when many write at once.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    audit_log::ChainId,
    authorization::{ProvidersReveal, ProvidersWrite},
    leases::Lease,
    organizations::OrganizationRef,
    owners::Owner,
    projects::ProjectRef,
    providers::{ProviderChanges, ProviderFilter},
    sealing::Rewrapped,
};

use super::{
    Storage,
    concurrency::at_once,
    rewrapper::{come_into_use, counts, instance},
    steps::{
        assert_fails, at, chain_of, entries, find_provider, fresh_id, grant, list_providers, new_provider, no_provider,
        owner_of, provider_key,
    },
    use_cases::UseCases,
};

/// Of many who want one name of one owner at once, by making or renaming, one gets it; the others are told that it is
/// taken.
pub async fn a_name_is_given_once(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let own = Owner::Organization(acme.id);
    let mut others = Vec::new();
    for n in 0..10 {
        others.push(cases.provider(own, &format!("other {n}")).await.id);
    }
    let results = at_once(40, |n| {
        let (providers, other) = (cases.providers.clone(), others.get(n / 2).copied().filter(|_| n % 2 == 0));
        async move {
            let write = grant::<ProvidersWrite>();
            let new = new_provider(own, "main");
            match other {
                None => providers.create(&write, new).await,
                Some(id) => {
                    let renamed = ProviderChanges { name: Some(new.name), ..ProviderChanges::default() };
                    providers.update(&write, id, renamed).await
                }
            }
        }
    })
    .await;
    let (given, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let [Ok(given)] = &given[..] else { panic!("{} have it", given.len()) };
    assert_eq!(find_provider(&*storage, given.id).await.unwrap(), *given);
    for refusal in refused {
        // Who would make one more is told of that first, once there is no room.
        assert_fails!(refusal, Error::AlreadyExists { field: "name", .. } | Error::QuotaExceeded { .. });
    }
    // The organization, the others, and the one change.
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 12);
}

/// While an organization, a project and a user are deleted others make providers of them: none is there afterwards, and
/// nothing is refused but as it should be.
pub async fn nothing_outlives_its_owner(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let (web, ada) = (cases.project(&acme, "web").await, cases.user("ada").await);
    let owners = [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)];
    let results = at_once(45, |n| {
        let (providers, organizations) = (cases.providers.clone(), cases.organizations.clone());
        let (projects, users) = (cases.projects.clone(), cases.users.clone());
        let (by_id, project, id) = (OrganizationRef::Id(acme.id), ProjectRef::Id(web.id), ada.id);
        let new = new_provider(owners[n % owners.len()], &format!("p{n}"));
        async move {
            match n {
                15 => projects.delete(&grant(), &by_id, &project).await.map(|_| None),
                25 => users.delete(&grant(), id).await.map(|_| None),
                35 => organizations.delete(&grant(), by_id).await.map(|_| None),
                _ => providers.create(&grant(), new).await.map(|provider| Some(provider.id)),
            }
        }
    })
    .await;
    for result in results {
        match result {
            Ok(None) => {}
            Ok(Some(id)) => {
                assert_fails!(find_provider(&*storage, id).await, no_provider!());
            }
            refusal => {
                assert_fails!(refusal, Error::NotFound(_) | Error::QuotaExceeded { .. });
            }
        }
    }
    assert_eq!(list_providers(&*storage, ProviderFilter::All).await, []);
    for chain in [chain_of(&acme), ChainId::INSTALLATION] {
        entries(&*storage, chain).await;
    }
}

/// Of many who want a lease at once, one gets it, also when it was another's before and is over.
pub async fn one_instance_holds_a_lease(storage: Arc<dyn Storage>) {
    for now in [0, 100, 200] {
        let taken = at_once(30, |_| {
            let storage = Arc::clone(&storage);
            async move { storage.take_lease(Lease::Rewrapping, fresh_id(), at(now), at(now + 100)).await.unwrap() }
        })
        .await;
        assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1);
    }
}

/// While keys are wrapped anew by several instances, they are changed, and shown as they were sent last; at the end all are
/// under the newest master key, and each is the one that was sent last.
pub async fn keys_are_wrapped_anew_while_they_are_changed_and_shown(storage: Arc<dyn Storage>) {
    const PROVIDERS: usize = 10;

    let cases = Arc::new(UseCases::over(&storage));
    let own = Owner::Organization(cases.organization("acme").await.id);
    come_into_use(&*storage, 2).await;
    let mut made = Vec::new();
    for n in 0..PROVIDERS {
        made.push(cases.provider(own, &format!("p{n}")).await.id);
    }
    cases.sealer.set(&[2, 1]);
    let wrapped = at_once(60, |n| {
        let (cases, storage, id) = (Arc::clone(&cases), Arc::clone(&storage), made[n % PROVIDERS]);
        async move {
            match n / PROVIDERS {
                0 | 3 => instance(&storage, &cases.sealer, &cases.clock).0.run().await.unwrap(),
                // Half of them are given another key, all another state.
                1 | 4 => {
                    let key = Some(Some(provider_key(&format!("sk-new-{}", n % PROVIDERS))));
                    let api_key = key.filter(|_| n % 2 == 0);
                    let is_enabled = Some(n / PROVIDERS == 1);
                    let changes = ProviderChanges { api_key, is_enabled, ..ProviderChanges::default() };
                    cases.providers.update(&grant(), id, changes).await.unwrap();
                    Rewrapped::default()
                }
                _ => {
                    let shown = cases.providers.reveal(&grant::<ProvidersReveal>(), id).await.unwrap();
                    let n = n % PROVIDERS;
                    assert!([format!("sk-key-of-p{n}"), format!("sk-new-{n}")].contains(&shown.expose().to_owned()));
                    Rewrapped::default()
                }
            }
        }
    })
    .await;
    assert!(wrapped.iter().all(|wrapped| wrapped.damaged == 0), "{wrapped:?}");
    instance(&storage, &cases.sealer, &cases.clock).0.run().await.unwrap();
    assert_eq!(counts(&*storage).await, [(2, u64::try_from(PROVIDERS).unwrap())]);
    cases.sealer.set(&[2]);
    for (n, id) in made.into_iter().enumerate() {
        let expected = if n % 2 == 0 { format!("sk-new-{n}") } else { format!("sk-key-of-p{n}") };
        let shown = cases.providers.reveal(&grant::<ProvidersReveal>(), id).await.unwrap();
        assert_eq!(shown.expose(), expected);
        // Made, and changed once or twice: a state that is there already is no change.
        let version = find_provider(&*storage, id).await.unwrap().version;
        assert!((2..=3).contains(&version), "{version}");
    }
}
