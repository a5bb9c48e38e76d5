//! The whole table of who may do what, compared with the one that is checked in: a change of the rules is a change of
//! `authorization.golden.txt`, to be read line by line.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::{
    env,
    fmt::Write,
    fs,
    path::Path,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use async_trait::async_trait;
use tenancy_domain::{
    ApiKeyId, DisplayName, Error, OrganizationId, ProjectId, ResourceType, Timestamp, UserId,
    api_keys::{
        ApiKey, ApiKeyFilter, ApiKeyRepository, ApiKeySecret, Authenticator, Credential, Credentials, KeyUsage,
        NewApiKey, Rejection, SecretHash,
    },
    authorization::{
        Act, Action, ApiKeysRead, ApiKeysVerify, ApiKeysWrite, AuditLogsRead, Caller, Level, MembersRead, MembersWrite,
        OrganizationsRead, OrganizationsWrite, Origin, Permission, Principal, ProjectsRead, ProjectsWrite,
        ProvidersRead, ProvidersReveal, ProvidersWrite, Reach, Resource, Scope, Scopes, Standing, TenantScope,
        UsersRead, UsersWrite,
    },
    members::Role,
    owners::{Owner, OwnerState, OwnerType},
    pagination::{Page, PageRequest},
    ports::Clock,
};
use uuid::Uuid;

/// Where the table is checked in.
const GOLDEN: &str = "tests/authorization.golden.txt";
/// Set to have the table written instead of compared.
const UPDATE: &str = "UPDATE_GOLDEN";
/// Well-formed, and nobody's.
const SECRET: &str = "tny_00000000000000000000000000000000000000000002CZclj";

const NOW: i64 = 1_000;

fn own() -> OrganizationId {
    OrganizationId::new(Uuid::from_u128(1))
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(milliseconds).unwrap()
}

#[test]
fn the_table_is_the_one_that_is_checked_in() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    let table = [
        who_is_let_in(),
        what_scopes_allow(),
        how_far_keys_reach(),
        what_states_leave(),
        what_standings_allow(),
        who_may_give_what(),
    ]
    .join("\n");
    if env::var_os(UPDATE).is_some() {
        fs::write(&golden, table).unwrap();
        return;
    }
    let checked_in = fs::read_to_string(&golden).unwrap_or_default();
    let changed = checked_in.lines().zip(table.lines()).find(|(before, after)| before != after);
    assert!(
        checked_in == table,
        "who may do what is not what {GOLDEN} says, first in {changed:?}. If that is meant, run this test with \
         {UPDATE}=1 and read the file's diff."
    );
}

/// Each state of a key and of its owner, and what comes of showing it.
fn who_is_let_in() -> String {
    let mut table = String::from("# Who is let in\n\n");
    let valid = || credential(Owner::Organization(own()), Scopes::all());
    let revoked = Credential { key: ApiKey { revoked_at: Some(at(1)), ..valid().key }, ..valid() };
    let expiring = |end| Credential { key: ApiKey { expires_at: Some(at(end)), ..valid().key }, ..valid() };
    let former = |end| Credential { valid_until: Some(at(end)), ..valid() };
    for (state, credential) in [
        ("no such key", None),
        ("valid", Some(valid())),
        ("valid, expires in 1 ms", Some(expiring(NOW + 1))),
        ("expired", Some(expiring(NOW))),
        ("former secret, 1 ms of grace left", Some(former(NOW + 1))),
        ("former secret, grace over", Some(former(NOW))),
        ("revoked", Some(revoked.clone())),
        ("revoked, former secret in its grace", Some(Credential { valid_until: Some(at(NOW + 1)), ..revoked.clone() })),
        ("owner suspended", Some(Credential { owner_state: OwnerState::Suspended, ..valid() })),
        ("owner deleted", Some(Credential { owner_state: OwnerState::Deleted, ..valid() })),
        ("expired, owner suspended", Some(Credential { owner_state: OwnerState::Suspended, ..expiring(NOW) })),
        ("revoked, owner suspended", Some(Credential { owner_state: OwnerState::Suspended, ..revoked.clone() })),
    ] {
        let answer = match authenticate(credential) {
            Ok(_) => "let in".to_owned(),
            Err(rejection) => format!("{rejection:?}"),
        };
        writeln!(table, "{state:<40} {answer}").unwrap();
    }
    table
}

/// Each scope, and the permissions that it gives.
fn what_scopes_allow() -> String {
    let mut table = String::from("# What scopes allow\n\n");
    let scopes = [None].into_iter().chain(scopes().into_iter().map(Some));
    for scope in scopes {
        let text = scope.as_ref().map_or("(none)", Scope::as_str).to_owned();
        let caller = bearer(Owner::System, Scopes::new(scope).unwrap());
        let allowed = PERMISSIONS.iter().filter(|(_, allows)| allows(&caller));
        writeln!(table, "{text}").unwrap();
        for (name, _) in allowed {
            writeln!(table, "    {}", name()).unwrap();
        }
    }
    table
}

