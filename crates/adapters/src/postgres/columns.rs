//! Rows that are written many at once, column by column.

use diesel::{QueryResult, pg::Pg, query_builder::AstPass};

/// Rows of one table, each column of which is one parameter of a statement: so its text and its plan are the same for any
/// number of rows.
pub(super) trait Columns {
    /// The table.
    const TABLE: &'static str;
    /// The names of the columns, between commas.
    const NAMES: &'static str;

    /// Writes the parameters, between commas.
    fn walk_parameters<'b>(&'b self, pass: AstPass<'_, 'b, Pg>) -> QueryResult<()>;

    /// Writes the statement that adds the rows, called `given`, to the table. What is to come of each may be appended to it.
    fn walk_insert<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for text in ["INSERT INTO ", Self::TABLE, " (", Self::NAMES, ") SELECT given.* FROM unnest("] {
            pass.push_sql(text);
        }
        self.walk_parameters(pass.reborrow())?;
        for text in [") AS given (", Self::NAMES, ")"] {
            pass.push_sql(text);
        }
        Ok(())
    }
}

/// Defines the [`Columns`] of a table, which are gathered from rows with fields of the same names.
macro_rules! columns {
    ($(#[$meta:meta])* $name:ident of $row:ty, $table:ident {
        $first:ident: $first_type:ty, $($column:ident: $type:ty,)*
    }) => {
        $(#[$meta])*
        #[derive(Debug, Default)]
        struct $name {
            $first: Vec<$first_type>,
            $($column: Vec<$type>,)*
        }

        impl FromIterator<$row> for $name {
            fn from_iter<I: IntoIterator<Item = $row>>(rows: I) -> Self {
                let mut columns = Self::default();
                for row in rows {
                    columns.$first.push(row.$first);
                    $(columns.$column.push(row.$column);)*
                }
                columns
            }
        }

        impl $crate::postgres::columns::Columns for $name {
            const TABLE: &'static str = stringify!($table);
            const NAMES: &'static str = concat!(stringify!($first), $(", ", stringify!($column),)*);

            fn walk_parameters<'b>(
                &'b self,
                mut pass: diesel::query_builder::AstPass<'_, 'b, diesel::pg::Pg>,
            ) -> diesel::QueryResult<()> {
                use diesel::{dsl::SqlTypeOf, sql_types::Array};

                pass.push_bind_param::<Array<SqlTypeOf<$table::$first>>, _>(&self.$first)?;
                $(
                    pass.push_sql(", ");
                    pass.push_bind_param::<Array<SqlTypeOf<$table::$column>>, _>(&self.$column)?;
                )*
                Ok(())
            }
        }
    };
}

pub(super) use columns;
