//! How instances on one PostgreSQL hear of each other's changes, and what they do while they do not.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]
#![cfg(feature = "postgres")]

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tenancy_adapters::{
    postgres::PostgresStorage,
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_domain::{
    DisplayName, ExternalId, Slug,
    access::Access,
    api_keys::{
        ApiKeyService, ApiKeyServiceParts, Authenticator, CredentialCache, CredentialNotices, Credentials, GracePeriod,
        IssuedApiKey, KeyUsage, NewApiKey, Rejection,
    },
    audit_log::ChainKeyRepository,
    authorization::{Caller, Grant, Permission, Scopes},
    effects::Effects,
    organizations::{NewOrganization, OrganizationRef, OrganizationService},
    owners::Owner,
    projects::{NewProject, ProjectRef, ProjectService, ProjectServiceParts},
    users::{NewUser, UserService},
};
use tenancy_testing::{
    doubles::PredictableMac,
    postgres::{Proxy, fresh_database, is_left_out},
};

/// How long an instance may take to hear what another one did, on a machine that is busy with other tests.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one instance is made of, as far as keys go.
struct Instance {
    cache: Arc<CredentialCache>,
    authenticator: Authenticator,
    api_keys: ApiKeyService,
    organizations: OrganizationService,
    projects: ProjectService,
    users: UserService,
}

impl Instance {
    /// One on the database at `url`, which trusts its cache.
    async fn at(url: &str) -> Self {
        let storage = Arc::new(PostgresStorage::connect(url).await.unwrap());
        storage.migrate().await.unwrap();
        storage.use_chain_mac(Arc::new(PredictableMac));
        let cache = Arc::new(CredentialCache::new());
        storage.subscribe(&cache);
        let credentials = Credentials::cached(storage.clone(), Arc::clone(&cache));
        let access = Access::new(storage.clone(), storage.clone(), storage.clone(), storage.clone());
        let (clock, usage) = (Arc::new(SystemClock), Arc::new(KeyUsage::new()));
        let effects = Effects::new(storage.clone(), clock.clone(), Arc::new(MonotonicIds::new()));
        let instance = Self {
            cache,
            authenticator: Authenticator::new(credentials.clone(), clock, usage.clone()),
            api_keys: ApiKeyService::new(ApiKeyServiceParts {
                repository: storage.clone(),
                credentials,
                access: access.clone(),
                effects: effects.clone(),
                secrets: Arc::new(OsRandom),
                usage,
                limit_per_organization: 100,
            }),
            organizations: OrganizationService::new(storage.clone(), access.clone(), effects.clone()),
            projects: ProjectService::new(ProjectServiceParts {
                repository: storage.clone(),
                access,
                effects: effects.clone(),
                limit_per_organization: 100,
            }),
            users: UserService::new(storage, effects),
        };
        instance.becomes_trusting().await;
        instance
    }

    fn is_trusting(&self) -> bool {
        self.cache.is_trusted(Instant::now())
    }

    async fn becomes_trusting(&self) {
        let begin = Instant::now();
        while !self.is_trusting() {
            assert!(begin.elapsed() < 4 * PATIENCE, "it does not trust its cache");
            pause().await;
        }
    }

    async fn issue(&self, owner: Owner) -> IssuedApiKey {
        let new = NewApiKey { name: name(), owner: owner.into(), scopes: Scopes::all(), expires_at: None };
        self.api_keys.create(&grant(), new).await.unwrap()
    }

    /// What comes of showing the secret of `issued`.
    async fn show(&self, issued: &IssuedApiKey) -> Result<(), Rejection> {
        self.authenticator.authenticate(issued.secret.expose()).await.unwrap().map(drop)
    }

    /// Shows a key for a little while, after which the cache has it.
    async fn take_in(&self, issued: &IssuedApiKey) {
        let begin = Instant::now();
        while begin.elapsed() < Duration::from_millis(100) {
            assert_eq!(self.show(issued).await, Ok(()));
            pause().await;
        }
    }

    /// How long it takes until `issued` is rejected.
    async fn rejects(&self, issued: &IssuedApiKey, rejection: Rejection) -> Duration {
        let begin = Instant::now();
        loop {
            let shown = self.show(issued).await;
            if shown == Err(rejection) {
                return begin.elapsed();
            }
            assert_eq!(shown, Ok(()));
            assert!(begin.elapsed() < PATIENCE, "it is let in still");
            pause().await;
        }
    }
}

async fn pause() {
    tokio::time::sleep(Duration::from_millis(2)).await;
}

fn grant<P: Permission>() -> Grant<P> {
    Caller::command_line().authorize().unwrap()
}

fn name() -> DisplayName {
    DisplayName::parse("name").unwrap()
}

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// A plain connection, to do what our own storage never does.
async fn plain(url: &str) -> tokio_postgres::Client {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    client
}

/// Revokes a key behind everybody's back.
async fn revoke_in_silence(client: &tokio_postgres::Client, issued: &IssuedApiKey) {
    let statement = "UPDATE api_keys SET revoked_at = now(), version = version + 1 WHERE id = $1::text::uuid";
    assert_eq!(client.execute(statement, &[&issued.key.id.to_string()]).await.unwrap(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_ends_keys_on_one_instance_ends_them_on_the_others() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let (here, elsewhere) = (Instance::at(&url).await, Instance::at(&url).await);
    let new = |text| NewOrganization::new(slug(text), name());
    let acme = here.organizations.create(&grant(), new("acme")).await.unwrap();
    let other = here.organizations.create(&grant(), new("other")).await.unwrap();
    let other = OrganizationRef::Id(other.id);
    let web = NewProject::new(slug("web"), name());
    let web = here.projects.create(&grant(), &other, web).await.unwrap();
    let ada = NewUser { external_id: ExternalId::parse("ada").unwrap(), email: None, name: None };
    let ada = here.users.create(&grant(), ada).await.unwrap();
    let mut keys = Vec::new();
    for owner in [
        Owner::System,
        Owner::System,
        Owner::Organization(acme.id),
        Owner::Project { organization: web.org_id, project: web.id },
        Owner::User(ada.id),
        Owner::System,
    ] {
        let issued = here.issue(owner).await;
        elsewhere.take_in(&issued).await;
        keys.push(issued);
    }
    let [revoked, rotated, of_acme, of_web, of_ada, untouched] = keys.try_into().unwrap();

    here.api_keys.revoke(&grant(), revoked.key.id).await.unwrap();
    let mut slowest = elsewhere.rejects(&revoked, Rejection::Revoked).await;
    here.api_keys.rotate(&grant(), rotated.key.id, GracePeriod::NONE).await.unwrap();
    slowest = slowest.max(elsewhere.rejects(&rotated, Rejection::Unknown).await);
    here.organizations.delete(&grant(), OrganizationRef::Id(acme.id)).await.unwrap();
    slowest = slowest.max(elsewhere.rejects(&of_acme, Rejection::OwnerDeleted).await);
    here.projects.delete(&grant(), &other, &ProjectRef::Id(web.id)).await.unwrap();
    slowest = slowest.max(elsewhere.rejects(&of_web, Rejection::OwnerDeleted).await);
    here.users.delete(&grant(), ada.id).await.unwrap();
    slowest = slowest.max(elsewhere.rejects(&of_ada, Rejection::Unknown).await);
    assert_eq!(elsewhere.show(&untouched).await, Ok(()));
    assert!(elsewhere.is_trusting(), "none of it was found out for want of a heartbeat");
    assert!(slowest < CredentialCache::TRUST, "{slowest:?}");
}

/// Whoever changes rows by hand can tell the instances so.
#[tokio::test(flavor = "multi_thread")]
async fn a_notice_that_a_person_sends_ends_everything() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let (instance, client) = (Instance::at(&url).await, plain(&url).await);
    let issued = instance.issue(Owner::System).await;
    instance.take_in(&issued).await;
    revoke_in_silence(&client, &issued).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(instance.show(&issued).await, Ok(()), "nobody has told of it");
    client.batch_execute("NOTIFY tenancy_credentials, 'all'").await.unwrap();
    instance.rejects(&issued, Rejection::Revoked).await;
}

/// What was missed while the connection was lost is of no matter: nothing from before is used any more.
#[tokio::test(flavor = "multi_thread")]
async fn a_listener_that_comes_back_has_forgotten_everything() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let (instance, client) = (Instance::at(&url).await, plain(&url).await);
    for _ in 0..3 {
        let issued = instance.issue(Owner::System).await;
        instance.take_in(&issued).await;
        revoke_in_silence(&client, &issued).await;
        assert_eq!(instance.show(&issued).await, Ok(()), "nobody has told of it");
        let ended = client
            .query(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                 WHERE datname = current_database() AND query LIKE 'LISTEN %'",
                &[],
            )
            .await
            .unwrap();
        assert_eq!(ended.len(), 1);
        instance.rejects(&issued, Rejection::Revoked).await;
        instance.becomes_trusting().await;
        assert_eq!(instance.show(&issued).await, Err(Rejection::Revoked));
    }
}

/// The connection of an instance is cut in silence, which nobody tells it: it must find out by itself.
#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_is_cut_off_trusts_nothing_for_long() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let proxy = Proxy::to(&url).unwrap();
    let (here, cut_off) = (Instance::at(&url).await, Instance::at(proxy.url()).await);
    let (issued, untouched) = (here.issue(Owner::System).await, here.issue(Owner::System).await);
    cut_off.take_in(&issued).await;
    proxy.silence();
    here.api_keys.revoke(&grant(), issued.key.id).await.unwrap();
    let revoked_at = Instant::now();
    let mut last_accepted = Duration::ZERO;
    while revoked_at.elapsed() < Duration::from_secs(7) {
        let asked_after = revoked_at.elapsed();
        if cut_off.show(&issued).await.is_ok() {
            last_accepted = asked_after;
        }
        pause().await;
    }
    assert!(proxy.kept_back() > 0);
    assert!(last_accepted > Duration::from_secs(1), "it did hear of it: {last_accepted:?}");
    assert!(last_accepted < Duration::from_secs(5), "{last_accepted:?}");
    assert!(!cut_off.is_trusting());
    assert_eq!(cut_off.show(&untouched).await, Ok(()), "it asks the database");

    proxy.restore();
    cut_off.becomes_trusting().await;
    cut_off.take_in(&untouched).await;
    here.api_keys.revoke(&grant(), untouched.key.id).await.unwrap();
    assert!(cut_off.rejects(&untouched, Rejection::Revoked).await < CredentialCache::TRUST);
}

/// Nobody listens for a cache that is gone.
#[tokio::test(flavor = "multi_thread")]
async fn a_listener_ends_with_its_cache() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let client = plain(&url).await;
    let listeners = || async {
        let statement = "SELECT count(*) FROM pg_stat_activity
                         WHERE datname = current_database() AND query LIKE ANY (ARRAY['LISTEN %', 'NOTIFY %'])";
        client.query_one(statement, &[]).await.unwrap().get::<_, i64>(0)
    };
    let instance = Instance::at(&url).await;
    assert_eq!(listeners().await, 2);
    drop(instance);
    let begin = Instant::now();
    while listeners().await > 0 {
        assert!(begin.elapsed() < PATIENCE, "it goes on listening");
        pause().await;
    }
}
