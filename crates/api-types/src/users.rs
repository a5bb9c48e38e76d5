//! Users: people and machines that can be members of organizations and projects.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

#[cfg(feature = "openapi")]
use crate::fields::schema;
use crate::{members::Role, organizations::Organization, patch::Patch};

/// A user. Every member is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Its identity; never changes.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::id))]
    pub id: Uuid,
    /// What it is called in the system that knows it first; never changes.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::external_id))]
    pub external_id: String,
    /// Its e-mail address; null for none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_email, required))]
    pub email: Option<String>,
    /// Its name for people; null for none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_name, required))]
    pub name: Option<String>,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::created_at))]
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::updated_at))]
    pub updated_at: OffsetDateTime,
}

/// What a user is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateUser {
    /// What it is called in the system that knows it first.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::external_id))]
    pub external_id: String,
    /// Its e-mail address; left out or null, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_email, required = false))]
    pub email: Option<String>,
    /// Its name for people; left out or null, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_name, required = false))]
    pub name: Option<String>,
}

impl CreateUser {
    /// A user with this external id, without an e-mail address and a name.
    #[must_use]
    pub fn new(external_id: impl Into<String>) -> Self {
        Self { external_id: external_id.into(), email: None, name: None }
    }
}

/// What is to be changed of a user. What is left out stays as it is, and null clears.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateUser {
    /// Its new e-mail address; null for none.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_email, required = false))]
    pub email: Patch<String>,
    /// Its new name for people; null for none.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::nullable_name, required = false))]
    pub name: Patch<String>,
}

/// A user that was removed for good, and how much went with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DeletedUser {
    /// Always true.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::always_true))]
    pub deleted: bool,
    /// The id that the user had.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::user_id))]
    pub user_id: Uuid,
    /// How many API keys of its own it had, revoked ones included.
    pub api_keys_deleted: usize,
    /// How many memberships of organizations and projects it had.
    pub memberships_deleted: usize,
}

/// An organization that a user is a member of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OrganizationOfUser {
    /// The organization.
    #[serde(flatten)]
    pub organization: Organization,
    /// The user's role there.
    #[serde(deserialize_with = "Role::deserialize_any")]
    pub role: Role,
    /// When the user became a member.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::joined_at))]
    pub joined_at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_user_has_not_is_null() {
        let written = json!({
            "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "external_id": "42", "email": null, "name": null,
            "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
        });
        let read: User = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), written);
    }

    #[test]
    fn a_new_user_may_have_null_for_what_it_may_do_without() {
        let without = CreateUser { external_id: "42".to_owned(), email: None, name: None };
        for body in [json!({"external_id": "42"}), json!({"external_id": "42", "email": null, "name": null})] {
            assert_eq!(serde_json::from_value::<CreateUser>(body).unwrap(), without);
        }
        assert!(serde_json::from_value::<CreateUser>(json!({"external_id": null})).is_err());
    }

    #[test]
    fn an_email_is_left_out_or_cleared_or_set() {
        for (written, email) in [
            (json!({}), Patch::Absent),
            (json!({"email": null}), Patch::Null),
            (json!({"email": "ada@example.com"}), Patch::Value("ada@example.com".to_owned())),
        ] {
            let changes: UpdateUser = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(changes, UpdateUser { email, name: Patch::Absent });
            assert_eq!(serde_json::to_value(changes).unwrap(), written);
        }
        assert!(serde_json::from_value::<UpdateUser>(json!({"external_id": "42"})).is_err());
    }
}
