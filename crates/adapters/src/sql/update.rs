//! Updates as prepared statements that are kept.

use diesel::{
    AsChangeset, QueryResult, QuerySource,
    backend::Backend,
    query_builder::{AstPass, IntoUpdateTarget, QueryFragment, QueryId},
};

/// `UPDATE … SET … WHERE …`. Diesel's own is prepared anew each time, since a changeset might leave fields out; ours never do,
/// so that its type tells its text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Update<F, C, W> {
    from: F,
    changes: C,
    rows: W,
}

/// Gives all of `rows`, which are a table or a part of it, the columns of `changes`.
pub(crate) fn update_rows<R, C>(
    rows: R,
    changes: C,
) -> Update<<R::Table as QuerySource>::FromClause, C::Changeset, R::WhereClause>
where
    R: IntoUpdateTarget,
    C: AsChangeset<Target = R::Table>,
{
    let target = rows.into_update_target();
    Update { from: target.table.from_clause(), changes: changes.as_changeset(), rows: target.where_clause }
}

impl<F, C, W> QueryId for Update<F, C, W>
where
    F: 'static,
    C: 'static,
    W: QueryId,
{
    type QueryId = Update<F, C, W::QueryId>;

    // What a condition is in a box, no type tells.
    const HAS_STATIC_QUERY_ID: bool = W::HAS_STATIC_QUERY_ID;
}

impl<F, C, W, DB> QueryFragment<DB> for Update<F, C, W>
where
    F: QueryFragment<DB>,
    C: QueryFragment<DB>,
    W: QueryFragment<DB>,
    DB: Backend,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, DB>) -> QueryResult<()> {
        pass.push_sql("UPDATE ");
        self.from.walk_ast(pass.reborrow())?;
        pass.push_sql(" SET ");
        self.changes.walk_ast(pass.reborrow())?;
        self.rows.walk_ast(pass)
    }
}
