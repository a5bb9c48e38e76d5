//! `column` is one of what a query gives, as a condition on an index.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};

/// `column` is one of the few that the query gives, which knows nothing of the query around it: it is read once, and each
/// of what it gives is looked up in an index. PostgreSQL does so with an array alone: `IN (SELECT …)` beside an OR makes it
/// read all rows, and anywhere else is a join in the order that it thinks best.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct AnyOf<C, Q>(pub(crate) C, pub(crate) Q);

impl<C, Q> Expression for AnyOf<C, Q> {
    type SqlType = Bool;
}

impl<C, Q, G> ValidGrouping<G> for AnyOf<C, Q> {
    type IsAggregate = is_aggregate::No;
}

impl<C: AppearsOnTable<QS>, Q, QS> AppearsOnTable<QS> for AnyOf<C, Q> {}

impl<C: SelectableExpression<QS>, Q, QS> SelectableExpression<QS> for AnyOf<C, Q> {}

#[cfg(feature = "postgres")]
impl<C, Q> QueryFragment<diesel::pg::Pg> for AnyOf<C, Q>
where
    C: QueryFragment<diesel::pg::Pg>,
    Q: QueryFragment<diesel::pg::Pg>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(" = ANY(ARRAY(");
        self.1.walk_ast(pass.reborrow())?;
        pass.push_sql("))");
        Ok(())
    }
}

#[cfg(feature = "sqlite")]
impl<C, Q> QueryFragment<diesel::sqlite::Sqlite> for AnyOf<C, Q>
where
    C: QueryFragment<diesel::sqlite::Sqlite>,
    Q: QueryFragment<diesel::sqlite::Sqlite>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(" IN (");
        self.1.walk_ast(pass.reborrow())?;
        pass.push_sql(")");
        Ok(())
    }
}
