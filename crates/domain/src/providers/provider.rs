//! What a dynamic provider is.

use super::{BaseUrl, Models, ProviderApiKey, ProviderConfig, ProviderName, ProviderOwner, ProviderType, SealedApiKey};
use crate::{
    audit_log::{Audited, Change, Fields, Subject, fields},
    error::{Error, ResourceType, Violation},
    ids::ProviderId,
    owners::OwnerRef,
    pagination::{Cursor, Positioned},
    revision::{Revised, Revision},
    sealing::SealingContext,
    timestamp::Timestamp,
};

/// A dynamic provider: a configuration that the services of its owner read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DynamicProvider {
    /// Its identity; never changes.
    pub id: ProviderId,
    /// Its name; unique among those of its owner.
    pub name: ProviderName,
    /// Whose it is; never changes.
    pub owner: ProviderOwner,
    /// What kind of provider it is for; never changes.
    pub provider_type: ProviderType,
    /// Where the provider is reached; `None` for where its kind is.
    pub base_url: Option<BaseUrl>,
    /// The key that the provider asks for, sealed.
    pub api_key: Option<SealedApiKey>,
    /// What else its callers must know.
    pub config: ProviderConfig,
    /// The models that it is for.
    pub models: Models,
    /// Whether it is to be used; it is up to its readers to heed it.
    pub is_enabled: bool,
    /// When it was made; never changes.
    pub created_at: Timestamp,
    /// When it was last changed; never before `created_at`. That its key was wrapped anew is no change.
    pub updated_at: Timestamp,
    /// Counts its writes, from 1.
    pub version: i64,
}

/// What a provider is made from.
#[derive(Debug, Clone)]
pub struct NewProvider {
    /// Its name.
    pub name: ProviderName,
    /// Whose it is to be: not the installation's.
    pub owner: OwnerRef,
    /// What kind of provider it is for.
    pub provider_type: ProviderType,
    /// Where the provider is reached.
    pub base_url: Option<BaseUrl>,
    /// The key that the provider asks for.
    pub api_key: Option<ProviderApiKey>,
    /// What else its callers must know.
    pub config: ProviderConfig,
    /// The models that it is for.
    pub models: Models,
    /// Whether it is to be used.
    pub is_enabled: bool,
}

/// What is to be changed of a provider; what is `None` stays as it is. `K` is the key: in the clear as the caller sends
/// it, sealed as it is written.
#[derive(Debug, Clone)]
pub struct ProviderChanges<K = ProviderApiKey> {
    /// The new name.
    pub name: Option<ProviderName>,
    /// Where the provider is reached from now on, or `Some(None)` for where its kind is. Takes `api_key` too where there
    /// is a key.
    pub base_url: Option<Option<BaseUrl>>,
    /// The new key, or `Some(None)` for none. Each key that is sent is a change, also the one that is there.
    pub api_key: Option<Option<K>>,
    /// The new configuration, in the place of all of the former one.
    pub config: Option<ProviderConfig>,
    /// The new models, in the place of all former ones.
    pub models: Option<Models>,
    /// Whether it is to be used from now on.
    pub is_enabled: Option<bool>,
}

// Derived, it would ask the same of `K`.
impl<K> Default for ProviderChanges<K> {
    fn default() -> Self {
        Self { name: None, base_url: None, api_key: None, config: None, models: None, is_enabled: None }
    }
}

impl DynamicProvider {
    /// A new provider of an owner, made at `now`, whose key was sealed for [`DynamicProvider::place_of_key`].
    #[must_use]
    pub fn create(
        id: ProviderId,
        owner: ProviderOwner,
        new: NewProvider,
        api_key: Option<SealedApiKey>,
        now: Timestamp,
    ) -> Self {
        let NewProvider { name, owner: _, provider_type, base_url, api_key: _, config, models, is_enabled } = new;
        Self {
            id,
            name,
            owner,
            provider_type,
            base_url,
            api_key,
            config,
            models,
            is_enabled,
            created_at: now,
            updated_at: now,
            version: 1,
        }
    }

