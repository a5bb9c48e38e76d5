//! The suspension of organizations, and its end.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Deleted, Error,
    api_keys::{IssuedApiKey, Rejection, VerdictCode},
    audit_log::AuditAction,
    authorization::{ApiKeysVerify, Caller, OrganizationsRead, OrganizationsWrite},
    members::{MemberOf, Role},
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    owners::Owner,
    pagination::PageRequest,
};

use super::{
    Storage,
    steps::{assert_fails, at, chain_of, entries, find, grant, no_organization, owner_of, slug},
    use_cases::UseCases,
};

fn by_slug(text: &str) -> OrganizationRef {
    OrganizationRef::Slug(slug(text))
}

/// An organization is suspended and resumed, each at its time, each with its entry, which tells of it.
pub async fn suspends_and_resumes(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    cases.clock.set(at(10));
    let suspended = cases.organizations.suspend(&write, by_slug("acme")).await.unwrap();
    let expected = Organization { suspended_at: Some(at(10)), updated_at: at(10), version: 2, ..acme.clone() };
    assert_eq!(suspended, expected);
    assert_eq!(find(&*storage, acme.id).await.unwrap(), suspended);
    cases.clock.set(at(20));
    let resumed = cases.organizations.resume(&write, OrganizationRef::Id(acme.id)).await.unwrap();
    assert_eq!(resumed, Organization { updated_at: at(20), version: 3, ..acme.clone() });
    assert_eq!(find(&*storage, acme.id).await.unwrap(), resumed);

    let told = entries(&*storage, chain_of(&acme)).await;
    let since = json!({"suspended_at": at(10).to_string()});
    for (entry, action, time, before, after) in [
        (&told[1], AuditAction::OrganizationSuspend, at(10), json!({}), since.clone()),
        (&told[2], AuditAction::OrganizationResume, at(20), since, json!({})),
    ] {
        let record = &entry.record;
        assert_eq!((record.action, record.timestamp), (action, time));
        assert_eq!((record.resource_id, record.org_id), (acme.id.uuid(), Some(acme.id)));
        let details: Value = serde_json::from_str(&record.details).unwrap();
        assert_eq!(details, json!({"owner": null, "before": before, "after": after}));
    }
    assert_eq!(told.len(), 3);
}

/// What is suspended already, or is not suspended, stays as it is, without an entry.
pub async fn what_changes_nothing_writes_nothing(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    assert_eq!(cases.organizations.resume(&write, by_slug("acme")).await.unwrap(), acme);
    let suspended = cases.organizations.suspend(&write, by_slug("acme")).await.unwrap();
    cases.clock.set(at(10));
    assert_eq!(cases.organizations.suspend(&write, by_slug("acme")).await.unwrap(), suspended);
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
}

/// What is unknown or deleted is not there to be suspended or resumed.
pub async fn refuses_what_is_missing(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    cases.organizations.delete(&write, by_slug("acme")).await.unwrap();
    for reference in [by_slug("acme"), OrganizationRef::Id(acme.id), by_slug("unknown")] {
        assert_fails!(cases.organizations.suspend(&write, reference.clone()).await, no_organization!());
        assert_fails!(cases.organizations.resume(&write, reference).await, no_organization!());
    }
}

/// To suspend an organization, or to end that, takes a system key, whoever it belongs to.
pub async fn takes_a_system_key(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    for owner in [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)] {
        let grant = cases.grant_of::<OrganizationsWrite>(owner).await;
        for reference in [OrganizationRef::Id(acme.id), by_slug("unknown")] {
            assert_fails!(cases.organizations.suspend(&grant, reference.clone()).await, Error::Forbidden(_));
            assert_fails!(cases.organizations.resume(&grant, reference).await, Error::Forbidden(_));
        }
    }
    assert_eq!(find(&*storage, acme.id).await.unwrap(), acme);
    let system = cases.grant_of::<OrganizationsWrite>(Owner::System).await;
    cases.organizations.suspend(&system, by_slug("acme")).await.unwrap();
    cases.organizations.resume(&system, by_slug("acme")).await.unwrap();
}

