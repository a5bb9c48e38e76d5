//! Projects: what an organization divides its work into.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

#[cfg(feature = "openapi")]
use crate::fields::schema;
use crate::{
    metadata::{Metadata, MetadataChanges},
    patch::{Patch, present},
};

/// A project of an organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Project {
    /// Its identity; never changes.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::id))]
    pub id: Uuid,
    /// The organization that it belongs to; never changes.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::org_id))]
    pub org_id: Uuid,
    /// Its name in URLs.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::slug))]
    pub slug: String,
    /// Its name for people.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name))]
    pub name: String,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::created_at))]
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::updated_at))]
    pub updated_at: OffsetDateTime,
    /// When it was deleted; left out of a live one.
    #[serde(default, with = "crate::timestamp::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::deleted_at, required = false))]
    pub deleted_at: Option<OffsetDateTime>,
    /// What others note of it; left out where there is nothing.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::metadata::schema::metadata, required = false))]
    pub metadata: Metadata,
}

/// What a project is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateProject {
    /// Its name in URLs.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::slug))]
    pub slug: String,
    /// Its name for people.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name))]
    pub name: String,
    /// What others note of it.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::metadata::schema::metadata, required = false))]
    pub metadata: Metadata,
}

impl CreateProject {
    /// A project with this slug and name.
    #[must_use]
    pub fn new(slug: impl Into<String>, name: impl Into<String>) -> Self {
        Self { slug: slug.into(), name: name.into(), metadata: Metadata::default() }
    }
}

/// What is to be changed of a project. What is left out stays as it is, and null clears.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateProject {
    /// Its new name for people.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name, required = false))]
    pub name: Option<String>,
    /// The pairs that are to be set or removed; null removes all.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::metadata::schema::metadata_changes, required = false))]
    pub metadata: Patch<MetadataChanges>,
}

/// How a deleted project is to be restored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RestoreProject {
    /// Its name in URLs from now on; left out, the one that it had.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::slug, required = false))]
    pub slug: Option<String>,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_live_project_has_no_deleted_at() {
        let live = json!({
            "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f71",
            "slug": "web", "name": "Web", "created_at": "2019-08-24T14:15:22.000Z",
            "updated_at": "2019-08-24T14:15:22.000Z",
        });
        let project: Project = serde_json::from_value(live.clone()).unwrap();
        assert_eq!(serde_json::to_value(project).unwrap(), live);
    }

    #[test]
    fn what_is_left_out_is_not_a_null() {
        assert_eq!(serde_json::from_str::<UpdateProject>("{}").unwrap(), UpdateProject::default());
        assert!(serde_json::from_str::<UpdateProject>(r#"{"name":null}"#).is_err());
        assert!(serde_json::from_str::<UpdateProject>(r#"{"slug":"web"}"#).is_err());
        assert!(serde_json::from_str::<RestoreProject>(r#"{"slug":null}"#).is_err());
    }
}
