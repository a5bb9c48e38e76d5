//! What both databases share.
//!
//! [`types`], [`schema`], [`rows`] and the query fragments are compiled once. The files under `repositories/` are the
//! one text of every query; `postgres` and `sqlite` each include them, on top of a `dialect` module of their own that
//! says what a connection is there and how a query is run.

pub(crate) mod above_zero;
pub(crate) mod any_of;
pub(crate) mod cached;
pub(crate) mod constraint;
pub(crate) mod creations;
pub(crate) mod keyset;
pub(crate) mod limited;
pub(crate) mod look_ups;
pub(crate) mod migrations;
pub(crate) mod row_lock;
pub(crate) mod rows;
pub(crate) mod schema;
pub(crate) mod types;
pub(crate) mod update;
pub(crate) mod with_json;
pub(crate) mod without_index;
