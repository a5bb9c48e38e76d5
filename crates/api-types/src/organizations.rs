//! Organizations: the top level of tenancy.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

#[cfg(feature = "openapi")]
use crate::fields::schema;
use crate::{
    metadata::{Metadata, MetadataChanges},
    patch::{Patch, present},
};

/// An organization.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    /// Its identity; never changes.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::id))]
    pub id: Uuid,
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
    /// When it was suspended; left out of one that is not.
    #[serde(default, with = "crate::timestamp::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::suspended_at, required = false))]
    pub suspended_at: Option<OffsetDateTime>,
    /// What it is called elsewhere; left out of one that is called nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::external_id_of_organization, required = false))]
    pub external_id: Option<String>,
    /// What others note of it; left out where there is nothing.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::metadata::schema::metadata, required = false))]
    pub metadata: Metadata,
}

/// What an organization is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateOrganization {
    /// Its name in URLs.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::slug))]
    pub slug: String,
    /// Its name for people.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name))]
    pub name: String,
    /// What it is called elsewhere; left out or null, nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_external_id, required = false))]
    pub external_id: Option<String>,
    /// What others note of it.
    #[serde(default, skip_serializing_if = "Metadata::is_empty")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::metadata::schema::metadata, required = false))]
    pub metadata: Metadata,
}

impl CreateOrganization {
    /// An organization with this slug and name.
    #[must_use]
    pub fn new(slug: impl Into<String>, name: impl Into<String>) -> Self {
        Self { slug: slug.into(), name: name.into(), external_id: None, metadata: Metadata::default() }
    }
}

/// What is to be changed of an organization. What is left out stays as it is, and null clears.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateOrganization {
    /// Its new name for people.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name, required = false))]
    pub name: Option<String>,
    /// Its new name in URLs. The one that it had leads to it for as long as nobody else takes it.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::slug, required = false))]
    pub slug: Option<String>,
    /// What it is called elsewhere from now on; null for nothing.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_external_id, required = false))]
    pub external_id: Patch<String>,
    /// The pairs that are to be set or removed; null removes all.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::metadata::schema::metadata_changes, required = false))]
    pub metadata: Patch<MetadataChanges>,
}

/// How a deleted organization is to be restored.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RestoreOrganization {
    /// Its name in URLs from now on; left out, the one that it had.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::slug, required = false))]
    pub slug: Option<String>,
}

/// An organization that was destroyed for good, and how much went with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PurgedOrganization {
    /// Always true.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::always_true))]
    pub deleted: bool,
    /// The id that the organization had.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::id))]
    pub org_id: Uuid,
    /// How many projects it had, live and deleted.
    pub projects_deleted: u64,
    /// How many memberships of it and of its projects there were.
    pub memberships_deleted: u64,
    /// How many API keys it and its projects had, revoked ones included.
    pub api_keys_deleted: u64,
    /// How many dynamic providers it and its projects had.
    pub dynamic_providers_deleted: u64,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_live_organization_has_no_deleted_at_and_a_running_one_no_suspended_at() {
        let live = json!({
            "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "slug": "acme", "name": "Acme",
            "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
        });
        let organization: Organization = serde_json::from_value(live.clone()).unwrap();
        assert_eq!(serde_json::to_value(organization).unwrap(), live);
    }

    #[test]
    fn what_others_call_and_note_of_it_is_there_when_set() {
        let written = json!({"slug": "acme", "name": "Acme", "external_id": "cus_1", "metadata": {"plan": "gold"}});
        let new: CreateOrganization = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(new).unwrap(), written);
        let bare = serde_json::to_value(CreateOrganization::new("acme", "Acme")).unwrap();
        assert_eq!(bare, json!({"slug": "acme", "name": "Acme"}));
        for text in ["{}", r#"{"external_id":null,"metadata":null}"#, r#"{"metadata":{"plan":null}}"#] {
            let changes: UpdateOrganization = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&changes).unwrap(), text);
        }
    }

    #[test]
    fn a_change_that_is_left_out_is_not_a_null() {
        assert_eq!(serde_json::from_str::<UpdateOrganization>("{}").unwrap(), UpdateOrganization::default());
        assert!(serde_json::from_str::<UpdateOrganization>(r#"{"name":null}"#).is_err());
        assert!(serde_json::from_str::<UpdateOrganization>(r#"{"slug":null}"#).is_err());
        assert!(serde_json::from_str::<RestoreOrganization>(r#"{"slug":null}"#).is_err());
    }
}
