//! Whose a thing is: the `owner` of API keys and of dynamic providers.

use std::{fmt, marker::PhantomData};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{self, MapAccess, Visitor, value::MapAccessDeserializer},
};
use uuid::Uuid;

use crate::{
    patch::present,
    text::{self, Id},
};

/// Whose a thing is.
///
/// It is read strictly, as requests are: the member that the type calls for, and no other. Answers read it by
/// `lenient`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum Owner {
    /// The installation itself.
    System,
    /// An organization.
    Organization {
        /// Its id.
        org_id: Uuid,
    },
    /// A project.
    Project {
        /// Its id.
        project_id: Uuid,
    },
    /// A user.
    User {
        /// Its id.
        user_id: Uuid,
    },
}

/// Whose a dynamic provider is: anybody's but the installation's. It is read as strictly as an [`Owner`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum ProviderOwner {
    /// An organization.
    Organization {
        /// Its id.
        org_id: Uuid,
    },
    /// A project.
    Project {
        /// Its id.
        project_id: Uuid,
    },
    /// A user.
    User {
        /// Its id.
        user_id: Uuid,
    },
}

/// A kind of owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum OwnerType {
    /// The installation itself.
    System,
    /// An organization.
    Organization,
    /// A project.
    Project,
    /// A user.
    User,
}

impl OwnerType {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::System, Self::Organization, Self::Project, Self::User];
    /// Every kind that dynamic providers can be of.
    const OF_PROVIDERS: [Self; 3] = [Self::Organization, Self::Project, Self::User];

    /// The name on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Organization => "organization",
            Self::Project => "project",
            Self::User => "user",
        }
    }

    /// The one member beside `type` that an owner of this kind has.
    const fn id_member(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Organization => Some("org_id"),
            Self::Project => Some("project_id"),
            Self::User => Some("user_id"),
        }
    }
}

/// All members that owners have, of which the type is one of `T`. Derived on [`Owner`], reading would keep what comes
/// before the type for later, and so forget at which path a mistake is; and it would let a system have any members.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Members<T> {
    r#type: T,
    #[serde(default, deserialize_with = "present")]
    org_id: Option<Id>,
    #[serde(default, deserialize_with = "present")]
    project_id: Option<Id>,
    #[serde(default, deserialize_with = "present")]
    user_id: Option<Id>,
}

/// Reads an owner, of which the type is one of `T`.
fn read<'de, D, T>(deserializer: D) -> Result<Owner, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Into<OwnerType>,
{
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de> + Into<OwnerType>> Visitor<'de> for Object<T> {
        type Value = Owner;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object")
        }

        fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Owner, A::Error> {
            Members::<T>::deserialize(MapAccessDeserializer::new(map))?.owner()
        }
    }

    // Not as a struct, which would take an array for an object.
    deserializer.deserialize_map(Object::<T>(PhantomData))
}

impl<'de> Deserialize<'de> for Owner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        read::<D, OwnerType>(deserializer)
    }
}

impl<'de> Deserialize<'de> for ProviderOwner {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match read::<D, ProviderOwnerType>(deserializer)? {
            Owner::Organization { org_id } => Ok(Self::Organization { org_id }),
            Owner::Project { project_id } => Ok(Self::Project { project_id }),
            Owner::User { user_id } => Ok(Self::User { user_id }),
            // Its type is not read.
            Owner::System => Err(de::Error::custom("another owner")),
        }
    }
}

impl<T: Into<OwnerType>> Members<T> {
    fn owner<E: de::Error>(self) -> Result<Owner, E> {
        let ids = [("org_id", self.org_id), ("project_id", self.project_id), ("user_id", self.user_id)];
        let kind: OwnerType = self.r#type.into();
        let expected = kind.id_member();
        if let Some((surplus, _)) = ids.iter().find(|(name, id)| id.is_some() && Some(*name) != expected) {
            return Err(E::custom(format_args!("surplus field `{surplus}`")));
        }
        let id = |id: Option<Id>, name| id.map(|Id(id)| id).ok_or_else(|| E::missing_field(name));
        Ok(match kind {
            OwnerType::System => Owner::System,
            OwnerType::Organization => Owner::Organization { org_id: id(self.org_id, "org_id")? },
            OwnerType::Project => Owner::Project { project_id: id(self.project_id, "project_id")? },
            OwnerType::User => Owner::User { user_id: id(self.user_id, "user_id")? },
        })
    }
}

/// Reads the owner in an answer, where what a newer service may have added is passed over; for `deserialize_with`.
pub(crate) mod lenient {
    use serde::{Deserialize, Deserializer, de};
    use uuid::Uuid;

