//! The wall between tenants, operation by operation: every operation of the document, asked with every kind of
//! credential about every kind of thing, by rules that are reckoned here anew.
//!
//! | part | what it says |
//! |---|---|
//! | `table` | what each operation takes: a line an operation |
//! | `facts`, `world` | what there is: on paper, and made over HTTP |
//! | `model` | who is answered what, from the table and the facts alone |
//! | `callers`, `targets` | who asks, and about what |
//! | `matrix` | asks all of it, and changes nothing |
//! | `absence` | asks for what is not there, without a mistake |
//! | `references`, `reads` | what bodies refer to, and what answers tell |
//! | `deeds` | each operation done once |
//!
//! A caller who may do a thing is asked to make a mistake with it (a field, or a parameter, that there is not), of which it
//! is told once all else has let it pass, and before anything happens: so everything can be asked, and nothing changes.

mod absence;
mod callers;
mod deeds;
mod facts;
mod matrix;
mod model;
mod reads;
mod references;
mod table;
mod targets;
mod world;

use std::collections::BTreeSet;

pub use self::{
    absence::{
        what_is_beyond_reach_is_answered_as_what_is_absent, what_is_beyond_reach_takes_the_path_of_what_is_absent,
    },
    deeds::every_operation_is_done_by_whom_its_row_lets,
    matrix::every_operation_answers_every_caller_as_its_row_says,
    reads::each_caller_is_shown_all_that_it_reaches_and_nothing_else,
    references::what_a_body_refers_to_is_absent_beyond_the_callers_reach,
};
use super::{Service, document};

/// Neither does an operation go without a row, nor a row without an operation.
pub fn every_operation_has_a_row(service: &Service) {
    let operations: BTreeSet<_> = document::operations(service).into_iter().map(|operation| operation.id).collect();
    let rows: BTreeSet<_> = table::TABLE.iter().map(|row| row.operation.to_owned()).collect();
    assert_eq!(rows.len(), table::TABLE.len(), "an operation has two rows");
    assert_eq!(operations, rows);
}

/// Sees to it that nothing was changed since the database had `before` in it.
fn expect_unchanged(service: &Service, before: Option<&[String]>) {
    let (Some(before), Some(remains)) = (before, service.remains()) else { return };
    let after = remains.rows();
    let changed = before.iter().zip(&after).find(|(before, after)| before != after);
    assert!(before == after, "{} rows have become {}: {changed:#?}", before.len(), after.len());
}

/// Every row of the database, where it is to be had.
fn rows(service: &Service) -> Option<Vec<String>> {
    service.remains().map(super::Remains::rows)
}
