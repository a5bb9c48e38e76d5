//! Members: the users of an organization or a project, each in a role.

use serde::{Deserialize, Deserializer, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

#[cfg(feature = "openapi")]
use crate::fields;
use crate::{patch::present, text, users::User};

/// A user as a member of an organization or a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    /// The user.
    #[serde(flatten)]
    pub user: User,
    /// Its role.
    #[serde(deserialize_with = "Role::deserialize_any")]
    pub role: Role,
    /// When it became a member.
    #[serde(with = "crate::timestamp")]
    #[cfg_attr(feature = "openapi", schema(schema_with = fields::schema::joined_at))]
    pub joined_at: OffsetDateTime,
}

/// What a member may do: a `member` of an organization reads, an `admin` writes all but who owns the organization and
/// its deletion, an `owner` may do everything. The roles of a project are for other services to heed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Role {
    /// Reads.
    #[default]
    Member,
    /// Reads, and writes all but who owns the organization, and its deletion.
    Admin,
    /// May do everything.
    Owner,
    /// Any other, which an answer of a newer service may have and this version does not know. It is never sent, and no
    /// request can name it.
    #[serde(skip_serializing)]
    Other,
}

impl Role {
    /// Every role that is known, from the least to the greatest.
    pub const ALL: [Self; 3] = [Self::Member, Self::Admin, Self::Owner];

    /// The name on the wire; `other` for one that is not known.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
            Self::Other => "other",
        }
    }

    fn known(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// Reads the role in an answer; for `deserialize_with`.
    pub(crate) fn deserialize_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::read(deserializer, "a role", |text| Some(Self::known(text).unwrap_or(Self::Other)))
    }
}

impl<'de> Deserialize<'de> for Role {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        text::read(deserializer, "owner, admin or member", Self::known)
    }
}

/// Who is to become a member, and in which role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct AddMember {
    /// The user's id.
    #[serde(deserialize_with = "text::id")]
    #[cfg_attr(feature = "openapi", schema(schema_with = fields::schema::user_id))]
    pub user_id: Uuid,
    /// Its role; left out, `member`.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::role, required = false))]
    pub role: Option<Role>,
}

impl AddMember {
    /// The user with this id, as a `member`.
    #[must_use]
    pub const fn new(user_id: Uuid) -> Self {
        Self { user_id, role: None }
    }

    /// The same in `role`.
    #[must_use]
    pub const fn with_role(self, role: Role) -> Self {
        Self { role: Some(role), ..self }
    }
}

/// What is to be changed of a member. What is left out stays as it is; nothing can be null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct UpdateMember {
    /// Its new role.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::role, required = false))]
    pub role: Option<Role>,
}

/// The schemas of the fields, for `schema_with`.
#[cfg(feature = "openapi")]
mod schema {
    use utoipa::{
        ToSchema,
        openapi::{Ref, RefOr, Schema},
    };

    use super::Role;

    /// By reference, for a field that may be left out: an `Option` would let it be null as well.
    pub(super) fn role() -> RefOr<Schema> {
        Ref::from_schema_name(Role::name()).into()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";

    #[test]
    fn a_member_is_the_user_with_its_role() {
        let written = json!({
            "id": ID, "external_id": "42", "email": "ada@example.com", "name": "Ada", "role": "admin",
            "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
            "joined_at": "2019-08-25T14:15:22.000Z",
        });
        let read: Member = serde_json::from_value(written.clone()).unwrap();
        assert_eq!(serde_json::to_value(read).unwrap(), written);
    }

    #[test]
    fn a_role_is_read_as_it_is_written_and_from_text_alone() {
        for role in Role::ALL {
            assert_eq!(serde_json::to_value(role).unwrap(), role.as_str());
            assert_eq!(serde_json::from_value::<Role>(json!(role.as_str())).unwrap(), role);
        }
        for none in [json!("Owner"), json!("other"), json!(""), json!({"owner": null}), json!(["owner"]), json!(null)] {
            assert!(serde_json::from_value::<Role>(none).is_err());
        }
    }

    #[test]
    fn a_role_of_a_newer_service_is_read_in_an_answer_and_sent_in_no_request() {
        let member = json!({
            "id": ID, "external_id": "42", "email": null, "name": null, "role": "observer", "colour": 1,
            "created_at": "2019-08-24T14:15:22.000Z", "updated_at": "2019-08-24T14:15:22.000Z",
            "joined_at": "2019-08-25T14:15:22.000Z",
        });
        assert_eq!(serde_json::from_value::<Member>(member).unwrap().role, Role::Other);
        assert!(serde_json::to_value(UpdateMember { role: Some(Role::Other) }).is_err());
    }

    #[test]
    fn a_user_is_named_by_the_hyphenated_form_of_its_id() {
        let add = |body| serde_json::from_value::<AddMember>(body).ok();
        assert_eq!(add(json!({"user_id": ID})), Some(AddMember { user_id: Uuid::try_parse(ID).unwrap(), role: None }));
        for none in [json!({}), json!({"user_id": ID.replace('-', "")}), json!({"user_id": format!("{{{ID}}}")})] {
            assert_eq!(add(none), None);
        }
        assert_eq!(add(json!({"user_id": ID, "role": null})), None);
        assert!(serde_json::from_value::<UpdateMember>(json!({"role": null})).is_err());
    }
}
