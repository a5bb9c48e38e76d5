//! The rules of `purge_organization`, and of the counts of what is beneath.

use std::sync::Arc;

use tenancy_domain::{
    Affected, Deleted,
    api_keys::{ApiKey, SecretHash},
    members::{MemberOf, Role},
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    owners::Owner,
    pagination::PageRequest,
    projects::{Project, ProjectFilter},
    providers::DynamicProvider,
    users::User,
};

use super::{
    Storage,
    steps::{
        all_keys, all_members, api_key_of, assert_fails, at, chain_of, delete, delete_project, entries, everything,
        find_by_hash, find_provider, fresh_secret, insert, insert_at, insert_key, insert_member, insert_project,
        insert_provider, insert_user, led_to, member, members_of, no_organization, organization, owner_of, project,
        provider, provider_name, purge, rename, replace_secret, restore, update_key, user, within_unit,
    },
};

/// An organization with an alias, a live and a deleted project, a member of all three, and of each of them a key with a
/// former secret, a revoked one, and a dynamic provider.
struct Tenant {
    organization: Organization,
    live: Project,
    deleted: Project,
    hashes: Vec<SecretHash>,
    providers: Vec<DynamicProvider>,
}

impl Tenant {
    async fn make(storage: &dyn Storage, text: &str, users: &[&User]) -> Self {
        let made = organization(&format!("{text}-before"));
        insert(storage, &made).await.unwrap();
        let organization = rename(storage, made.id, text, at(0), at(100)).await.unwrap();
        let [live, deleted] = ["live", "deleted"].map(|text| project(&organization, text));
        for project in [&live, &deleted] {
            insert_project(storage, project).await.unwrap();
        }
        let (mut hashes, mut providers) = (Vec::new(), Vec::new());
        for owner in [Owner::Organization(organization.id), owner_of(&live), owner_of(&deleted)] {
            let of = match owner.project() {
                None => MemberOf::Organization(organization.id),
                Some(project) => MemberOf::Project { organization: organization.id, project },
            };
            for user in users {
                insert_member(storage, &member(user, of, Role::Owner)).await.unwrap();
            }
            let ((key, first), (revoked, other)) = (api_key_of(owner, "key"), api_key_of(owner, "revoked"));
            insert_key(storage, &key, &first).await.unwrap();
            insert_key(storage, &revoked, &other).await.unwrap();
            let second = fresh_secret().hash();
            replace_secret(storage, key.id, &second, Some(at(9))).await.unwrap();
            update_key(storage, revoked.id, |key| ApiKey { revoked_at: Some(at(1)), ..key.clone() }).await.unwrap();
            hashes.extend([first, second, other]);
            let provider = provider(owner, "main");
            insert_provider(storage, &provider).await.unwrap();
            providers.push(provider);
        }
        let deleted = delete_project(storage, &deleted).await.unwrap();
        Self { organization, live, deleted, hashes, providers }
    }

    /// All that is left of it, as who reaches everything sees it when the organization is live.
    async fn seen(&self, storage: &dyn Storage) -> impl PartialEq + std::fmt::Debug + use<> {
        let id = self.organization.id;
        let by_id = OrganizationRef::Id(id);
        let mut secrets = Vec::new();
        for hash in &self.hashes {
            secrets.push(storage.find_credential(hash).await.unwrap());
        }
        let mut providers = Vec::new();
        for provider in &self.providers {
            providers.push(find_provider(storage, provider.id).await.ok());
        }
        (
            storage.find_organization(everything(), &by_id, Deleted::Included).await.unwrap(),
            storage
                .list_projects(everything(), id, &ProjectFilter::default(), &PageRequest::default(), Deleted::Included)
                .await
                .unwrap(),
            all_members(storage, MemberOf::Organization(id)).await,
            all_members(storage, members_of(&self.live)).await,
            entries(storage, chain_of(&self.organization)).await,
            secrets,
            providers,
        )
    }
}

async fn beneath(storage: &dyn Storage, of: &Tenant, deleted: Deleted) -> Affected {
    let id = of.organization.id;
    within_unit!(storage, |t| t.count_beneath_organization(id, deleted)).unwrap()
}

