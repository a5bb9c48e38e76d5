//! Statements whose one parameter is rows of JSON.

use diesel::{
    QueryResult,
    backend::Backend,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{HasSqlType, Text},
};

/// A statement of one's own, and its first and only parameter. What `sql_query` makes of it is prepared anew each time.
#[derive(Debug, Clone)]
pub(crate) struct WithJson {
    pub(crate) statement: &'static str,
    pub(crate) json: String,
}

// Told apart by their texts, of which this type has several.
impl QueryId for WithJson {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<DB> QueryFragment<DB> for WithJson
where
    DB: Backend + HasSqlType<Text>,
    String: ToSql<Text, DB>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        let (before, after) = self.statement.split_once("$1").unwrap_or((self.statement, ""));
        pass.push_sql(before);
        pass.push_bind_param::<Text, _>(&self.json)?;
        pass.push_sql(after);
        Ok(())
    }
}
