//! A page of a list: the law of pagination in SQL, once for every table.

/// Loads the page that `request` asks for.
///
/// `list` is a closure that gives the list as a boxed query; it is asked twice: once for the page itself, and once for the
/// look at what lies at or behind the position that the page begins beside. The list comes with its key columns, the time
/// and the id, with what is selected, as a row of the type that `read` takes, and with `read`, which makes of a row what is
/// listed. A macro, since the types of such queries are beyond what a function's bounds can say in fewer lines than this
/// has.
macro_rules! load_page {
    ($conn:expr, $request:expr, $list:expr, by: ($time:expr, $id:expr), select: $select:expr, read: $read:expr $(,)?) => {{
        use tenancy_domain::pagination::Direction;
        use $crate::sql::{
            keyset::{After, AtOrAfter, AtOrBefore, Before, keyset},
            limited::{HasRow, Limited},
        };

        let (list, position) = ($list, $request.position());
        let (rows, behind) = match $request.direction {
            Direction::Forward => (
                list().filter(keyset(Before, $time, $id, position)).order(($time.desc(), $id.desc())),
                list().filter(keyset(AtOrAfter, $time, $id, position)).order(($time.asc(), $id.asc())),
            ),
            Direction::Backward => (
                list().filter(keyset(After, $time, $id, position)).order(($time.asc(), $id.asc())),
                list().filter(keyset(AtOrBefore, $time, $id, position)).order(($time.desc(), $id.desc())),
            ),
        };
        let behind = HasRow(behind.select($time));
        // One more than the page holds: it shows whether more remain.
        let limit = i64::from($request.size.get()) + 1;
        let page = Limited { query: rows.select(($select, behind)), limit };
        let found: QueryResult<Vec<(_, bool)>> = page.load($conn).await;
        $crate::sql::rows::to_page($request, found.map_err(database_error)?, $read)
    }};
}

pub(super) use load_page;
