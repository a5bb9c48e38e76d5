//! Who may do what: every kind of caller, with every scope, tries every use case on one organization.
//!
//! What is refused is refused in one of two ways: as forbidden, to who may know of the thing; as missing, to who may
//! not.

mod attempts;

use std::sync::Arc;

use tenancy_domain::{
    members::{MemberOf, Role},
    organizations::OrganizationRef,
    owners::Owner,
};

use self::attempts::{ALL, Attempts, Refused};
use super::{
    Storage,
    steps::{chain_of, grant, head, owner_of},
    use_cases::UseCases,
};

/// What only a system key does: forbidden to everyone else, whether it is there or not.
const OF_THE_SYSTEM: &[&str] = &[
    "make an organization",
    "restore an organization",
    "suspend the organization",
    "resume the organization",
    "purge an organization",
    "make a system key",
    "add a member",
];

/// What takes an owner.
const OF_OWNERS: &[&str] =
    &["delete the organization", "make an owner", "unmake an owner", "make a key of every scope"];

/// What changes the organization, or anything that belongs to it and to none of its projects.
const WRITES_OF_ORGANIZATION: &[&str] = &[
    "rename the organization",
    "make a project",
    "restore a project",
    "change a role",
    "remove a member",
    "make a key of the organization",
    "make a provider of the organization",
];

/// What changes a key or a provider of the organization, which it is named by, or shows a secret of it.
const WRITES_OF_ITS_THINGS: &[&str] = &[
    "change a key of the organization",
    "rotate a key of the organization",
    "revoke a key of the organization",
    "change a provider of the organization",
    "reveal a provider of the organization",
    "remove a provider of the organization",
];

/// What looks at what belongs to the organization and to none of its projects.
const READS_OF_ORGANIZATION: &[&str] =
    &["list members", "get a member", "list keys of the organization", "list providers of the organization"];

/// What changes a project, or anything that belongs to it.
const WRITES_OF_PROJECT: &[&str] = &[
    "rename the project",
    "add a member of the project",
    "change a role in the project",
    "remove a member of the project",
    "make a key of the project",
    "revoke a key of the project",
    "make a provider of the project",
    "change a provider of the project",
    "reveal a provider of the project",
    "remove a provider of the project",
    "delete the project",
];

/// What changes another project.
const WRITES_OF_ANOTHER_PROJECT: &[&str] =
    &["rename another project", "make a key of another project", "make a provider of another project"];

/// Tries everything as the bearer of a key of what `owner` makes of the attempts, and compares what was refused.
async fn assert_refused(
    storage: &Arc<dyn Storage>,
    text: &str,
    owner: impl AsyncFnOnce(&UseCases, &Attempts) -> Owner,
    forbidden: &[&[&str]],
    missing: &[&[&str]],
) {
    let cases = UseCases::over(storage);
    let attempts = Attempts::prepare(&cases, text).await;
    let owner = owner(&cases, &attempts).await;
    let (caller, _) = cases.caller(owner, &["admin:*"]).await;
    let (forbidden, missing) = (forbidden.concat(), missing.concat());
    for attempt in ALL {
        let expected = if forbidden.contains(attempt) {
            Some(Refused::AsForbidden)
        } else if missing.contains(attempt) {
            Some(Refused::AsMissing)
        } else {
            None
        };
        let before = head(&**storage, chain_of(&attempts.acme)).await;
        let refused = attempts.attempt(&cases, &caller, attempt).await;
        assert_eq!(refused, expected, "{text}: {attempt}");
        let is_untouched = head(&**storage, chain_of(&attempts.acme)).await == before;
        assert!(is_untouched || refused.is_none(), "{text}: {attempt} was refused and done");
    }
}

/// A member of the organization of the attempts, in this role, as an owner of keys.
async fn member(cases: &UseCases, attempts: &Attempts, role: Role) -> Owner {
    let user = cases.user(&format!("{}-of-{}", role.as_str(), attempts.acme.slug)).await;
    cases.join(MemberOf::Organization(attempts.acme.id), &user, role).await;
    Owner::User(user.id)
}

/// A system key does everything.
pub async fn a_system_key_does_everything(storage: Arc<dyn Storage>) {
    assert_refused(&storage, "system", async |_, _| Owner::System, &[], &[]).await;
}

