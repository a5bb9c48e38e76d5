//! Rows of `leases`.

use diesel::prelude::*;

use crate::sql::{
    schema::leases,
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Insertable)]
#[diesel(table_name = leases)]
pub(crate) struct LeaseRow {
    pub(crate) name: &'static str,
    pub(crate) holder: SqlId,
    pub(crate) ends_at: SqlInstant,
}