    /// The place that the key of the provider with this id is sealed for. It stays the same for good.
    #[must_use]
    pub fn place_of_key(id: ProviderId, owner: ProviderOwner) -> SealingContext {
        SealingContext {
            table: "providers",
            column: "api_key",
            org_id: owner.owner().organization(),
            row_id: id.uuid(),
        }
    }

    /// The provider with `changes` made at `now`, or `None` where they leave everything as it is.
    ///
    /// # Errors
    /// [`Error::Invalid`] of `api_key` when `base_url` changes while there is a key, and no word of the key is sent: the
    /// key that was meant for one host must not go to another one.
    pub fn changed(&self, changes: ProviderChanges<SealedApiKey>, now: Timestamp) -> Result<Option<Self>, Error> {
        let base_url = changes.base_url.unwrap_or_else(|| self.base_url.clone());
        if base_url != self.base_url && self.api_key.is_some() && changes.api_key.is_none() {
            return Err(Violation::new("must be sent again when base_url changes").of("api_key"));
        }
        let edited = Self {
            name: changes.name.unwrap_or_else(|| self.name.clone()),
            base_url,
            api_key: changes.api_key.unwrap_or_else(|| self.api_key.clone()),
            config: changes.config.unwrap_or_else(|| self.config.clone()),
            models: changes.models.unwrap_or_else(|| self.models.clone()),
            is_enabled: changes.is_enabled.unwrap_or(self.is_enabled),
            ..self.clone()
        };
        // The clock may have stepped back since the last write; the row's time never does.
        let written = Self { updated_at: now.max(self.updated_at), version: self.version + 1, ..edited.clone() };
        Ok((edited != *self).then_some(written))
    }

    /// What the audit log tells of the change from this provider to `after`. Of the keys it tells whether there is one, and
    /// that one took the place of another.
    pub(super) fn change_to(&self, after: &Self) -> Change {
        let change = Change::updated(self, after);
        match (&self.api_key, &after.api_key) {
            (Some(former), Some(new)) if former != new => change.and_after("api_key_replaced", true.into()),
            _ => change,
        }
    }
}

impl Audited for DynamicProvider {
    fn subject(&self) -> Subject {
        let owner = self.owner.owner();
        Subject { id: self.id.uuid(), organization: owner.organization(), project: owner.project() }
    }

    fn audited_fields(&self) -> Fields {
        fields([
            ("name", self.name.as_str().into()),
            ("owner", self.owner.owner().audited_fields().into()),
            ("provider_type", self.provider_type.as_str().into()),
            ("base_url", self.base_url.as_ref().map(BaseUrl::as_str).into()),
            ("has_api_key", self.api_key.is_some().into()),
            ("config", self.config.members().clone().into()),
            ("models", self.models.to_strings().into()),
            ("is_enabled", self.is_enabled.into()),
        ])
    }
}

impl Revised for DynamicProvider {
    const KIND: ResourceType = ResourceType::DynamicProvider;

    fn revision(&self) -> Revision {
        Revision::new(Self::KIND, &[self.id.uuid()], &[self.version])
    }
}

impl Positioned for DynamicProvider {
    fn position(&self) -> Cursor {
        Cursor::new(self.created_at, self.id.uuid())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use uuid::Uuid;

    use super::*;
    use crate::{
        ids::OrganizationId,
        providers::{LastFour, ModelName},
        sealing::{MasterKeyId, SealedSecret},
    };

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(milliseconds).unwrap()
    }

    fn url(text: &str) -> BaseUrl {
        BaseUrl::parse(text).unwrap()
    }

    fn key(bytes: &[u8]) -> SealedApiKey {
        let sealed = SealedSecret::new(MasterKeyId::new([1; 8]), bytes.to_vec());
        SealedApiKey { sealed, last_four: Some(LastFour::parse("1234").unwrap()) }
    }