/// While an organization is suspended, its keys and its projects' let nobody in, and whoever verifies one is told why; its
/// members' keys reach their other organizations and not this one, and so do callers that were let in before. All of it
/// ends with the suspension. A key that is made meanwhile works from then on.
pub async fn cuts_keys_off_and_gives_them_back(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    cases.join(MemberOf::Organization(other.id), &ada, Role::Owner).await;
    let (own, of_acme) = cases.tenant(&acme, &["admin:*"]).await;
    let (_, of_web) = cases.caller(owner_of(&web), &["admin:*"]).await;
    let (user, of_ada) = cases.caller(Owner::User(ada.id), &["admin:*"]).await;
    let seen_by = async |caller: &Caller| {
        let grant = caller.clone().authorize::<OrganizationsRead>().unwrap();
        let list = cases
            .organizations
            .list(&grant, &OrganizationFilter::default(), &PageRequest::default(), Deleted::Hidden)
            .await
            .unwrap();
        let seen: Vec<String> = list.items().iter().map(|organization| organization.slug.to_string()).collect();
        for text in ["acme", "other"] {
            let found = cases.organizations.get(&grant, &by_slug(text), Deleted::Hidden).await;
            assert_eq!(found.is_ok(), seen.contains(&text.to_owned()));
        }
        seen
    };
    let lets_in = async |issued: &IssuedApiKey| {
        let secret = issued.secret.expose();
        let rejection = cases.authenticator.authenticate(secret).await.unwrap().err();
        let verdict = cases.api_keys.verify(&grant::<ApiKeysVerify>(), secret, None).await.unwrap();
        match rejection {
            None => assert_eq!(verdict.code(), VerdictCode::Valid),
            Some(rejection) => assert_eq!(verdict.code(), VerdictCode::from(rejection)),
        }
        rejection
    };
    assert_eq!(seen_by(&user).await, ["other", "acme"]);

    cases.organizations.suspend(&grant(), by_slug("acme")).await.unwrap();
    let meanwhile = cases.issue(Owner::Organization(acme.id), &["admin:*"]).await;
    for key in [&of_acme, &of_web, &meanwhile] {
        assert_eq!(lets_in(key).await, Some(Rejection::OwnerSuspended));
    }
    assert_eq!(lets_in(&of_ada).await, None);
    assert_eq!(seen_by(&user).await, ["other"]);
    let verify = user.clone().authorize::<ApiKeysVerify>().unwrap();
    let verdict = cases.api_keys.verify(&verify, of_acme.secret.expose(), None).await.unwrap();
    assert_eq!(verdict.code(), VerdictCode::Unknown);
    assert_eq!(seen_by(&own).await, [""; 0]);

    cases.organizations.resume(&grant(), by_slug("acme")).await.unwrap();
    for key in [&of_acme, &of_web, &of_ada, &meanwhile] {
        assert_eq!(lets_in(key).await, None);
    }
    assert_eq!(seen_by(&user).await, ["other", "acme"]);
    assert_eq!(seen_by(&own).await, ["acme"]);
}

/// An organization that is deleted while it is suspended comes back suspended.
pub async fn outlasts_deletion(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    let (_, issued) = cases.tenant(&acme, &[]).await;
    let rejection = async || cases.authenticator.authenticate(issued.secret.expose()).await.unwrap().err();
    cases.organizations.suspend(&write, by_slug("acme")).await.unwrap();
    cases.organizations.delete(&write, by_slug("acme")).await.unwrap();
    assert_eq!(rejection().await, Some(Rejection::OwnerDeleted));
    let restored = cases.organizations.restore(&write, by_slug("acme"), None).await.unwrap();
    assert_eq!((restored.suspended_at, rejection().await), (Some(at(0)), Some(Rejection::OwnerSuspended)));
    cases.organizations.resume(&write, by_slug("acme")).await.unwrap();
    assert_eq!(rejection().await, None);
}
