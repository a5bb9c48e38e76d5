//! Inserts that replace what is there, as prepared statements that are kept.

use diesel::{
    QueryResult,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// Says of an `INSERT … ON CONFLICT DO UPDATE` that its text is always the same, so that it is prepared once a connection.
/// Diesel cannot tell, since the changes might leave fields out; ours never do. Its connection to SQLite does not ask, and
/// prepares it each time.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cached<Q>(pub(crate) Q);

// Not keyed by its type but by its text, as everything without a static id is.
impl<Q> QueryId for Cached<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q, DB> QueryFragment<DB> for Cached<Q>
where
    Q: QueryFragment<DB>,
    DB: Backend,
{
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }

    fn is_safe_to_cache_prepared(&self, _backend: &DB) -> QueryResult<bool> {
        Ok(true)
    }
}
