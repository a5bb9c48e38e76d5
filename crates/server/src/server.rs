//! The HTTP server: listening, and stopping without losing a request.

use std::{net::SocketAddr, process, time::Duration};

use actix_web::{App, HttpServer, dev::ServerHandle, rt};
use anyhow::Context;
use tenancy_api::{Api, Envelope};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// How long an idle connection is kept. Longer than the 60 s after which common balancers give up theirs, so that it
/// is never this side that closes one while a request is on its way.
const KEEP_ALIVE: Duration = Duration::from_secs(75);
/// How long the head of a request may take to arrive.
const HEAD_TIMEOUT: Duration = Duration::from_secs(10);
/// How long requests that are under way may take to finish once the service stops; more than a slow body may take.
const STOP_TIMEOUT_SECONDS: u64 = 30;

/// Listens on `address` and serves `api` until the process is told to stop (SIGTERM or SIGINT). Then `/readyz` answers
/// 503 for `drain`, while all else is served as before, so that balancers learn of it; and then no connection is taken
/// any more, and what is under way is finished. A second signal ends the process at once.
///
/// `once_listening` is called with the address that was really bound, before the first request is served.
///
/// # Errors
/// When the address cannot be bound, or `once_listening` fails.
pub async fn serve(
    address: SocketAddr,
    api: Api,
    drain: Duration,
    once_listening: impl AsyncFnOnce(SocketAddr) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    // From here on a signal is for us; before, it ends the process as it always does.
    let signals = StopSignals::new()?;
    let app = {
        let api = api.clone();
        move || App::new().wrap(Envelope::new(api.clone())).configure(tenancy_api::configure(api.clone()))
    };
    let server = HttpServer::new(app)
        .keep_alive(KEEP_ALIVE)
        .client_request_timeout(HEAD_TIMEOUT)
        .shutdown_timeout(STOP_TIMEOUT_SECONDS)
        .disable_signals()
        .bind(address)
        .with_context(|| format!("cannot listen on {address}"))?;

    let bound = server.addrs().first().copied().context("the server listens nowhere")?;
    once_listening(bound).await?;
    let server = server.run();
    rt::spawn(stop_when_told(signals, api, drain, server.handle()));
    server.await?;
    tracing::info!("stopped");
    Ok(())
}

async fn stop_when_told(mut signals: StopSignals, api: Api, drain: Duration, server: ServerHandle) {
    signals.next().await;
    tracing::info!("stopping: requests that are under way are finished; a second signal ends them");
    api.drain();
    // This task outlives the service; the storage must not.
    drop(api);
    tokio::select! {
        () = rt::time::sleep(drain) => {}
        () = signals.next() => end_at_once(),
    }
    // The command is sent by the call; who waits for the server sees its end.
    let _stopped = server.stop(true);
    signals.next().await;
    end_at_once();
}

fn end_at_once() -> ! {
    tracing::warn!("ended by a second signal");
    process::exit(1)
}

/// The signals that ask a process to stop.
struct StopSignals {
    terminate: Signal,
    interrupt: Signal,
}

impl StopSignals {
    fn new() -> anyhow::Result<Self> {
        let listen = |kind| signal(kind).context("cannot listen for signals");
        Ok(Self { terminate: listen(SignalKind::terminate())?, interrupt: listen(SignalKind::interrupt())? })
    }

    async fn next(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}
