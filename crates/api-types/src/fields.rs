//! The fields that several resources share: their bounds, each stated once, and their schemas.

/// The longest slug, in characters.
pub const SLUG_MAX_LENGTH: usize = 64;
/// What every slug matches.
pub const SLUG_PATTERN: &str = "^[a-z0-9]+(?:-[a-z0-9]+)*$";
/// The longest name, in characters, after white space is trimmed from its ends.
pub const NAME_MAX_LENGTH: usize = 255;
/// What every name matches: no control characters.
pub const NAME_PATTERN: &str = r"^[^\u0000-\u001f\u007f-\u009f]+$";
/// The longest external id, in characters.
pub const EXTERNAL_ID_MAX_LENGTH: usize = 255;
/// What every external id matches: no control characters, and no white space at its ends.
pub const EXTERNAL_ID_PATTERN: &str = concat!(
    r"^[^\s\u0000-\u001f\u007f-\u009f]",
    r"(?:[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$"
);
/// The longest e-mail address, in characters.
pub const EMAIL_MAX_LENGTH: usize = 254;
/// What every time in an answer matches.
pub const TIMESTAMP_PATTERN: &str = r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$";
/// The most scopes that a key has.
pub const SCOPES_MAX: usize = 50;
/// What every scope matches.
pub const SCOPE_PATTERN: &str = "^[a-z0-9._:/*-]{1,64}$";
/// The longest `Idempotency-Key`, in characters.
pub const IDEMPOTENCY_KEY_MAX_LENGTH: usize = 255;
/// What every request id matches.
pub const REQUEST_ID_PATTERN: &str = "^[A-Za-z0-9._-]{1,64}$";

/// The schemas of the fields, for `schema_with`.
#[cfg(feature = "openapi")]
pub mod schema {
    use serde_json::json;
    use utoipa::openapi::{
        ArrayBuilder, KnownFormat, ObjectBuilder, SchemaFormat,
        schema::{SchemaType, Type},
    };

    use super::{
        EMAIL_MAX_LENGTH, EXTERNAL_ID_MAX_LENGTH, EXTERNAL_ID_PATTERN, NAME_MAX_LENGTH, NAME_PATTERN,
        REQUEST_ID_PATTERN, SCOPE_PATTERN, SCOPES_MAX, SLUG_MAX_LENGTH, SLUG_PATTERN, TIMESTAMP_PATTERN,
    };

