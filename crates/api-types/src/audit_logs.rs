//! The audit log: who did what, when and from where.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

#[cfg(feature = "openapi")]
use crate::fields;

/// An entry of the audit log. Every member is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AuditLogEntry {
    /// Its identity.
    #[cfg_attr(feature = "openapi", schema(schema_with = fields::schema::id))]
    pub id: Uuid,
    /// When it was done.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::timestamp))]
    pub timestamp: OffsetDateTime,
    /// Who acted, by kind: `api_key` or `cli`. Others may follow.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::actor_type))]
    pub actor_type: String,
    /// The id of the key that acted; null on the command line.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::actor_id, required))]
    pub actor_id: Option<Uuid>,
    /// What was done: `organization.create` and the like. Others may follow.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::action))]
    pub action: String,
    /// What kind of thing it was done to: `organization` and the like. Others may follow.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::resource_type))]
    pub resource_type: String,
    /// The id of the thing; of a membership, the user's.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::resource_id))]
    pub resource_id: Uuid,
    /// The organization that it concerns; null for what belongs to none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::org_id, required))]
    pub org_id: Option<Uuid>,
    /// The project that it concerns; null for what belongs to none.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::project_id, required))]
    pub project_id: Option<Uuid>,
    /// The id of the request; null on the command line.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::request_id, required))]
    pub request_id: Option<String>,
    /// The client's address; null on the command line.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::ip_address, required))]
    pub ip_address: Option<String>,
    /// What the client called itself; null where it did not.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::user_agent, required))]
    pub user_agent: Option<String>,
    /// `owner`: whose key acted. `before`, `after`: the fields that were changed. Never a secret.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::details))]
    pub details: Map<String, Value>,
    /// Its number in the chain of its organization, or of what belongs to none: from 1, without gaps.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::sequence))]
    pub sequence: i64,
    /// The chain's hash up to and including it.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::hash))]
    pub hash: String,
}

/// The schemas of the fields, for `schema_with`.
#[cfg(feature = "openapi")]
pub mod schema {
    use serde_json::json;
    use utoipa::openapi::{
        KnownFormat, ObjectBuilder, SchemaFormat,
        schema::{AdditionalProperties, SchemaType, Type},
    };

    use crate::fields::{
        TIMESTAMP_PATTERN,
        schema::{id, or_null},
    };

    fn string(description: &str) -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String).description(Some(description))
    }

    /// `timestamp`
    #[must_use]
    pub fn timestamp() -> ObjectBuilder {
        string("When it was done: RFC 3339 in UTC, to the millisecond.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some(TIMESTAMP_PATTERN))
            .examples([json!("2019-08-24T14:15:22.000Z")])
    }

    /// `from` and `to` in a query
    #[must_use]
    pub fn bound() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples([json!("2019-08-24T16:15:22+02:00")])
    }

    /// `actor_type`
    #[must_use]
    pub fn actor_type() -> ObjectBuilder {
        string("Who acted, by kind. `api_key`: the bearer of a key; `cli`: the operator, on the command line.")
            .examples([json!("api_key")])
    }

    /// `actor_id`
    #[must_use]
    pub fn actor_id() -> ObjectBuilder {
        or_null(id().description(Some("The id of the key that acted; null on the command line.")))
    }

    /// `action`
    #[must_use]
    pub fn action() -> ObjectBuilder {
        string("What was done.").examples([json!("organization.update")])
    }

    /// `resource_type`
    #[must_use]
    pub fn resource_type() -> ObjectBuilder {
        string("What kind of thing it was done to.").examples([json!("organization")])
    }

    /// `resource_id`
    #[must_use]
    pub fn resource_id() -> ObjectBuilder {
        id().description(Some("The id of the thing that it was done to; of a membership, the user's."))
    }

    /// `org_id`
    #[must_use]
    pub fn org_id() -> ObjectBuilder {
        or_null(id().description(Some("The organization that it concerns; null for what belongs to none.")))
    }

    /// `project_id`
    #[must_use]
    pub fn project_id() -> ObjectBuilder {
        or_null(id().description(Some("The project that it concerns; null for what belongs to none.")))
    }

    /// `request_id`
    #[must_use]
    pub fn request_id() -> ObjectBuilder {
        or_null(string("The `X-Request-Id` of the request; null on the command line."))
            .examples([json!("01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70")])
    }

    /// `ip_address`
    #[must_use]
    pub fn ip_address() -> ObjectBuilder {
        or_null(string("The client's address, as trusted proxies tell it; null on the command line."))
            .examples([json!("203.0.113.7")])
    }

    /// `user_agent`
    #[must_use]
    pub fn user_agent() -> ObjectBuilder {
        or_null(string("What the client called itself, cut off after 512 characters; null where it did not."))
            .examples([json!("curl/8.5.0")])
    }

    /// `details`
    #[must_use]
    pub fn details() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(SchemaType::new(Type::Object))
            .additional_properties(Some(AdditionalProperties::FreeForm(true)))
            .description(Some(
                "`owner`: whose key acted, null on the command line. `before` and `after`: the fields that were \
                 changed, null where there was nothing before or is nothing after. Never a secret.",
            ))
            .examples([json!({
                "owner": {"type": "system"}, "before": {"name": "Acme"}, "after": {"name": "Acme, Inc."},
            })])
    }

    /// `sequence`
    #[must_use]
    pub fn sequence() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Int64)))
            .description(Some(
                "Its number in its chain: each organization has one, and what belongs to none has one more. From 1, \
                 without gaps.",
            ))
            .minimum(Some(1))
            .examples([json!(12)])
    }

    /// `hash`
    #[must_use]
    pub fn hash() -> ObjectBuilder {
        string(
            "The hash of its chain up to and including it: keyed, so that nobody can make it who has not the service's \
             key. Kept elsewhere, together with the number, it shows when the chain was cut off or replaced.",
        )
        .pattern(Some("^[0-9a-f]{64}$"))
        .examples([json!("9f2c5e8a1b7d4063f8e1a2c94b6d7e0f3a5c8b1d2e4f60718293a4b5c6d7e8f9")])
    }
}
