//! The rules about users and members that hold when many write at once.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    api_keys::{NewApiKey, Rejection},
    audit_log::ChainId,
    authorization::{ApiKeysWrite, MembersWrite, UsersWrite},
    members::{MemberOf, Role},
    organizations::{Organization, OrganizationRef},
    owners::Owner,
    projects::ProjectRef,
    users::NewUser,
};

use super::{
    Storage,
    concurrency::at_once,
    steps::{
        all_keys, all_members, assert_fails, chain_of, email, entries, everything, external_id, grant, members_of,
        no_user, owner_of, system_key,
    },
    use_cases::{UseCases, reference},
};

/// Of many who demote, or remove, either of two owners at once, one succeeds: an owner is left.
pub async fn an_owner_is_left(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let of = MemberOf::Organization(acme.id);
    let ids = [cases.member(&acme, "ada", Role::Owner).await.id, cases.member(&acme, "bob", Role::Owner).await.id];
    let results = at_once(50, |n| {
        let (members, users, id) = (cases.members.clone(), cases.users.clone(), ids[n % 2]);
        async move {
            match n % 5 {
                0 => members.remove(&grant::<MembersWrite>(), &reference(of), id).await.map(drop),
                1 => users.delete(&grant::<UsersWrite>(), id).await.map(drop),
                _ => members.update(&grant::<MembersWrite>(), &reference(of), id, Some(Role::Member)).await.map(drop),
            }
        }
    })
    .await;
    // Who was demoted may be demoted once more, which changes nothing, and be removed after it.
    for refusal in results.into_iter().filter(Result::is_err) {
        assert_fails!(refusal, Error::Conflict(_) | Error::NotFound(_));
    }
    let members = all_members(&*storage, of).await;
    let owners: Vec<_> = members.iter().filter(|member| member.role == Role::Owner).collect();
    assert_eq!(owners.len(), 1, "{members:?}");
    entries(&*storage, chain_of(&acme)).await;
}

/// Of many who add one user at once, to an organization or to a project, one does; the others are told that it is there.
pub async fn a_member_joins_once(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.user("ada").await;
    for (of, count) in [(MemberOf::Organization(acme.id), 100), (members_of(&web), 50)] {
        let written = entries(&*storage, chain_of(&acme)).await.len();
        let results = at_once(count, |n| {
            let (members, id, role) = (cases.members.clone(), ada.id, Role::ALL[n % 3]);
            async move { members.add(&grant::<MembersWrite>(), &reference(of), id, role).await }
        })
        .await;
        let (added, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
        let [Ok(added)] = &added[..] else { panic!("{} have added it", added.len()) };
        assert_eq!(all_members(&*storage, of).await, std::slice::from_ref(added));
        for refusal in refused {
            assert_fails!(refusal, Error::Conflict(_));
        }
        assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), written + 1);
    }
}

/// Of many who make a user of one external id or one address at once, one does; the others are told that it is taken.
pub async fn an_external_id_and_an_address_are_given_once(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let results = at_once(40, |n| {
        let users = cases.users.clone();
        let (id, address) =
            if n % 2 == 0 { ("ada".to_owned(), None) } else { (format!("user-{n}"), Some(email("Ada@example.com"))) };
        async move {
            let new = NewUser { external_id: external_id(&id), email: address, name: None };
            users.create(&grant::<UsersWrite>(), new).await
        }
    })
    .await;
    assert_eq!(results.iter().filter(|result| result.is_ok()).count(), 2);
    for refusal in results.into_iter().filter(Result::is_err) {
        assert_fails!(refusal, Error::AlreadyExists { field: "external_id" | "email", .. });
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 2);
}

