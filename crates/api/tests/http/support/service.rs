//! A service on a port of its own, with storage in memory.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
};

use actix_web::{App, HttpServer, dev::ServerHandle, web};
use serde_json::{Value, json};
use tenancy_adapters::{
    memory::MemoryStorage,
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_api::{Api, Envelope, Limits, Parts};
use tenancy_domain::{
    ApiKeyId, DisplayName, Timestamp,
    api_keys::{ApiKeyService, Authenticator, NewApiKey, Owner},
    authorization::{ApiKeysWrite, Caller, Grant, Scope, Scopes},
    organizations::OrganizationService,
    ports::Clock,
};

use super::{Request, faults::FaultyStorage};

/// What a test may want otherwise.
#[derive(Default)]
pub(crate) struct Options {
    pub(crate) limits: Limits,
    /// Mounts the API beneath this path, beside routes of another program.
    pub(crate) prefix: &'static str,
}

/// A running service; it ends with the value.
pub(crate) struct Service {
    address: SocketAddr,
    key: String,
    api: Api,
    keys: ApiKeyService,
    storage: FaultyStorage,
    handle: ServerHandle,
}

/// A key that was made for a test.
pub(crate) struct Key {
    pub(crate) id: ApiKeyId,
    pub(crate) secret: String,
}

impl Service {
    pub(crate) fn start() -> Self {
        Self::start_with(&Options::default())
    }

    pub(crate) fn start_with(options: &Options) -> Self {
        let memory = MemoryStorage::new();
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(MonotonicIds::new()));
        let storage = FaultyStorage { inner: memory.clone(), is_reachable: Arc::new(AtomicBool::new(true)) };
        let organizations =
            OrganizationService::new(Arc::new(storage.clone()), Arc::new(memory.clone()), clock.clone(), ids.clone());
        let keys = ApiKeyService::new(
            Arc::new(memory.clone()),
            Arc::new(memory.clone()),
            clock.clone(),
            ids.clone(),
            Arc::new(OsRandom),
        );
        let api = Api::new(Parts {
            organizations,
            authenticator: Authenticator::new(Arc::new(memory), clock.clone()),
            storage_health: Arc::new(storage.clone()),
            clock,
            ids,
            limits: options.limits,
        });
        let (address, handle) = serve(api.clone(), options.prefix);
        let key = create_key(&keys, &["admin:*"], None).secret;
        Self { address, key, api, keys, storage, handle }
    }

    pub(crate) fn api(&self) -> &Api {
        &self.api
    }

    /// Cuts storage off, or gives it back, as far as `/readyz` sees.
    pub(crate) fn set_reachable(&self, is_reachable: bool) {
        self.storage.is_reachable.store(is_reachable, Ordering::Relaxed);
    }

    /// The secret of a new system key with these scopes.
    pub(crate) fn key(&self, scopes: &[&str]) -> String {
        create_key(&self.keys, scopes, None).secret
    }

    pub(crate) fn revoked_key(&self) -> String {
        let key = create_key(&self.keys, &["admin:*"], None);
        block_on(self.keys.revoke(&operator(), key.id)).unwrap();
        key.secret
    }

    pub(crate) fn expired_key(&self) -> String {
        let soon = Timestamp::from_unix_milliseconds(SystemClock.now().unix_milliseconds() + 20).unwrap();
        let key = create_key(&self.keys, &["admin:*"], Some(soon));
        while SystemClock.now() <= soon {
            thread::yield_now();
        }
        key.secret
    }

    /// A request with the service's key.
    pub(crate) fn request(&self, method: &str, target: &str) -> Request {
        Request::new(self.address, method, target).key(&self.key)
    }

    pub(crate) fn get(&self, target: &str) -> Request {
        self.request("GET", target)
    }

    /// Makes an organization and gives it back.
    pub(crate) fn create(&self, slug: &str) -> Value {
        let body = json!({"slug": slug, "name": format!("The {slug}")});
        self.request("POST", "/admin/v1/organizations").json(&body).send().expect(201)
    }
}

impl Drop for Service {
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

fn block_on<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn operator() -> Grant<ApiKeysWrite> {
    Caller::command_line().authorize().unwrap()
}

fn create_key(keys: &ApiKeyService, scopes: &[&str], expires_at: Option<Timestamp>) -> Key {
    let scopes = Scopes::new(scopes.iter().map(|scope| Scope::parse(*scope).unwrap())).unwrap();
    let new = NewApiKey { name: DisplayName::parse("test").unwrap(), owner: Owner::System, scopes, expires_at };
    let issued = block_on(keys.create(&operator(), new)).unwrap();
    Key { id: issued.key.id, secret: issued.secret.expose().to_owned() }
}
