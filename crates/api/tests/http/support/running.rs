//! A service on a port of its own, in this process, with storage in memory.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use tenancy_adapters::{
    memory::MemoryStorage,
    sealing::{EnvelopeSealer, Keyring, MasterKey},
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_api::{Api, Envelope, Limits, Parts, TrustedProxies};
use tenancy_domain::{
    DisplayName, OrganizationId,
    access::Access,
    api_keys::{
        ApiKeyService, ApiKeyServiceParts, Authenticator, CredentialCache, CredentialNotices, Credentials, KeyUsage,
        NewApiKey,
    },
    audit_log::{AuditLogRepository, AuditLogService, AuditRecord, AuditRecords, ChainId, ChainKeyRepository},
    authorization::{AuditLogsRead, Caller, Scope, Scopes},
    effects::Effects,
    members::{MemberService, MemberServiceParts},
    organizations::OrganizationService,
    owners::OwnerRef,
    pagination::PageSize,
    ports::Clock,
    projects::{ProjectService, ProjectServiceParts},
    providers::{ProviderService, ProviderServiceParts},
    sealing::Sealer,
    unit_of_work::{Outcome, UnitOfWorkExt},
    users::UserService,
};
use tenancy_testing::{
    doubles::{FixedClock, PredictableMac},
    http::{Keys, Service},
};

use super::{
    faults::{FaultyAuditLog, FaultyStorage},
    remains::MemoryRemains,
    spy::Spy,
};

/// What a test may want otherwise.
pub(crate) struct Options {
    pub(crate) limits: Limits,
    pub(crate) trusted_proxies: TrustedProxies,
    /// Mounts the API beneath this path, beside routes of another program.
    pub(crate) prefix: &'static str,
    /// Tells the time in the place of the system's clock.
    pub(crate) clock: Option<FixedClock>,
    /// How many API keys, projects, members and dynamic providers an organization may have: of each this many.
    pub(crate) limit: u64,
    /// Whether dynamic providers may be reached at the machine itself.
    pub(crate) allow_loopback_http: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            trusted_proxies: TrustedProxies::default(),
            prefix: "",
            clock: None,
            limit: 1_000,
            allow_loopback_http: false,
        }
    }
}

/// A running service; it ends with the value.
pub(crate) struct Running {
    pub(crate) service: Service,
    pub(crate) api: Api,
    storage: FaultyStorage,
    spy: Arc<Spy>,
    audit_log: FaultyAuditLog,
    api_keys: ApiKeyService,
    handle: ServerHandle,
}

/// Starts a service for the HTTP suite, of which some rules fail to authenticate more often than anybody else may.
pub(crate) fn start() -> (Service, Running) {
    let limits = Limits { auth_failures_per_minute: None, ..Limits::default() };
    let running = Running::start_with(&Options { limits, ..Options::default() });
    (running.service.clone(), running)
}

impl Running {
    pub(crate) fn start() -> Self {
        Self::start_with(&Options::default())
    }

    pub(crate) fn start_with(options: &Options) -> Self {
        let memory = MemoryStorage::new();
        memory.use_chain_mac(Arc::new(PredictableMac));
        let keys = block_on(Keys::make(memory.clone()));
        let clock: Arc<dyn Clock> = match &options.clock {
            None => Arc::new(SystemClock),
            Some(fixed) => Arc::new(fixed.clone()),
        };
        let remains = MemoryRemains(memory.clone());
        let (ids, usage) = (Arc::new(MonotonicIds::new()), Arc::new(KeyUsage::new()));
        let storage = FaultyStorage {
            inner: memory.clone(),
            is_reachable: Arc::new(AtomicBool::new(true)),
            looks_for_former_slugs: Arc::default(),
        };
        let audit_log = FaultyAuditLog::over(memory.clone());
        let spy = Arc::new(Spy::on(&storage));
        let access = Access::new(spy.clone(), spy.clone(), spy.clone(), spy.clone());
        let effects = Effects::new(spy.clone(), clock.clone(), ids.clone());
        let cache = Arc::new(CredentialCache::new());
        memory.subscribe(&cache);
        let credentials = Credentials::cached(Arc::new(memory), cache);
        let api_keys = ApiKeyService::new(ApiKeyServiceParts {
            repository: spy.clone(),
            credentials: credentials.clone(),
            access: access.clone(),
            effects: effects.clone(),
            secrets: Arc::new(OsRandom),
            usage: usage.clone(),
            limit_per_organization: options.limit,
        });
        let keyring = Keyring::new(&MasterKey::generate(&OsRandom).unwrap(), &[], Arc::new(OsRandom)).unwrap();
        let sealer: Arc<dyn Sealer> = Arc::new(EnvelopeSealer::new(Arc::new(keyring), Arc::new(OsRandom)));
        let providers = ProviderService::new(ProviderServiceParts {
            repository: spy.clone(),
            access: access.clone(),
            effects: effects.clone(),
            sealer: sealer.clone(),
            limit_per_organization: options.limit,
            allow_loopback_http: options.allow_loopback_http,
        });
        let api = Api::new(Parts {
            organizations: OrganizationService::new(spy.clone(), access.clone(), effects.clone()),
            projects: ProjectService::new(ProjectServiceParts {
                repository: spy.clone(),
                access: access.clone(),
                effects: effects.clone(),
                limit_per_organization: options.limit,
            }),
            users: UserService::new(spy.clone(), effects.clone()),
            members: MemberService::new(MemberServiceParts {
                repository: spy.clone(),
                access: access.clone(),
                effects,
                limit_per_organization: options.limit,
            }),
            api_keys: api_keys.clone(),
            providers,
            audit_log: AuditLogService::new(Arc::new(audit_log.clone()), access.clone()),
            access,
            authenticator: Authenticator::new(credentials, clock.clone(), usage),
            sealer,
            storage_health: Arc::new(storage.clone()),
            clock,
            ids,
            limits: options.limits,
            trusted_proxies: options.trusted_proxies.clone(),
        });
        let (address, handle) = serve(api.clone(), options.prefix);
        Self {
            service: Service::new(address, keys).with_remains(remains),
            api,
            storage,
            spy,
            audit_log,
            api_keys,
            handle,
        }
    }