/// While a user is removed others make it a member here and there, change its roles, and make keys for it: all of it
/// goes with the user or is refused since there is none.
pub async fn nothing_is_left_of_a_removed_user(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let mut tenants: Vec<Organization> = Vec::new();
    for n in 0..4 {
        tenants.push(cases.organization(&format!("acme-{n}")).await);
    }
    let web = cases.project(&tenants[0], "web").await;
    let ada = cases.member(&tenants[0], "ada", Role::Member).await;
    let of = |n: usize| MemberOf::Organization(tenants[n].id);
    let results = at_once(48, |n| {
        let (members, users, api_keys) = (cases.members.clone(), cases.users.clone(), cases.api_keys.clone());
        let (id, tenant) = (ada.id, of(n % 4));
        let (first, of_project) = (of(0), members_of(&web));
        async move {
            let write = grant::<MembersWrite>();
            match n % 6 {
                _ if n == 24 => users.delete(&grant::<UsersWrite>(), id).await.map(|_| None),
                0 | 1 => members.add(&write, &reference(tenant), id, Role::Member).await.map(|_| None),
                2 => members.add(&write, &reference(of_project), id, Role::Owner).await.map(|_| None),
                3 => members.update(&write, &reference(first), id, Some(Role::ALL[n / 6 % 2])).await.map(|_| None),
                4 if n % 4 == 0 => members.remove(&write, &reference(tenant), id).await.map(|_| None),
                _ => {
                    let new = NewApiKey { owner: Owner::User(id).into(), ..system_key("key") };
                    api_keys.create(&grant::<ApiKeysWrite>(), new).await.map(|issued| Some(issued.secret))
                }
            }
        }
    })
    .await;
    for result in results {
        match result {
            Ok(None) => {}
            Ok(Some(secret)) => {
                let rejected = cases.authenticator.authenticate(secret.expose()).await.unwrap();
                assert_eq!(rejected, Err(Rejection::Unknown));
            }
            refusal => {
                assert_fails!(refusal.map(drop), Error::NotFound(_) | Error::Conflict(_));
            }
        }
    }
    assert_fails!(storage.find_user(everything(), ada.id).await, no_user!());
    assert_eq!(all_keys(&*storage).await, []);
    for (n, tenant) in tenants.iter().enumerate() {
        assert_eq!(all_members(&*storage, of(n)).await, []);
        entries(&*storage, chain_of(tenant)).await;
    }
    assert_eq!(all_members(&*storage, members_of(&web)).await, []);
    entries(&*storage, ChainId::INSTALLATION).await;
}

/// While a member is removed from an organization others add it to a project of it: it is none of the project afterwards.
pub async fn nobody_is_a_member_of_a_project_alone(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&acme, "app").await);
    let ada = cases.member(&acme, "ada", Role::Member).await;
    let results = at_once(30, |n| {
        let (members, id) = (cases.members.clone(), ada.id);
        let of = if n == 15 { MemberOf::Organization(acme.id) } else { members_of([&web, &app][n % 2]) };
        async move {
            let write = grant::<MembersWrite>();
            match n % 5 {
                0 => members.remove(&write, &reference(of), id).await,
                _ => members.add(&write, &reference(of), id, Role::Member).await,
            }
        }
    })
    .await;
    assert!(results.iter().any(Result::is_ok));
    for refusal in results.into_iter().filter(Result::is_err) {
        assert_fails!(refusal, Error::NotFound(_) | Error::Conflict(_));
    }
    for of in [MemberOf::Organization(acme.id), members_of(&web), members_of(&app)] {
        assert_eq!(all_members(&*storage, of).await, [], "{of:?}");
    }
    entries(&*storage, chain_of(&acme)).await;
}

/// While an organization, or a project, is deleted others add members and keys: none of the keys works afterwards, and
/// nothing is refused but as it should be.
pub async fn nothing_outlives_what_it_is_beneath(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Member).await;
    let results = at_once(32, |n| {
        let (members, api_keys) = (cases.members.clone(), cases.api_keys.clone());
        let (organizations, projects) = (cases.organizations.clone(), cases.projects.clone());
        let (by_id, project) = (OrganizationRef::Id(acme.id), ProjectRef::Id(web.id));
        let (owner, of, id) = (owner_of(&web), members_of(&web), ada.id);
        async move {
            match n {
                12 => projects.delete(&grant(), &by_id, &project).await.map(|_| None),
                24 => organizations.delete(&grant(), by_id).await.map(|_| None),
                _ if n % 2 == 0 => members.add(&grant(), &reference(of), id, Role::Member).await.map(|_| None),
                _ => {
                    let new = NewApiKey { owner: owner.into(), ..system_key("key") };
                    api_keys.create(&grant(), new).await.map(|issued| Some(issued.secret))
                }
            }
        }
    })
    .await;
    for result in results {
        match result {
            Ok(None) => {}
            Ok(Some(secret)) => {
                let rejected = cases.authenticator.authenticate(secret.expose()).await.unwrap();
                assert_eq!(rejected, Err(Rejection::OwnerDeleted));
            }
            refusal => {
                assert_fails!(refusal.map(drop), Error::NotFound(_) | Error::Conflict(_));
            }
        }
    }
    entries(&*storage, chain_of(&acme)).await;
}
