//! What another service asks of a key that its own caller showed.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{owner::Owner, patch::present, secret::Secret};

/// A key that someone showed, and what they want to do with it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct VerifyApiKey {
    /// What was shown; it may be anything.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::key))]
    pub key: Secret,
    /// The scope that the key must have; left out, any valid key will do.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::scope, required = false))]
    pub scope: Option<String>,
}

/// Whether a key is valid, and whose it is.
///
/// Every member is always there, so that the shape does not hang on the verdict. Where the key is not valid all are null
/// but `valid`, `code` and, for a known key, `key_id`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Verification {
    /// Whether the key is valid, and has the scope that was asked for.
    pub valid: bool,
    /// The same, and the reason where it is not.
    pub code: VerificationCode,
    /// The id of a known key.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::key_id, required))]
    pub key_id: Option<Uuid>,
    /// Whose key it is.
    #[serde(default, deserialize_with = "crate::owner::lenient::option")]
    #[cfg_attr(feature = "openapi", schema(required))]
    pub owner: Option<Owner>,
    /// The organization that the owner is, or is beneath.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::org_id, required))]
    pub org_id: Option<Uuid>,
    /// The project that the owner is.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::project_id, required))]
    pub project_id: Option<Uuid>,
    /// The user that the owner is.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::user_id, required))]
    pub user_id: Option<Uuid>,
    /// What the key may be used for.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::scopes, required))]
    pub scopes: Option<Vec<String>>,
    /// When the key stops working by itself; null for never too.
    #[serde(default, with = "crate::timestamp::option")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::expires_at, required))]
    pub expires_at: Option<OffsetDateTime>,
}

impl VerifyApiKey {
    /// Whether `key` is valid, whatever its scopes.
    #[must_use]
    pub fn new(key: impl Into<Secret>) -> Self {
        Self { key: key.into(), scope: None }
    }

    /// The same, and whether it has `scope`.
    #[must_use]
    pub fn with_scope(self, scope: impl Into<String>) -> Self {
        Self { scope: Some(scope.into()), ..self }
    }
}

/// A verification in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[non_exhaustive]
pub enum VerificationCode {
    /// Valid.
    Valid,
    /// Not a key at all, or one with a wrong checksum.
    Malformed,
    /// No such key within the caller's reach.
    Unknown,
    /// Revoked.
    Revoked,
    /// Its time has run out.
    Expired,
    /// The organization that it belongs to, or is beneath, is suspended.
    OwnerSuspended,
    /// Whom it belongs to was deleted.
    OwnerDeleted,
    /// Valid, but without the scope that was asked for.
    InsufficientScope,
    /// Any other, which a newer service has and this version does not know. It is never sent.
    #[serde(other, skip_serializing)]
    Other,
}

/// The schemas of the fields, for `schema_with`.
#[cfg(feature = "openapi")]
mod schema {
    use utoipa::openapi::{
        ArrayBuilder, ObjectBuilder,
        schema::{SchemaType, Type},
    };

    use crate::fields::schema;

    pub(super) fn key() -> ObjectBuilder {
        // No pattern: that something is no key is an answer, not a mistake.
        ObjectBuilder::new().schema_type(Type::String).description(Some("What was shown; it may be anything."))
    }

    pub(super) fn scope() -> ObjectBuilder {
        schema::scope().description(Some("The scope that the key must have; left out, any valid key will do."))
    }

    pub(super) fn key_id() -> ObjectBuilder {
        nullable_id("The id of the key; null where there is no such key within the caller's reach.")
    }

    pub(super) fn org_id() -> ObjectBuilder {
        nullable_id("The organization that the owner is, or is beneath.")
    }

    pub(super) fn project_id() -> ObjectBuilder {
        nullable_id("The project that the owner is.")
    }

    pub(super) fn user_id() -> ObjectBuilder {
        nullable_id("The user that the owner is.")
    }

    pub(super) fn scopes() -> ArrayBuilder {
        schema::scopes().schema_type(SchemaType::from_iter([Type::Array, Type::Null]))
    }

    fn nullable_id(description: &str) -> ObjectBuilder {
        schema::or_null(schema::id()).description(Some(description))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_invalid_key_has_the_shape_of_a_valid_one() {
        let written = json!({
            "valid": false, "code": "insufficient_scope", "key_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
            "owner": null, "org_id": null, "project_id": null, "user_id": null, "scopes": null, "expires_at": null,
        });
        let read: Verification = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), written);
    }

    #[test]
    fn an_answer_of_a_newer_service_is_read() {
        let read: Verification = serde_json::from_value(json!({
            "valid": false, "code": "owner_on_holiday", "key_id": null, "until": "tomorrow",
            "owner": {"type": "system", "colour": 1},
        }))
        .unwrap();
        assert_eq!((read.code, read.owner), (VerificationCode::Other, Some(Owner::System)));
        assert!(serde_json::to_value(read.code).is_err());
    }

    #[test]
    fn the_key_that_was_shown_is_not_printed() {
        let request: VerifyApiKey = serde_json::from_value(json!({"key": "hunter2", "scope": "billing"})).unwrap();
        assert!(!format!("{request:?} {request:#?}").contains("hunter2"));
        assert!(serde_json::from_value::<VerifyApiKey>(json!({"key": "hunter2", "scope": null})).is_err());
    }
}
