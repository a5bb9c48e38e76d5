//! Entries of the audit log as one stream.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use bytes::{Buf as _, Bytes, BytesMut};
use futures_util::{Stream, stream};
use tenancy_api_types::audit_logs::AuditLogEntry;

use crate::{
    client::Client,
    error::{DecodeError, Error, InputError},
    http::{OpenResponse, Path, Request},
};

/// An export, until it is awaited: all entries that were there when it began, oldest first.
///
/// ```no_run
/// # async fn keep(client: tenancy_client::Client) -> Result<(), tenancy_client::Error> {
/// let mut entries = client.audit_log().list().export().await?;
/// while let Some(entry) = entries.try_next().await? {
///     println!("{} {}", entry.timestamp, entry.action);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing happens until it is awaited"]
pub struct Export {
    client: Client,
    /// A mistake that was found while it was put together is told when it is awaited.
    request: Result<Request, InputError>,
}

impl Export {
    pub(crate) fn new(client: Client, path: &Path, filters: &[(&'static str, String)]) -> Self {
        let request = client.stream(path).map(|mut request| {
            for (name, value) in filters {
                request.add_query(name, value);
            }
            request
        });
        Self { client, request }
    }

    /// Begins it. The same as to await the export itself. What fails before the first entry is sent again, as of any
    /// `GET`; what fails later ends the stream with an error.
    ///
    /// # Errors
    /// Any [`Error`].
    pub async fn send(self) -> Result<Entries, Error> {
        Ok(Entries::new(self.client.open(&self.request?).await?))
    }
}

impl IntoFuture for Export {
    type Output = Result<Entries, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Export {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Export").finish_non_exhaustive()
    }
}

/// Entry after entry of an export: a [`Stream`]. Little more than one is held in memory. Its end is the end of the export:
/// one that was broken off ends with an error.
#[must_use = "nothing is read until it is asked for"]
pub struct Entries {
    stream: Pin<Box<dyn Stream<Item = Result<AuditLogEntry, Error>> + Send>>,
    total: Option<u64>,
    request_id: String,
}

impl Entries {
    fn new(response: OpenResponse) -> Self {
        let (total, request_id) = (response.total_count(), response.request_id.clone());
        let lines = Lines { response, buffer: BytesMut::new(), searched: 0 };
        let entries = stream::try_unfold(lines, |mut lines| async move {
            let Some(line) = lines.next().await? else { return Ok(None) };
            let entry = serde_json::from_slice(&line).map_err(|error| lines.not_understood(&error.to_string()))?;
            Ok(Some((entry, lines)))
        });
        Self { stream: Box::pin(entries), total, request_id }
    }

    /// How many entries there are; `None` where that would take the service too long to count.
    #[must_use]
    pub const fn total(&self) -> Option<u64> {
        self.total
    }

    /// The id of the request, as in the service's log.
    #[must_use]
    pub fn request_id(&self) -> &str {
        &self.request_id
    }

    /// The next entry; `None` after the last. It is for who has no `StreamExt` at hand.
    ///
    /// # Errors
    /// Any [`Error`]; it ends the stream.
    pub async fn try_next(&mut self) -> Result<Option<AuditLogEntry>, Error> {
        std::future::poll_fn(|context| self.stream.as_mut().poll_next(context)).await.transpose()
    }
}

impl Stream for Entries {
    type Item = Result<AuditLogEntry, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.stream.as_mut().poll_next(context)
    }
}

impl fmt::Debug for Entries {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total, request_id, .. } = self;
        formatter.debug_struct("Entries").field("total", total).field("request_id", request_id).finish_non_exhaustive()
    }
}

/// The lines of a body, as its parts come.
struct Lines {
    response: OpenResponse,
    buffer: BytesMut,
    /// How much of the buffer is known to have no end of a line.
    searched: usize,
}

impl Lines {
    /// The next line, without its end; `None` at the end of the body.
    async fn next(&mut self) -> Result<Option<Bytes>, Error> {
        loop {
            let unseen = &self.buffer[self.searched..];
            if let Some(at) = unseen.iter().position(|byte| *byte == b'\n') {
                let line = self.buffer.split_to(self.searched + at).freeze();
                self.buffer.advance(1);
                self.searched = 0;
                return Ok(Some(line));
            }
            self.searched = self.buffer.len();
            match self.response.part().await? {
                Some(part) => self.buffer.extend_from_slice(&part),
                None if self.buffer.is_empty() => return Ok(None),
                None => return Err(self.not_understood("the last line has no end")),
            }
        }
    }

    fn not_understood(&self, reason: &str) -> Error {
        DecodeError::of(self.response.status(), &self.response.request_id, reason).into()
    }
}
