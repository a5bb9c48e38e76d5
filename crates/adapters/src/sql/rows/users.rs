//! Rows of `users`.

use diesel::prelude::*;
use tenancy_domain::{
    DisplayName, Error, ExternalId, UserId,
    users::{Email, User},
};

use super::broken;
use crate::sql::{
    schema::users,
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = users, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct UserRow {
    id: SqlId,
    external_id: String,
    email: Option<String>,
    email_folded: Option<String>,
    name: Option<String>,
    created_at: SqlInstant,
    updated_at: SqlInstant,
    version: i64,
}

impl From<&User> for UserRow {
    fn from(user: &User) -> Self {
        Self {
            id: SqlId(user.id.uuid()),
            external_id: user.external_id.as_str().to_owned(),
            email: user.email.as_ref().map(|email| email.as_str().to_owned()),
            email_folded: user.email.as_ref().map(Email::folded),
            name: user.name.as_ref().map(|name| name.as_str().to_owned()),
            created_at: SqlInstant(user.created_at),
            updated_at: SqlInstant(user.updated_at),
            version: user.version,
        }
    }
}

impl TryFrom<UserRow> for User {
    type Error = Error;

    fn try_from(row: UserRow) -> Result<Self, Error> {
        let id = UserId::new(row.id.0);
        let email = row.email.map(Email::parse).transpose().map_err(|reason| broken("users", id, "email", reason))?;
        let name = row.name.as_deref().map(DisplayName::parse).transpose();
        Ok(Self {
            id,
            external_id: ExternalId::parse(row.external_id)
                .map_err(|reason| broken("users", id, "external_id", reason))?,
            email,
            name: name.map_err(|reason| broken("users", id, "name", reason))?,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            version: row.version,
        })
    }
}