/// With an organization all beneath it goes for good, live and deleted, revoked and not, and its aliases; its audit log and
/// its users stay, and nobody else's things are touched.
pub async fn takes_everything_beneath_along(storage: Arc<dyn Storage>) {
    let (ada, bob) = (user("ada"), user("bob"));
    insert_user(&*storage, &ada).await.unwrap();
    insert_user(&*storage, &bob).await.unwrap();
    let acme = Tenant::make(&*storage, "acme", &[&ada, &bob]).await;
    let other = Tenant::make(&*storage, "other", &[&ada]).await;
    let (of_ada, ada_hash) = api_key_of(Owner::User(ada.id), "ada's");
    insert_key(&*storage, &of_ada, &ada_hash).await.unwrap();
    let untouched = other.seen(&*storage).await;
    let written = entries(&*storage, chain_of(&acme.organization)).await.len();

    delete(&*storage, acme.organization.id).await.unwrap();
    let counted = beneath(&*storage, &acme, Deleted::Included).await;
    let gone = purge(&*storage, acme.organization.id).await.unwrap();
    assert_eq!(gone, Affected { projects: 2, memberships: 6, api_keys: 6, providers: 3, ..Affected::default() });
    assert_eq!(gone, counted);

    for deleted in [Deleted::Hidden, Deleted::Included] {
        let by_id = OrganizationRef::Id(acme.organization.id);
        assert_fails!(storage.find_organization(everything(), &by_id, deleted).await, no_organization!());
        let list = storage
            .list_organizations(everything(), &OrganizationFilter::default(), &PageRequest::default(), deleted)
            .await
            .unwrap();
        assert_eq!(list.items().len(), 1);
    }
    for hash in &acme.hashes {
        assert_eq!(find_by_hash(&*storage, hash).await, None);
    }
    assert_eq!(storage.count_secrets().await.unwrap().into_values().sum::<u64>(), 3, "the other's");
    let kept = all_keys(&*storage).await;
    assert!(kept.contains(&of_ada) && kept.iter().all(|key| key.owner.organization() != Some(acme.organization.id)));
    assert_eq!(storage.find_user(everything(), ada.id).await.unwrap(), ada);
    assert_eq!(entries(&*storage, chain_of(&acme.organization)).await.len(), written + 2);
    assert_eq!(other.seen(&*storage).await, untouched);

    // Nor is any of it left where it could not be seen: all of its names can be given once more, and its secrets.
    assert_eq!(beneath(&*storage, &acme, Deleted::Included).await, Affected::default());
    insert_at(&*storage, &organization("acme-before"), at(0)).await.unwrap();
    let again = organization("acme");
    insert_at(&*storage, &again, at(0)).await.unwrap();
    for project in [&acme.live, &acme.deleted] {
        let project = Project { org_id: again.id, ..project.clone() };
        insert_project(&*storage, &project).await.unwrap();
        assert_eq!(all_members(&*storage, members_of(&project)).await, []);
    }
    for hash in &acme.hashes {
        let (key, _) = api_key_of(Owner::Organization(again.id), "again");
        insert_key(&*storage, &key, hash).await.unwrap();
    }
    for gone in &acme.providers {
        let again = DynamicProvider { owner: Owner::Organization(again.id).try_into().unwrap(), ..gone.clone() };
        let again = DynamicProvider { name: provider_name(&gone.id.to_string()), ..again };
        insert_provider(&*storage, &again).await.unwrap();
    }
    assert_eq!(led_to(&*storage, "other-before").await, Some(other.organization.slug.clone()));
}

/// What was purged is not there to be purged or restored.
pub async fn is_for_good(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    delete(&*storage, acme.id).await.unwrap();
    assert_eq!(purge(&*storage, acme.id).await.unwrap(), Affected::default());
    assert_fails!(purge(&*storage, acme.id).await, no_organization!());
    assert_fails!(restore(&*storage, acme.id).await, no_organization!());
    let id = acme.id;
    assert_fails!(within_unit!(storage, |t| t.purge_organization(id)), no_organization!());
    insert(&*storage, &organization("acme")).await.unwrap();
}

/// Beneath an organization are its live projects, its memberships and keys, and theirs; with the deleted ones, theirs too.
/// Beneath a project are its memberships and keys, whether it is live or not.
pub async fn what_is_beneath_is_counted(storage: Arc<dyn Storage>) {
    let (ada, bob) = (user("ada"), user("bob"));
    insert_user(&*storage, &ada).await.unwrap();
    insert_user(&*storage, &bob).await.unwrap();
    let acme = Tenant::make(&*storage, "acme", &[&ada, &bob]).await;
    let other = Tenant::make(&*storage, "other", &[&bob]).await;
    let hidden = Affected { projects: 1, memberships: 4, api_keys: 4, providers: 2, ..Affected::default() };
    let included = Affected { projects: 2, memberships: 6, api_keys: 6, providers: 3, ..Affected::default() };
    for is_live in [true, false] {
        assert_eq!(beneath(&*storage, &acme, Deleted::Hidden).await, hidden);
        assert_eq!(beneath(&*storage, &acme, Deleted::Included).await, included);
        if is_live {
            delete(&*storage, acme.organization.id).await.unwrap();
        }
    }
    assert_eq!(beneath(&*storage, &other, Deleted::Hidden).await, Affected { memberships: 2, ..hidden });
    for (project, memberships) in [(&acme.live, 2), (&acme.deleted, 2), (&other.live, 1)] {
        let id = project.id;
        let counted = within_unit!(storage, |t| t.count_beneath_project(id)).unwrap();
        assert_eq!(counted, Affected { memberships, api_keys: 2, providers: 1, ..Affected::default() });
    }
}
