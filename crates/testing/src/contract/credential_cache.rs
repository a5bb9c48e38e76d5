//! The notices that keep a cache of credentials true: the rules of `CredentialNotices`.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    api_keys::{
        ApiKey, ApiKeyChanges, ApiKeyFilter, ApiKeyRepository, Credential, GracePeriod, IssuedApiKey, Rejection,
        SecretHash, VerdictCode,
    },
    authorization::{
        ApiKeysVerify, ApiKeysWrite, OrganizationsRead, OrganizationsWrite, ProjectsWrite, TenantScope, UsersWrite,
    },
    members::Role,
    organizations::OrganizationRef,
    owners::Owner,
    pagination::{Page, PageRequest},
    projects::ProjectRef,
};

use super::{
    Storage,
    concurrency::at_once,
    steps::{at, fresh_secret, grant, scopes},
    use_cases::{KEY_LIMIT, UseCases, trusted_cache},
};

/// A storage whose reads of credentials are counted.
struct Counted {
    storage: Arc<dyn Storage>,
    reads: AtomicUsize,
}

#[async_trait]
impl ApiKeyRepository for Counted {
    async fn find_credential(&self, hash: &SecretHash) -> Result<Option<Credential>, Error> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        self.storage.find_credential(hash).await
    }

    async fn find_api_key(&self, scope: TenantScope, id: ApiKeyId) -> Result<ApiKey, Error> {
        self.storage.find_api_key(scope, id).await
    }

    async fn list_api_keys(
        &self,
        scope: TenantScope,
        filter: ApiKeyFilter,
        request: &PageRequest,
    ) -> Result<Page<ApiKey>, Error> {
        self.storage.list_api_keys(scope, filter, request).await
    }

    async fn record_api_key_uses(&self, uses: &[(ApiKeyId, Timestamp)]) -> Result<(), Error> {
        self.storage.record_api_key_uses(uses).await
    }
}

/// The use cases with an authentication that has a cache, and a key that is in it.
struct World {
    cases: UseCases,
    counted: Arc<Counted>,
}

impl World {
    async fn over(storage: Arc<dyn Storage>) -> Self {
        let counted = Arc::new(Counted { storage: Arc::clone(&storage), reads: AtomicUsize::new(0) });
        Self { cases: UseCases::cached(&storage, Arc::clone(&counted) as _).await, counted }
    }

    /// Makes a key of `owner` and shows it, so that the cache has it.
    async fn key_in_use(&self, owner: Owner, texts: &[&str]) -> IssuedApiKey {
        let issued = self.cases.issue(owner, texts).await;
        self.take_in(&issued).await;
        issued
    }

    /// Shows a key until the cache has it: at the second time, unless it hears of some change meanwhile.
    async fn take_in(&self, issued: &IssuedApiKey) {
        let begin = Instant::now();
        while self.reads_for(issued).await > 0 {
            assert_eq!(self.show(issued).await, Ok(()));
            assert!(begin.elapsed() < Duration::from_secs(5), "the cache does not take it in");
        }
    }

    /// What comes of showing the secret of `issued`.
    async fn show(&self, issued: &IssuedApiKey) -> Result<(), Rejection> {
        self.cases.authenticator.authenticate(issued.secret.expose()).await.unwrap().map(drop)
    }

    /// How often storage is asked when the secret of `issued` is shown.
    async fn reads_for(&self, issued: &IssuedApiKey) -> usize {
        let before = self.counted.reads.load(Ordering::SeqCst);
        let _ = self.show(issued).await;
        self.counted.reads.load(Ordering::SeqCst) - before
    }
}

/// Of a key in use storage is asked once, by authentication and verification together, and uses of it are noted; of what
/// lets nobody in it is asked each time.
pub async fn is_asked_in_the_place_of_storage(storage: Arc<dyn Storage>) {
    let world = World::over(storage).await;
    let (verify, write) = (grant::<ApiKeysVerify>(), grant::<ApiKeysWrite>());
    let issued = world.key_in_use(Owner::System, &["admin:read"]).await;
    let before = world.counted.reads.load(Ordering::SeqCst);
    for now in [1_000, 2_000] {
        world.cases.clock.set(at(now));
        world.cases.bearer(&issued.secret).await.authorize::<OrganizationsRead>().unwrap();
        let verdict = world.cases.api_keys.verify(&verify, issued.secret.expose(), None).await.unwrap();
        assert_eq!(verdict.code(), VerdictCode::Valid);
        world.cases.api_keys.write_uses(true).await.unwrap();
        let key = world.cases.api_keys.get(&grant(), issued.key.id).await.unwrap();
        assert_eq!(key.last_used_at, Some(at(now)));
    }
    assert_eq!(world.counted.reads.load(Ordering::SeqCst), before);

    let revoked = world.cases.issue(Owner::System, &[]).await;
    world.cases.api_keys.revoke(&write, revoked.key.id).await.unwrap();
    let unknown = IssuedApiKey { secret: fresh_secret(), ..issued };
    for issued in [revoked, unknown] {
        assert_eq!((world.reads_for(&issued).await, world.reads_for(&issued).await), (1, 1));
    }
}

