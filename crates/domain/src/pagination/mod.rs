//! Keyset pagination: the one order of all lists, and what a page says of the rows beside it.
//!
//! Every list is ordered by its time descending, then by its id descending, in both directions of travel. A [`Cursor`]
//! is the key of one row and names a position, not a row: it goes on working after its row is deleted.

mod cursor;
mod page;
mod page_size;

pub use cursor::Cursor;
pub use page::{Page, Positioned};
pub use page_size::PageSize;

/// Which way a walk through a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Direction {
    /// From newer rows to older ones.
    #[default]
    Forward,
    /// From older rows to newer ones; each page is still newest first.
    Backward,
}

/// Which page of a list is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageRequest {
    /// How many rows at the most.
    pub size: PageSize,
    /// Which way the walk goes.
    pub direction: Direction,
    /// The position that the page begins beside; the row there is not in it. Without one, the page is the newest
    /// ([`Direction::Forward`]) or the oldest ([`Direction::Backward`]) of all.
    pub cursor: Option<Cursor>,
}

impl PageRequest {
    /// The position that the page begins beside; for a walk that only begins, the end of the list it begins at.
    #[must_use]
    pub fn position(&self) -> Cursor {
        self.cursor.unwrap_or(match self.direction {
            Direction::Forward => Cursor::NEWEST,
            Direction::Backward => Cursor::OLDEST,
        })
    }
}
