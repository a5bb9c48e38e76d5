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
    ApiKeyId, DisplayName, Error, OrganizationId, ResourceType, Timestamp,
    api_keys::{
        ApiKey, ApiKeyFilter, ApiKeyRepository, ApiKeySecret, Authenticator, Credential, KeyUsage, NewApiKey, Owner,
        OwnerType, Rejection, SecretHash,
    },
    authorization::{
        Action, ApiKeysRead, ApiKeysVerify, ApiKeysWrite, AuditLogsRead, Caller, OrganizationsRead, OrganizationsWrite,
        Origin, Permission, Principal, Reach, Resource, Scope, Scopes, TenantScope,
    },
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

fn other() -> OrganizationId {
    OrganizationId::new(Uuid::from_u128(2))
}

fn at(milliseconds: i64) -> Timestamp {
    Timestamp::from_unix_milliseconds(milliseconds).unwrap()
}

#[test]
fn the_table_is_the_one_that_is_checked_in() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    let table = format!("{}\n{}\n{}", who_is_let_in(), who_may_do_what(), who_may_give_what());
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
        ("revoked, former secret in its grace", Some(Credential { valid_until: Some(at(NOW + 1)), ..revoked })),
        ("owner deleted", Some(Credential { owner_is_live: false, ..valid() })),
    ] {
        let answer = match authenticate(credential) {
            Ok(_) => "let in".to_owned(),
            Err(rejection) => format!("{rejection:?}"),
        };
        writeln!(table, "{state:<40} {answer}").unwrap();
    }
    table
}

/// What a caller wants to do something to.
#[derive(Clone, Copy)]
enum Target {
    /// What belongs to an organization.
    Of(OrganizationId),
    /// What belongs to none, such as a system key.
    OfNone,
    /// All tenants at once: what takes a system key.
    All,
}

/// Each kind of caller with each scope, each permission, and whose thing it is about.
fn who_may_do_what() -> String {
    let mut table = String::from(
        "# Who may do what\n\n\
         To what is of the caller's own organization, of another, of none, and to all tenants at once.\n\n",
    );
    let mut row = |cells: [&str; 7]| {
        let [caller, scope, permission, own, other, none, all] = cells;
        let row = format!("{caller:<13} {scope:<26} {permission:<20} {own:<10} {other:<10} {none:<10} {all}");
        writeln!(table, "{}", row.trim_end()).unwrap();
    };
    row(["caller", "scope", "permission", "own", "other", "none", "all"]);
    for (name, scope, caller, home) in callers() {
        for (permission, decide) in PERMISSIONS {
            let own = home.map_or("-", |home| decide(&caller, Target::Of(home)));
            let [other, none, all] =
                [Target::Of(other()), Target::OfNone, Target::All].map(|target| decide(&caller, target));
            row([name, &scope, &permission(), own, other, none, all]);
        }
    }
    table
}

type Decide = fn(&Caller, Target) -> &'static str;

/// Every permission that there is a type of.
const PERMISSIONS: [(fn() -> String, Decide); 6] = [
    (name::<OrganizationsRead>, decide::<OrganizationsRead>),
    (name::<OrganizationsWrite>, decide::<OrganizationsWrite>),
    (name::<ApiKeysRead>, decide::<ApiKeysRead>),
    (name::<ApiKeysWrite>, decide::<ApiKeysWrite>),
    (name::<ApiKeysVerify>, decide::<ApiKeysVerify>),
    (name::<AuditLogsRead>, decide::<AuditLogsRead>),
];

fn name<P: Permission>() -> String {
    format!("{}:{}", P::RESOURCE.as_str(), P::ACTION.as_str())
}

fn decide<P: Permission>(caller: &Caller, target: Target) -> &'static str {
    let Ok(grant) = caller.clone().authorize::<P>() else { return "forbidden" };
    let reached = match (grant.tenant_scope().reach(), target) {
        (_, Target::All) => return if grant.require_system().is_ok() { "allowed" } else { "forbidden" },
        (Reach::Everything, _) => true,
        (Reach::Organization(reached), Target::Of(organization)) => reached == organization,
        (Reach::Organization(_), Target::OfNone) => false,
    };
    if reached { "allowed" } else { "not found" }
}

/// Every kind of caller with every scope: the kind, the scope, the caller, and its own organization.
fn callers() -> Vec<(&'static str, String, Caller, Option<OrganizationId>)> {
    let mut callers = vec![("command line", "-".to_owned(), Caller::command_line(), None)];
    for kind in OwnerType::ALL {
        let owner = match kind {
            OwnerType::System => Owner::System,
            OwnerType::Organization => Owner::Organization(own()),
            // There are no such owners yet.
            OwnerType::Project | OwnerType::User => continue,
        };
        for scope in [None].into_iter().chain(scopes().into_iter().map(Some)) {
            let text = scope.as_ref().map_or("-", Scope::as_str).to_owned();
            callers.push((kind.as_str(), text, bearer(owner, Scopes::new(scope).unwrap()), owner.organization()));
        }
    }
    callers
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
    Credential { key, valid_until: None, owner_is_live: true }
}

/// Shows the secret where it has this credential.
fn authenticate(credential: Option<Credential>) -> Result<Principal, Rejection> {
    let authenticator = Authenticator::new(Arc::new(OneKey(credential)), Arc::new(Now), Arc::new(KeyUsage::new()));
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
