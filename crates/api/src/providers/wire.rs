//! From the wire's words for dynamic providers to the domain's, and back.

use tenancy_api_types::{json::JsonObject, owner, providers as wire, secret::Secret};
use tenancy_domain::{
    Error, OrganizationId, ProjectId, UserId, Violation,
    owners::OwnerRef,
    providers::{
        BaseUrl, DynamicProvider, ModelName, Models, ProviderApiKey, ProviderConfig, ProviderName, ProviderOwner,
    },
    sealing::SecretText,
};

use crate::timestamp::to_wire_time;

/// A provider without its key.
pub(super) fn to_wire(provider: DynamicProvider) -> wire::DynamicProvider {
    let last_four = provider.api_key.as_ref().and_then(|key| key.last_four.as_ref());
    wire::DynamicProvider {
        id: provider.id.uuid(),
        name: provider.name.into(),
        owner: owner_to_wire(provider.owner),
        provider_type: provider.provider_type.into(),
        base_url: provider.base_url.map(Into::into),
        has_api_key: provider.api_key.is_some(),
        api_key_last4: last_four.map(|four| four.as_str().to_owned()),
        config: JsonObject(provider.config.into()),
        models: provider.models.to_strings(),
        is_enabled: provider.is_enabled,
        created_at: to_wire_time(provider.created_at),
        updated_at: to_wire_time(provider.updated_at),
    }
}

fn owner_to_wire(owner: ProviderOwner) -> owner::ProviderOwner {
    match owner {
        ProviderOwner::Organization(id) => owner::ProviderOwner::Organization { org_id: id.uuid() },
        ProviderOwner::Project { project, .. } => owner::ProviderOwner::Project { project_id: project.uuid() },
        ProviderOwner::User(id) => owner::ProviderOwner::User { user_id: id.uuid() },
    }
}

/// Whose a provider is to be.
pub(super) fn owner_from_wire(owner: owner::ProviderOwner) -> OwnerRef {
    match owner {
        owner::ProviderOwner::Organization { org_id } => OwnerRef::Organization(OrganizationId::new(org_id)),
        owner::ProviderOwner::Project { project_id } => OwnerRef::Project(ProjectId::new(project_id)),
        owner::ProviderOwner::User { user_id } => OwnerRef::User(UserId::new(user_id)),
    }
}

/// A name.
///
/// # Errors
/// [`Error::Invalid`] of `name`.
pub(super) fn name_from_wire(name: &str) -> Result<ProviderName, Error> {
    ProviderName::parse(name).map_err(|violation| violation.of("name"))
}

/// A URL that may be null.
///
/// # Errors
/// [`Error::Invalid`] of `base_url`.
pub(super) fn base_url_from_wire(url: Option<String>) -> Result<Option<BaseUrl>, Error> {
    url.map(|url| BaseUrl::parse(&url)).transpose().map_err(|violation: Violation| violation.of("base_url"))
}

/// A key that may be null.
///
/// # Errors
/// [`Error::Invalid`] of `api_key`.
pub(super) fn api_key_from_wire(key: Option<Secret>) -> Result<Option<ProviderApiKey>, Error> {
    let parse = |key: Secret| ProviderApiKey::parse(SecretText::new(key.into_text()));
    key.map(parse).transpose().map_err(|violation| violation.of("api_key"))
}

/// A configuration.
///
/// # Errors
/// [`Error::Invalid`] of `config`, or of a member of it.
pub(super) fn config_from_wire(JsonObject(members): JsonObject) -> Result<ProviderConfig, Error> {
    ProviderConfig::new(members)
}

/// The models.
///
/// # Errors
/// [`Error::Invalid`] of `models` when there are too many, and of `models[2]` for one that is none.
pub(super) fn models_from_wire(sent: Vec<String>) -> Result<Models, Error> {
    // The domain counts each model once; the document's bound is that of the list as it is sent.
    if sent.len() > Models::MAX {
        return Err(Violation::new("must not have more than 500 models").of("models"));
    }
    let models = sent
        .into_iter()
        .enumerate()
        .map(|(index, model)| ModelName::parse(model).map_err(|violation| violation.of(format!("models[{index}]"))));
    Models::new(models.collect::<Result<Vec<_>, _>>()?).map_err(|violation| violation.of("models"))
}

#[cfg(test)]
mod tests {
    use tenancy_domain::providers::{LastFour, ProviderType};

    use super::*;

    /// The numbers and names stand in the domain, which rules, and in the wire types, which only tell: they must agree.
    #[test]
    fn the_wire_types_tell_the_domains_bounds() {
        assert_eq!(wire::NAME_MAX_LENGTH, ProviderName::MAX_LENGTH);
        assert_eq!(wire::PROVIDER_TYPE_PATTERN, ProviderType::PATTERN);
        assert_eq!(wire::BASE_URL_MAX_LENGTH, BaseUrl::MAX_LENGTH);
        assert_eq!(wire::API_KEY_MAX_LENGTH, ProviderApiKey::MAX_LENGTH);
        assert_eq!(wire::API_KEY_LAST4_PATTERN, LastFour::PATTERN);
        assert_eq!(wire::MODELS_MAX, Models::MAX);
        assert_eq!(wire::MODEL_MAX_LENGTH, ModelName::MAX_LENGTH);
    }

    #[test]
    fn a_bad_model_is_named_by_its_place_and_the_list_is_bounded_as_it_is_sent() {
        let field = |sent: &[&str]| match models_from_wire(sent.iter().map(ToString::to_string).collect()) {
            Ok(_) => None,
            Err(Error::Invalid { field, .. }) => Some(field.into_owned()),
            Err(other) => panic!("{other}"),
        };
        assert_eq!(field(&["a", "b", "a"]), None);
        assert_eq!(field(&["a", "b", ""]).as_deref(), Some("models[2]"));
        assert_eq!(field(&["a"; 500]), None);
        assert_eq!(field(&["a"; 501]).as_deref(), Some("models"));
    }
}
