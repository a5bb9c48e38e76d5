//! The random cases that the law is tried with.

use proptest::{
    collection::vec,
    prelude::*,
    sample::{Index, select},
};
use tenancy_domain::pagination::{Cursor, Direction, PageSize};
use uuid::Uuid;

use crate::contract::steps::at;

/// What there is in a list, and what happens to it.
#[derive(Debug, Clone)]
pub(super) struct Case {
    /// Where the rows stand at first.
    pub(super) rows: Vec<Cursor>,
    /// Which of them are deleted then.
    pub(super) deletions: Vec<Index>,
    /// The size of the pages.
    pub(super) size: PageSize,
    /// Pages to ask for out of any walk.
    pub(super) probes: Vec<(Cursor, Direction)>,
    /// What is written after each page of a walk.
    pub(super) writes: Vec<Vec<Write>>,
}

/// A write between two pages of a walk.
#[derive(Debug, Clone)]
pub(super) enum Write {
    /// A row is added: newer than all others, older, between them, or in the same millisecond as some.
    Insert(Cursor),
    /// Some row is deleted.
    Delete(Index),
    /// The row is deleted whose key the walk goes on from.
    DeleteAtCursor,
}

/// Cases of up to 30 rows within so few milliseconds that most share theirs with others.
pub(super) fn cases() -> impl Strategy<Value = Case> {
    (
        vec(position(0..4), 0..30),
        vec(any::<Index>(), 0..8),
        (1_i64..=7).prop_map(|rows| PageSize::for_wish(rows).unwrap()),
        vec((position(-1..5), select(vec![Direction::Forward, Direction::Backward])), 0..6),
        vec(vec(write(), 0..4), 0..8),
    )
        .prop_map(|(rows, deletions, size, probes, writes)| Case { rows, deletions, size, probes, writes })
}

fn write() -> impl Strategy<Value = Write> {
    prop_oneof![
        3 => position(-1..5).prop_map(Write::Insert),
        2 => any::<Index>().prop_map(Write::Delete),
        1 => Just(Write::DeleteAtCursor),
    ]
}

/// A position within these milliseconds. The ids are of any bits, so that no order but that of their bytes will do.
fn position(milliseconds: std::ops::Range<i64>) -> impl Strategy<Value = Cursor> {
    (milliseconds, 1..u128::MAX).prop_map(|(time, id)| Cursor::new(at(time), Uuid::from_u128(id)))
}
