//! API keys: what callers show to be let in.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    owner::Owner,
    patch::{Patch, present},
    secret::Secret,
};

/// What the visible beginning of every key matches.
pub const KEY_PREFIX_PATTERN: &str = "^[0-9A-Za-z]{8}$";
/// What every key matches.
pub const KEY_PATTERN: &str = "^tny_[0-9A-Za-z]{49}$";
/// For how long the former secret of a rotated key goes on working where nothing is said, in seconds.
pub const GRACE_PERIOD_DEFAULT_SECONDS: u32 = 86_400;
/// For how long the former secret of a rotated key can go on working, in seconds.
pub const GRACE_PERIOD_MAX_SECONDS: u32 = 604_800;

/// An API key, without its secret. Every member is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Its identity; never changes, also when the key is rotated.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::id))]
    pub id: Uuid,
    /// Its name for people.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::name))]
    pub name: String,
    /// The first 8 characters of its secret after `tny_`, by which people tell keys apart.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::key_prefix))]
    pub key_prefix: String,
    /// Whose key it is, and so how far it reaches.
    #[serde(deserialize_with = "crate::owner::lenient::deserialize")]
    pub owner: Owner,
    /// What it may be used for.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::scopes))]
    pub scopes: Vec<String>,
    /// When it stops working by itself; null for never.
    #[serde(default, with = "crate::timestamp::option")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::expires_at, required))]
    pub expires_at: Option<OffsetDateTime>,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::created_at))]
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::updated_at))]
    pub updated_at: OffsetDateTime,
    /// When it was last shown and found valid; null for never.
    #[serde(default, with = "crate::timestamp::option")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::last_used_at, required))]
    pub last_used_at: Option<OffsetDateTime>,
    /// When it was revoked; null where it is not.
    #[serde(default, with = "crate::timestamp::option")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::revoked_at, required))]
    pub revoked_at: Option<OffsetDateTime>,
    /// When it was last given a new secret; null for never.
    #[serde(default, with = "crate::timestamp::option")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::rotated_at, required))]
    pub rotated_at: Option<OffsetDateTime>,
    /// Until when the secret before the last rotation works, or worked; null where it ended with the rotation.
    #[serde(default, with = "crate::timestamp::option")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::rotation_grace_until, required))]
    pub rotation_grace_until: Option<OffsetDateTime>,
}

/// An API key with a secret that was just made: the one time that it is shown.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct IssuedApiKey {
    /// The key without its secret.
    #[serde(flatten)]
    pub api_key: ApiKey,
    /// The secret.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::key))]
    pub key: Secret,
}

/// What an API key is made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateApiKey {
    /// Its name for people.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::name))]
    pub name: String,
    /// Whose key it is to be.
    pub owner: Owner,
    /// What it may be used for; left out, nothing.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::scopes, required = false))]
    pub scopes: Vec<String>,
    /// When it is to stop working by itself; left out or null, never.
    #[serde(default, with = "crate::timestamp::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::sent_expires_at, required = false))]
    pub expires_at: Option<OffsetDateTime>,
}

impl CreateApiKey {
    /// A key of `owner` with this name, without scopes, that does not expire.
    #[must_use]
    pub fn new(name: impl Into<String>, owner: Owner) -> Self {
        Self { name: name.into(), owner, scopes: Vec::new(), expires_at: None }
    }

    /// The same with these scopes.
    #[must_use]
    pub fn with_scopes<S: Into<String>>(self, scopes: impl IntoIterator<Item = S>) -> Self {
        Self { scopes: scopes.into_iter().map(Into::into).collect(), ..self }
    }
}

/// What is to be changed of an API key. What is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateApiKey {
    /// Its new name for people.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::name, required = false))]
    pub name: Option<String>,
    /// Its new scopes, in the place of all former ones.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::scopes, required = false))]
    pub scopes: Option<Vec<String>>,
    /// When it is to stop working by itself; null for never.
    #[serde(default, with = "crate::timestamp::patch", skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::sent_expires_at, required = false))]
    pub expires_at: Patch<OffsetDateTime>,
}

