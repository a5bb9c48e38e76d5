//! One page of a list.

use super::{Cursor, Direction, PageRequest, PageSize};

/// A thing that has a place in a list.
pub trait Positioned {
    /// The key of the row: what its list is ordered by.
    fn position(&self) -> Cursor;
}

/// Rows that stand together in a list, newest first, and whether more stand on either side of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    items: Vec<T>,
    size: PageSize,
    direction: Direction,
    older: bool,
    newer: bool,
}

impl<T> Page<T> {
    /// Makes the page from what storage found in the direction of travel.
    ///
    /// `found` holds the rows beside `request.position()` in the order of travel, one more than the page's size when
    /// there are that many: the extra row shows that more remain, and is cut off. `behind` tells whether there is a
    /// row at `request.position()` or on the other side of it.
    #[must_use]
    pub fn from_travel(request: &PageRequest, mut found: Vec<T>, behind: bool) -> Self {
        let size = usize::from(request.size.get());
        let ahead = found.len() > size;
        found.truncate(size);
        let (older, newer) = match request.direction {
            Direction::Forward => (ahead, behind),
            Direction::Backward => {
                found.reverse();
                (behind, ahead)
            }
        };
        Self { items: found, size: request.size, direction: request.direction, older, newer }
    }

    /// The rows, newest first.
    #[must_use]
    pub fn items(&self) -> &[T] {
        &self.items
    }

    /// The rows, newest first.
    #[must_use]
    pub fn into_items(self) -> Vec<T> {
        self.items
    }

    /// The page's size: how many rows it would hold if there were enough.
    #[must_use]
    pub const fn size(&self) -> PageSize {
        self.size
    }

    /// Whether more rows remain in the direction of travel.
    #[must_use]
    pub const fn has_more(&self) -> bool {
        match self.direction {
            Direction::Forward => self.older,
            Direction::Backward => self.newer,
        }
    }

    /// The same page of other things.
    #[must_use]
    pub fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(convert).collect(),
            size: self.size,
            direction: self.direction,
            older: self.older,
            newer: self.newer,
        }
    }
}

impl<T: Positioned> Page<T> {
    /// The last row's key, when older rows remain; an empty page has none.
    #[must_use]
    pub fn next_cursor(&self) -> Option<Cursor> {
        self.items.last().filter(|_| self.older).map(Positioned::position)
    }

    /// The first row's key, when newer rows remain; an empty page has none.
    #[must_use]
    pub fn prev_cursor(&self) -> Option<Cursor> {
        self.items.first().filter(|_| self.newer).map(Positioned::position)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::timestamp::Timestamp;

    impl Positioned for u32 {
        fn position(&self) -> Cursor {
            Cursor::new(
                Timestamp::from_unix_milliseconds(i64::from(*self)).unwrap(),
                Uuid::from_u128(u128::from(*self)),
            )
        }
    }

    fn request(direction: Direction) -> PageRequest {
        PageRequest { size: PageSize::for_wish(2).unwrap(), direction, cursor: None }
    }

    #[test]
    fn a_forward_page_cuts_the_extra_row_and_points_past_its_ends() {
        let page = Page::from_travel(&request(Direction::Forward), vec![5, 4, 3], true);
        assert_eq!(page.items(), [5, 4]);
        assert!(page.has_more());
        assert_eq!(page.next_cursor(), Some(4.position()));
        assert_eq!(page.prev_cursor(), Some(5.position()));
    }

    #[test]
    fn a_backward_page_is_newest_first_too() {
        let page = Page::from_travel(&request(Direction::Backward), vec![1, 2, 3], false);
        assert_eq!(page.items(), [2, 1]);
        assert!(page.has_more());
        assert_eq!(page.next_cursor(), None);
        assert_eq!(page.prev_cursor(), Some(2.position()));
    }

    #[test]
    fn the_last_page_has_no_more_and_an_empty_one_no_cursors() {
        let page = Page::from_travel(&request(Direction::Forward), vec![2, 1], true);
        assert!(!page.has_more());
        assert_eq!(page.next_cursor(), None);
        let page = Page::<u32>::from_travel(&request(Direction::Forward), vec![], true);
        assert!(!page.has_more());
        assert_eq!((page.next_cursor(), page.prev_cursor()), (None, None));
    }
}