/// What is done to a key holds from the answer on.
pub async fn is_told_of_what_ends_a_key(storage: Arc<dyn Storage>) {
    let world = World::over(storage).await;
    let (api_keys, write) = (&world.cases.api_keys, grant::<ApiKeysWrite>());

    let revoked = world.key_in_use(Owner::System, &[]).await;
    api_keys.revoke(&write, revoked.key.id).await.unwrap();
    assert_eq!(world.show(&revoked).await, Err(Rejection::Revoked));

    let replaced = world.key_in_use(Owner::System, &[]).await;
    let successor = api_keys.rotate(&write, replaced.key.id, GracePeriod::NONE).await.unwrap();
    assert_eq!(world.show(&replaced).await, Err(Rejection::Unknown));
    assert_eq!(world.show(&successor).await, Ok(()));

    let narrowed = world.key_in_use(Owner::System, &["admin:read"]).await;
    let changes = ApiKeyChanges { scopes: Some(scopes(&["billing"])), ..ApiKeyChanges::default() };
    api_keys.update(&write, narrowed.key.id, changes).await.unwrap();
    let caller = world.cases.bearer(&narrowed.secret).await;
    assert!(matches!(caller.authorize::<OrganizationsRead>(), Err(Error::Forbidden(_))));

    let shortened = world.key_in_use(Owner::System, &[]).await;
    let changes = ApiKeyChanges { expires_at: Some(Some(at(1))), ..ApiKeyChanges::default() };
    api_keys.update(&write, shortened.key.id, changes).await.unwrap();
    let graced = world.key_in_use(Owner::System, &[]).await;
    let grace = GracePeriod::from_seconds(1).unwrap();
    api_keys.rotate(&write, graced.key.id, grace).await.unwrap();
    for issued in [&shortened, &graced] {
        assert_eq!(world.show(issued).await, Ok(()));
    }
    world.cases.clock.set(at(1_000));
    for issued in [&shortened, &graced] {
        assert_eq!(world.show(issued).await, Err(Rejection::Expired));
    }
}

/// What is done to an owner holds for all its keys from the answer on, however many they are.
pub async fn is_told_of_what_ends_many_keys(storage: Arc<dyn Storage>) {
    let world = World::over(storage).await;
    let cases = &world.cases;
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&other, "app").await);
    let (ada, bob) = (cases.member(&other, "ada", Role::Member).await, cases.member(&other, "bob", Role::Member).await);
    let mut keys = Vec::new();
    for owner in [
        Owner::Organization(acme.id),
        Owner::Project { organization: acme.id, project: web.id },
        Owner::Project { organization: other.id, project: app.id },
        Owner::User(ada.id),
        Owner::Organization(other.id),
        Owner::User(bob.id),
    ] {
        keys.push(world.key_in_use(owner, &["admin:*"]).await);
    }
    let [of_acme, of_web, of_app, of_ada, of_other, of_bob] = keys.try_into().unwrap();
    let mut more = Vec::new();
    for _ in 1..KEY_LIMIT {
        more.push(world.key_in_use(Owner::User(ada.id), &[]).await);
    }

    cases.organizations.delete(&grant::<OrganizationsWrite>(), OrganizationRef::Id(acme.id)).await.unwrap();
    assert_eq!(world.show(&of_acme).await, Err(Rejection::OwnerDeleted));
    assert_eq!(world.show(&of_web).await, Err(Rejection::OwnerDeleted));
    let (organization, project) = (OrganizationRef::Id(other.id), ProjectRef::Id(app.id));
    cases.projects.delete(&grant::<ProjectsWrite>(), &organization, &project).await.unwrap();
    assert_eq!(world.show(&of_app).await, Err(Rejection::OwnerDeleted));
    for still in [&of_ada, &of_other, &of_bob] {
        assert_eq!(world.reads_for(still).await, 0, "others keep their place");
    }
    cases.users.delete(&grant::<UsersWrite>(), ada.id).await.unwrap();
    for gone in more.iter().chain([&of_ada]) {
        assert_eq!(world.show(gone).await, Err(Rejection::Unknown));
    }
    for still in [&of_other, &of_bob] {
        assert_eq!(world.show(still).await, Ok(()));
    }
}

