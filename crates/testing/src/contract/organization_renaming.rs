//! Slugs that change: what the former ones lead to, and who may have them.

use std::sync::Arc;

use serde_json::{Value, json};
use tenancy_domain::{
    Deleted, Error, Slug,
    audit_log::AuditAction,
    authorization::{Act, Level, MembersRead, OrganizationsRead, OrganizationsWrite, ProjectsRead, ProjectsWrite},
    members::{MemberOfRef, Role},
    organizations::{NewOrganization, Organization, OrganizationChanges, OrganizationRef, SlugAlias},
    owners::Owner,
    pagination::PageRequest,
    projects::{ProjectChanges, ProjectFilter, ProjectRef},
};

use super::{
    Storage,
    steps::{
        assert_fails, at, chain_of, entries, find, grant, led_to, name, no_organization, owner_of, slug, slug_taken,
    },
    use_cases::{COOLDOWN_DAYS, UseCases},
};

/// How long the cool-down is, in milliseconds.
const COOLDOWN: i64 = COOLDOWN_DAYS as i64 * 86_400_000;

fn by_slug(text: &str) -> OrganizationRef {
    OrganizationRef::Slug(slug(text))
}

fn to(text: &str) -> OrganizationChanges {
    OrganizationChanges { slug: Some(slug(text)), ..OrganizationChanges::default() }
}

async fn rename(cases: &UseCases, of: &Organization, text: &str) -> Result<Organization, Error> {
    cases.organizations.update(&grant(), OrganizationRef::Id(of.id), to(text)).await
}

async fn create(cases: &UseCases, text: &str) -> Result<Organization, Error> {
    let new = NewOrganization::new(slug(text), name(text));
    cases.organizations.create(&grant::<OrganizationsWrite>(), new).await
}

async fn get(cases: &UseCases, text: &str) -> Result<Organization, Error> {
    cases.organizations.get(&grant::<OrganizationsRead>(), &by_slug(text), Deleted::Hidden).await
}

/// The slug that a look-up was led on to.
fn moved<T: std::fmt::Debug>(found: Result<T, Error>) -> Slug {
    match found {
        Err(Error::Moved(slug)) => slug,
        other => panic!("{other:?}"),
    }
}

/// A change of the slug is a change like any other, with its entry, and the former slug leads to the organization.
pub async fn leaves_the_former_slug_as_an_alias(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    cases.clock.set(at(10));
    let changes = OrganizationChanges { name: Some(name("Acme 2")), ..to("acme-2") };
    let renamed = cases.organizations.update(&grant(), by_slug("acme"), changes).await.unwrap();
    let expected =
        Organization { slug: slug("acme-2"), name: name("Acme 2"), updated_at: at(10), version: 2, ..acme.clone() };
    assert_eq!(renamed, expected);
    assert_eq!(find(&*storage, acme.id).await.unwrap(), renamed);
    assert_eq!(get(&cases, "acme-2").await.unwrap(), renamed);
    assert_eq!(moved(get(&cases, "acme").await), slug("acme-2"));
    let told = entries(&*storage, chain_of(&acme)).await;
    let details: Value = serde_json::from_str(&told[1].record.details).unwrap();
    let (before, after) = (json!({"slug": "acme", "name": "acme"}), json!({"slug": "acme-2", "name": "Acme 2"}));
    assert_eq!(details, json!({"owner": null, "before": before, "after": after}));
    assert_eq!((told[1].record.action, told.len()), (AuditAction::OrganizationUpdate, 2));

    // A slug that stays as it is leaves no alias.
    rename(&cases, &acme, "acme-2").await.unwrap();
    assert_eq!(led_to(&*storage, "acme-2").await, None);
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 2);
}

