//! What `Access` answers: who reaches what, and as what.

use std::sync::Arc;

use tenancy_domain::{
    Error,
    authorization::{Act, Level, OrganizationsRead, Standing},
    members::{MemberOf, Role},
    organizations::OrganizationRef,
    owners::{Owner, OwnerRef},
    projects::ProjectRef,
};

use super::{
    Storage,
    steps::{assert_fails, grant, no_organization, no_project, no_user, owner_of, slug},
    use_cases::{UseCases, reference},
};

/// What a caller is to an organization that it reaches is what its key and its role make of it; a user who is no member,
/// any more or at all, does not reach it.
pub async fn a_standing_is_that_of_key_and_role(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let mut expected = vec![
        (Owner::System, Standing::Whole),
        (Owner::Organization(acme.id), Standing::Whole),
        (owner_of(&web), Standing::Project),
    ];
    for role in Role::ALL {
        expected.push((Owner::User(cases.member(&acme, role.as_str(), role).await.id), Standing::Member(role)));
    }
    for (owner, expected) in expected {
        let grant = cases.grant_of::<OrganizationsRead>(owner).await;
        assert_eq!(cases.access.standing(&grant, acme.id).await.unwrap(), expected);
        let (found, standing) = cases.access.owner(&grant, &OwnerRef::Organization(acme.id)).await.unwrap();
        assert_eq!((found, standing), (Owner::Organization(acme.id), expected));
        let (found, standing) = cases.access.owner(&grant, &OwnerRef::Project(web.id)).await.unwrap();
        assert_eq!((found, standing), (owner_of(&web), expected));
        let Owner::User(user) = owner else { continue };
        let own = cases.access.owner(&grant, &OwnerRef::User(user)).await.unwrap();
        assert_eq!(own, (owner, Standing::Whole));
    }
    let stranger = cases.user("stranger").await;
    let grant = cases.grant_of::<OrganizationsRead>(Owner::User(stranger.id)).await;
    assert_fails!(cases.access.standing(&grant, acme.id).await, no_organization!());
    assert_fails!(cases.access.owner(&grant, &OwnerRef::Organization(acme.id)).await, no_organization!());
    assert_fails!(cases.access.owner(&grant, &OwnerRef::Project(web.id)).await, no_project!());
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    assert_fails!(cases.access.owner(&grant, &OwnerRef::User(ada.id)).await, no_user!());
    assert_fails!(cases.access.owner(&grant, &OwnerRef::System).await, Error::NotFound(_));
}

/// What is not within reach is missing before anything is forbidden, and what is within reach is found by either name.
pub async fn what_is_missing_goes_before_what_is_forbidden(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&other, "app").await);
    let ada = cases.member(&acme, "ada", Role::Member).await;
    let (access, user) = (&cases.access, cases.grant_of::<OrganizationsRead>(Owner::User(ada.id)).await);
    let by_id = OrganizationRef::Id;
    for reference in [by_id(acme.id), OrganizationRef::Slug(slug("acme"))] {
        let found = access.organization(&user, &reference, Level::Organization, Act::Read).await;
        assert_eq!(found.unwrap(), acme);
        for level in [Level::Row, Level::Organization] {
            assert_fails!(access.organization(&user, &reference, level, Act::Write).await, Error::Forbidden(_));
        }
        for project in [ProjectRef::Id(web.id), ProjectRef::Slug(slug("web"))] {
            assert_eq!(access.project(&user, &reference, &project, Act::Read).await.unwrap(), web);
            assert_fails!(access.project(&user, &reference, &project, Act::Write).await, Error::Forbidden(_));
        }
        for project in [ProjectRef::Id(app.id), ProjectRef::Slug(slug("app"))] {
            assert_fails!(access.project(&user, &reference, &project, Act::Write).await, no_project!());
        }
    }
    for reference in [by_id(other.id), OrganizationRef::Slug(slug("other")), OrganizationRef::Slug(slug("nowhere"))] {
        let missing = access.organization(&user, &reference, Level::Organization, Act::Own).await;
        assert_fails!(missing, no_organization!());
        let missing = access.project(&user, &reference, &ProjectRef::Id(app.id), Act::Write).await;
        assert_fails!(missing, no_organization!());
    }
    cases.organizations.delete(&grant(), by_id(acme.id)).await.unwrap();
    assert_fails!(access.organization(&user, &by_id(acme.id), Level::Row, Act::Read).await, no_organization!());
    let missing = access.project(&user, &by_id(acme.id), &ProjectRef::Id(web.id), Act::Read).await;
    assert_fails!(missing, no_organization!());
}

/// What a caller reaches is told whether it is live or not, as long as the caller is.
pub async fn reaches_what_is_beneath(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&other, "app").await);
    let ada = cases.member(&acme, "ada", Role::Member).await;
    let all = [
        Owner::System,
        Owner::Organization(acme.id),
        Owner::Organization(other.id),
        owner_of(&web),
        owner_of(&app),
        Owner::User(ada.id),
    ];
    let callers = [
        (Owner::System, [true, true, true, true, true, true]),
        (Owner::Organization(acme.id), [false, true, false, true, false, false]),
        (owner_of(&web), [false, false, false, true, false, false]),
        (Owner::User(ada.id), [false, true, false, true, false, true]),
    ];
    let mut grants = Vec::new();
    for (owner, reached) in callers {
        grants.push((cases.grant_of::<OrganizationsRead>(owner).await, reached));
    }
    for _ in 0..2 {
        for (grant, reached) in &grants {
            for (owner, reached) in all.into_iter().zip(reached) {
                assert_eq!(cases.access.reaches(grant, owner).await.unwrap(), *reached, "{grant:?} {owner:?}");
            }
        }
        let _ = cases.projects.delete(&grant(), &OrganizationRef::Id(acme.id), &ProjectRef::Id(web.id)).await;
    }
    cases.members.remove(&grant(), &reference(MemberOf::Organization(acme.id)), ada.id).await.unwrap();
    let (of_user, _) = grants.last().unwrap();
    for (owner, reached) in all.into_iter().zip([false, false, false, false, false, true]) {
        assert_eq!(cases.access.reaches(of_user, owner).await.unwrap(), reached, "{owner:?}");
    }
}
