//! However many ask at once, nobody gets more than there may be.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, Error, ResourceType, UserId,
    api_keys::NewApiKey,
    authorization::{ApiKeysWrite, MembersWrite, ProjectsWrite, ProvidersWrite},
    members::{MemberOf, Role},
    organizations::OrganizationRef,
    owners::Owner,
    pagination::PageRequest,
    projects::{NewProject, ProjectFilter, ProjectRef},
    providers::ProviderFilter,
};

use super::{
    Storage,
    concurrency::at_once,
    steps::{
        all_keys, all_members, assert_fails, chain_of, entries, everything, grant, insert_user, list_providers, name,
        new_provider, owner_of, slug, system_key, user,
    },
    use_cases::{KEY_LIMIT, MEMBER_LIMIT, PROJECT_LIMIT, PROVIDER_LIMIT, UseCases, reference},
};

/// How many there are, of whom as many succeed as there may be of what they ask for, and the others are told why not.
fn assert_limit<T: std::fmt::Debug>(results: Vec<Result<T, Error>>, limit: u64) {
    assert_eq!(results.iter().filter(|result| result.is_ok()).count() as u64, limit);
    for refusal in results.into_iter().filter(Result::is_err) {
        let is_told = matches!(&refusal, Err(Error::QuotaExceeded { limit: told, .. }) if *told == limit);
        assert!(is_told, "{refusal:?}");
    }
}

/// An organization gets as many projects as it may have, made and restored at once.
pub async fn of_projects_is_not_passed(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let by_id = OrganizationRef::Id(acme.id);
    let mut deleted = Vec::new();
    for n in 0..15 {
        let project = cases.project(&acme, &format!("deleted-{n}")).await;
        cases.projects.delete(&grant(), &by_id, &ProjectRef::Id(project.id)).await.unwrap();
        deleted.push(project);
    }
    let results = at_once(45, |n| {
        let (projects, by_id, restored) = (cases.projects.clone(), by_id.clone(), deleted.get(n).cloned());
        async move {
            let grant = grant::<ProjectsWrite>();
            if let Some(project) = restored {
                return projects.restore(&grant, &by_id, ProjectRef::Id(project.id), None).await;
            }
            let new = NewProject::new(slug(&format!("project-{n}")), name("project"));
            projects.create(&grant, &by_id, new).await
        }
    })
    .await;
    assert_limit(results, PROJECT_LIMIT);
    let live = storage
        .list_projects(everything(), acme.id, &ProjectFilter::default(), &PageRequest::default(), Deleted::Hidden)
        .await
        .unwrap();
    assert_eq!(live.items().len() as u64, PROJECT_LIMIT);
    // The organization, two entries of each that was deleted, and those that are live.
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len() as u64, 31 + PROJECT_LIMIT);
}

/// An organization gets as many members as it may have.
pub async fn of_members_is_not_passed(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let of = MemberOf::Organization(acme.id);
    let mut users: Vec<UserId> = Vec::new();
    for n in 0..60 {
        let user = user(&format!("user-{n}"));
        insert_user(&*storage, &user).await.unwrap();
        users.push(user.id);
    }
    let results = at_once(users.len(), |n| {
        let (members, id) = (cases.members.clone(), users[n]);
        async move { members.add(&grant::<MembersWrite>(), &reference(of), id, Role::Member).await }
    })
    .await;
    assert_limit(results, MEMBER_LIMIT);
    assert_eq!(all_members(&*storage, of).await.len() as u64, MEMBER_LIMIT);
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len() as u64, 1 + MEMBER_LIMIT);
}

/// A user gets as many keys as it may have.
pub async fn of_a_users_keys_is_not_passed(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (ada, bob) = (cases.user("ada").await, cases.user("bob").await);
    cases.issue(Owner::User(bob.id), &[]).await;
    let results = at_once(80, |_| {
        let (api_keys, new) =
            (cases.api_keys.clone(), NewApiKey { owner: Owner::User(ada.id).into(), ..system_key("key") });
        async move { api_keys.create(&grant::<ApiKeysWrite>(), new).await }
    })
    .await;
    assert_limit(results, KEY_LIMIT);
    assert_eq!(all_keys(&*storage).await.len() as u64, KEY_LIMIT + 1);
    let new = NewApiKey { owner: Owner::User(ada.id).into(), ..system_key("key") };
    let refused = cases.api_keys.create(&grant::<ApiKeysWrite>(), new).await;
    assert_fails!(refused, Error::QuotaExceeded { holder: ResourceType::User, what: "API keys", limit: KEY_LIMIT });
}

/// An organization and its projects together get as many keys as it may have.
pub async fn of_keys_is_one_for_all_beneath(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&acme, "app").await);
    let owners = [Owner::Organization(acme.id), owner_of(&web), owner_of(&app)];
    let results = at_once(90, |n| {
        let api_keys = cases.api_keys.clone();
        let new = NewApiKey { owner: owners[n % owners.len()].into(), ..system_key("key") };
        async move { api_keys.create(&grant::<ApiKeysWrite>(), new).await }
    })
    .await;
    assert_limit(results, KEY_LIMIT);
    assert_eq!(all_keys(&*storage).await.len() as u64, KEY_LIMIT);
}

/// An organization and its projects together get as many dynamic providers as it may have.
pub async fn of_providers_is_one_for_all_beneath(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&acme, "app").await);
    let owners = [Owner::Organization(acme.id), owner_of(&web), owner_of(&app)];
    let results = at_once(60, |n| {
        let (providers, new) = (cases.providers.clone(), new_provider(owners[n % owners.len()], &format!("p{n}")));
        async move { providers.create(&grant::<ProvidersWrite>(), new).await }
    })
    .await;
    assert_limit(results, PROVIDER_LIMIT);
    assert_eq!(list_providers(&*storage, ProviderFilter::All).await.len() as u64, PROVIDER_LIMIT);
    // The organization, its projects, and the providers.
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len() as u64, 3 + PROVIDER_LIMIT);
}

/// A user gets as many dynamic providers as it may have.
pub async fn of_a_users_providers_is_not_passed(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let ada = Owner::User(cases.user("ada").await.id);
    let results = at_once(60, |n| {
        let (providers, new) = (cases.providers.clone(), new_provider(ada, &format!("p{n}")));
        async move { providers.create(&grant::<ProvidersWrite>(), new).await }
    })
    .await;
    assert_limit(results, PROVIDER_LIMIT);
    assert_eq!(list_providers(&*storage, ProviderFilter::All).await.len() as u64, PROVIDER_LIMIT);
}