    /// The names of the calls of storage since the last time that this was asked.
    pub(crate) fn take_calls(&self) -> Vec<&'static str> {
        self.spy.take_calls()
    }

    /// Cuts storage off, or gives it back, as far as `/readyz` sees.
    pub(crate) fn set_reachable(&self, is_reachable: bool) {
        self.storage.is_reachable.store(is_reachable, Ordering::Relaxed);
    }

    /// How often storage was asked for what a former slug leads to.
    pub(crate) fn looks_for_former_slugs(&self) -> usize {
        self.storage.looks_for_former_slugs.load(Ordering::Relaxed)
    }

    /// The address that the audit log names for the creation of the organization with this id.
    pub(crate) fn address_of_creation(&self, organization: &str) -> Option<IpAddr> {
        let grant = Caller::command_line().authorize::<AuditLogsRead>().unwrap();
        let chain = ChainId::of_organization(OrganizationId::parse(organization).unwrap());
        let entries = self.storage.inner.audit_entries(grant.tenant_scope(), chain, 0, PageSize::MAX);
        block_on(entries).unwrap()[0].record.ip_address
    }

    /// The audit log as the service sees it.
    pub(crate) const fn audit_log(&self) -> &FaultyAuditLog {
        &self.audit_log
    }

    /// Leaves these records in the audit log, in a unit of work that does nothing else.
    pub(crate) fn leave(&self, records: Vec<AuditRecord>) {
        block_on(self.storage.inner.execute(move |_| {
            Box::pin(async move {
                let mut records = records.into_iter();
                let mut all = AuditRecords::from(records.next().unwrap());
                records.for_each(|record| all.add(record));
                Ok(Outcome::Changed((), all))
            })
        }))
        .unwrap();
    }

    /// The secret of a new system key with these scopes.
    pub(crate) fn key(&self, scopes: &[&str]) -> String {
        let scopes = Scopes::new(scopes.iter().map(|scope| Scope::parse(*scope).unwrap())).unwrap();
        let name = DisplayName::parse("test").unwrap();
        let new = NewApiKey { name, owner: OwnerRef::System, scopes, expires_at: None };
        let grant = Caller::command_line().authorize().unwrap();
        block_on(self.api_keys.create(&grant, new).into_future()).unwrap().secret.expose().to_owned()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The command is sent by the call; only its end is what the future waits for.
        drop(self.handle.stop(false));
    }
}

/// Serves on a thread of its own, so that tests may block.
fn serve(api: Api, prefix: &'static str) -> (SocketAddr, ServerHandle) {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let server = HttpServer::new(move || {
                App::new()
                    .wrap(Envelope::new(api.clone()))
                    .service(web::resource("/neighbour/teapot").to(|| async { neighbour() }))
                    .service(web::scope(prefix).configure(tenancy_api::configure(api.clone())))
            });
            let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
            let address = server.addrs()[0];
            let server = server.run();
            sender.send((address, server.handle())).unwrap();
            server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

/// What another program in the same `App` answers.
fn neighbour() -> actix_web::HttpResponse {
    actix_web::HttpResponse::ImATeapot().insert_header(("X-Neighbour", "1")).body("short and stout")
}

pub(super) fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
