//! Dynamic providers: where services find what others provide them with, and the key to it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    json::JsonObject,
    owner::ProviderOwner,
    patch::{Patch, present},
    secret::Secret,
};

/// The longest name, in characters, after white space is trimmed from its ends.
pub const NAME_MAX_LENGTH: usize = 64;
/// What every kind of provider matches.
pub const PROVIDER_TYPE_PATTERN: &str = "^[a-z0-9][a-z0-9_-]{0,63}$";
/// The longest URL, in characters.
pub const BASE_URL_MAX_LENGTH: usize = 2_048;
/// The longest key of a provider, in characters.
pub const API_KEY_MAX_LENGTH: usize = 8_192;
/// What the last characters of a key match.
pub const API_KEY_LAST4_PATTERN: &str = "^[!-~]{4}$";
/// The most models that a provider names.
pub const MODELS_MAX: usize = 500;
/// The longest name of a model, in characters.
pub const MODEL_MAX_LENGTH: usize = 255;

/// A dynamic provider, without its key. Every member is always there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct DynamicProvider {
    /// Its identity; never changes.
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::id))]
    pub id: Uuid,
    /// Its name; unique among those of its owner.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name))]
    pub name: String,
    /// Whose it is; never changes.
    #[serde(deserialize_with = "crate::owner::lenient::of_provider")]
    pub owner: ProviderOwner,
    /// What kind of provider it is for; never changes.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::provider_type))]
    pub provider_type: String,
    /// Where the provider is reached; null for where its kind is.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::base_url, required))]
    pub base_url: Option<String>,
    /// Whether there is a key.
    pub has_api_key: bool,
    /// The last four characters of the key; null where there is none, and of one that is short.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::api_key_last4, required))]
    pub api_key_last4: Option<String>,
    /// What else whoever calls the provider must know.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::config))]
    pub config: JsonObject,
    /// The models that it is for.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::models))]
    pub models: Vec<String>,
    /// Whether it is to be used.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::is_enabled))]
    pub is_enabled: bool,
    /// When it was made.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::created_at))]
    pub created_at: OffsetDateTime,
    /// When it was last changed.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = crate::fields::schema::updated_at))]
    pub updated_at: OffsetDateTime,
}

/// What a dynamic provider is made from.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreateDynamicProvider {
    /// Its name.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name))]
    pub name: String,
    /// Whose it is to be.
    pub owner: ProviderOwner,
    /// What kind of provider it is for.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::provider_type))]
    pub provider_type: String,
    /// Where the provider is reached; left out or null, where its kind is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::base_url, required = false))]
    pub base_url: Option<String>,
    /// The key that the provider asks for; left out or null, none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::sent_api_key, required = false))]
    pub api_key: Option<Secret>,
    /// What else whoever calls the provider must know; left out, nothing.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::config, required = false))]
    pub config: JsonObject,
    /// The models that it is for; left out, none in particular.
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::models, required = false))]
    pub models: Vec<String>,
    /// Whether it is to be used; left out, it is.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::is_enabled_by_default, required = false))]
    pub is_enabled: Option<bool>,
}

impl CreateDynamicProvider {
    /// A provider of this kind that is `owner`'s, without a URL, a key, a configuration and models.
    #[must_use]
    pub fn new(name: impl Into<String>, owner: ProviderOwner, provider_type: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            owner,
            provider_type: provider_type.into(),
            base_url: None,
            api_key: None,
            config: JsonObject::default(),
            models: Vec::new(),
            is_enabled: None,
        }
    }

    /// The same, reached at `base_url`.
    #[must_use]
    pub fn with_base_url(self, base_url: impl Into<String>) -> Self {
        Self { base_url: Some(base_url.into()), ..self }
    }

    /// The same with a key.
    #[must_use]
    pub fn with_api_key(self, api_key: impl Into<Secret>) -> Self {
        Self { api_key: Some(api_key.into()), ..self }
    }
}

/// What is to be changed of a dynamic provider. What is left out stays as it is, and null clears.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateDynamicProvider {
    /// Its new name.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::name, required = false))]
    pub name: Option<String>,
    /// Where the provider is reached from now on; null for where its kind is. Takes `api_key` too where there is a key.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::base_url, required = false))]
    pub base_url: Patch<String>,
    /// Its new key; null for none.
    #[serde(default, skip_serializing_if = "Patch::is_absent")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::sent_api_key, required = false))]
    pub api_key: Patch<Secret>,
    /// Its new configuration, in the place of all of the former one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::config, required = false))]
    pub config: Option<JsonObject>,
    /// Its new models, in the place of all former ones.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::models, required = false))]
    pub models: Option<Vec<String>>,
    /// Whether it is to be used from now on.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::is_enabled, required = false))]
    pub is_enabled: Option<bool>,
}

/// The key of a dynamic provider, in the clear.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RevealedApiKey {
    /// The key, as it was sent.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::api_key))]
    pub api_key: Secret,
}

/// The schemas of the fields, for `schema_with`.
#[cfg(feature = "openapi")]
mod schema {
    use serde_json::json;
    use utoipa::openapi::{
        ArrayBuilder, ObjectBuilder, SchemaFormat,
        schema::{AdditionalProperties, Schema, Type},
    };

    use super::{
        API_KEY_LAST4_PATTERN, API_KEY_MAX_LENGTH, BASE_URL_MAX_LENGTH, MODEL_MAX_LENGTH, MODELS_MAX, NAME_MAX_LENGTH,
        PROVIDER_TYPE_PATTERN,
    };
    use crate::fields::{EXTERNAL_ID_PATTERN, NAME_PATTERN, schema::or_null};