/// How an API key is to be given a new secret.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RotateApiKey {
    /// For how long the former secret goes on working, in seconds.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::grace_period_seconds, required = false))]
    pub grace_period_seconds: Option<i64>,
}

/// The schemas of the fields, for `schema_with`.
#[cfg(feature = "openapi")]
pub(crate) mod schema {
    use serde_json::json;
    use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, schema::Type};

    use super::{GRACE_PERIOD_DEFAULT_SECONDS, GRACE_PERIOD_MAX_SECONDS, KEY_PATTERN, KEY_PREFIX_PATTERN};
    use crate::fields::schema::nullable_timestamp;

    pub(super) fn key_prefix() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The first 8 characters of its secret after `tny_`, by which people tell keys apart."))
            .pattern(Some(KEY_PREFIX_PATTERN))
            .examples([json!("Zk3vQ9xB")])
    }

    pub(super) fn key() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some("The secret, shown here and never again."))
            .pattern(Some(KEY_PATTERN))
            .examples([json!(format!("tny_{}", "0".repeat(49)))])
    }

    pub(super) fn last_used_at() -> ObjectBuilder {
        nullable_timestamp("When it was last shown and found valid, give or take a minute; null for never.")
    }

    pub(super) fn revoked_at() -> ObjectBuilder {
        nullable_timestamp("When it was revoked; null where it is not.")
    }

    pub(super) fn rotated_at() -> ObjectBuilder {
        nullable_timestamp("When it was last given a new secret; null for never.")
    }

    pub(super) fn rotation_grace_until() -> ObjectBuilder {
        nullable_timestamp(
            "Until when the secret before the last rotation works, or worked; null where there was none, or where it \
             ended with the rotation.",
        )
    }

    pub(super) fn grace_period_seconds() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int32)))
            .description(Some(
                "For how long the former secret goes on working, in seconds; 0 ends all older ones at once.",
            ))
            .minimum(Some(0))
            .maximum(Some(GRACE_PERIOD_MAX_SECONDS))
            .default(Some(json!(GRACE_PERIOD_DEFAULT_SECONDS)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    fn key() -> serde_json::Value {
        json!({
            "id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70", "name": "ci", "key_prefix": "Zk3vQ9xB",
            "owner": {"type": "system"}, "scopes": ["admin:*"], "expires_at": null,
            "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z", "last_used_at": null,
            "revoked_at": null, "rotated_at": null, "rotation_grace_until": null,
        })
    }

    #[test]
    fn what_is_unset_is_null() {
        let read: ApiKey = serde_json::from_value(key()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), key());
    }

    #[test]
    fn an_issued_key_is_the_key_and_its_secret_which_is_not_printed() {
        let mut written = key();
        written["key"] = json!("tny_hunter2");
        let issued: IssuedApiKey = serde_json::from_value(written.clone()).unwrap();
        assert!(!format!("{issued:?} {issued:#?}").contains("hunter2"));
        assert_eq!(serde_json::to_value(issued).unwrap(), written);
    }

    #[test]
    fn an_expiry_is_left_out_or_cleared_or_set() {
        for (written, expires_at) in [
            (json!({}), Patch::Absent),
            (json!({"expires_at": null}), Patch::Null),
            (json!({"expires_at": "2019-08-24T14:15:22.000Z"}), Patch::Value(datetime!(2019-08-24 14:15:22 UTC))),
        ] {
            let changes: UpdateApiKey = serde_json::from_value(written.clone()).unwrap();
            assert_eq!(changes.expires_at, expires_at);
            assert_eq!(serde_json::to_value(changes).unwrap(), written);
        }
    }

    #[test]
    fn only_an_expiry_can_be_null() {
        for body in [json!({"name": null}), json!({"scopes": null})] {
            assert!(serde_json::from_value::<UpdateApiKey>(body).is_err());
        }
        assert!(serde_json::from_value::<RotateApiKey>(json!({"grace_period_seconds": null})).is_err());
    }
}
