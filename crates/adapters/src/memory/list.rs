//! Pages of rows that are kept in the order of their list.

use std::{
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};

use rpds::RedBlackTreeMapSync;
use tenancy_domain::pagination::{Cursor, Direction, Page, PageRequest};

/// Rows by their position, the oldest first.
pub(super) type Rows<T> = RedBlackTreeMapSync<Cursor, Arc<T>>;

/// The page that `request` asks for of what `show` makes of `rows`: those that it makes nothing of are not there. Costs
/// as much at the end of a long list as at its beginning, but for the rows in between that are not shown.
pub(super) fn page<T, U>(rows: &Rows<T>, request: &PageRequest, show: impl Fn(&T) -> Option<U>) -> Page<U> {
    let show = |(_, row): (&Cursor, &Arc<T>)| show(row);
    let position = request.position();
    // One more than the page holds: it shows whether more remain.
    let wanted = usize::from(request.size.get()) + 1;
    let (found, behind) = match request.direction {
        Direction::Forward => {
            let older = rows.range(..position).rev().filter_map(show);
            (older.take(wanted).collect(), rows.range(position..).find_map(show))
        }
        Direction::Backward => {
            let newer = rows.range((Excluded(position), Unbounded)).filter_map(show);
            (newer.take(wanted).collect(), rows.range(..=position).rev().find_map(show))
        }
    };
    Page::from_travel(request, found, behind.is_some())
}