/// The name of a permission, and whether a caller is given it.
type Allows = (fn() -> String, fn(&Caller) -> bool);

/// Every permission that there is a type of.
const PERMISSIONS: [Allows; 15] = [
    (name::<OrganizationsRead>, allows::<OrganizationsRead>),
    (name::<OrganizationsWrite>, allows::<OrganizationsWrite>),
    (name::<ProjectsRead>, allows::<ProjectsRead>),
    (name::<ProjectsWrite>, allows::<ProjectsWrite>),
    (name::<UsersRead>, allows::<UsersRead>),
    (name::<UsersWrite>, allows::<UsersWrite>),
    (name::<MembersRead>, allows::<MembersRead>),
    (name::<MembersWrite>, allows::<MembersWrite>),
    (name::<ApiKeysRead>, allows::<ApiKeysRead>),
    (name::<ApiKeysWrite>, allows::<ApiKeysWrite>),
    (name::<ApiKeysVerify>, allows::<ApiKeysVerify>),
    (name::<ProvidersRead>, allows::<ProvidersRead>),
    (name::<ProvidersWrite>, allows::<ProvidersWrite>),
    (name::<ProvidersReveal>, allows::<ProvidersReveal>),
    (name::<AuditLogsRead>, allows::<AuditLogsRead>),
];

fn name<P: Permission>() -> String {
    format!("{}:{}", P::RESOURCE.as_str(), P::ACTION.as_str())
}

fn allows<P: Permission>(caller: &Caller) -> bool {
    caller.clone().authorize::<P>().is_ok()
}

/// Each kind of caller: what it reaches, and whether it may do what takes a system key.
fn how_far_keys_reach() -> String {
    let mut table = String::from(
        "# How far keys reach\n\n\
         What lies beyond is not found. The last column is what takes a system key.\n\n",
    );
    let mut row = |cells: [&str; 3]| {
        let [caller, reach, system] = cells;
        writeln!(table, "{caller:<13} {reach:<95} {system}").unwrap();
    };
    row(["caller", "reach", "system"]);
    let keys = OwnerType::ALL.map(|kind| (kind.as_str(), bearer(owner_of(kind), Scopes::all())));
    for (caller, grant) in [("command line", Caller::command_line())].into_iter().chain(keys) {
        let grant = grant.authorize::<OrganizationsRead>().unwrap();
        let reach = match grant.tenant_scope().reach() {
            Reach::Everything => "everything",
            Reach::Organization(id) if id == own() => "its organization and all beneath it",
            Reach::Project { organization, .. } if organization == own() => {
                "its project and all beneath it, and the row of its organization"
            }
            Reach::User(_) => "the organizations that it is a member of and all beneath them, and what it owns itself",
            other => unreachable!("{other:?}"),
        };
        row([caller, reach, if grant.require_system().is_ok() { "allowed" } else { "forbidden" }]);
    }
    table
}

/// Each kind of caller, and what comes of its asking for an organization that it reaches by itself (its own, that of its
/// project, one that its user is a member of), by the organization's state.
fn what_states_leave() -> String {
    let mut table = String::from(
        "# What the state of an organization leaves\n\n\
         Of what a caller has of it otherwise: its own organization, its project's, one that its user is a member of.\n\n",
    );
    let mut row = |cells: [&str; 4]| {
        let [caller, active, suspended, deleted] = cells;
        writeln!(table, "{caller:<13} {active:<11} {suspended:<15} {deleted}").unwrap();
    };
    row(["caller", "active", "suspended", "deleted"]);
    for kind in OwnerType::ALL {
        let owner = owner_of(kind);
        let [active, suspended, deleted] = OwnerState::ALL.map(|state| {
            // Whose key it is has the state of the organization, or none to share.
            let owner_state = if owner.organization().is_some() { state } else { OwnerState::Active };
            match authenticate(Some(Credential { owner_state, ..credential(owner, Scopes::all()) })) {
                Err(rejection) => format!("{rejection:?}"),
                Ok(principal) => {
                    let grant = Caller::new(principal, Origin::default()).authorize::<OrganizationsRead>().unwrap();
                    match (grant.tenant_scope().reach().holds(state), state) {
                        (true, OwnerState::Deleted) => "where asked for".to_owned(),
                        (true, _) => "reached".to_owned(),
                        (false, _) => "not found".to_owned(),
                    }
                }
            }
        });
        row([kind.as_str(), &active, &suspended, &deleted]);
    }
    table
}

fn owner_of(kind: OwnerType) -> Owner {
    match kind {
        OwnerType::System => Owner::System,
        OwnerType::Organization => Owner::Organization(own()),
        OwnerType::Project => Owner::Project { organization: own(), project: ProjectId::new(Uuid::from_u128(2)) },
        OwnerType::User => Owner::User(UserId::new(Uuid::from_u128(3))),
    }
}

