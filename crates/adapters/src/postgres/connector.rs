//! Making connections.

use diesel_async::AsyncPgConnection;
use tokio_postgres::{Client, Connection, Socket, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::{tls, url::PostgresUrl};
use crate::OpenError;

/// The part of a connection that reads and writes.
pub(super) type RawConnection = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Makes connections to one database.
#[derive(Clone)]
pub(super) struct Connector {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
}

impl Connector {
    pub(super) fn new(url: &str) -> Result<Self, OpenError> {
        let url = PostgresUrl::parse(url)?;
        Ok(Self { tls: tls::connector(&url.verification)?, config: url.config })
    }

    /// A new connection as the driver has it. Nothing happens on it but while its second part is polled.
    pub(super) async fn open(&self) -> Result<(Client, RawConnection), OpenError> {
        self.config.connect(self.tls.clone()).await.map_err(|error| describe(&error))
    }

    /// A new connection, which a task of this runtime drives until it is dropped.
    pub(super) async fn connect(&self) -> Result<AsyncPgConnection, OpenError> {
        let (client, connection) = self.open().await?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await.map_err(|error| describe(&error))
    }
}

/// The error with its causes, which say what its own text leaves out: no such host, a wrong password.
fn describe(error: &dyn std::error::Error) -> OpenError {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let cause_text = cause.to_string();
        if !text.ends_with(&cause_text) {
            text = format!("{text}: {cause_text}");
        }
        source = cause.source();
    }
    OpenError::Connect(text)
}
