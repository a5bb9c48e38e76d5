//! Reading a row in order to write it, or what hangs on it.
//!
//! Units of work lock in one order, so that none waits for another that waits for it: users, then organizations by their
//! ids, then aliases, then projects, then memberships, then API keys, then dynamic providers, and at last the heads of audit
//! chains. Who destroys an organization has it locked, and with it all beneath it but the keys and the providers: it locks
//! those first.

use diesel::{
    QueryResult,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

/// Makes a lock: in PostgreSQL it locks the rows that its SELECT gives until the transaction ends; in SQLite there is one
/// writer, and nothing to lock.
macro_rules! row_locks {
    ($($(#[$doc:meta])* $name:ident = $clause:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, QueryId)]
        pub(crate) struct $name<Q>(pub(crate) Q);

        impl<Q: Query> Query for $name<Q> {
            type SqlType = Q::SqlType;
        }

        impl<Q, C> diesel::RunQueryDsl<C> for $name<Q> {}

        #[cfg(feature = "postgres")]
        impl<Q: QueryFragment<diesel::pg::Pg>> QueryFragment<diesel::pg::Pg> for $name<Q> {
            fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
                self.0.walk_ast(pass.reborrow())?;
                pass.push_sql($clause);
                Ok(())
            }
        }

        #[cfg(feature = "sqlite")]
        impl<Q: QueryFragment<diesel::sqlite::Sqlite>> QueryFragment<diesel::sqlite::Sqlite> for $name<Q> {
            fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> {
                self.0.walk_ast(pass)
            }
        }
    )*};
}

row_locks! {
    /// A SELECT whose rows nobody else may change, or hang anything on.
    ForUpdate = " FOR UPDATE";
    /// A SELECT whose rows nobody else may lock by [`ForUpdate`]; any number of units of work hold it at once.
    ForKeyShare = " FOR KEY SHARE";
}

/// A SELECT from several tables of which the rows of one, `T`, are locked as by [`ForUpdate`].
#[derive(Debug, Clone, Copy, QueryId)]
pub(crate) struct ForUpdateOf<Q, T>(pub(crate) Q, pub(crate) T);

impl<Q: Query, T> Query for ForUpdateOf<Q, T> {
    type SqlType = Q::SqlType;
}

impl<Q, T, C> diesel::RunQueryDsl<C> for ForUpdateOf<Q, T> {}

#[cfg(feature = "postgres")]
impl<Q, T> QueryFragment<diesel::pg::Pg> for ForUpdateOf<Q, T>
where
    Q: QueryFragment<diesel::pg::Pg>,
    T: QueryFragment<diesel::pg::Pg>,
{
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, diesel::pg::Pg>) -> QueryResult<()> {
        self.0.walk_ast(pass.reborrow())?;
        pass.push_sql(" FOR UPDATE OF ");
        self.1.walk_ast(pass.reborrow())
    }
}

#[cfg(feature = "sqlite")]
impl<Q: QueryFragment<diesel::sqlite::Sqlite>, T> QueryFragment<diesel::sqlite::Sqlite> for ForUpdateOf<Q, T> {
    fn walk_ast<'b>(&'b self, pass: AstPass<'_, 'b, diesel::sqlite::Sqlite>) -> QueryResult<()> {
        self.0.walk_ast(pass)
    }
}