/// A new key works at once, and so do those of what is restored or resumed; those of what is suspended or purged do not.
pub async fn knows_at_once_what_is_new_or_back(storage: Arc<dyn Storage>) {
    let world = World::over(Arc::clone(&storage)).await;
    let cases = &world.cases;
    let acme = cases.organization("acme").await;
    let web = cases.project(&acme, "web").await;
    let of_acme = world.key_in_use(Owner::Organization(acme.id), &[]).await;
    let of_web = world.key_in_use(Owner::Project { organization: acme.id, project: web.id }, &[]).await;
    let (organization, project) = (OrganizationRef::Id(acme.id), ProjectRef::Id(web.id));
    // Elsewhere: this cache is told of it only later.
    let elsewhere = UseCases::over(&storage);

    cases.projects.delete(&grant(), &organization, &project).await.unwrap();
    assert_eq!(world.show(&of_web).await, Err(Rejection::OwnerDeleted));
    elsewhere.projects.restore(&grant(), &organization, project, None).await.unwrap();
    assert_eq!(world.show(&of_web).await, Ok(()));
    cases.organizations.delete(&grant(), organization.clone()).await.unwrap();
    assert_eq!(world.show(&of_acme).await, Err(Rejection::OwnerDeleted));
    elsewhere.organizations.restore(&grant(), organization.clone(), None).await.unwrap();
    for issued in [&of_acme, &of_web] {
        assert_eq!(world.show(issued).await, Ok(()));
    }
    cases.organizations.suspend(&grant(), organization.clone()).await.unwrap();
    for issued in [&of_acme, &of_web] {
        assert_eq!(world.show(issued).await, Err(Rejection::OwnerSuspended));
    }
    elsewhere.organizations.resume(&grant(), organization.clone()).await.unwrap();
    for issued in [&of_acme, &of_web] {
        assert_eq!(world.show(issued).await, Ok(()));
    }
    cases.organizations.delete(&grant(), organization.clone()).await.unwrap();
    cases.organizations.purge(&grant(), organization).await.unwrap();
    for issued in [&of_acme, &of_web] {
        assert_eq!(world.show(issued).await, Err(Rejection::Unknown));
    }

    let unknown = fresh_secret();
    assert_eq!(cases.authenticator.authenticate(unknown.expose()).await.unwrap(), Err(Rejection::Unknown));
    let new = elsewhere.issue(Owner::System, &[]).await;
    assert_eq!(world.show(&new).await, Ok(()));
}

/// Also when whoever asked for a revocation has gone away, the cache is told of it if it took place.
pub async fn is_told_of_what_was_abandoned(storage: Arc<dyn Storage>) {
    const KEYS: usize = 60;

    let world = World::over(Arc::clone(&storage)).await;
    let mut keys = Vec::new();
    for _ in 0..KEYS {
        keys.push(world.key_in_use(Owner::System, &[]).await);
    }
    let units: Vec<_> = keys
        .iter()
        .map(|issued| {
            let (api_keys, id) = (world.cases.api_keys.clone(), issued.key.id);
            tokio::spawn(async move { api_keys.revoke(&grant::<ApiKeysWrite>(), id).await.map(drop) })
        })
        .collect();
    for (n, unit) in units.into_iter().enumerate() {
        // Some before they began, some under way, some when all is done.
        if n % 2 == 0 {
            unit.abort();
        }
        let _ = unit.await;
    }
    // A later unit of work is behind all of them.
    world.cases.issue(Owner::System, &[]).await;
    let asking_storage = UseCases::over(&storage);
    for issued in &keys {
        let begin = Instant::now();
        loop {
            let stored = asking_storage.authenticator.authenticate(issued.secret.expose()).await.unwrap().map(drop);
            if stored.is_ok() || world.show(issued).await == stored {
                break;
            }
            assert!(begin.elapsed() < Duration::from_secs(5), "the cache was not told");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }
}

/// Several caches are told, and one that is gone stands in nobody's way.
pub async fn of_each_subscriber_is_told(storage: Arc<dyn Storage>) {
    let (one, other) = (World::over(Arc::clone(&storage)).await, World::over(Arc::clone(&storage)).await);
    drop(trusted_cache(&*storage).await);
    let issued = one.key_in_use(Owner::System, &[]).await;
    other.take_in(&issued).await;
    at_once(3, |_| {
        let (api_keys, id) = (one.cases.api_keys.clone(), issued.key.id);
        async move { api_keys.revoke(&grant::<ApiKeysWrite>(), id).await.unwrap() }
    })
    .await;
    for world in [&one, &other] {
        assert_eq!(world.show(&issued).await, Err(Rejection::Revoked));
    }
}
