//! Who listens: a task for each cache, with two connections of its own.
//!
//! One connection listens and never asks anything, since what makes connections (a pool between this program and the
//! server, say) may well hand out another server connection for each question, on which nobody listens. The other sends
//! the heartbeats. What counts is that a heartbeat comes back on the first one, and its age is counted from when it was
//! sent.

use std::{
    fmt,
    future::poll_fn,
    sync::{
        Arc, Weak,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use tenancy_domain::api_keys::{CredentialCache, CredentialNotice};
use tokio::time::{sleep, timeout};
use tokio_postgres::{AsyncMessage, Client};
use uuid::Uuid;

use super::{
    super::connector::{Connector, RawConnection},
    CHANNEL, notify,
    payload::{self, Heard},
};

/// How often a heartbeat is sent: several times in what a cache is trusted for, so that one may be late.
const INTERVAL: Duration = Duration::from_secs(1);
/// How long any step may take: a server that went silent is given up.
const PATIENCE: Duration = Duration::from_secs(4);
/// How long after a failure it is tried again.
const PAUSE: Duration = Duration::from_millis(500);

/// Starts the task that keeps `cache` true, for as long as there is such a cache.
pub(in super::super) fn start(connector: Connector, cache: &Arc<CredentialCache>) {
    let cache = Arc::downgrade(cache);
    tokio::spawn(async move {
        let mut is_told = false;
        loop {
            let listener = Listener::new(cache.clone());
            let Err(reason) = listener.run(&connector).await else { return };
            let Some(cache) = cache.upgrade() else { return };
            cache.distrust();
            drop(cache);
            // Once for each time that it is lost, not for each attempt.
            if listener.has_heard() || !is_told {
                is_told = true;
                tracing::warn!(
                    %reason,
                    "notices of the other instances do not come through: until they do, each request asks the database"
                );
            }
            sleep(PAUSE).await;
        }
    });
}

/// One attempt to listen, which goes on until something fails.
struct Listener {
    cache: Weak<CredentialCache>,
    /// Tells its own heartbeats from others.
    id: Uuid,
    began: Instant,
    /// When the last heartbeat was sent that came back, in nanoseconds since it began; 0 before the first.
    heard: AtomicU64,
}

/// Why a listener came to its end.
enum Lost {
    Connection(String),
    NoAnswer,
    NoHeartbeat,
}

/// The cache is there no more: nobody need listen.
struct NobodyAsks;

impl Listener {
    fn new(cache: Weak<CredentialCache>) -> Self {
        Self { cache, id: Uuid::new_v4(), began: Instant::now(), heard: AtomicU64::new(0) }
    }

    fn has_heard(&self) -> bool {
        self.heard.load(Ordering::SeqCst) > 0
    }

    /// Listens until the cache is gone.
    ///
    /// # Errors
    /// When it hears no more.
    async fn run(&self, connector: &Connector) -> Result<NobodyAsks, Lost> {
        let open = || async { timeout(PATIENCE, connector.open()).await?.map_err(Lost::connection) };
        let (listening, hearing) = open().await?;
        let (speaking, answers) = open().await?;
        tokio::select! {
            end = self.hear(hearing) => end,
            end = answers => Err(end.map_or_else(Lost::connection, |()| Lost::closed())),
            end = self.beat(&listening, &speaking) => end,
        }
    }

    /// Takes in what comes over the listening connection.
    async fn hear(&self, mut connection: RawConnection) -> Result<NobodyAsks, Lost> {
        loop {
            let message = poll_fn(|context| connection.poll_message(context)).await;
            let message = message.ok_or_else(Lost::closed)?.map_err(Lost::connection)?;
            // Else the server's word on something that was asked, which is of no interest here.
            if let AsyncMessage::Notification(notification) = message
                && notification.channel() == CHANNEL
            {
                let Some(cache) = self.cache.upgrade() else { return Ok(NobodyAsks) };
                self.take_in(&cache, payload::read(notification.payload()));
            }
        }
    }

    fn take_in(&self, cache: &CredentialCache, heard: Heard) {
        match heard {
            Heard::Notices(notices) => cache.forget(&notices),
            Heard::Heartbeat { listener, sent_after } if listener == self.id => {
                if !self.has_heard() {
                    tracing::info!("notices of the other instances come through: authentications are cached");
                }
                self.heard.fetch_max(nanoseconds(sent_after), Ordering::SeqCst);
                cache.trust_from(self.began + sent_after.min(self.began.elapsed()));
            }
            Heard::Heartbeat { .. } => {}
        }
    }

    /// Begins to listen, and sends heartbeats.
    async fn beat(&self, listening: &Client, speaking: &Client) -> Result<NobodyAsks, Lost> {
        execute(listening, &format!("LISTEN {CHANNEL}")).await?;
        // From here on every change is told. What was read before may have been changed without a word.
        let Some(cache) = self.cache.upgrade() else { return Ok(NobodyAsks) };
        cache.forget(&[CredentialNotice::All]);
        drop(cache);
        let listens_since = self.began.elapsed();
        loop {
            let heartbeat = payload::of_heartbeat(self.id, self.began.elapsed());
            execute(speaking, &notify(&heartbeat)).await?;
            sleep(INTERVAL).await;
            if self.cache.strong_count() == 0 {
                return Ok(NobodyAsks);
            }
            let heard = Duration::from_nanos(self.heard.load(Ordering::SeqCst)).max(listens_since);
            if self.began.elapsed().saturating_sub(heard) > PATIENCE {
                return Err(Lost::NoHeartbeat);
            }
        }
    }
}

async fn execute(client: &Client, statement: &str) -> Result<(), Lost> {
    timeout(PATIENCE, client.batch_execute(statement)).await?.map_err(Lost::connection)
}

fn nanoseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}

impl Lost {
    fn connection(error: impl fmt::Display) -> Self {
        Self::Connection(error.to_string())
    }

    fn closed() -> Self {
        Self::Connection("the server has closed the connection".to_owned())
    }
}

impl From<tokio::time::error::Elapsed> for Lost {
    fn from(_: tokio::time::error::Elapsed) -> Self {
        Self::NoAnswer
    }
}

impl fmt::Display for Lost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Connection(reason) => formatter.write_str(reason),
            Self::NoAnswer => write!(formatter, "no answer from the database within {PATIENCE:?}"),
            Self::NoHeartbeat => write!(
                formatter,
                "no notice came back within {PATIENCE:?}; a pool of connections between this program and the server \
                 must not work by transactions"
            ),
        }
    }
}