/// Whoever looks at the organization, or at anything beneath it, by a former slug is led on, as far as it lies within their
/// reach; whoever writes finds nothing.
pub async fn reads_are_led_on_and_writes_are_not(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let web = cases.project(&acme, "web").await;
    let ada = cases.member(&acme, "ada", Role::Owner).await;
    rename(&cases, &acme, "acme-2").await.unwrap();
    let (former, by_id, request) = (by_slug("acme"), ProjectRef::Id(web.id), PageRequest::default());
    for (owner, is_within) in [
        (Owner::System, true),
        (Owner::Organization(acme.id), true),
        (owner_of(&web), true),
        (Owner::User(ada.id), true),
        (Owner::Organization(other.id), false),
    ] {
        let (caller, _) = cases.caller(owner, &["admin:*"]).await;
        let (of, project) =
            (caller.clone().authorize::<OrganizationsRead>(), caller.clone().authorize::<ProjectsRead>());
        let (of, project) = (of.unwrap(), project.unwrap());
        let members = caller.clone().authorize::<MembersRead>().unwrap();
        let in_project = MemberOfRef::Project(former.clone(), by_id.clone());
        let looks = [
            cases.organizations.get(&of, &former, Deleted::Hidden).await.map(drop),
            cases.organizations.get(&of, &former, Deleted::Included).await.map(drop),
            cases.access.organization(&of, &former, Level::Row, Act::Read).await.map(drop),
            cases.access.project(&project, &former, &by_id, Act::Read).await.map(drop),
            cases.projects.get(&project, &former, &by_id, Deleted::Hidden).await.map(drop),
            cases
                .projects
                .list(&project, &former, &ProjectFilter::default(), &request, Deleted::Hidden)
                .await
                .map(drop),
            cases.members.list(&members, &in_project, &request).await.map(drop),
            cases.members.get(&members, &in_project, ada.id).await.map(drop),
        ];
        for look in looks {
            if is_within {
                assert_eq!(moved(look), slug("acme-2"));
            } else {
                assert_fails!(look, no_organization!());
            }
        }
        let write = caller.clone().authorize::<OrganizationsWrite>().unwrap();
        let projects = caller.authorize::<ProjectsWrite>().unwrap();
        let renamed = ProjectChanges { name: Some(name("renamed")), ..ProjectChanges::default() };
        let writes = [
            cases.organizations.update(&write, former.clone(), to("acme-3")).await.map(drop),
            cases.organizations.delete(&write, former.clone()).await.map(drop),
            cases.access.organization(&write, &former, Level::Row, Act::Write).await.map(drop),
            cases.access.organization(&write, &former, Level::Row, Act::Own).await.map(drop),
            cases.projects.update(&projects, &former, &by_id, renamed).await.map(drop),
            cases.projects.delete(&projects, &former, &by_id).await.map(drop),
        ];
        for write in writes {
            assert_fails!(write, no_organization!());
        }
    }
    for reference in [former, by_slug("acme-3")] {
        assert_fails!(cases.organizations.suspend(&grant(), reference.clone()).await, no_organization!());
        assert_fails!(cases.organizations.restore(&grant(), reference.clone(), None).await, no_organization!());
        assert_fails!(cases.organizations.purge(&grant(), reference).await, no_organization!());
    }
}

/// Until the cool-down ends nobody else is made, renamed or restored with a former slug, and to try leaves no trace.
pub async fn a_former_slug_is_nobody_elses_in_its_cool_down(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    // It had the slug, and gave it up by its deletion.
    let gone = cases.organization("acme").await;
    cases.organizations.delete(&grant(), OrganizationRef::Id(gone.id)).await.unwrap();
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    cases.clock.set(at(10));
    rename(&cases, &acme, "acme-2").await.unwrap();
    let restore = async |slug| cases.organizations.restore(&grant(), OrganizationRef::Id(gone.id), slug).await;
    for now in [10, 10 + COOLDOWN - 1] {
        cases.clock.set(at(now));
        assert_fails!(create(&cases, "acme").await, slug_taken!());
        assert_fails!(rename(&cases, &other, "acme").await, slug_taken!());
        assert_fails!(restore(None).await, slug_taken!());
        assert_fails!(restore(Some(slug("acme"))).await, slug_taken!());
    }
    assert_eq!(moved(get(&cases, "acme").await), slug("acme-2"));
    assert_eq!(find(&*storage, other.id).await.unwrap(), other);
    assert_eq!(entries(&*storage, chain_of(&other)).await.len(), 1);
    assert_eq!(entries(&*storage, chain_of(&gone)).await.len(), 2);
    assert_eq!(restore(Some(slug("acme-3"))).await.unwrap().slug, slug("acme-3"));
}

