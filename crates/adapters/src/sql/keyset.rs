//! Comparing two columns at once with a position: `(a, b) < (x, y)`.
//!
//! Both databases take such a comparison as one condition on the index over `(a, b)`. Its expansion,
//! `a < x OR (a = x AND b < y)`, is none to PostgreSQL, which then reads every row before the position.

use std::marker::PhantomData;

use diesel::{
    AppearsOnTable, Expression, QueryResult, SelectableExpression,
    backend::Backend,
    expression::{ValidGrouping, is_aggregate},
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Bool,
};
use tenancy_domain::pagination::Cursor;

use super::types::{Id, Instant, SqlId, SqlInstant};

/// How a row lies to a position.
pub(crate) trait Relation {
    const OPERATOR: &'static str;
}

macro_rules! relations {
    ($($(#[$doc:meta])* $name:ident = $operator:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId)]
        pub(crate) struct $name;

        impl Relation for $name {
            const OPERATOR: &'static str = $operator;
        }
    )*};
}

relations! {
    /// Older than the position.
    Before = "<";
    /// At the position or older.
    AtOrBefore = "<=";
    /// Newer than the position.
    After = ">";
    /// At the position or newer.
    AtOrAfter = ">=";
}

/// `(time, id) <relation> (position.time, position.id)`.
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct Keyset<R, T, I, X = <SqlInstant as AsBind<Instant>>::Bind, Y = <SqlId as AsBind<Id>>::Bind> {
    relation: PhantomData<R>,
    time: T,
    id: I,
    position_time: X,
    position_id: Y,
}

/// The bind parameter that a value becomes.
pub(crate) trait AsBind<ST> {
    type Bind;

    fn into_bind(self) -> Self::Bind;
}

impl<ST, V> AsBind<ST> for V
where
    V: diesel::expression::AsExpression<ST>,
    ST: diesel::sql_types::SqlType + diesel::expression::TypedExpressionType,
{
    type Bind = V::Expression;

    fn into_bind(self) -> Self::Bind {
        self.as_expression()
    }
}

/// Compares the key columns of a list with a position.
pub(crate) fn keyset<R, T, I>(relation: R, time: T, id: I, position: Cursor) -> Keyset<R, T, I>
where
    R: Relation,
    T: Expression<SqlType = Instant>,
    I: Expression<SqlType = Id>,
{
    keyset_of(relation, time, id, (SqlInstant(position.time()), SqlId(position.id())))
}

/// Compares the two columns of a key with such a key.
pub(crate) fn keyset_of<R, A, B, X, Y>(
    _relation: R,
    first: A,
    second: B,
    position: (X, Y),
) -> Keyset<R, A, B, X::Bind, Y::Bind>
where
    R: Relation,
    A: Expression,
    B: Expression,
    X: AsBind<A::SqlType>,
    Y: AsBind<B::SqlType>,
{
    Keyset {
        relation: PhantomData,
        time: first,
        id: second,
        position_time: position.0.into_bind(),
        position_id: position.1.into_bind(),
    }
}

impl<R, T, I, X, Y> Expression for Keyset<R, T, I, X, Y> {
    type SqlType = Bool;
}

impl<R, T, I, X, Y, G> ValidGrouping<G> for Keyset<R, T, I, X, Y> {
    type IsAggregate = is_aggregate::No;
}

impl<R, T, I, X, Y, QS> AppearsOnTable<QS> for Keyset<R, T, I, X, Y>
where
    T: AppearsOnTable<QS>,
    I: AppearsOnTable<QS>,
{
}

impl<R, T, I, X, Y, QS> SelectableExpression<QS> for Keyset<R, T, I, X, Y>
where
    T: SelectableExpression<QS>,
    I: SelectableExpression<QS>,
{
}

impl<R, T, I, X, Y, DB> QueryFragment<DB> for Keyset<R, T, I, X, Y>
where
    DB: Backend,
    R: Relation,
    T: QueryFragment<DB>,
    I: QueryFragment<DB>,
    X: QueryFragment<DB>,
    Y: QueryFragment<DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("(");
        self.time.walk_ast(pass.reborrow())?;
        pass.push_sql(", ");
        self.id.walk_ast(pass.reborrow())?;
        pass.push_sql(") ");
        pass.push_sql(R::OPERATOR);
        pass.push_sql(" (");
        self.position_time.walk_ast(pass.reborrow())?;
        pass.push_sql(", ");
        self.position_id.walk_ast(pass.reborrow())?;
        pass.push_sql(")");
        Ok(())
    }
}
