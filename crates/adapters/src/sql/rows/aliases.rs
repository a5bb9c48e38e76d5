//! Rows of `organization_aliases`.

use diesel::prelude::*;
use tenancy_domain::{Error, OrganizationId, Slug, organizations::SlugAlias};

use super::broken;
use crate::sql::{
    schema::organization_aliases,
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = organization_aliases)]
pub(crate) struct AliasRow {
    slug: String,
    org_id: SqlId,
    reserved_until: SqlInstant,
}

impl From<&SlugAlias> for AliasRow {
    fn from(alias: &SlugAlias) -> Self {
        Self {
            slug: alias.slug.as_str().to_owned(),
            org_id: SqlId(alias.organization.uuid()),
            reserved_until: SqlInstant(alias.reserved_until),
        }
    }
}

impl TryFrom<AliasRow> for SlugAlias {
    type Error = Error;

    fn try_from(row: AliasRow) -> Result<Self, Error> {
        let slug = Slug::parse(row.slug.clone());
        Ok(Self {
            slug: slug.map_err(|reason| broken("organization_aliases", &row.slug, "slug", reason))?,
            organization: OrganizationId::new(row.org_id.0),
            reserved_until: row.reserved_until.0,
        })
    }
}
