//! What an API key is.

use super::KeyPrefix;
use crate::{
    audit_log::{Audited, Fields, fields},
    authorization::Scopes,
    display_name::DisplayName,
    error::Violation,
    ids::ApiKeyId,
    pagination::{Cursor, Positioned},
    timestamp::Timestamp,
};

/// Whose key it is, and so how far it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The installation itself: the key reaches every organization.
    System,
}

impl Owner {
    /// The owner's kind, as the API and storage name it.
    #[must_use]
    pub const fn type_name(self) -> &'static str {
        match self {
            Self::System => "system",
        }
    }

    /// The owner of this kind.
    ///
    /// # Errors
    /// A [`Violation`] when there is no such kind.
    pub fn parse(type_name: &str) -> Result<Self, Violation> {
        match type_name {
            "system" => Ok(Self::System),
            _ => Err(Violation::new("must be system")),
        }
    }
}

/// An API key, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its identity; never changes.
    pub id: ApiKeyId,
    /// Its name for people.
    pub name: DisplayName,
    /// The beginning of its secret.
    pub key_prefix: KeyPrefix,
    /// Whose key it is.
    pub owner: Owner,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it stops working by itself; `None` for never.
    pub expires_at: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// What a key is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// Its name for people.
    pub name: DisplayName,
    /// Whose key it is.
    pub owner: Owner,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it stops working by itself; must lie ahead.
    pub expires_at: Option<Timestamp>,
}

impl ApiKey {
    /// A new key, made at `now`.
    #[must_use]
    pub fn create(id: ApiKeyId, new: NewApiKey, key_prefix: KeyPrefix, now: Timestamp) -> Self {
        Self {
            id,
            name: new.name,
            key_prefix,
            owner: new.owner,
            scopes: new.scopes,
            expires_at: new.expires_at,
            created_at: now,
            updated_at: now,
            revoked_at: None,
        }
    }

    /// The key as revoked at `now`, or `None` when it is revoked already.
    #[must_use]
    pub fn revoked(&self, now: Timestamp) -> Option<Self> {
        if self.revoked_at.is_some() {
            return None;
        }
        let now = now.max(self.updated_at);
        Some(Self { revoked_at: Some(now), updated_at: now, ..self.clone() })
    }

    /// Whether its time has run out at `now`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl Audited for ApiKey {
    fn audited_fields(&self) -> Fields {
        fields([
            ("name", self.name.as_str().into()),
            ("key_prefix", self.key_prefix.as_str().into()),
            ("owner", fields([("type", self.owner.type_name().into())]).into()),
            ("scopes", self.scopes.iter().map(|scope| scope.as_str().to_owned()).collect::<Vec<_>>().into()),
            ("expires_at", self.expires_at.map(|time| time.to_string()).into()),
            ("revoked_at", self.revoked_at.map(|time| time.to_string()).into()),
        ])
    }
}

impl Positioned for ApiKey {
    fn position(&self) -> Cursor {
        Cursor::new(self.created_at, self.id.uuid())
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(milliseconds).unwrap()
    }

    fn key(expires_at: Option<Timestamp>) -> ApiKey {
        let new = NewApiKey {
            name: DisplayName::parse("ci").unwrap(),
            owner: Owner::System,
            scopes: Scopes::all(),
            expires_at,
        };
        ApiKey::create(ApiKeyId::new(Uuid::nil()), new, KeyPrefix::parse("abcdefgh").unwrap(), at(1_000))
    }

    #[test]
    fn a_second_revocation_keeps_the_time_of_the_first() {
        let revoked = key(None).revoked(at(2_000)).unwrap();
        assert_eq!(revoked.revoked_at, Some(at(2_000)));
        assert_eq!(revoked.revoked(at(3_000)), None);
    }

    #[test]
    fn a_key_ends_with_the_very_millisecond_of_its_expiry() {
        let key = key(Some(at(5_000)));
        assert!(!key.is_expired(at(4_999)));
        assert!(key.is_expired(at(5_000)));
        assert!(!self::key(None).is_expired(Timestamp::MAX));
    }
}
