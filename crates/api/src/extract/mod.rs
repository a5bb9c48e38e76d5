//! What a handler takes from a request: the proof that the caller may do this, and then, in the handler, the rest.
//!
//! actix-web polls the arguments of a handler together, and the first that fails is the answer. The contract's order of
//! checks is credentials, scope, reach, body and query: so [`Authorized`] (or [`Authenticated`], for what takes no scope) is
//! the one argument that can fail, and [`Unread`] only carries what is to be parsed after it.

mod authenticated;
mod authorized;
mod idempotency;
mod json;
mod payload;
mod precondition;
mod query;
mod unread;

pub(crate) use authenticated::Authenticated;
pub(crate) use authorized::Authorized;
pub(crate) use query::Query;
pub(crate) use unread::Unread;
