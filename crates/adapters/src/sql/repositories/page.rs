//! A page of a list: the law of pagination in SQL, once for every table.

/// Loads the page that `request` asks for.
///
/// `rows` and `behind` are the list twice, as boxed queries with the same filters: once for the page itself, and once, on
/// an alias of the table, for the look at what lies at or behind the position that the page begins beside. Each comes with
/// its key columns, the time and the id. A macro, since the types of such queries are beyond what a function's bounds can
/// say in fewer lines than this has.
macro_rules! load_page {
    (
        $conn:expr, $request:expr, $row:ty,
        rows: $rows:ident by ($time:expr, $id:expr),
        behind: $behind:ident by ($beside_time:expr, $beside_id:expr) $(,)?
    ) => {{
        use tenancy_domain::pagination::Direction;
        use $crate::sql::keyset::{After, AtOrAfter, AtOrBefore, Before, keyset};

        let position = $request.position();
        let (rows, behind) = match $request.direction {
            Direction::Forward => (
                $rows.filter(keyset(Before, $time, $id, position)).order(($time.desc(), $id.desc())),
                $behind
                    .filter(keyset(AtOrAfter, $beside_time, $beside_id, position))
                    .order(($beside_time.asc(), $beside_id.asc())),
            ),
            Direction::Backward => (
                $rows.filter(keyset(After, $time, $id, position)).order(($time.asc(), $id.asc())),
                $behind
                    .filter(keyset(AtOrBefore, $beside_time, $beside_id, position))
                    .order(($beside_time.desc(), $beside_id.desc())),
            ),
        };
        // Not EXISTS: PostgreSQL may answer that by reading the table from its beginning, where none of the rows may be.
        let behind = behind.select($beside_time).limit(1).single_value().is_not_null();
        let found: QueryResult<Vec<($row, bool)>> = rows
            .select((<$row>::as_select(), behind))
            // One more than the page holds: it shows whether more remain.
            .limit(i64::from($request.size.get()) + 1)
            .load($conn)
            .await;
        $crate::sql::rows::to_page($request, found.map_err(database_error)?)
    }};
}

pub(super) use load_page;
