//! The rules of the life of organizations that hold when many write at once.

use std::sync::Arc;

use tenancy_domain::{
    Error, OrganizationId,
    api_keys::{GracePeriod, NewApiKey},
    audit_log::AuditAction,
    authorization::{ApiKeysWrite, MembersWrite, OrganizationsWrite, ProjectsWrite},
    members::{MemberOf, Role},
    organizations::{NewOrganization, OrganizationChanges, OrganizationRef},
    owners::Owner,
    pagination::PageRequest,
    projects::NewProject,
};

use super::{
    Storage,
    concurrency::at_once,
    steps::{
        all_keys, assert_fails, at, chain_of, entries, everything, find_by_hash, find_by_slug, grant, led_to, name,
        slug, slug_taken, system_key,
    },
    use_cases::{COOLDOWN_DAYS, UseCases, reference},
};

fn by_id(id: OrganizationId) -> OrganizationRef {
    OrganizationRef::Id(id)
}

fn to(text: &str) -> OrganizationChanges {
    OrganizationChanges { slug: Some(slug(text)), ..OrganizationChanges::default() }
}

/// Of all who want a slug while its organization gives it up, or takes it back, none gets it: whether they are made, renamed
/// or restored with it.
pub async fn a_reserved_slug_is_given_to_nobody_else(storage: Arc<dyn Storage>) {
    const RIVALS: usize = 18;

    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let gone = cases.organization("acme").await;
    cases.organizations.delete(&write, by_id(gone.id)).await.unwrap();
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    cases.organizations.update(&write, by_id(acme.id), to("acme-2")).await.unwrap();
    for (now, next) in [("acme-2", "acme"), ("acme", "acme-2")].repeat(4) {
        let results = at_once(RIVALS, |n| {
            let (organizations, write) = (cases.organizations.clone(), write.clone());
            let (acme, other, gone) = (acme.id, other.id, gone.id);
            async move {
                let slug = slug(if n % 2 == 0 { now } else { next });
                match n % 3 {
                    _ if n == RIVALS / 2 => organizations.update(&write, by_id(acme), to(next)).await,
                    0 => organizations.create(&write, NewOrganization::new(slug, name("rival"))).await,
                    1 => organizations.update(&write, by_id(other), to(slug.as_str())).await,
                    _ => organizations.restore(&write, by_id(gone), Some(slug)).await,
                }
            }
        })
        .await;
        let (given, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        let [Ok(given)] = &given[..] else { panic!("{given:?} have it") };
        assert_eq!((given.id, &given.slug), (acme.id, &slug(next)));
        for refusal in refused {
            assert_fails!(refusal, slug_taken!());
        }
        assert_eq!(find_by_slug(&*storage, &slug(next)).await.unwrap(), *given);
        assert_eq!(led_to(&*storage, now).await, Some(slug(next)));
    }
}

/// Of all who want a former slug after its cool-down, its organization among them, one gets it.
pub async fn a_former_slug_is_given_once_after_the_cool_down(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    cases.organizations.update(&write, by_id(acme.id), to("acme-2")).await.unwrap();
    let gone = cases.organization("gone").await;
    cases.organizations.delete(&write, by_id(gone.id)).await.unwrap();
    let mut others = Vec::new();
    for n in 0..10 {
        others.push(cases.organization(&format!("other-{n}")).await.id);
    }
    cases.clock.set(at(i64::from(COOLDOWN_DAYS) * 86_400_000));
    let results = at_once(30, |n| {
        let (organizations, write) = (cases.organizations.clone(), write.clone());
        let (acme, gone, other) = (acme.id, gone.id, others[n / 3]);
        async move {
            match n % 3 {
                _ if n == 15 => organizations.update(&write, by_id(acme), to("acme")).await,
                _ if n == 16 => organizations.restore(&write, by_id(gone), Some(slug("acme"))).await,
                0 => organizations.update(&write, by_id(other), to("acme")).await,
                _ => organizations.create(&write, NewOrganization::new(slug("acme"), name("rival"))).await,
            }
        }
    })
    .await;
    let (given, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let [Ok(given)] = &given[..] else { panic!("{given:?} have it") };
    for refusal in refused {
        assert_fails!(refusal, slug_taken!());
    }
    assert_eq!(find_by_slug(&*storage, &slug("acme")).await.unwrap(), *given);
    assert_eq!(led_to(&*storage, "acme").await, None);
}

/// However many suspend an organization at once, it is suspended once, and all are told since when.
pub async fn an_organization_is_suspended_once(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let results = at_once(30, |_| {
        let (organizations, id) = (cases.organizations.clone(), acme.id);
        async move { organizations.suspend(&grant::<OrganizationsWrite>(), by_id(id)).await }
    })
    .await;
    let suspended: Vec<_> = results.into_iter().map(Result::unwrap).collect();
    assert!(suspended.iter().all(|organization| *organization == suspended[0]), "{suspended:?}");
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
}

/// Of many who purge a deleted organization or restore it at once, one does, and the others are told what became of it.
pub async fn of_purges_and_restorations_one_takes_place(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    for round in 0..6 {
        let acme = cases.organization(&format!("acme-{round}")).await;
        cases.issue(Owner::Organization(acme.id), &[]).await;
        cases.organizations.delete(&write, by_id(acme.id)).await.unwrap();
        let results = at_once(20, |n| {
            let (organizations, write, id) = (cases.organizations.clone(), write.clone(), acme.id);
            async move {
                if n % 2 == round % 2 {
                    organizations.purge(&write, by_id(id)).await.map(drop)
                } else {
                    organizations.restore(&write, by_id(id), None).await.map(drop)
                }
            }
        })
        .await;
        assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 1);
        let told = entries(&*storage, chain_of(&acme)).await;
        assert_eq!(told.len(), 4);
        let is_purged = told[3].record.action == AuditAction::OrganizationPurge;
        for refusal in results.into_iter().filter(Result::is_err) {
            match refusal {
                Err(Error::NotFound(_)) => assert!(is_purged),
                Err(Error::Conflict(_)) => assert!(!is_purged),
                other => panic!("{other:?}"),
            }
        }
        assert_eq!(all_keys(&*storage).await.iter().any(|key| key.owner.organization() == Some(acme.id)), !is_purged);
    }
}

/// Whatever is made beneath an organization while it is deleted and purged goes with it, or is not made.
pub async fn nothing_outlives_a_purge(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let ada = cases.user("ada").await;
    let issued = cases.issue(Owner::Organization(acme.id), &[]).await;
    let results = at_once(40, |n| {
        let cases =
            (cases.organizations.clone(), cases.projects.clone(), cases.members.clone(), cases.api_keys.clone());
        let (acme, ada, key) = (acme.id, ada.id, issued.key.id);
        async move {
            let (organizations, projects, members, api_keys) = cases;
            if n == 20 {
                organizations.delete(&grant(), by_id(acme)).await.unwrap();
                organizations.purge(&grant(), by_id(acme)).await.unwrap();
                return (None, Ok(()));
            }
            match n % 4 {
                0 => {
                    let (of, new) = (by_id(acme), NewProject::new(slug(&format!("web-{n}")), name("web")));
                    (None, projects.create(&grant::<ProjectsWrite>(), &of, new).await.map(drop))
                }
                1 => {
                    let of = reference(MemberOf::Organization(acme));
                    let added = members.add(&grant::<MembersWrite>(), &of, ada, Role::Member).await;
                    (None, added.map(drop))
                }
                2 => {
                    let new = NewApiKey { owner: Owner::Organization(acme).into(), ..system_key("key") };
                    let made = api_keys.create(&grant::<ApiKeysWrite>(), new).await;
                    (made.as_ref().ok().map(|made| made.secret.hash()), made.map(drop))
                }
                _ => {
                    let rotated = api_keys.rotate(&grant::<ApiKeysWrite>(), key, GracePeriod::NONE).await;
                    (rotated.as_ref().ok().map(|rotated| rotated.secret.hash()), rotated.map(drop))
                }
            }
        }
    })
    .await;
    for (hash, result) in results {
        assert!(matches!(result, Ok(()) | Err(Error::NotFound(_) | Error::Conflict(_))), "{result:?}");
        if let Some(hash) = hash {
            assert_eq!(find_by_hash(&*storage, &hash).await, None);
        }
    }
    assert_eq!(all_keys(&*storage).await, []);
    let page = storage.list_organizations_of_user(everything(), ada.id, &PageRequest::default()).await.unwrap();
    assert_eq!(page.items(), []);
    cases.users.delete(&grant(), ada.id).await.unwrap();
}
