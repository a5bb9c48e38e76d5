//! Rows of `organizations`.

use diesel::prelude::*;
use tenancy_domain::{DisplayName, Error, ExternalId, OrganizationId, Slug, organizations::Organization};

use super::{broken, metadata};
use crate::sql::{
    schema::organizations,
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = organizations, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct OrganizationRow {
    pub(crate) id: SqlId,
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) created_at: SqlInstant,
    pub(crate) updated_at: SqlInstant,
    pub(crate) deleted_at: Option<SqlInstant>,
    pub(crate) version: i64,
    pub(crate) suspended_at: Option<SqlInstant>,
    pub(crate) external_id: Option<String>,
    pub(crate) metadata: Option<String>,
}

impl From<&Organization> for OrganizationRow {
    fn from(organization: &Organization) -> Self {
        Self {
            id: SqlId(organization.id.uuid()),
            slug: organization.slug.as_str().to_owned(),
            name: organization.name.as_str().to_owned(),
            created_at: SqlInstant(organization.created_at),
            updated_at: SqlInstant(organization.updated_at),
            deleted_at: organization.deleted_at.map(SqlInstant),
            version: organization.version,
            suspended_at: organization.suspended_at.map(SqlInstant),
            external_id: organization.external_id.clone().map(Into::into),
            metadata: metadata::to_json(&organization.metadata),
        }
    }
}

impl TryFrom<OrganizationRow> for Organization {
    type Error = Error;

    fn try_from(row: OrganizationRow) -> Result<Self, Error> {
        let id = OrganizationId::new(row.id.0);
        Ok(Self {
            id,
            slug: Slug::parse(row.slug).map_err(|reason| broken("organizations", id, "slug", reason))?,
            name: DisplayName::parse(&row.name).map_err(|reason| broken("organizations", id, "name", reason))?,
            external_id: row
                .external_id
                .map(ExternalId::parse)
                .transpose()
                .map_err(|reason| broken("organizations", id, "external_id", reason))?,
            metadata: metadata::parse(row.metadata.as_deref())
                .map_err(|reason| broken("organizations", id, "metadata", reason))?,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            deleted_at: row.deleted_at.map(|time| time.0),
            version: row.version,
            suspended_at: row.suspended_at.map(|time| time.0),
        })
    }
}
