//! Sealed secrets in storage: whoever can write to it moves none to another row and changes none, without its being seen.

#![cfg(all(feature = "memory", feature = "postgres", feature = "sealing", feature = "sqlite"))]
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::sync::Arc;

use tenancy_adapters::{
    memory::MemoryStorage,
    postgres::PostgresStorage,
    sealing::{EnvelopeSealer, Keyring, MasterKey},
    sqlite::SqliteStorage,
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_domain::{
    DisplayName, Error, ProviderId, Slug,
    access::Access,
    authorization::{Caller, Grant, Permission, ProvidersReveal},
    effects::Effects,
    organizations::{NewOrganization, OrganizationService},
    owners::OwnerRef,
    providers::{
        Models, NewProvider, ProviderApiKey, ProviderConfig, ProviderName, ProviderService, ProviderServiceParts,
        ProviderType,
    },
    sealing::{SealedSecret, Sealer as _, SecretText, StoredSecret, UnsealError},
};
use tenancy_testing::{
    contract::Storage,
    doubles::PredictableMac,
    postgres::{fresh_database, is_left_out},
};

/// How many organizations have a provider, and how many each.
const OWNERS: usize = 3;
const EACH: usize = 2;

/// Some providers, and what keeps their keys.
struct Stored {
    storage: Arc<dyn Storage>,
    sealer: Arc<EnvelopeSealer>,
    providers: ProviderService,
}

fn grant<P: Permission>() -> Grant<P> {
    Caller::command_line().authorize().unwrap()
}

/// The key of the provider with this name.
fn key_of(name: &str) -> String {
    format!("sk-{name}-0123456789")
}

impl Stored {
    async fn within(storage: Arc<dyn Storage>) -> Self {
        storage.use_chain_mac(Arc::new(PredictableMac));
        let random = Arc::new(OsRandom);
        let keyring = Keyring::new(&MasterKey::generate(&OsRandom).unwrap(), &[], Arc::clone(&random) as _).unwrap();
        let sealer = Arc::new(EnvelopeSealer::new(Arc::new(keyring), random));
        let [one, two, three, four] = [(); 4].map(|()| Arc::clone(&storage));
        let access = Access::new(one, two, three, four);
        let effects = Effects::new(Arc::clone(&storage) as _, Arc::new(SystemClock), Arc::new(MonotonicIds::new()));
        let organizations = OrganizationService::new(Arc::clone(&storage) as _, access.clone(), effects.clone());
        let providers = ProviderService::new(ProviderServiceParts {
            repository: Arc::clone(&storage) as _,
            access,
            effects,
            sealer: Arc::clone(&sealer) as _,
            limit_per_organization: 100,
            allow_loopback_http: false,
        });
        for owner in 0..OWNERS {
            let slug = Slug::parse(format!("acme-{owner}")).unwrap();
            let new = NewOrganization::new(slug, DisplayName::parse("Acme").unwrap());
            let organization = organizations.create(&grant(), new).await.unwrap();
            for number in 0..EACH {
                let name = format!("{owner}-{number}");
                let new = NewProvider {
                    name: ProviderName::parse(&name).unwrap(),
                    owner: OwnerRef::Organization(organization.id),
                    provider_type: ProviderType::parse("openai").unwrap(),
                    base_url: None,
                    api_key: Some(ProviderApiKey::parse(SecretText::new(key_of(&name))).unwrap()),
                    config: ProviderConfig::default(),
                    models: Models::default(),
                    is_enabled: true,
                };
                providers.create(&grant(), new).await.unwrap();
            }
        }
        Self { storage, sealer, providers }
    }

    /// What is stored, each in its place.
    async fn secrets(&self) -> Vec<StoredSecret> {
        self.storage.secrets_under(self.sealer.active(), None, 100).await.unwrap()
    }

    async fn reveal(&self, secret: &StoredSecret) -> Result<String, Error> {
        let id = ProviderId::new(secret.place.row_id);
        let grant: Grant<ProvidersReveal> = grant();
        self.providers.reveal(&grant, id).await.map(|secret| secret.expose().to_owned())
    }

    /// Puts `bytes` where `secret` is, looks whether that opens, and puts back what was there.
    async fn opens_as(&self, secret: &StoredSecret, bytes: Vec<u8>) -> bool {
        let put = SealedSecret::new(secret.sealed.master_key_id(), bytes);
        assert!(self.storage.replace_secret(secret, &put).await.unwrap());
        let revealed = self.reveal(secret).await;
        let changed = StoredSecret { place: secret.place, sealed: put };
        assert!(self.storage.replace_secret(&changed, &secret.sealed).await.unwrap());
        match revealed {
            Ok(_) => true,
            Err(error) => {
                let reason = error.cause().unwrap().downcast_ref();
                assert!(matches!(reason, Some(UnsealError::Broken)), "{error:?}");
                false
            }
        }
    }
}

async fn what_is_moved_or_changed_does_not_open(storage: Arc<dyn Storage>) {
    let stored = Stored::within(storage).await;
    let secrets = stored.secrets().await;
    assert_eq!(secrets.len(), OWNERS * EACH);
    let mut shown = Vec::new();
    for secret in &secrets {
        shown.push(stored.reveal(secret).await.unwrap());
        assert!(stored.opens_as(secret, secret.sealed.as_bytes().to_vec()).await);
        for other in secrets.iter().filter(|other| other.place != secret.place) {
            assert!(!stored.opens_as(secret, other.sealed.as_bytes().to_vec()).await, "{:?}", other.place);
        }
        for bit in (0..secret.sealed.as_bytes().len() * 8).step_by(97) {
            let mut bytes = secret.sealed.as_bytes().to_vec();
            bytes[bit / 8] ^= 1 << (bit % 8);
            assert!(!stored.opens_as(secret, bytes).await, "bit {bit}");
        }
    }
    shown.sort();
    let keys: Vec<_> = (0..OWNERS).flat_map(|owner| (0..EACH).map(move |n| key_of(&format!("{owner}-{n}")))).collect();
    assert_eq!(shown, keys);
    assert_eq!(stored.secrets().await, secrets, "all is as it was");
}

#[tokio::test]
async fn in_memory() {
    what_is_moved_or_changed_does_not_open(Arc::new(MemoryStorage::new())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let storage = SqliteStorage::open(&folder.path().join("tenancy.db")).unwrap();
    what_is_moved_or_changed_does_not_open(Arc::new(storage)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn in_postgres() {
    if is_left_out() {
        return;
    }
    let storage = PostgresStorage::connect(&fresh_database()).await.unwrap();
    storage.migrate().await.unwrap();
    what_is_moved_or_changed_does_not_open(Arc::new(storage)).await;
}