/// An organization's key does everything in it but what takes a system key; in another it finds nothing.
pub async fn an_organizations_key_does_all_within(storage: Arc<dyn Storage>) {
    let own = async |_: &UseCases, attempts: &Attempts| Owner::Organization(attempts.acme.id);
    assert_refused(&storage, "own", own, &[OF_THE_SYSTEM], &[]).await;
    let other = async |cases: &UseCases, _: &Attempts| Owner::Organization(cases.organization("elsewhere").await.id);
    assert_refused(&storage, "other", other, &[OF_THE_SYSTEM], &[ALL]).await;
}

/// A project's key does everything in its project, and of its organization sees the row; another project it does not
/// find.
pub async fn a_projects_key_does_all_within(storage: Arc<dyn Storage>) {
    let own = async |_: &UseCases, attempts: &Attempts| owner_of(&attempts.web);
    let forbidden = [OF_THE_SYSTEM, OF_OWNERS, WRITES_OF_ORGANIZATION, READS_OF_ORGANIZATION];
    let beyond = ["get a key of the organization", "get a provider of the organization", "get another project"];
    assert_refused(&storage, "own", own, &forbidden, &[WRITES_OF_ITS_THINGS, WRITES_OF_ANOTHER_PROJECT, &beyond]).await;
    let other = async |cases: &UseCases, _: &Attempts| {
        let elsewhere = cases.organization("elsewhere").await;
        owner_of(&cases.project(&elsewhere, "web").await)
    };
    assert_refused(&storage, "other", other, &[OF_THE_SYSTEM], &[ALL]).await;
}

/// A user's key does what the user's role in the organization allows: a member reads, an admin writes all but who owns
/// it and its deletion, an owner everything but what takes a system key.
pub async fn a_users_key_does_what_its_role_allows(storage: Arc<dyn Storage>) {
    let writes = [
        OF_THE_SYSTEM,
        OF_OWNERS,
        WRITES_OF_ORGANIZATION,
        WRITES_OF_ITS_THINGS,
        WRITES_OF_PROJECT,
        WRITES_OF_ANOTHER_PROJECT,
    ];
    for (role, forbidden) in
        [(Role::Member, &writes[..]), (Role::Admin, &[OF_THE_SYSTEM, OF_OWNERS]), (Role::Owner, &[OF_THE_SYSTEM])]
    {
        let owner = async |cases: &UseCases, attempts: &Attempts| member(cases, attempts, role).await;
        assert_refused(&storage, role.as_str(), owner, forbidden, &[]).await;
    }
}

/// A user that is no member of the organization finds nothing of it, whatever it is elsewhere, or was there.
pub async fn a_user_beyond_finds_nothing(storage: Arc<dyn Storage>) {
    let elsewhere = async |cases: &UseCases, _: &Attempts| {
        let elsewhere = cases.organization("elsewhere").await;
        Owner::User(cases.member(&elsewhere, "ada", Role::Owner).await.id)
    };
    assert_refused(&storage, "elsewhere-owner", elsewhere, &[OF_THE_SYSTEM], &[ALL]).await;
    let former = async |cases: &UseCases, attempts: &Attempts| {
        let owner = member(cases, attempts, Role::Admin).await;
        attempts.remove(cases, owner).await;
        owner
    };
    assert_refused(&storage, "former", former, &[OF_THE_SYSTEM], &[ALL]).await;
}

/// With a suspended organization a system key goes on doing everything; a user finds nothing of it, whatever its role.
pub async fn a_suspended_organization_is_the_systems_alone(storage: Arc<dyn Storage>) {
    let suspend = async |cases: &UseCases, attempts: &Attempts| {
        cases.organizations.suspend(&grant(), OrganizationRef::Id(attempts.acme.id)).await.unwrap();
    };
    let system = async |cases: &UseCases, attempts: &Attempts| {
        suspend(cases, attempts).await;
        Owner::System
    };
    assert_refused(&storage, "system", system, &[], &[]).await;
    let owner = async |cases: &UseCases, attempts: &Attempts| {
        let owner = member(cases, attempts, Role::Owner).await;
        suspend(cases, attempts).await;
        owner
    };
    assert_refused(&storage, "owner", owner, &[OF_THE_SYSTEM], &[ALL]).await;
}