    fn string(description: &str) -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String).description(Some(description))
    }

    pub(super) fn name() -> ObjectBuilder {
        string(
            "Its name, unique among those of its owner, without control characters. White space is trimmed from both ends \
             before the characters are counted.",
        )
        .min_length(Some(1))
        .max_length(Some(NAME_MAX_LENGTH))
        .pattern(Some(NAME_PATTERN))
        .examples([json!("main")])
    }

    pub(super) fn provider_type() -> ObjectBuilder {
        string("What kind of provider it is for, in the words of who uses it. It means nothing here.")
            .pattern(Some(PROVIDER_TYPE_PATTERN))
            .examples([json!("openai")])
    }

    pub(super) fn base_url() -> ObjectBuilder {
        or_null(string(
            "Where the provider is reached; null for where its kind is. `https`, or `http` to the machine itself where the \
             service allows that; no user, password, query or fragment; no address of a private, link-local or other \
             special network.",
        ))
        .format(Some(SchemaFormat::Custom("uri".to_owned())))
        .max_length(Some(BASE_URL_MAX_LENGTH))
        .examples([json!("https://api.example.com/v1")])
    }

    pub(super) fn api_key() -> ObjectBuilder {
        string(
            "The key that the provider asks for: no white space at its ends, and no control characters but line ends \
                and tabs.",
        )
        .min_length(Some(1))
        .max_length(Some(API_KEY_MAX_LENGTH))
        .examples([json!("sk-0000000000000000000000000000000000000000")])
    }

    pub(super) fn sent_api_key() -> ObjectBuilder {
        or_null(api_key()).description(Some(
            "The key that the provider asks for; null for none. No white space at its ends, and no control characters but \
             line ends and tabs. It is encrypted at rest, and in no other answer than that which reveals it.",
        ))
    }

    pub(super) fn api_key_last4() -> ObjectBuilder {
        or_null(string(
            "The last four characters of the key; null where there is none, where it has fewer than 12 characters, and \
             where they are not visible ASCII.",
        ))
        .pattern(Some(API_KEY_LAST4_PATTERN))
        .examples([json!("0000")])
    }

    pub(super) fn config() -> ObjectBuilder {
        ObjectBuilder::new()
            .description(Some(
                "What else whoever calls the provider must know: any JSON object of at most 16 KiB and 8 levels. A member \
                 that looks like a secret is refused; the place for that is `api_key`.",
            ))
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(true)))
            .examples([json!({"region": "eu", "timeout_seconds": 30})])
    }

    pub(super) fn models() -> ArrayBuilder {
        let model = string("What the provider calls a model: no control characters, and no white space at its ends.")
            .min_length(Some(1))
            .max_length(Some(MODEL_MAX_LENGTH))
            .pattern(Some(EXTERNAL_ID_PATTERN))
            .examples([json!("gpt-4o")]);
        ArrayBuilder::new()
            .items(model)
            .description(Some("The models that it is for, each once; none of them for none in particular."))
            .max_items(Some(MODELS_MAX))
    }

    pub(super) fn is_enabled() -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::Boolean)
            .description(Some("Whether it is to be used; it is up to its readers to heed it."))
    }

    pub(super) fn is_enabled_by_default() -> ObjectBuilder {
        is_enabled().default(Some(json!(true)))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";

    #[test]
    fn every_member_is_always_there() {
        let written = json!({
            "id": ID, "name": "main", "owner": {"type": "user", "user_id": ID}, "provider_type": "openai",
            "base_url": null, "has_api_key": false, "api_key_last4": null, "config": {}, "models": [],
            "is_enabled": true, "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
        });
        let read: DynamicProvider = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), written);
    }

    #[test]
    fn a_key_is_left_out_or_cleared_or_set_and_never_printed() {
        for (written, sent) in [
            (json!({}), None),
            (json!({"api_key": null}), Some(None)),
            (json!({"api_key": "hunter2"}), Some(Some("hunter2"))),
        ] {
            let changes: UpdateDynamicProvider = serde_json::from_value(written.clone()).unwrap();
            assert!(!format!("{changes:?}").contains("hunter2"));
            assert_eq!(serde_json::to_value(&changes).unwrap(), written);
            let read = changes.api_key.sent();
            assert_eq!(read.as_ref().map(|key| key.as_ref().map(Secret::expose)), sent);
        }
        let new = json!({
            "name": "main", "owner": {"type": "user", "user_id": ID}, "provider_type": "openai", "api_key": "hunter2",
        });
        let new: CreateDynamicProvider = serde_json::from_value(new).unwrap();
        assert!(!format!("{new:?}").contains("hunter2"));
        let revealed = RevealedApiKey { api_key: Secret::new("hunter2") };
        assert!(!format!("{revealed:?}").contains("hunter2"));
        assert_eq!(serde_json::to_value(revealed).unwrap(), json!({"api_key": "hunter2"}));
    }

    #[test]
    fn only_a_url_and_a_key_can_be_null() {
        let changes: UpdateDynamicProvider = serde_json::from_value(json!({"base_url": null})).unwrap();
        assert_eq!(changes.base_url, Patch::Null);
        for member in ["name", "config", "models", "is_enabled"] {
            assert!(serde_json::from_value::<UpdateDynamicProvider>(json!({member: null})).is_err(), "{member}");
            let new = json!({
                "name": "main", "owner": {"type": "user", "user_id": ID}, "provider_type": "openai", member: null,
            });
            assert!(serde_json::from_value::<CreateDynamicProvider>(new).is_err(), "{member}");
        }
        for member in ["owner", "provider_type", "id"] {
            assert!(serde_json::from_value::<UpdateDynamicProvider>(json!({member: "x"})).is_err(), "{member}");
        }
    }
}
