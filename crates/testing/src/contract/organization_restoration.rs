//! The restoration of organizations, with all that was beneath them.

use std::sync::Arc;

use serde_json::json;
use tenancy_domain::{
    Deleted, Error,
    api_keys::{IssuedApiKey, Rejection},
    audit_log::AuditAction,
    authorization::OrganizationsWrite,
    members::{MemberOf, Role},
    organizations::{Organization, OrganizationRef},
    owners::Owner,
    pagination::PageRequest,
    projects::{ProjectFilter, ProjectRef},
};

use super::{
    Storage,
    steps::{
        all_keys, all_members, assert_fails, at, chain_of, entries, everything, find, grant, members_of,
        no_organization, owner_of, slug, slug_taken,
    },
    use_cases::UseCases,
};

fn by_slug(text: &str) -> OrganizationRef {
    OrganizationRef::Slug(slug(text))
}

/// A restored organization is as it was but for its times and its version, and so is everything beneath it: what was
/// deleted or revoked before stays so.
pub async fn brings_back_what_was_beneath(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let acme = cases.organization("acme").await;
    let (web, gone) = (cases.project(&acme, "web").await, cases.project(&acme, "gone").await);
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    cases.join(members_of(&web), &ada, Role::Member).await;
    let mut keys = Vec::new();
    for owner in [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id), owner_of(&gone)] {
        keys.push(cases.issue(owner, &["admin:read"]).await);
    }
    let by_id = || OrganizationRef::Id(acme.id);
    cases.projects.delete(&grant(), &by_id(), &ProjectRef::Id(gone.id)).await.unwrap();
    // All that is to be seen of the organization, and what showing each of the keys comes to.
    let beneath = async || {
        let mut shown = Vec::new();
        for IssuedApiKey { secret, .. } in &keys {
            shown.push(cases.authenticator.authenticate(secret.expose()).await.unwrap().err());
        }
        (
            storage
                .list_projects(
                    everything(),
                    acme.id,
                    &ProjectFilter::default(),
                    &PageRequest::default(),
                    Deleted::Included,
                )
                .await
                .unwrap(),
            all_members(&*storage, MemberOf::Organization(acme.id)).await,
            all_members(&*storage, members_of(&web)).await,
            storage.find_role(ada.id, acme.id).await.unwrap(),
            all_keys(&*storage).await,
            shown,
        )
    };
    let before = beneath().await;
    assert_eq!(before.5, [None, None, None, Some(Rejection::OwnerDeleted)]);

    cases.clock.set(at(10));
    let deleted = cases.organizations.delete(&write, by_id()).await.unwrap();
    let hidden = beneath().await;
    let dead = Some(Rejection::OwnerDeleted);
    assert_eq!(hidden.5, [dead, dead, None, dead]);
    assert_eq!((hidden.0.items(), &hidden.1[..], &hidden.2[..], hidden.3), (&[][..], &[][..], &[][..], None));
    assert_eq!(hidden.4, [keys[2].key.clone()]);

    cases.clock.set(at(20));
    let restored = cases.organizations.restore(&write, by_slug("acme"), None).await.unwrap();
    let expected = Organization { deleted_at: None, updated_at: at(20), version: 3, ..deleted };
    assert_eq!(restored, expected);
    assert_eq!(find(&*storage, acme.id).await.unwrap(), restored);
    assert_eq!(beneath().await, before);

    let told = entries(&*storage, chain_of(&acme)).await;
    let record = &told.last().unwrap().record;
    assert_eq!((record.action, record.timestamp), (AuditAction::OrganizationRestore, at(20)));
    assert_eq!((record.resource_id, record.org_id, record.project_id), (acme.id.uuid(), Some(acme.id), None));
    let details: serde_json::Value = serde_json::from_str(&record.details).unwrap();
    assert_eq!(details, json!({ "owner": null, "before": null, "after": { "slug": "acme", "name": "acme" } }));
}

/// What is live, unknown, or named by a slug that several deleted ones have, is not restored, nor under a slug that is
/// taken; none of it leaves a trace.
pub async fn refuses_what_is_taken_live_or_missing(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<OrganizationsWrite>());
    let restore = async |reference, slug| cases.organizations.restore(&grant, reference, slug).await;
    let acme = cases.organization("acme").await;
    let by_id = || OrganizationRef::Id(acme.id);
    assert_fails!(restore(by_slug("unknown"), None).await, no_organization!());
    for reference in [by_slug("acme"), by_id()] {
        assert_fails!(restore(reference, None).await, Error::Conflict(_));
    }
    cases.organizations.delete(&grant, by_id()).await.unwrap();
    let rival = cases.organization("acme").await;
    for reference in [by_slug("acme"), by_id()] {
        assert_fails!(restore(reference, None).await, slug_taken!());
    }
    assert_fails!(restore(by_id(), Some(slug("acme"))).await, slug_taken!());
    cases.organizations.delete(&grant, OrganizationRef::Id(rival.id)).await.unwrap();
    assert_fails!(restore(by_slug("acme"), None).await, Error::Conflict(_));
    assert_fails!(find(&*storage, acme.id).await, no_organization!());
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);

    let restored = restore(by_id(), Some(slug("acme-2"))).await.unwrap();
    assert_eq!((restored.id, &restored.slug), (acme.id, &slug("acme-2")));
    assert_eq!(restore(by_slug("acme"), None).await.unwrap().id, rival.id);
}

/// To restore an organization takes a system key, whoever it belongs to.
pub async fn takes_a_system_key(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    let mut grants = Vec::new();
    for owner in [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)] {
        grants.push(cases.grant_of::<OrganizationsWrite>(owner).await);
    }
    let system = cases.grant_of::<OrganizationsWrite>(Owner::System).await;
    for _ in 0..2 {
        for grant in &grants {
            for reference in [OrganizationRef::Id(acme.id), by_slug("unknown")] {
                let refused = cases.organizations.restore(grant, reference, None).await;
                assert_fails!(refused, Error::Forbidden(_));
            }
        }
        let _ = cases.organizations.delete(&system, OrganizationRef::Id(acme.id)).await;
    }
    cases.organizations.restore(&system, OrganizationRef::Id(acme.id), None).await.unwrap();
}
