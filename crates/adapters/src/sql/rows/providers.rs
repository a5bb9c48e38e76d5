//! Rows of `providers`.

use diesel::prelude::*;
use tenancy_domain::{
    Error, OrganizationId, ProjectId, ProviderId, UserId,
    owners::Owner,
    providers::{
        BaseUrl, DynamicProvider, LastFour, ModelName, Models, ProviderConfig, ProviderName, ProviderOwner,
        ProviderType, SealedApiKey,
    },
    sealing::{MasterKeyId, SealedSecret, StoredSecret},
};

use super::broken;
use crate::sql::{
    schema::providers,
    types::{SqlId, SqlInstant},
};

#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = providers, treat_none_as_default_value = false)]
pub(crate) struct ProviderRow {
    id: SqlId,
    #[diesel(embed)]
    owner: ProviderOwnerRow,
    provider_type: String,
    created_at: SqlInstant,
    #[diesel(embed)]
    editable: EditableProviderRow,
}

/// Whose it is.
#[derive(Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = providers, treat_none_as_default_value = false)]
pub(crate) struct ProviderOwnerRow {
    org_id: Option<SqlId>,
    project_id: Option<SqlId>,
    user_id: Option<SqlId>,
}

/// What a write may change.
#[derive(Debug, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = providers, treat_none_as_null = true, treat_none_as_default_value = false)]
pub(crate) struct EditableProviderRow {
    name: String,
    base_url: Option<String>,
    api_key: Option<Vec<u8>>,
    api_key_master_key: Option<String>,
    api_key_last4: Option<String>,
    config: String,
    models: String,
    is_enabled: bool,
    updated_at: SqlInstant,
    version: i64,
}

/// What is to be known of a sealed key.
#[derive(Debug, Queryable, Selectable)]
#[diesel(table_name = providers)]
pub(crate) struct ProviderSecretRow {
    id: SqlId,
    #[diesel(embed)]
    owner: ProviderOwnerRow,
    api_key: Option<Vec<u8>>,
    api_key_master_key: Option<String>,
}

impl From<ProviderOwner> for ProviderOwnerRow {
    fn from(owner: ProviderOwner) -> Self {
        let owner: Owner = owner.into();
        Self {
            org_id: owner.organization().map(|id| SqlId(id.uuid())),
            project_id: owner.project().map(|id| SqlId(id.uuid())),
            user_id: owner.user().map(|id| SqlId(id.uuid())),
        }
    }
}

impl ProviderOwnerRow {
    fn read(&self, id: ProviderId) -> Result<ProviderOwner, Error> {
        let organization = self.org_id.map(|id| OrganizationId::new(id.0));
        let project = self.project_id.map(|id| ProjectId::new(id.0));
        let user = self.user_id.map(|id| UserId::new(id.0));
        match (organization, project, user) {
            (Some(organization), None, None) => Ok(ProviderOwner::Organization(organization)),
            (Some(organization), Some(project), None) => Ok(ProviderOwner::Project { organization, project }),
            (None, None, Some(user)) => Ok(ProviderOwner::User(user)),
            _ => Err(broken("providers", id, "org_id", "does not go with the ids beside it")),
        }
    }
}

/// The sealed key that these two columns hold; `None` where they hold none.
fn sealed(id: ProviderId, bytes: Option<Vec<u8>>, master_key: Option<&str>) -> Result<Option<SealedSecret>, Error> {
    let broken = |reason: &dyn std::fmt::Display| broken("providers", id, "api_key_master_key", reason);
    match (bytes, master_key) {
        (None, None) => Ok(None),
        (Some(bytes), Some(master_key)) => {
            let master_key = MasterKeyId::parse(master_key).map_err(|reason| broken(&reason))?;
            Ok(Some(SealedSecret::new(master_key, bytes)))
        }
        _ => Err(broken(&"does not go with api_key")),
    }
}

impl From<&DynamicProvider> for EditableProviderRow {
    fn from(provider: &DynamicProvider) -> Self {
        let key = provider.api_key.as_ref();
        Self {
            name: provider.name.as_str().to_owned(),
            base_url: provider.base_url.as_ref().map(|url| url.as_str().to_owned()),
            api_key: key.map(|key| key.sealed.as_bytes().to_vec()),
            api_key_master_key: key.map(|key| key.sealed.master_key_id().to_string()),
            api_key_last4: key.and_then(|key| key.last_four.as_ref()).map(|four| four.as_str().to_owned()),
            config: provider.config.to_json(),
            models: serde_json::Value::from(provider.models.to_strings()).to_string(),
            is_enabled: provider.is_enabled,
            updated_at: SqlInstant(provider.updated_at),
            version: provider.version,
        }
    }
}

impl From<&DynamicProvider> for ProviderRow {
    fn from(provider: &DynamicProvider) -> Self {
        Self {
            id: SqlId(provider.id.uuid()),
            owner: provider.owner.into(),
            provider_type: provider.provider_type.as_str().to_owned(),
            created_at: SqlInstant(provider.created_at),
            editable: provider.into(),
        }
    }
}

impl TryFrom<ProviderRow> for DynamicProvider {
    type Error = Error;

    fn try_from(row: ProviderRow) -> Result<Self, Error> {
        let id = ProviderId::new(row.id.0);
        let editable = row.editable;
        let base_url = editable.base_url.as_deref().map(BaseUrl::parse).transpose();
        let last_four = editable.api_key_last4.as_deref().map(LastFour::parse).transpose();
        let last_four = last_four.map_err(|reason| broken("providers", id, "api_key_last4", reason))?;
        let api_key = sealed(id, editable.api_key, editable.api_key_master_key.as_deref())?;
        Ok(Self {
            id,
            name: ProviderName::parse(&editable.name).map_err(|reason| broken("providers", id, "name", reason))?,
            owner: row.owner.read(id)?,
            provider_type: ProviderType::parse(row.provider_type)
                .map_err(|reason| broken("providers", id, "provider_type", reason))?,
            base_url: base_url.map_err(|reason| broken("providers", id, "base_url", reason))?,
            api_key: api_key.map(|sealed| SealedApiKey { sealed, last_four }),
            config: ProviderConfig::parse_json(&editable.config)
                .map_err(|reason| broken("providers", id, "config", reason))?,
            models: models(&editable.models)
                .ok_or_else(|| broken("providers", id, "models", "is no list of models"))?,
            is_enabled: editable.is_enabled,
            created_at: row.created_at.0,
            updated_at: editable.updated_at.0,
            version: editable.version,
        })
    }
}

fn models(text: &str) -> Option<Models> {
    let serde_json::Value::Array(items) = serde_json::from_str(text).ok()? else { return None };
    let names = items.iter().map(|item| ModelName::parse(item.as_str()?).ok());
    Models::new(names.collect::<Option<Vec<_>>>()?).ok()
}

impl TryFrom<ProviderSecretRow> for StoredSecret {
    type Error = Error;

    fn try_from(row: ProviderSecretRow) -> Result<Self, Error> {
        let id = ProviderId::new(row.id.0);
        let sealed = sealed(id, row.api_key, row.api_key_master_key.as_deref())?;
        let sealed = sealed.ok_or_else(|| broken("providers", id, "api_key", "is not there"))?;
        Ok(Self { place: DynamicProvider::place_of_key(id, row.owner.read(id)?), sealed })
    }
}
