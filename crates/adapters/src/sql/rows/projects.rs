//! Rows of `projects`.

use diesel::prelude::*;
use tenancy_domain::{DisplayName, Error, OrganizationId, ProjectId, Slug, projects::Project};

use super::{broken, metadata};
use crate::sql::{
    schema::projects,
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = projects, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct ProjectRow {
    id: SqlId,
    org_id: SqlId,
    slug: String,
    name: String,
    created_at: SqlInstant,
    updated_at: SqlInstant,
    deleted_at: Option<SqlInstant>,
    version: i64,
    metadata: Option<String>,
}

impl From<&Project> for ProjectRow {
    fn from(project: &Project) -> Self {
        Self {
            id: SqlId(project.id.uuid()),
            org_id: SqlId(project.org_id.uuid()),
            slug: project.slug.as_str().to_owned(),
            name: project.name.as_str().to_owned(),
            created_at: SqlInstant(project.created_at),
            updated_at: SqlInstant(project.updated_at),
            deleted_at: project.deleted_at.map(SqlInstant),
            version: project.version,
            metadata: metadata::to_json(&project.metadata),
        }
    }
}

impl TryFrom<ProjectRow> for Project {
    type Error = Error;

    fn try_from(row: ProjectRow) -> Result<Self, Error> {
        let id = ProjectId::new(row.id.0);
        Ok(Self {
            id,
            org_id: OrganizationId::new(row.org_id.0),
            slug: Slug::parse(row.slug).map_err(|reason| broken("projects", id, "slug", reason))?,
            name: DisplayName::parse(&row.name).map_err(|reason| broken("projects", id, "name", reason))?,
            metadata: metadata::parse(row.metadata.as_deref())
                .map_err(|reason| broken("projects", id, "metadata", reason))?,
            created_at: row.created_at.0,
            updated_at: row.updated_at.0,
            deleted_at: row.deleted_at.map(|time| time.0),
            version: row.version,
        })
    }
}