    fn provider(api_key: Option<SealedApiKey>) -> DynamicProvider {
        let organization = OrganizationId::new(Uuid::from_u128(1));
        let new = NewProvider {
            name: ProviderName::parse("main").unwrap(),
            owner: OwnerRef::Organization(organization),
            provider_type: ProviderType::parse("openai").unwrap(),
            base_url: Some(url("https://api.example.com/v1")),
            api_key: None,
            config: ProviderConfig::parse_json(r#"{"region":"eu"}"#).unwrap(),
            models: Models::new([ModelName::parse("gpt").unwrap()]).unwrap(),
            is_enabled: true,
        };
        let id = ProviderId::new(Uuid::from_u128(2));
        DynamicProvider::create(id, ProviderOwner::Organization(organization), new, api_key, at(1_000))
    }

    type Changes = ProviderChanges<SealedApiKey>;

    #[test]
    fn what_changes_nothing_is_no_change() {
        let provider = provider(Some(key(b"one")));
        let same = Changes {
            name: Some(provider.name.clone()),
            base_url: Some(provider.base_url.clone()),
            api_key: None,
            config: Some(provider.config.clone()),
            models: Some(provider.models.clone()),
            is_enabled: Some(true),
        };
        for changes in [Changes::default(), same] {
            assert_eq!(provider.changed(changes, at(2_000)).unwrap(), None);
        }
        let cleared = Changes { api_key: Some(None), ..Changes::default() };
        assert_eq!(self::provider(None).changed(cleared, at(2_000)).unwrap(), None);
    }

    #[test]
    fn another_host_takes_the_key_again_where_there_is_one() {
        let elsewhere = || Changes { base_url: Some(Some(url("https://other.example.com"))), ..Changes::default() };
        for changes in [elsewhere(), Changes { base_url: Some(None), ..Changes::default() }] {
            let refusal = provider(Some(key(b"one"))).changed(changes, at(2_000)).unwrap_err();
            assert!(matches!(&refusal, Error::Invalid { field, .. } if field == "api_key"), "{refusal:?}");
        }
        for api_key in [Some(key(b"two")), None] {
            let changes = Changes { api_key: Some(api_key.clone()), ..elsewhere() };
            let moved = provider(Some(key(b"one"))).changed(changes, at(2_000)).unwrap().unwrap();
            assert_eq!((moved.api_key, moved.version), (api_key, 2));
        }
        assert!(provider(None).changed(elsewhere(), at(2_000)).unwrap().is_some());
    }

    #[test]
    fn times_do_not_step_back_with_the_clock() {
        let changes = Changes { is_enabled: Some(false), ..Changes::default() };
        let disabled = provider(None).changed(changes, at(500)).unwrap().unwrap();
        assert_eq!((disabled.updated_at, disabled.is_enabled, disabled.version), (at(1_000), false, 2));
    }

    #[test]
    fn of_a_key_the_audit_log_tells_that_it_came_went_or_was_replaced() {
        let told = |before: Option<&[u8]>, after: Option<&[u8]>| {
            let change = provider(before.map(key)).change_to(&provider(after.map(key)));
            let details = change.into_details(&json!(null));
            serde_json::from_str::<serde_json::Value>(&details).unwrap()
        };
        let change = |before, after| json!({"owner": null, "before": before, "after": after});
        assert_eq!(told(None, Some(b"one")), change(json!({"has_api_key": false}), json!({"has_api_key": true})));
        assert_eq!(told(Some(b"one"), None), change(json!({"has_api_key": true}), json!({"has_api_key": false})));
        assert_eq!(told(Some(b"one"), Some(b"two")), change(json!({}), json!({"api_key_replaced": true})));
        assert_eq!(told(Some(b"one"), Some(b"one")), change(json!({}), json!({})));
    }
}
