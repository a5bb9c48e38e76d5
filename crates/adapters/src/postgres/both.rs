//! Two statements as one.

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// Carries out two writes to different tables, of which neither reads what the other writes: with one message, and one
/// answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Both<A, B>(pub(super) A, pub(super) B);

impl<A: QueryId, B: QueryId> QueryId for Both<A, B> {
    type QueryId = Both<A::QueryId, B::QueryId>;
    const HAS_STATIC_QUERY_ID: bool = A::HAS_STATIC_QUERY_ID && B::HAS_STATIC_QUERY_ID;
}

impl<A, B> QueryFragment<Pg> for Both<A, B>
where
    A: QueryFragment<Pg>,
    B: QueryFragment<Pg>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("WITH first AS (");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(") ");
        self.1.walk_ast(pass)
    }
}
