//! The caller itself.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

#[cfg(feature = "openapi")]
use crate::fields::schema;
use crate::owner::Owner;

/// The key that a request was made with. Every member is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The key's id.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::id))]
    pub key_id: Uuid,
    /// The key's name for people.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name))]
    pub name: String,
    /// Whose key it is, and so how far it reaches.
    #[serde(deserialize_with = "crate::owner::lenient::deserialize")]
    pub owner: Owner,
    /// What the key may be used for.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::scopes))]
    pub scopes: Vec<String>,
    /// When the key stops working by itself; null for never.
    #[serde(default, with = "crate::timestamp::option")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::expires_at, required))]
    pub expires_at: Option<OffsetDateTime>,
}
