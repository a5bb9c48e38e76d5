//! Lists: one page, page after page, row after row.

use std::{
    collections::VecDeque,
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use futures_util::{Stream, stream};
use serde::de::DeserializeOwned;
use tenancy_api_types::pagination::{Direction, Page};

use crate::{
    call::{Call, kind},
    client::Client,
    error::{DecodeError, Error},
    http::Path,
};

/// A list, newest first, that can be read a page at a time ([`page`](Self::page), [`pages`](Self::pages)) or row by row
/// ([`rows`](Self::rows)).
///
/// A walk forward, from the newest to the oldest, visits each row once, however many are made or deleted meanwhile; so
/// does a walk [`backward`](Self::backward).
///
/// ```no_run
/// # async fn print(client: tenancy_client::Client) -> Result<(), tenancy_client::Error> {
/// let mut organizations = client.organizations().list().rows();
/// while let Some(organization) = organizations.try_next().await? {
///     println!("{}", organization.name);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is asked until it is read"]
pub struct List<T> {
    client: Client,
    path: Path,
    filters: Vec<(&'static str, String)>,
    limit: Option<u16>,
    cursor: Option<String>,
    direction: Direction,
    row: std::marker::PhantomData<fn() -> T>,
}

impl<T> List<T> {
    pub(crate) const fn new(client: Client, path: Path) -> Self {
        Self {
            client,
            path,
            filters: Vec::new(),
            limit: None,
            cursor: None,
            direction: Direction::Forward,
            row: std::marker::PhantomData,
        }
    }

    /// How many rows a page holds: 100 if nothing is said, and 1000 at most.
    pub fn limit(self, limit: u16) -> Self {
        Self { limit: Some(limit), ..self }
    }

    /// Begins beside this position, a `next_cursor` or `prev_cursor` of an earlier page, in the place of the beginning.
    /// It goes on working after the row is deleted that it was taken from.
    pub fn cursor(self, cursor: impl Into<String>) -> Self {
        Self { cursor: Some(cursor.into()), ..self }
    }

    /// Walks from older rows to newer ones: from the oldest, or from just above the [`cursor`](Self::cursor). Each page
    /// is newest first still; [`rows`](Self::rows) come in the order of the walk.
    pub fn backward(self) -> Self {
        Self { direction: Direction::Backward, ..self }
    }

    /// Whom it asks, where and for what; but not for which page.
    pub(crate) fn into_parts(self) -> (Client, Path, Vec<(&'static str, String)>) {
        (self.client, self.path, self.filters)
    }

    pub(crate) fn filter(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.filters.push((name, value.into()));
        self
    }
}

impl<T: DeserializeOwned + Send + 'static> List<T> {
    /// One page. What lies beside it is in its `pagination`.
    pub fn page(self) -> Call<Page<T>, kind::Read> {
        self.call(self.cursor.as_deref())
    }

    /// Page after page. The first error ends the walk.
    pub fn pages(self) -> Pages<T> {
        let begin = Position::Beside(self.cursor.clone());
        Pages(Box::pin(stream::try_unfold((self, begin), |(list, position)| async move {
            let Position::Beside(cursor) = position else { return Ok(None) };
            let (page, position) = list.turn(cursor).await?;
            Ok(Some((page, (list, position))))
        })))
    }

    /// Row after row, in the order of the walk: newest first, or oldest first if it goes [`backward`](Self::backward).
    /// Pages are turned as rows are asked for. The first error ends the walk.
    pub fn rows(self) -> Rows<T> {
        let direction = self.direction;
        Rows { pages: self.pages(), direction, turned: VecDeque::new() }
    }

    /// All rows, in the order of [`rows`](Self::rows). They are held in memory, however many there are.
    ///
    /// # Errors
    /// That of the first page that fails.
    pub async fn all(self) -> Result<Vec<T>, Error> {
        let (mut rows, mut all) = (self.rows(), Vec::new());
        while let Some(row) = rows.try_next().await? {
            all.push(row);
        }
        Ok(all)
    }

    /// The page beside `cursor`, and where the next one begins.
    async fn turn(&self, cursor: Option<String>) -> Result<(Page<T>, Position), Error> {
        let call = self.call(cursor.as_deref());
        let (page, response) = call.send_for_response().await?;
        let pagination = &page.pagination;
        if !pagination.has_more {
            return Ok((page, Position::End));
        }
        let beyond = match self.direction {
            Direction::Forward => &pagination.next_cursor,
            Direction::Backward => &pagination.prev_cursor,
        };
        match beyond.clone() {
            None => Err(DecodeError::new(&response, "there are more rows, and no cursor to them").into()),
            beyond if beyond == cursor => {
                Err(DecodeError::new(&response, "the next page would be the same one again").into())
            }
            beyond => Ok((page, Position::Beside(beyond))),
        }
    }

    fn call(&self, cursor: Option<&str>) -> Call<Page<T>, kind::Read> {
        let mut call = self.client.read(&self.path);
        for (name, value) in &self.filters {
            call = call.query(name, value);
        }
        if let Some(limit) = self.limit {
            call = call.query("limit", &limit.to_string());
        }
        if let Some(cursor) = cursor {
            call = call.query("cursor", cursor);
        }
        match self.direction {
            Direction::Forward => call,
            Direction::Backward => call.query("direction", "backward"),
        }
    }
}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("List").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Where a walk goes on.
enum Position {
    /// Beside this cursor, or at the beginning.
    Beside(Option<String>),
    /// Nowhere: the last page was the last.
    End,
}

/// Page after page of a list: a [`Stream`].
#[must_use = "nothing is asked until it is read"]
pub struct Pages<T>(Pin<Box<dyn Stream<Item = Result<Page<T>, Error>> + Send>>);

impl<T> Pages<T> {
    /// The next page; `None` after the last. It is for who has no `StreamExt` at hand.
    ///
    /// # Errors
    /// Any [`Error`]; it ends the walk.
    pub async fn try_next(&mut self) -> Result<Option<Page<T>>, Error> {
        std::future::poll_fn(|context| self.0.as_mut().poll_next(context)).await.transpose()
    }
}

impl<T> Stream for Pages<T> {
    type Item = Result<Page<T>, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Pages<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Pages").finish_non_exhaustive()
    }
}

/// Row after row of a list, over all its pages: a [`Stream`].
#[must_use = "nothing is asked until it is read"]
pub struct Rows<T> {
    pages: Pages<T>,
    direction: Direction,
    /// What is left of the page that was turned last, in the order of the walk.
    turned: VecDeque<T>,
}

// What holds the rows does not care where it lies.
impl<T> Unpin for Rows<T> {}

impl<T> Rows<T> {
    /// The next row; `None` after the last. It is for who has no `StreamExt` at hand.
    ///
    /// # Errors
    /// Any [`Error`]; it ends the walk.
    pub async fn try_next(&mut self) -> Result<Option<T>, Error> {
        std::future::poll_fn(|context| Pin::new(&mut *self).poll_next(context)).await.transpose()
    }
}

impl<T> Stream for Rows<T> {
    type Item = Result<T, Error>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let this = self.get_mut();
        loop {
            if let Some(row) = this.turned.pop_front() {
                return Poll::Ready(Some(Ok(row)));
            }
            match std::task::ready!(this.pages.0.as_mut().poll_next(context)) {
                None => return Poll::Ready(None),
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(page)) => {
                    this.turned = match this.direction {
                        Direction::Forward => page.data.into(),
                        Direction::Backward => page.data.into_iter().rev().collect(),
                    };
                }
            }
        }
    }
}

impl<T> fmt::Debug for Rows<T> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Rows").finish_non_exhaustive()
    }
}