    use super::{Owner, OwnerType, ProviderOwner};

    #[derive(Deserialize)]
    struct Members {
        r#type: OwnerType,
        #[serde(default)]
        org_id: Option<Uuid>,
        #[serde(default)]
        project_id: Option<Uuid>,
        #[serde(default)]
        user_id: Option<Uuid>,
    }

    impl Members {
        fn owner<E: de::Error>(self) -> Result<Owner, E> {
            let id = |id: Option<Uuid>, name| id.ok_or_else(|| E::missing_field(name));
            Ok(match self.r#type {
                OwnerType::System => Owner::System,
                OwnerType::Organization => Owner::Organization { org_id: id(self.org_id, "org_id")? },
                OwnerType::Project => Owner::Project { project_id: id(self.project_id, "project_id")? },
                OwnerType::User => Owner::User { user_id: id(self.user_id, "user_id")? },
            })
        }
    }

    /// Reads an owner.
    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Owner, D::Error> {
        Members::deserialize(deserializer)?.owner()
    }

    /// Reads the owner of a provider.
    pub(crate) fn of_provider<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ProviderOwner, D::Error> {
        match deserialize(deserializer)? {
            Owner::System => Err(de::Error::custom("a provider cannot be the installation's")),
            Owner::Organization { org_id } => Ok(ProviderOwner::Organization { org_id }),
            Owner::Project { project_id } => Ok(ProviderOwner::Project { project_id }),
            Owner::User { user_id } => Ok(ProviderOwner::User { user_id }),
        }
    }

    /// Reads an owner, or null.
    pub(crate) fn option<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Owner>, D::Error> {
        Option::<Members>::deserialize(deserializer)?.map(Members::owner).transpose()
    }
}

impl<'de> Deserialize<'de> for OwnerType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| Self::ALL.into_iter().find(|known| known.as_str() == text);
        text::read(deserializer, "system, organization, project or user", parse)
    }
}

/// A kind of owner that dynamic providers can be of.
struct ProviderOwnerType(OwnerType);

impl From<ProviderOwnerType> for OwnerType {
    fn from(ProviderOwnerType(kind): ProviderOwnerType) -> Self {
        kind
    }
}

impl<'de> Deserialize<'de> for ProviderOwnerType {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let parse = |text: &str| OwnerType::OF_PROVIDERS.into_iter().find(|known| known.as_str() == text).map(Self);
        text::read(deserializer, "organization, project or user", parse)
    }
}

#[cfg(feature = "openapi")]
mod schema {
    use std::borrow::Cow;

    use serde_json::json;
    use utoipa::{
        PartialSchema, ToSchema,
        openapi::{
            ObjectBuilder, OneOfBuilder, Ref, RefOr, Schema,
            schema::{AdditionalProperties, Discriminator, Type},
        },
    };

    use super::{Owner, OwnerType, ProviderOwner};
    use crate::fields::schema;

    impl PartialSchema for Owner {
        fn schema() -> RefOr<Schema> {
            let description = "Whose it is: the installation's own, an organization's, a project's or a user's.";
            one_of(OwnerType::ALL, description)
        }
    }