/// After the cool-down a former slug leads to its organization still, until another one has it, however it came to it.
pub async fn after_the_cool_down_it_leads_on_until_it_is_taken(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let [a, b, c] = ["a", "b", "c"].map(|text| format!("{text}-now"));
    let mut former = Vec::new();
    for (text, now) in [("a", &a), ("b", &b), ("c", &c)] {
        let made = cases.organization(text).await;
        former.push(rename(&cases, &made, now).await.unwrap());
    }
    let other = cases.organization("other").await;
    let gone = cases.organization("gone").await;
    cases.organizations.delete(&grant(), OrganizationRef::Id(gone.id)).await.unwrap();
    cases.clock.set(at(COOLDOWN));
    for (text, now) in [("a", &a), ("b", &b), ("c", &c)] {
        assert_eq!(moved(get(&cases, text).await), slug(now));
    }
    let made = create(&cases, "a").await.unwrap();
    let renamed = rename(&cases, &other, "b").await.unwrap();
    let restored = cases.organizations.restore(&grant(), OrganizationRef::Id(gone.id), Some(slug("c"))).await.unwrap();
    for (text, taker) in [("a", made), ("b", renamed), ("c", restored)] {
        assert_eq!(get(&cases, text).await.unwrap(), taker);
    }
    for organization in former {
        assert_eq!(find(&*storage, organization.id).await.unwrap(), organization);
    }
}

/// The organization itself takes a former slug back at any time, and the one that it has meanwhile becomes an alias.
pub async fn the_organization_may_take_it_back(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    for _ in 0..3 {
        rename(&cases, &acme, "acme-2").await.unwrap();
        assert_eq!(moved(get(&cases, "acme").await), slug("acme-2"));
        let back = rename(&cases, &acme, "acme").await.unwrap();
        assert_eq!(get(&cases, "acme").await.unwrap(), back);
        assert_eq!(moved(get(&cases, "acme-2").await), slug("acme"));
    }
    assert_fails!(create(&cases, "acme-2").await, slug_taken!());
}

/// With the deletion of an organization its former slugs lead nowhere and are free at once; its restoration does not bring
/// them back.
pub async fn aliases_end_with_deletion(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    rename(&cases, &acme, "acme-2").await.unwrap();
    rename(&cases, &acme, "acme-3").await.unwrap();
    cases.organizations.delete(&grant(), OrganizationRef::Id(acme.id)).await.unwrap();
    for text in ["acme", "acme-2", "acme-3"] {
        assert_fails!(get(&cases, text).await, no_organization!());
    }
    let taker = create(&cases, "acme").await.unwrap();
    cases.organizations.restore(&grant(), OrganizationRef::Id(acme.id), None).await.unwrap();
    assert_eq!(get(&cases, "acme").await.unwrap(), taker);
    assert_fails!(get(&cases, "acme-2").await, no_organization!());
    create(&cases, "acme-2").await.unwrap();
}

/// An organization has so many slugs in their cool-down beside its own; one of them it may always take back.
pub async fn an_organization_has_so_many(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let acme = cases.organization("acme").await;
    for n in 0..SlugAlias::MAX_RESERVED {
        rename(&cases, &acme, &format!("acme-{n}")).await.unwrap();
    }
    let refused = rename(&cases, &acme, "acme-more").await;
    assert_fails!(refused, Error::QuotaExceeded { limit: SlugAlias::MAX_RESERVED, .. });
    assert_fails!(get(&cases, "acme-more").await, no_organization!());
    rename(&cases, &acme, "acme").await.unwrap();
    cases.clock.set(at(COOLDOWN));
    rename(&cases, &acme, "acme-more").await.unwrap();
}
