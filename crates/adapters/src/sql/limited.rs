//! Numbers of rows that stand in the text of a query.
//!
//! PostgreSQL plans a prepared query once for all values only where that plan seems to cost no more than one for each. Of a
//! `LIMIT` whose value it does not know it expects a tenth of all rows, and so it would plan each page anew, which takes longer
//! than to read it.

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{BigInt, Bool, HasSqlType},
};

/// How many rows a page of a usual size takes, with the one that shows whether more remain. Of these alone the number is in
/// the text: each is a text of its own, which every connection keeps.
const USUAL: [i64; 8] = [11, 21, 26, 51, 101, 201, 501, 1001];

/// A SELECT of so many rows at the most.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limited<Q> {
    pub(crate) query: Q,
    pub(crate) limit: i64,
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q, C> diesel::RunQueryDsl<C> for Limited<Q> {}

impl<Q, DB> QueryFragment<DB> for Limited<Q>
where
    Q: QueryFragment<DB>,
    DB: Backend + HasSqlType<BigInt>,
    i64: ToSql<BigInt, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        self.query.walk_ast(pass.reborrow())?;
        pass.push_sql(" LIMIT ");
        if USUAL.contains(&self.limit) {
            pass.push_sql(&self.limit.to_string());
            Ok(())
        } else {
            pass.push_bind_param::<BigInt, _>(&self.limit)
        }
    }
}

/// Whether a SELECT of one column, which is never null, gives any row. Not EXISTS: PostgreSQL may answer that by reading the table
/// from its beginning, where none of the rows may be, and does not where they have an order.
#[derive(Debug, Clone, Copy)]
pub(crate) struct HasRow<Q>(pub(crate) Q);

impl<Q> QueryId for HasRow<Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Expression for HasRow<Q> {
    type SqlType = Bool;
}

impl<Q, G> ValidGrouping<G> for HasRow<Q> {
    type IsAggregate = is_aggregate::No;
}

// It names the same tables as the query around it, and means its own.
impl<Q, QS> AppearsOnTable<QS> for HasRow<Q> {}
impl<Q, QS> SelectableExpression<QS> for HasRow<Q> {}

impl<Q, DB> QueryFragment<DB> for HasRow<Q>
where
    Q: QueryFragment<DB>,
    DB: Backend,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("(");
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(" LIMIT 1) IS NOT NULL");
        Ok(())
    }
}
