//! The elements of an array, as the rows of a query.

use std::marker::PhantomData;

use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Array, HasSqlType},
};

/// A query that gives each of some values of the SQL type `S`, which are one parameter of the statement. Its plan is one for
/// any number of them: to an array that is a parameter itself PostgreSQL makes a plan each time, since it may be short.
#[derive(Debug, Clone)]
pub(super) struct Unnested<S, T> {
    values: Vec<T>,
    sql_type: PhantomData<S>,
}

impl<S, T> From<Vec<T>> for Unnested<S, T> {
    fn from(values: Vec<T>) -> Self {
        Self { values, sql_type: PhantomData }
    }
}

// What the values are in Rust makes no other statement.
impl<S: QueryId, T> QueryId for Unnested<S, T> {
    type QueryId = Unnested<S::QueryId, ()>;
    const HAS_STATIC_QUERY_ID: bool = S::HAS_STATIC_QUERY_ID;
}

impl<S: 'static, T> QueryFragment<Pg> for Unnested<S, T>
where
    Vec<T>: ToSql<Array<S>, Pg>,
    Pg: HasSqlType<Array<S>>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("SELECT unnest(");
        pass.push_bind_param::<Array<S>, _>(&self.values)?;
        pass.push_sql(")");
        Ok(())
    }
}
