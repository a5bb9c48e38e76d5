//! `column > 0`, with the zero in the text.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};

/// `column > 0`. Neither database takes a partial index for a condition with a parameter in it: which value it has is
/// not known when the statement is prepared.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct AboveZero<C>(pub(crate) C);

impl<C> Expression for AboveZero<C> {
    type SqlType = Bool;
}

impl<C, G> ValidGrouping<G> for AboveZero<C> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<QS>, QS> AppearsOnTable<QS> for AboveZero<C> {}

impl<C: SelectableExpression<QS>, QS> SelectableExpression<QS> for AboveZero<C> {}

impl<C: QueryFragment<DB>, DB: Backend> QueryFragment<DB> for AboveZero<C> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(" > 0");
        Ok(())
    }
}
