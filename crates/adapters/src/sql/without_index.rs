//! A column that is compared and not looked up.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::ValidGrouping,
    query_builder::{AstPass, QueryFragment, QueryId},
};

/// The column, for a condition that is no reason to take an index. SQLite knows nothing of how many rows each index leaves,
/// and of two it may take the worse one: what the better one is, is known here. PostgreSQL knows.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct WithoutIndex<C>(pub(crate) C);

impl<C: Expression> Expression for WithoutIndex<C> {
    type SqlType = C::SqlType;
}

impl<C: ValidGrouping<G>, G> ValidGrouping<G> for WithoutIndex<C> {
    type IsAggregate = C::IsAggregate;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for WithoutIndex<C> {}

impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for WithoutIndex<C> {}

impl<C: QueryFragment<DB>, DB: Backend + TakesHint> QueryFragment<DB> for WithoutIndex<C> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql(DB::HINT);
        self.0.walk_ast(pass)
    }
}

/// A database, and what stands before a column that no index is to be taken for.
pub(crate) trait TakesHint {
    const HINT: &'static str;
}

#[cfg(feature = "sqlite")]
impl TakesHint for diesel::sqlite::Sqlite {
    const HINT: &'static str = "+";
}

#[cfg(feature = "postgres")]
impl TakesHint for diesel::pg::Pg {
    const HINT: &'static str = "";
}
