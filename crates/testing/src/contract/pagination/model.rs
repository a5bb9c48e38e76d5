//! What a list is and what its pages are, said as plainly as it can be: rows in a `Vec`, sorted and counted anew for
//! each page.

use std::cmp::Reverse;

use tenancy_domain::pagination::{Cursor, Direction, Page, PageRequest, PageSize, Positioned};

/// A list as it should be.
#[derive(Debug, Clone, Default)]
pub(super) struct Model {
    rows: Vec<Row>,
}

#[derive(Debug, Clone, Copy)]
struct Row {
    position: Cursor,
    live: bool,
}

/// A page as its reader sees it: where its rows stand, and what it says of those beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct View {
    pub(super) rows: Vec<Cursor>,
    pub(super) has_more: bool,
    pub(super) next: Option<Cursor>,
    pub(super) prev: Option<Cursor>,
}

impl View {
    pub(super) fn of<T: Positioned>(page: &Page<T>) -> Self {
        Self {
            rows: page.items().iter().map(Positioned::position).collect(),
            has_more: page.has_more(),
            next: page.next_cursor(),
            prev: page.prev_cursor(),
        }
    }

    /// Where a walk goes on from, if it goes on.
    pub(super) fn onward(&self, direction: Direction) -> Option<Cursor> {
        match direction {
            Direction::Forward => self.next,
            Direction::Backward => self.prev,
        }
    }

    /// The rows in the order of travel.
    pub(super) fn travelled(mut self, direction: Direction) -> Vec<Cursor> {
        if direction == Direction::Backward {
            self.rows.reverse();
        }
        self.rows
    }
}

impl Model {
    /// Whether a row, live or deleted, has this id.
    pub(super) fn contains(&self, position: Cursor) -> bool {
        self.rows.iter().any(|row| row.position.id() == position.id())
    }

    pub(super) fn insert(&mut self, position: Cursor) {
        self.rows.push(Row { position, live: true });
    }

    /// Deletes the row softly; tells whether a live one was there.
    pub(super) fn delete(&mut self, position: Cursor) -> bool {
        let row = self.rows.iter_mut().find(|row| row.live && row.position == position);
        row.map(|row| row.live = false).is_some()
    }

    /// The positions of the live rows, and of the deleted ones where they are included, newest first.
    pub(super) fn rows(&self, with_deleted: bool) -> Vec<Cursor> {
        let shown = self.rows.iter().filter(|row| with_deleted || row.live);
        let mut positions: Vec<Cursor> = shown.map(|row| row.position).collect();
        positions.sort_by_key(|position| Reverse(key(*position)));
        positions
    }

    /// The page that `request` asks for.
    pub(super) fn page(&self, with_deleted: bool, request: &PageRequest) -> View {
        let all = self.rows(with_deleted);
        let size = usize::from(request.size.get());
        let beside = |row: &&Cursor| match (request.cursor, request.direction) {
            (None, _) => true,
            (Some(cursor), Direction::Forward) => key(**row) < key(cursor),
            (Some(cursor), Direction::Backward) => key(**row) > key(cursor),
        };
        let mut rows: Vec<Cursor> = all.iter().filter(beside).copied().collect();
        match request.direction {
            Direction::Forward => rows.truncate(size),
            Direction::Backward => drop(rows.drain(..rows.len().saturating_sub(size))),
        }
        let older_than_last = |last: &Cursor| all.iter().any(|row| key(*row) < key(*last));
        let newer_than_first = |first: &Cursor| all.iter().any(|row| key(*row) > key(*first));
        let next = rows.last().copied().filter(older_than_last);
        let prev = rows.first().copied().filter(newer_than_first);
        let page = View { rows, has_more: false, next, prev };
        View { has_more: page.onward(request.direction).is_some(), ..page }
    }
}

/// What lists are ordered by.
fn key(position: Cursor) -> (i64, [u8; 16]) {
    (position.time().unix_milliseconds(), position.id().into_bytes())
}

/// The request for the page of `size` rows beside `cursor`.
pub(super) fn request(size: PageSize, direction: Direction, cursor: Option<Cursor>) -> PageRequest {
    PageRequest { size, direction, cursor }
}
