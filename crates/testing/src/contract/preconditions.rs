//! Changes that are provided for one state of the thing: lest somebody changes what they have not seen.

use std::sync::Arc;

use tenancy_domain::{
    Error, Precondition, ResourceType, Revised, Revision, Revisions,
    api_keys::{ApiKeyChanges, GracePeriod},
    audit_log::ChainId,
    members::{MemberOf, Role},
    organizations::{OrganizationChanges, OrganizationRef},
    owners::Owner,
    projects::{ProjectChanges, ProjectRef},
    users::UserChanges,
};

use super::{
    Storage,
    concurrency::at_once,
    steps::{chain_of, entries, find, grant, name},
    use_cases::{UseCases, reference},
};

/// How many change one state at once.
const MANY: usize = 100;

/// What asks for this state.
fn seen(revision: Revision) -> Precondition {
    Precondition { one_of: Some(Revisions::These(vec![revision])), none_of: None }
}

/// Fails unless the thing was found in another state than was asked for.
fn assert_stale<T: std::fmt::Debug>(result: &Result<T, Error>, kind: ResourceType) {
    assert!(matches!(result, Err(Error::VersionMismatch(of)) if *of == kind), "{result:?}");
}

/// Sees to it that a thing is changed and removed in the state that is asked for, and in no other.
macro_rules! assert_heeded {
    ($first:expr, |$provided:ident| update: $update:expr, remove: $remove:expr $(,)?) => {{
        let first = $first;
        let changed = {
            let $provided = grant().provided(seen(first.revision()));
            $update.await.unwrap()
        };
        assert_ne!(changed.revision(), first.revision());
        let kind = kind_of(&first);
        {
            let $provided = grant().provided(seen(first.revision()));
            assert_stale(&$update.await, kind);
            assert_stale(&$remove.await, kind);
        }
        // The change is made already: even so the state is asked for.
        let $provided = grant().provided(seen(changed.revision()));
        assert_eq!($update.await.unwrap(), changed);
        $remove.await.unwrap();
    }};
}

const fn kind_of<T: Revised>(_: &T) -> ResourceType {
    T::KIND
}

/// Every use case that changes or removes something heeds the state that it is provided for, and writes nothing where the
/// thing is in another one.
pub async fn a_change_is_made_to_the_state_that_it_is_provided_for(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let by_id = OrganizationRef::Id(acme.id);
    let web = cases.project(&acme, "web").await;
    let web_by_id = ProjectRef::Id(web.id);
    let of_organization = MemberOf::Organization(acme.id);
    let of_project = MemberOf::Project { organization: acme.id, project: web.id };
    let ada = cases.user("ada").await;
    let member = cases.join(of_organization, &ada, Role::Member).await;
    let of_web = cases.join(of_project, &ada, Role::Member).await;
    let key = cases.issue(Owner::System, &[]).await.key;

    let (members, other) = (&cases.members, name("Other"));
    assert_heeded!(of_web, |provided|
        update: members.update(&provided, &reference(of_project), ada.id, Some(Role::Admin)),
        remove: members.remove(&provided, &reference(of_project), ada.id),
    );
    assert_heeded!(member, |provided|
        update: members.update(&provided, &reference(of_organization), ada.id, Some(Role::Admin)),
        remove: members.remove(&provided, &reference(of_organization), ada.id),
    );
    assert_heeded!(ada.clone(), |provided|
        update: cases.users.update(&provided, ada.id, UserChanges { name: Some(None), ..UserChanges::default() }),
        remove: cases.users.delete(&provided, ada.id),
    );
    let changes = || ProjectChanges { name: Some(other.clone()), ..ProjectChanges::default() };
    assert_heeded!(web, |provided|
        update: cases.projects.update(&provided, &by_id, &web_by_id, changes()),
        remove: cases.projects.delete(&provided, &by_id, &web_by_id),
    );
    let changes = || OrganizationChanges { name: Some(other.clone()), ..OrganizationChanges::default() };
    assert_heeded!(acme.clone(), |provided|
        update: cases.organizations.update(&provided, by_id.clone(), changes()),
        remove: cases.organizations.delete(&provided, by_id.clone()),
    );
    let changes = || ApiKeyChanges { name: Some(other.clone()), ..ApiKeyChanges::default() };
    assert_heeded!(key.clone(), |provided|
        update: cases.api_keys.update(&provided, key.id, changes()),
        remove: cases.api_keys.revoke(&provided, key.id),
    );
    // Made, changed and removed: the organization, the project, and the two memberships. The user and the key are beneath
    // no organization.
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 12);
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 6);
}

/// So do the use cases that act on something.
pub async fn what_was_read_is_restored_and_rotated(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let by_id = OrganizationRef::Id(acme.id);
    let web = cases.project(&acme, "web").await;
    let reference = || ProjectRef::Id(web.id);
    let deleted = cases.projects.delete(&grant(), &by_id, &reference()).await.unwrap();
    let stale = grant().provided(seen(web.revision()));
    assert_stale(&cases.projects.restore(&stale, &by_id, reference(), None).await, ResourceType::Project);
    let current = grant().provided(seen(deleted.revision()));
    cases.projects.restore(&current, &by_id, reference(), None).await.unwrap();

    let deleted = cases.organizations.delete(&grant(), by_id.clone()).await.unwrap();
    let stale = grant().provided(seen(acme.revision()));
    assert_stale(&cases.organizations.restore(&stale, by_id.clone(), None).await, ResourceType::Organization);
    let current = grant().provided(seen(deleted.revision()));
    cases.organizations.restore(&current, by_id, None).await.unwrap();

    let key = cases.issue(Owner::System, &[]).await.key;
    let current = grant().provided(seen(key.revision()));
    cases.api_keys.rotate(&current, key.id, GracePeriod::NONE).await.unwrap();
    assert_stale(&cases.api_keys.rotate(&current, key.id, GracePeriod::NONE).await, ResourceType::ApiKey);
}

/// Of many who have read one state and change it at once, one does; the others are told that it is no more as they read it.
pub async fn of_many_who_change_one_state_one_does(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let results = at_once(MANY, |n| {
        let (organizations, provided) = (cases.organizations.clone(), grant().provided(seen(acme.revision())));
        let changes =
            OrganizationChanges { name: Some(name(&format!("Caller {n}"))), ..OrganizationChanges::default() };
        let by_id = OrganizationRef::Id(acme.id);
        async move { organizations.update(&provided, by_id, changes).await }
    })
    .await;
    let (written, refused): (Vec<_>, Vec<_>) = results.into_iter().partition(Result::is_ok);
    let [Ok(written)] = &written[..] else { panic!("{} have changed it", written.len()) };
    assert_eq!(find(&*storage, acme.id).await.unwrap(), *written);
    for refusal in refused {
        assert_stale(&refusal, ResourceType::Organization);
    }
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
}
