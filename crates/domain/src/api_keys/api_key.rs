//! What an API key is.

use super::KeyPrefix;
use crate::{
    audit_log::{Audited, Fields, Subject, fields},
    authorization::Scopes,
    display_name::DisplayName,
    error::{Error, ResourceType, Violation},
    ids::ApiKeyId,
    owners::{Owner, OwnerRef},
    pagination::{Cursor, Positioned},
    revision::{Revised, Revision},
    timestamp::Timestamp,
};

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
    /// When it was last changed; never before `created_at`.
    pub updated_at: Timestamp,
    /// When it was last shown and found valid, give or take a minute. No change of the key, and so no new version.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last given a new secret.
    pub rotated_at: Option<Timestamp>,
    /// Until when the secret before the last rotation works, or worked; `None` when it ended with the rotation.
    pub rotation_grace_until: Option<Timestamp>,
    /// Counts its writes, from 1.
    pub version: i64,
}

/// What a key is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewApiKey {
    /// Its name for people.
    pub name: DisplayName,
    /// Whom it is to be for.
    pub owner: OwnerRef,
    /// What it may be used for.
    pub scopes: Scopes,
    /// When it stops working by itself; must lie ahead.
    pub expires_at: Option<Timestamp>,
}

/// What is to be changed of a key; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ApiKeyChanges {
    /// The new name for people.
    pub name: Option<DisplayName>,
    /// The new scopes, in the place of all former ones.
    pub scopes: Option<Scopes>,
    /// The new end, which must lie ahead, or `Some(None)` for none.
    pub expires_at: Option<Option<Timestamp>>,
}

/// How long the former secret of a rotated key goes on working: 0 seconds to 7 days, by default one day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GracePeriod(u32);

impl GracePeriod {
    /// None: every older secret ends at once.
    pub const NONE: Self = Self(0);
    /// The longest, in seconds.
    pub const MAX_SECONDS: u32 = 604_800;
    /// What is given where nothing is said, in seconds.
    pub const DEFAULT_SECONDS: u32 = 86_400;

    /// A period of this many seconds.
    ///
    /// # Errors
    /// A [`Violation`] below 0 and above [`GracePeriod::MAX_SECONDS`].
    pub fn from_seconds(seconds: i64) -> Result<Self, Violation> {
        u32::try_from(seconds)
            .ok()
            .filter(|seconds| *seconds <= Self::MAX_SECONDS)
            .map(Self)
            .ok_or_else(|| Violation::new("must be 0 to 604800 seconds"))
    }

    /// The time at which a period that begins at `now` ends; `None` where there is no period.
    fn end(self, now: Timestamp) -> Option<Timestamp> {
        if self == Self::NONE {
            return None;
        }
        let end = now.unix_milliseconds() + i64::from(self.0) * 1_000;
        Some(Timestamp::from_unix_milliseconds(end).unwrap_or(Timestamp::MAX))
    }
}

impl Default for GracePeriod {
    fn default() -> Self {
        Self(Self::DEFAULT_SECONDS)
    }
}

impl ApiKey {
    /// A new key, made at `now`.
    #[must_use]
    pub fn create(id: ApiKeyId, owner: Owner, new: NewApiKey, key_prefix: KeyPrefix, now: Timestamp) -> Self {
        Self {
            id,
            name: new.name,
            key_prefix,
            owner,
            scopes: new.scopes,
            expires_at: new.expires_at,
            created_at: now,
            updated_at: now,
            last_used_at: None,
            revoked_at: None,
            rotated_at: None,
            rotation_grace_until: None,
            version: 1,
        }
    }

    /// The key with `changes` made at `now`, or `None` where they leave everything as it is.
    #[must_use]
    pub fn changed(&self, changes: ApiKeyChanges, now: Timestamp) -> Option<Self> {
        let edited = Self {
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            scopes: changes.scopes.unwrap_or_else(|| self.scopes.clone()),
            expires_at: changes.expires_at.unwrap_or(self.expires_at),
            ..self.clone()
        };
        (edited != *self).then(|| edited.written(now))
    }

    /// The key with a new secret, which begins with `key_prefix`. The one before works until the grace ends.
    ///
    /// # Errors
    /// [`Error::Conflict`] when it is revoked or expired, or while the grace of a former rotation runs, unless this one
    /// has none: then all older secrets end at once.
    pub fn rotated(&self, key_prefix: KeyPrefix, grace: GracePeriod, now: Timestamp) -> Result<Self, Error> {
        if self.revoked_at.is_some() {
            return Err(Error::Conflict("a revoked key cannot be rotated".into()));
        }
        if self.is_expired(now) {
            return Err(Error::Conflict("an expired key cannot be rotated".into()));
        }
        if grace != GracePeriod::NONE && self.rotation_grace_until.is_some_and(|end| end > now) {
            return Err(Error::Conflict(
                "the secret before the last rotation still works; wait until its grace ends, or rotate with a grace of \
                 0 seconds"
                    .into(),
            ));
        }
        let written = self.written(now);
        Ok(Self {
            key_prefix,
            rotated_at: Some(written.updated_at),
            rotation_grace_until: grace.end(written.updated_at),
            ..written
        })
    }

