//! Mounts the API in an `App` of one's own, with storage in memory: `cargo run -p tenancy-api --example mount`.
//!
//! It prints an address and a key that may do everything, and forgets all when it ends.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::sync::Arc;

use actix_web::{App, HttpServer};
use tenancy_adapters::{
    memory::MemoryStorage,
    sealing::{ChainHmac, EnvelopeSealer, Keyring, MasterKey},
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_api::{Api, Envelope, Limits, Parts, TrustedProxies};
use tenancy_domain::{
    DisplayName,
    access::Access,
    api_keys::{
        ApiKeyService, ApiKeyServiceParts, Authenticator, CredentialCache, CredentialNotices, Credentials, KeyUsage,
        NewApiKey,
    },
    audit_log::{AuditLogService, ChainKey, ChainKeyRepository},
    authorization::{Caller, Scopes},
    effects::Effects,
    members::{MemberService, MemberServiceParts},
    organizations::OrganizationService,
    owners::OwnerRef,
    projects::{ProjectService, ProjectServiceParts},
    providers::{ProviderService, ProviderServiceParts},
    sealing::Sealer,
    users::UserService,
};

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let storage = Arc::new(MemoryStorage::new());
    // What is kept for good has its key sealed beside it (`ChainKeys`); this one is gone with what it is for.
    storage.use_chain_mac(ChainHmac::shared(&ChainKey::generate(&OsRandom)?));
    let (clock, ids) = (Arc::new(SystemClock), Arc::new(MonotonicIds::new()));
    let usage = Arc::new(KeyUsage::new());
    let access = Access::new(storage.clone(), storage.clone(), storage.clone(), storage.clone());
    let effects = Effects::new(storage.clone(), clock.clone(), ids.clone());
    let cache = Arc::new(CredentialCache::new());
    storage.subscribe(&cache);
    let credentials = Credentials::cached(storage.clone(), cache);
    let api_keys = ApiKeyService::new(ApiKeyServiceParts {
        repository: storage.clone(),
        credentials: credentials.clone(),
        access: access.clone(),
        effects: effects.clone(),
        secrets: Arc::new(OsRandom),
        usage: usage.clone(),
        limit_per_organization: 500,
    });
    let name = DisplayName::parse("example")?;
    let new = NewApiKey { name, owner: OwnerRef::System, scopes: Scopes::all(), expires_at: None };
    let issued = api_keys.create(&Caller::command_line().authorize()?, new).await?;

    // What it seals is forgotten with the key.
    let keyring = Keyring::new(&MasterKey::generate(&OsRandom)?, &[], Arc::new(OsRandom))?;
    let sealer: Arc<dyn Sealer> = Arc::new(EnvelopeSealer::new(Arc::new(keyring), Arc::new(OsRandom)));
    let providers = ProviderService::new(ProviderServiceParts {
        repository: storage.clone(),
        access: access.clone(),
        effects: effects.clone(),
        sealer: sealer.clone(),
        limit_per_organization: 100,
        allow_loopback_http: true,
    });

    let api = Api::new(Parts {
        organizations: OrganizationService::new(storage.clone(), access.clone(), effects.clone()),
        projects: ProjectService::new(ProjectServiceParts {
            repository: storage.clone(),
            access: access.clone(),
            effects: effects.clone(),
            limit_per_organization: 1_000,
        }),
        users: UserService::new(storage.clone(), effects.clone()),
        members: MemberService::new(MemberServiceParts {
            repository: storage.clone(),
            access: access.clone(),
            effects,
            limit_per_organization: 10_000,
        }),
        api_keys,
        providers,
        audit_log: AuditLogService::new(storage.clone(), access.clone()),
        access,
        authenticator: Authenticator::new(credentials, clock.clone(), usage),
        sealer,
        storage_health: storage,
        clock,
        ids,
        limits: Limits::default(),
        trusted_proxies: TrustedProxies::default(),
    });
    let server = HttpServer::new(move || {
        App::new().wrap(Envelope::new(api.clone())).configure(tenancy_api::configure(api.clone()))
    });
    let server = server.bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("curl -H 'Authorization: Bearer {}' http://{address}/admin/v1/organizations", issued.secret.expose());
    }
    server.run().await?;
    Ok(())
}
