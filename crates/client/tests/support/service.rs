// A service in this process, with storage in memory, for the tests and for the examples in the documentation. The
// latter include this file in the middle of theirs, so it has no `//!`.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, mpsc},
    thread,
};

use actix_web::{App, HttpServer, dev::ServerHandle, middleware, web};
use tenancy_adapters::{
    memory,
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_api::{Api, ApiBuilder, Envelope};
use tenancy_domain::DisplayName;

/// A running service; it ends with the value.
pub(crate) struct Service {
    /// Where it is: beneath a prefix, as a service is that is mounted in another program.
    pub(crate) url: String,
    /// A key that may do everything.
    pub(crate) key: String,
    /// The operations that were answered with a success, as `GET /admin/v1/organizations/{slug}`.
    pub(crate) answered: Arc<Mutex<BTreeSet<String>>>,
    handle: ServerHandle,
}

/// Starts a service with nothing in it but a key.
pub(crate) fn start() -> Service {
    const PREFIX: &str = "/tenancy";

    let (sender, receiver) = mpsc::channel();
    // On a thread of its own, with actix's runtime; whoever asks it has another.
    thread::spawn(move || {
        actix_web::rt::System::new().block_on(async move {
            let (api, key) = api().await;
            let answered = Arc::new(Mutex::new(BTreeSet::new()));
            let record = answered.clone();
            let server = HttpServer::new(move || {
                let record = record.clone();
                App::new()
                    .wrap(middleware::from_fn(
                        move |request: actix_web::dev::ServiceRequest, next: middleware::Next<_>| {
                            let record = record.clone();
                            async move {
                                let response = next.call(request).await?;
                                let request = response.request();
                                if let Some(pattern) = request.match_pattern()
                                    && response.status().is_success()
                                {
                                    let path = pattern.trim_start_matches(PREFIX);
                                    record.lock().unwrap().insert(format!("{} {path}", request.method()));
                                }
                                Ok::<_, actix_web::Error>(response)
                            }
                        },
                    ))
                    .wrap(Envelope::new(api.clone()))
                    .service(web::scope(PREFIX).configure(tenancy_api::configure(api.clone())))
            });
            let server = server.workers(1).disable_signals().bind("127.0.0.1:0").unwrap();
            let url = format!("http://{}{PREFIX}", server.addrs()[0]);
            let server = server.run();
            sender.send(Service { url, key, answered, handle: server.handle() }).unwrap();
            server.await.unwrap();
        });
    });
    receiver.recv().unwrap()
}

impl Drop for Service {
    fn drop(&mut self) {
        // The command is sent by the call; only its end is what the future waits for.
        drop(self.handle.stop(false));
    }
}

/// The API over storage in memory, and a key that may do everything.
async fn api() -> (Api, String) {
    let memory = memory::ephemeral().unwrap();
    let api = ApiBuilder::new(memory.storage, memory.sealer, SystemClock, MonotonicIds::new(), OsRandom).build();
    let key = api.issue_system_key(DisplayName::parse("example").unwrap()).await.unwrap();
    (api, key.expose().to_owned())
}