    impl ToSchema for Owner {
        fn name() -> Cow<'static, str> {
            Cow::Borrowed("Owner")
        }

        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.extend(OwnerType::ALL.map(|kind| (name(kind).to_owned(), owner_of(kind).into())));
        }
    }

    impl PartialSchema for ProviderOwner {
        fn schema() -> RefOr<Schema> {
            one_of(OwnerType::OF_PROVIDERS, "Whose it is: an organization's, a project's or a user's.")
        }
    }

    impl ToSchema for ProviderOwner {
        fn name() -> Cow<'static, str> {
            Cow::Borrowed("ProviderOwner")
        }

        fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
            schemas.extend(OwnerType::OF_PROVIDERS.map(|kind| (name(kind).to_owned(), owner_of(kind).into())));
        }
    }

    fn one_of<const N: usize>(kinds: [OwnerType; N], description: &str) -> RefOr<Schema> {
        let mapping = kinds.map(|kind| {
            let Ref { ref_location, .. } = Ref::from_schema_name(name(kind));
            (kind.as_str(), ref_location)
        });
        kinds
            .into_iter()
            .fold(OneOfBuilder::new(), |one_of, kind| one_of.item(Ref::from_schema_name(name(kind))))
            .discriminator(Some(Discriminator::with_mapping("type", mapping)))
            .description(Some(description))
            .into()
    }

    /// The name of the schema of the owners of a kind. Each has one, so that the clients that are made from the document
    /// have types with names that say what they are.
    const fn name(kind: OwnerType) -> &'static str {
        match kind {
            OwnerType::System => "SystemOwner",
            OwnerType::Organization => "OrganizationOwner",
            OwnerType::Project => "ProjectOwner",
            OwnerType::User => "UserOwner",
        }
    }

    fn owner_of(kind: OwnerType) -> ObjectBuilder {
        let description = match kind {
            OwnerType::System => "The installation itself.",
            OwnerType::Organization => "An organization.",
            OwnerType::Project => "A project.",
            OwnerType::User => "A user.",
        };
        let type_name = ObjectBuilder::new().schema_type(Type::String).enum_values(Some([kind.as_str()]));
        let object = ObjectBuilder::new()
            .description(Some(description))
            .property("type", type_name)
            .required("type")
            .additional_properties(Some(AdditionalProperties::<Schema>::FreeForm(false)));
        match kind.id_member() {
            None => object.examples([json!({"type": kind.as_str()})]),
            Some(member) => object.property(member, schema::id()).required(member),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const ID: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";

    fn read(text: &str) -> Result<Owner, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn every_kind_is_read_as_it_is_written_whatever_the_order() {
        let id = Uuid::try_parse(ID).unwrap();
        for (owner, written) in [
            (Owner::System, json!({"type": "system"})),
            (Owner::Organization { org_id: id }, json!({"type": "organization", "org_id": ID})),
            (Owner::Project { project_id: id }, json!({"type": "project", "project_id": ID})),
            (Owner::User { user_id: id }, json!({"type": "user", "user_id": ID})),
        ] {
            assert_eq!(serde_json::to_value(owner).unwrap(), written);
            assert_eq!(serde_json::from_value::<Owner>(written).unwrap(), owner);
        }
        let reversed = format!(r#"{{"org_id":"{ID}","type":"organization"}}"#);
        assert_eq!(read(&reversed), Ok(Owner::Organization { org_id: id }));
    }

    #[test]
    fn a_provider_is_of_any_kind_of_owner_but_the_installation() {
        let id = Uuid::try_parse(ID).unwrap();
        for (owner, written) in [
            (ProviderOwner::Organization { org_id: id }, json!({"type": "organization", "org_id": ID})),
            (ProviderOwner::Project { project_id: id }, json!({"type": "project", "project_id": ID})),
            (ProviderOwner::User { user_id: id }, json!({"type": "user", "user_id": ID})),
        ] {
            assert_eq!(serde_json::to_value(owner).unwrap(), written);
            assert_eq!(serde_json::from_value::<ProviderOwner>(written).unwrap(), owner);
        }
        let refusal = serde_json::from_value::<ProviderOwner>(json!({"type": "system"})).unwrap_err().to_string();
        assert!(refusal.contains("expected organization, project or user"), "{refusal}");
    }

    #[test]
    fn an_answer_may_tell_more_of_an_owner_but_not_less() {
        let read = |text: &str| lenient::deserialize(&mut serde_json::Deserializer::from_str(text)).ok();
        let owner = Owner::User { user_id: Uuid::try_parse(ID).unwrap() };
        assert_eq!(read(&format!(r#"{{"colour":1,"type":"user","user_id":"{ID}","org_id":null}}"#)), Some(owner));
        assert_eq!(read(r#"{"type":"user"}"#), None);
    }

    #[test]
    fn what_does_not_go_with_the_type_is_refused() {
        for (text, error) in [
            (r"{}".to_owned(), "missing field `type`"),
            (r#"{"type":"organization"}"#.to_owned(), "missing field `org_id`"),
            (format!(r#"{{"type":"system","org_id":"{ID}"}}"#), "surplus field `org_id`"),
            (format!(r#"{{"user_id":"{ID}","type":"project","project_id":"{ID}"}}"#), "surplus field `user_id`"),
            (r#"{"type":"system","colour":1}"#.to_owned(), "unknown field `colour`"),
            (r#"{"type":"system","type":"system"}"#.to_owned(), "duplicate field `type`"),
            (r#"{"type":"tenant"}"#.to_owned(), "invalid value: another text, expected system, organization"),
            (r#"{"type":{"system":null}}"#.to_owned(), "invalid type: map, expected system, organization"),
            (r#"{"type":"user","user_id":null}"#.to_owned(), "invalid type: null, expected a UUID"),
            (format!(r#"{{"type":"user","user_id":"{{{ID}}}"}}"#), "invalid value: another text, expected a UUID"),
            (r#"["system"]"#.to_owned(), "invalid type: sequence, expected an object"),
        ] {
            let refusal = read(&text).unwrap_err();
            assert!(refusal.starts_with(error), "{text}: {refusal}");
        }
    }
}
