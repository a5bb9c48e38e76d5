//! Pages of rows that are kept in the order of their list.

use std::{
    ops::Bound::{Excluded, Unbounded},
    sync::Arc,
};

use rpds::RedBlackTreeMapSync;
use tenancy_domain::pagination::{Cursor, Direction, Page, PageRequest};

/// Rows by their position, the oldest first.
pub(super) type Rows<T> = RedBlackTreeMapSync<Cursor, Arc<T>>;

/// The page that `request` asks for of those of `rows` that are `shown`. Costs as much at the end of a long list as at
/// its beginning, but for the rows in between that are not shown.
pub(super) fn page<T: Clone>(rows: &Rows<T>, request: &PageRequest, shown: impl Fn(&T) -> bool) -> Page<T> {
    let shown = |(_, row): &(&Cursor, &Arc<T>)| shown(row);
    let position = request.position();
    // One more than the page holds: it shows whether more remain.
    let wanted = usize::from(request.size.get()) + 1;
    let (found, behind) = match request.direction {
        Direction::Forward => {
            let older = rows.range(..position).rev().filter(shown);
            (copies(older.take(wanted)), rows.range(position..).any(|row| shown(&row)))
        }
        Direction::Backward => {
            let newer = rows.range((Excluded(position), Unbounded)).filter(shown);
            (copies(newer.take(wanted)), rows.range(..=position).rev().any(|row| shown(&row)))
        }
    };
    Page::from_travel(request, found, behind)
}

fn copies<'a, T: Clone + 'a>(rows: impl Iterator<Item = (&'a Cursor, &'a Arc<T>)>) -> Vec<T> {
    rows.map(|(_, row)| T::clone(row)).collect()
}
