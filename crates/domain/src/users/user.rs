//! What a user is.

use super::Email;
use crate::{
    audit_log::{Audited, Fields, Subject, fields},
    display_name::DisplayName,
    error::ResourceType,
    external_id::ExternalId,
    ids::UserId,
    pagination::{Cursor, Positioned},
    revision::{Revised, Revision},
    timestamp::Timestamp,
};

/// A user: someone who can be a member of organizations and projects. Users belong to the installation, not to a
/// tenant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// Its identity; never changes.
    pub id: UserId,
    /// What it is called elsewhere; unique, and never changes.
    pub external_id: ExternalId,
    /// Its e-mail address, which no other user has, in whatever case.
    pub email: Option<Email>,
    /// Its name for people.
    pub name: Option<DisplayName>,
    /// When it was made; never changes.
    pub created_at: Timestamp,
    /// When it was last changed; never before `created_at`.
    pub updated_at: Timestamp,
    /// Counts its writes, from 1.
    pub version: i64,
}

/// What a user is made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewUser {
    /// What it is called elsewhere.
    pub external_id: ExternalId,
    /// Its e-mail address.
    pub email: Option<Email>,
    /// Its name for people.
    pub name: Option<DisplayName>,
}

/// What is to be changed of a user; what is `None` stays as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UserChanges {
    /// The new e-mail address, or `Some(None)` for none.
    pub email: Option<Option<Email>>,
    /// The new name for people, or `Some(None)` for none.
    pub name: Option<Option<DisplayName>>,
}

impl User {
    /// A new user, made at `now`.
    #[must_use]
    pub fn create(id: UserId, new: NewUser, now: Timestamp) -> Self {
        let NewUser { external_id, email, name } = new;
        Self { id, external_id, email, name, created_at: now, updated_at: now, version: 1 }
    }

    /// The user with `changes` made at `now`, or `None` where they leave everything as it is.
    #[must_use]
    pub fn changed(&self, changes: UserChanges, now: Timestamp) -> Option<Self> {
        let edited = Self {
            email: changes.email.unwrap_or_else(|| self.email.clone()),
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            ..self.clone()
        };
        // The clock may have stepped back since the last write; the row's time never does.
        let written = |user: Self| Self { updated_at: now.max(user.updated_at), version: user.version + 1, ..user };
        (edited != *self).then(|| written(edited))
    }
}

impl Audited for User {
    fn subject(&self) -> Subject {
        Subject { id: self.id.uuid(), organization: None, project: None }
    }

    fn audited_fields(&self) -> Fields {
        fields([
            ("external_id", self.external_id.as_str().into()),
            ("email", self.email.as_ref().map(Email::as_str).into()),
            ("name", self.name.as_ref().map(DisplayName::as_str).into()),
        ])
    }
}

impl Revised for User {
    const KIND: ResourceType = ResourceType::User;

    fn revision(&self) -> Revision {
        Revision::new(Self::KIND, &[self.id.uuid()], &[self.version])
    }
}

impl Positioned for User {
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

    fn ada() -> User {
        let new = NewUser {
            external_id: ExternalId::parse("42").unwrap(),
            email: Some(Email::parse("ada@example.com").unwrap()),
            name: None,
        };
        User::create(UserId::new(Uuid::nil()), new, at(1_000))
    }

    #[test]
    fn what_is_not_sent_stays_and_null_clears() {
        let named = UserChanges { name: Some(DisplayName::parse("Ada").ok()), ..UserChanges::default() };
        let named = ada().changed(named, at(2_000)).unwrap();
        assert_eq!((named.email.clone(), named.updated_at, named.version), (ada().email, at(2_000), 2));
        let cleared = named.changed(UserChanges { email: Some(None), ..UserChanges::default() }, at(500)).unwrap();
        assert_eq!((cleared.email, cleared.name, cleared.updated_at), (None, named.name, at(2_000)));
    }

    #[test]
    fn what_changes_nothing_is_no_change() {
        assert_eq!(ada().changed(UserChanges::default(), at(2_000)), None);
        assert_eq!(ada().changed(UserChanges { email: Some(ada().email), name: Some(None) }, at(2_000)), None);
        let recased = UserChanges { email: Some(Email::parse("Ada@example.com").ok()), ..UserChanges::default() };
        assert!(ada().changed(recased, at(2_000)).is_some(), "written otherwise, it is shown otherwise");
    }
}