    /// The key as revoked at `now`, or `None` when it is revoked already.
    #[must_use]
    pub fn revoked(&self, now: Timestamp) -> Option<Self> {
        if self.revoked_at.is_some() {
            return None;
        }
        let written = self.written(now);
        Some(Self { revoked_at: Some(written.updated_at), ..written })
    }

    /// The next version of the row. The clock may have stepped back since the last one; the row's time never does.
    fn written(&self, now: Timestamp) -> Self {
        Self { updated_at: now.max(self.updated_at), version: self.version + 1, ..self.clone() }
    }

    /// Whether its time has run out at `now`.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl Audited for ApiKey {
    fn subject(&self) -> Subject {
        Subject { id: self.id.uuid(), organization: self.owner.organization(), project: self.owner.project() }
    }

    fn audited_fields(&self) -> Fields {
        fields([
            ("name", self.name.as_str().into()),
            ("key_prefix", self.key_prefix.as_str().into()),
            ("owner", self.owner.audited_fields().into()),
            ("scopes", self.scopes.iter().map(|scope| scope.as_str().to_owned()).collect::<Vec<_>>().into()),
            ("expires_at", self.expires_at.map(|time| time.to_string()).into()),
            ("revoked_at", self.revoked_at.map(|time| time.to_string()).into()),
            ("rotated_at", self.rotated_at.map(|time| time.to_string()).into()),
            ("rotation_grace_until", self.rotation_grace_until.map(|time| time.to_string()).into()),
        ])
    }
}

impl Revised for ApiKey {
    const KIND: ResourceType = ResourceType::ApiKey;

    fn revision(&self) -> Revision {
        Revision::new(Self::KIND, &[self.id.uuid()], &[self.version])
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
            owner: OwnerRef::System,
            scopes: Scopes::all(),
            expires_at,
        };
        ApiKey::create(ApiKeyId::new(Uuid::nil()), Owner::System, new, prefix("abcdefgh"), at(1_000))
    }

    fn prefix(text: &str) -> KeyPrefix {
        KeyPrefix::parse(text).unwrap()
    }

    fn seconds(seconds: i64) -> GracePeriod {
        GracePeriod::from_seconds(seconds).unwrap()
    }

    #[test]
    fn a_grace_period_is_bounded() {
        for good in [0, 1, 86_400, 604_800] {
            assert!(GracePeriod::from_seconds(good).is_ok());
        }
        for bad in [-1, 604_801, i64::MIN, i64::MAX] {
            assert!(GracePeriod::from_seconds(bad).is_err());
        }
        assert_eq!(GracePeriod::default(), seconds(86_400));
    }

    #[test]
    fn a_rotation_keeps_the_id_and_tells_until_when_the_former_secret_works() {
        let rotated = key(None).rotated(prefix("ijklmnop"), seconds(60), at(2_000)).unwrap();
        assert_eq!(rotated.id, key(None).id);
        assert_eq!(rotated.key_prefix, prefix("ijklmnop"));
        assert_eq!((rotated.rotated_at, rotated.rotation_grace_until), (Some(at(2_000)), Some(at(62_000))));
        assert_eq!(rotated.version, 2);
    }

    #[test]
    fn while_a_grace_runs_only_a_rotation_without_one_is_taken() {
        let rotated = key(None).rotated(prefix("ijklmnop"), seconds(60), at(2_000)).unwrap();
        let again = |grace, now| rotated.rotated(prefix("qrstuvwx"), grace, at(now));
        assert!(matches!(again(seconds(60), 61_999), Err(Error::Conflict(_))));
        assert!(again(seconds(60), 62_000).is_ok());
        assert_eq!(again(GracePeriod::NONE, 3_000).unwrap().rotation_grace_until, None);
    }

    #[test]
    fn a_key_that_works_no_more_is_not_rotated() {
        let rotate = |key: ApiKey| key.rotated(prefix("ijklmnop"), GracePeriod::NONE, at(5_000));
        assert!(matches!(rotate(key(None).revoked(at(2_000)).unwrap()), Err(Error::Conflict(_))));
        assert!(matches!(rotate(key(Some(at(5_000)))), Err(Error::Conflict(_))));
        assert!(rotate(key(Some(at(5_001)))).is_ok());
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        let same = ApiKeyChanges { name: Some(key(None).name), expires_at: Some(None), ..ApiKeyChanges::default() };
        assert_eq!(key(None).changed(same, at(2_000)), None);
        let cleared = ApiKeyChanges { expires_at: Some(None), ..ApiKeyChanges::default() };
        let cleared = key(Some(at(9_000))).changed(cleared, at(2_000)).unwrap();
        assert_eq!((cleared.expires_at, cleared.updated_at, cleared.version), (None, at(2_000), 2));
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