    fn string(description: &str) -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::String).description(Some(description))
    }

    fn timestamp(description: &str) -> ObjectBuilder {
        string(description)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .pattern(Some(TIMESTAMP_PATTERN))
            .examples([json!("2019-08-24T14:15:22.000Z")])
    }

    /// A schema that lets null be told as well.
    pub(crate) fn or_null(schema: ObjectBuilder) -> ObjectBuilder {
        schema.schema_type(SchemaType::from_iter([Type::String, Type::Null]))
    }

    /// A time that may be null.
    pub(crate) fn nullable_timestamp(description: &str) -> ObjectBuilder {
        or_null(timestamp(description))
    }

    /// `id`
    #[must_use]
    pub fn id() -> ObjectBuilder {
        string("Identifies it for good: a UUIDv7 in its hyphenated form.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
            .examples([json!("01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70")])
    }

    /// `org_id`
    #[must_use]
    pub fn org_id() -> ObjectBuilder {
        id().description(Some("The organization that it belongs to."))
    }

    /// `user_id`
    #[must_use]
    pub fn user_id() -> ObjectBuilder {
        id().description(Some("The id of the user."))
    }

    /// `slug`
    #[must_use]
    pub fn slug() -> ObjectBuilder {
        string(
            "Its name in URLs: lower-case letters and digits, with single hyphens between them; never in the form of \
             a hyphenated UUID. Unique among live ones.",
        )
        .min_length(Some(1))
        .max_length(Some(SLUG_MAX_LENGTH))
        .pattern(Some(SLUG_PATTERN))
        .examples([json!("acme")])
    }

    /// `name`
    #[must_use]
    pub fn name() -> ObjectBuilder {
        string(
            "Its name for people, without control characters. White space is trimmed from both ends before the \
             characters are counted.",
        )
        .min_length(Some(1))
        .max_length(Some(NAME_MAX_LENGTH))
        .pattern(Some(NAME_PATTERN))
        .examples([json!("Acme, Inc.")])
    }

    /// `external_id`
    #[must_use]
    pub fn external_id() -> ObjectBuilder {
        string(
            "What the user is called in the system that knows it first: an identity provider's `sub`, say. Unique, \
             compared character by character, and never changed. No control characters, and no white space at its \
             ends.",
        )
        .min_length(Some(1))
        .max_length(Some(EXTERNAL_ID_MAX_LENGTH))
        .pattern(Some(EXTERNAL_ID_PATTERN))
        .examples([json!("auth0|5f7c8ec7c33c6c004bbafe82")])
    }

    /// `external_id` of an organization
    #[must_use]
    pub fn external_id_of_organization() -> ObjectBuilder {
        external_id()
            .description(Some(
                "What the organization is called in the system that knows it first: a billing system's customer, say. \
                 Unique among live ones, and compared character by character. No control characters, and no white space \
                 at its ends. One that is called nothing has no such member.",
            ))
            .examples([json!("cus_NffrFeUfNV2Hib")])
    }

    /// The same where null clears it
    #[must_use]
    pub fn nullable_external_id() -> ObjectBuilder {
        or_null(external_id_of_organization())
    }

    /// An e-mail address
    #[must_use]
    pub fn email() -> ObjectBuilder {
        string("An e-mail address, kept as it is written. No two users have one that differs in case alone.")
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)))
            .max_length(Some(EMAIL_MAX_LENGTH))
            .examples([json!("ada@example.com")])
    }

    /// `email` of a user
    #[must_use]
    pub fn nullable_email() -> ObjectBuilder {
        or_null(email())
    }

    /// `name` of a user
    #[must_use]
    pub fn nullable_name() -> ObjectBuilder {
        or_null(name()).examples([json!("Ada Lovelace")])
    }

    /// `joined_at`
    #[must_use]
    pub fn joined_at() -> ObjectBuilder {
        timestamp("When the user became a member.")
    }

    /// `created_at`
    #[must_use]
    pub fn created_at() -> ObjectBuilder {
        timestamp("When it was made: RFC 3339 in UTC, to the millisecond.")
    }

    /// `updated_at`
    #[must_use]
    pub fn updated_at() -> ObjectBuilder {
        timestamp("When it was last changed; never before `created_at`.")
    }

    /// `deleted_at`
    #[must_use]
    pub fn deleted_at() -> ObjectBuilder {
        timestamp("When it was deleted; a live one has no such member.")
    }

    /// `suspended_at`
    #[must_use]
    pub fn suspended_at() -> ObjectBuilder {
        timestamp("When it was suspended; one that is not suspended has no such member.")
    }

    /// What is told to be so, and never not so
    #[must_use]
    pub fn always_true() -> ObjectBuilder {
        ObjectBuilder::new().schema_type(Type::Boolean).description(Some("Always true.")).enum_values(Some([true]))
    }

    /// One of `scopes`
    #[must_use]
    pub fn scope() -> ObjectBuilder {
        string(
            "What a key may be used for. One that begins with `admin:` governs this service and must be known to it: \
             `admin:*`, `admin:read`, `admin:write`, `admin:<resource>:read`, `admin:<resource>:write`, \
             `admin:api-keys:verify`, `admin:providers:reveal`. Every other one is opaque here, and handed to whoever \
             verifies the key.",
        )
        .pattern(Some(SCOPE_PATTERN))
        .examples([json!("admin:organizations:read")])
    }

    /// `scopes`
    #[must_use]
    pub fn scopes() -> ArrayBuilder {
        ArrayBuilder::new()
            .items(scope())
            .description(Some("What the key may be used for, each once. Without any it may do nothing."))
            .max_items(Some(SCOPES_MAX))
    }

    /// `expires_at`
    #[must_use]
    pub fn expires_at() -> ObjectBuilder {
        nullable_timestamp("When the key stops working by itself; null for never.")
    }

    /// `expires_at` in a request
    #[must_use]
    pub fn sent_expires_at() -> ObjectBuilder {
        or_null(string("When the key is to stop working by itself: RFC 3339, in time to come; null for never."))
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .examples([json!("2099-08-24T16:15:22+02:00")])
    }

    /// `request_id`
    #[must_use]
    pub fn request_id() -> ObjectBuilder {
        string("The request's id; the same as the header `X-Request-Id`.")
            .pattern(Some(REQUEST_ID_PATTERN))
            .examples([json!("01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70")])
    }
}