/// Each standing, and what it allows where the caller reaches.
fn what_standings_allow() -> String {
    let mut table = String::from(
        "# What the kind of key and the role allow, within reach and scopes\n\n\
         audit: looking at the audit log. own: deciding who owns the organization, or deleting it.\n\n",
    );
    let mut row = |cells: [&str; 6]| {
        let [standing, level, read, audit, write, own] = cells;
        writeln!(table, "{standing:<22} {level:<26} {read:<10} {audit:<10} {write:<10} {own}").unwrap();
    };
    row(["standing", "where", "read", "audit", "write", "own"]);
    for (name, standing) in [
        ("system, organization", Standing::Whole),
        ("project", Standing::Project),
        ("user as member", Standing::Member(Role::Member)),
        ("user as admin", Standing::Member(Role::Admin)),
        ("user as owner", Standing::Member(Role::Owner)),
    ] {
        for (place, level) in [
            ("the organization's row", Level::Row),
            ("beneath the organization", Level::Organization),
            ("a project", Level::Project),
        ] {
            let [read, audit, write, own] = [Act::Read, Act::Audit, Act::Write, Act::Own]
                .map(|act| if standing.require(level, act).is_ok() { "allowed" } else { "forbidden" });
            row([name, place, read, audit, write, own]);
        }
    }
    table
}

/// Every scope that governs this service, and one that does not.
fn scopes() -> Vec<Scope> {
    let general = ["billing", "admin:*", "admin:read", "admin:write"].map(str::to_owned);
    let of_resources = Resource::ALL.into_iter().flat_map(|resource| {
        let actions = Action::ALL.into_iter().filter(move |action| action.applies_to(resource));
        actions.map(move |action| format!("admin:{}:{}", resource.as_str(), action.as_str()))
    });
    general.into_iter().chain(of_resources).map(|text| Scope::parse(text).unwrap()).collect()
}

/// Each scope that someone holds beside the leave to write keys, and all the scopes that they may give with it.
fn who_may_give_what() -> String {
    let mut table = String::from("# Who may give what\n\nWith admin:api-keys:write and one more scope.\n\n");
    let write = Scope::parse("admin:api-keys:write").unwrap();
    for held in scopes() {
        let caller = bearer(Owner::Organization(own()), Scopes::new([write.clone(), held.clone()]).unwrap());
        let grant = caller.authorize::<ApiKeysWrite>().unwrap();
        let given = scopes().into_iter().filter(|scope| {
            let scopes = Scopes::new([scope.clone()]).unwrap();
            grant.require_to_cover(&scopes).is_ok()
        });
        let given: Vec<String> = given.map(|scope| scope.to_string()).collect();
        writeln!(table, "{held}\n    {}", given.join("\n    ")).unwrap();
    }
    table
}

fn bearer(owner: Owner, scopes: Scopes) -> Caller {
    Caller::new(authenticate(Some(credential(owner, scopes))).unwrap(), Origin::default())
}

fn credential(owner: Owner, scopes: Scopes) -> Credential {
    let new = NewApiKey { name: DisplayName::parse("key").unwrap(), owner: owner.into(), scopes, expires_at: None };
    let prefix = ApiKeySecret::parse(SECRET).unwrap().prefix();
    let key = ApiKey::create(ApiKeyId::new(Uuid::from_u128(9)), owner, new, prefix, at(0));
    Credential { key, valid_until: None, owner_state: OwnerState::Active }
}

/// Shows the secret where it has this credential.
fn authenticate(credential: Option<Credential>) -> Result<Principal, Rejection> {
    let authenticator = Authenticator::new(
        Credentials::uncached(Arc::new(OneKey(credential))),
        Arc::new(Now),
        Arc::new(KeyUsage::new()),
    );
    let authentication = pin!(authenticator.authenticate(SECRET));
    match authentication.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer.unwrap(),
        Poll::Pending => unreachable!("nothing here waits"),
    }
}

struct Now;

impl Clock for Now {
    fn now(&self) -> Timestamp {
        at(NOW)
    }
}

/// A repository that has the one key, whatever secret is asked for, and shows it to the authentication alone.
struct OneKey(Option<Credential>);

#[async_trait]
impl ApiKeyRepository for OneKey {
    async fn find_credential(&self, _: &SecretHash) -> Result<Option<Credential>, Error> {
        Ok(self.0.clone())
    }

    async fn find_api_key(&self, _: TenantScope, _: ApiKeyId) -> Result<ApiKey, Error> {
        Err(Error::NotFound(ResourceType::ApiKey))
    }

    async fn list_api_keys(
        &self,
        _: TenantScope,
        _: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        Ok(Page::from_travel(request, Vec::new(), false))
    }

    async fn record_api_key_uses(&self, _: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        Ok(())
    }
}
