//! The full check: it reads every table, and tells of each row that somebody changed for the worse.
#![cfg(all(feature = "postgres", feature = "sealing", feature = "sqlite"))]
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

use std::sync::Arc;

use diesel::{Connection, SqliteConnection, connection::SimpleConnection};
use tenancy_adapters::{
    postgres::PostgresStorage,
    sealing::{EnvelopeSealer, Keyring, MasterKey},
    sqlite::SqliteStorage,
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_domain::{
    DisplayName, ExternalId, Slug,
    access::Access,
    api_keys::{ApiKeyRepository, ApiKeyService, ApiKeyServiceParts, Credentials, KeyUsage, NewApiKey},
    audit_log::ChainKeyRepository,
    authorization::{Caller, Grant, Permission, Scopes},
    effects::Effects,
    members::{MemberOfRef, MemberRepository, MemberService, MemberServiceParts, Role},
    organizations::{
        NewOrganization, OrganizationChanges, OrganizationRef, OrganizationRepository, OrganizationService,
    },
    owners::{OwnerRef, OwnerRepository},
    projects::{NewProject, ProjectRef, ProjectRepository, ProjectService, ProjectServiceParts},
    providers::{
        Models, NewProvider, ProviderApiKey, ProviderConfig, ProviderName, ProviderRepository, ProviderService,
        ProviderServiceParts, ProviderType,
    },
    sealing::SecretText,
    unit_of_work::UnitOfWork,
    users::{NewUser, UserRepository, UserService},
};
use tenancy_testing::{
    doubles::PredictableMac,
    postgres::{fresh_database, is_left_out},
};

/// How many of each thing there may be.
const LIMIT: u64 = 10;

fn grant<P: Permission>() -> Grant<P> {
    Caller::command_line().authorize().unwrap()
}

fn name(text: &str) -> DisplayName {
    DisplayName::parse(text).unwrap()
}

/// Makes the organizations acme, which had another slug before, and other, and of acme the project web with a key, a
/// dynamic provider and a member, and the project app.
async fn fill<S>(storage: Arc<S>)
where
    S: OrganizationRepository
        + ProjectRepository
        + UserRepository
        + MemberRepository
        + OwnerRepository
        + ApiKeyRepository
        + ProviderRepository
        + ChainKeyRepository
        + UnitOfWork
        + 'static,
{
    storage.use_chain_mac(Arc::new(PredictableMac));
    let access = Access::new(storage.clone(), storage.clone(), storage.clone(), storage.clone());
    let effects = Effects::new(storage.clone(), Arc::new(SystemClock), Arc::new(MonotonicIds::new()));

    let organizations = OrganizationService::new(storage.clone(), access.clone(), effects.clone());
    for text in ["acme-before", "other"] {
        let new = NewOrganization::new(Slug::parse(text).unwrap(), name(text));
        organizations.create(&grant(), new).await.unwrap();
    }
    let changes = OrganizationChanges { slug: Slug::parse("acme").ok(), ..OrganizationChanges::default() };
    organizations.update(&grant(), OrganizationRef::parse("acme-before").unwrap(), changes).await.unwrap();
    let acme = OrganizationRef::parse("acme").unwrap();

    let projects = ProjectService::new(ProjectServiceParts {
        repository: storage.clone(),
        access: access.clone(),
        effects: effects.clone(),
        limit_per_organization: LIMIT,
    });
    let project = |slug, text| NewProject::new(Slug::parse(slug).unwrap(), name(text));
    let web = projects.create(&grant(), &acme, project("web", "Web")).await.unwrap();
    projects.create(&grant(), &acme, project("app", "App")).await.unwrap();

    let users = UserService::new(storage.clone(), effects.clone());
    let new = NewUser { external_id: ExternalId::parse("ada").unwrap(), email: None, name: None };
    let ada = users.create(&grant(), new).await.unwrap();

    let members = MemberService::new(MemberServiceParts {
        repository: storage.clone(),
        access: access.clone(),
        effects: effects.clone(),
        limit_per_organization: LIMIT,
    });
    let of_project = MemberOfRef::Project(acme.clone(), ProjectRef::Id(web.id));
    for of in [MemberOfRef::Organization(acme), of_project] {
        members.add(&grant(), &of, ada.id, Role::Member).await.unwrap();
    }

    let keyring = Keyring::new(&MasterKey::generate(&OsRandom).unwrap(), &[], Arc::new(OsRandom)).unwrap();
    let providers = ProviderService::new(ProviderServiceParts {
        repository: storage.clone(),
        access: access.clone(),
        effects: effects.clone(),
        sealer: Arc::new(EnvelopeSealer::new(Arc::new(keyring), Arc::new(OsRandom))),
        limit_per_organization: LIMIT,
        allow_loopback_http: false,
    });
    let new = NewProvider {
        name: ProviderName::parse("main").unwrap(),
        owner: OwnerRef::Project(web.id),
        provider_type: ProviderType::parse("openai").unwrap(),
        base_url: None,
        api_key: Some(ProviderApiKey::parse(SecretText::new("sk-0".to_owned())).unwrap()),
        config: ProviderConfig::default(),
        models: Models::default(),
        is_enabled: true,
    };
    providers.create(&grant(), new).await.unwrap();

    let api_keys = ApiKeyService::new(ApiKeyServiceParts {
        repository: storage.clone(),
        credentials: Credentials::uncached(storage),
        access,
        effects,
        secrets: Arc::new(OsRandom),
        usage: Arc::new(KeyUsage::new()),
        limit_per_organization: LIMIT,
    });
    let owner = OwnerRef::Project(web.id);
    let new = NewApiKey { name: name("key"), owner, scopes: Scopes::default(), expires_at: None };
    api_keys.create(&grant(), new).await.unwrap();
}

/// What is done to the rows, one after another, and the words of what is found from then on.
const DAMAGE: [(&str, &[&str]); 14] = [
    ("DELETE FROM organization_terms WHERE term = 'other'", &["of organizations is not found by its words"]),
    (
        "INSERT INTO organization_terms (org_id, term) SELECT id, 'strayed' FROM users",
        &["organization_terms has words of a row"],
    ),
    (
        "INSERT INTO organization_terms (org_id, term) SELECT id, 'foreign' FROM organizations WHERE slug = 'acme'",
        &["of organizations is found by words that it does not have"],
    ),
    (
        "INSERT INTO project_terms (project_id, org_id, term) SELECT id, id, 'strayed' FROM users",
        &["project_terms has words of a row"],
    ),
    ("DELETE FROM project_terms WHERE term = 'app'", &["of projects is not found by its words"]),
    (
        "UPDATE organization_aliases SET slug = 'other' WHERE slug = 'acme-before'",
        &["the former slug other is that of a live organization"],
    ),
    (
        "UPDATE organizations SET deleted_at = created_at WHERE slug = 'acme'",
        &["the former slug other leads to no live"],
    ),
    ("UPDATE organization_members SET role = 'king'", &["of organization_members is broken: role"]),
    ("UPDATE project_members SET role = 'king'", &["of project_members is broken: role"]),
    (
        "UPDATE projects SET org_id = (SELECT id FROM organizations WHERE slug = 'other') WHERE slug = 'web';
         UPDATE project_terms SET org_id = (SELECT id FROM organizations WHERE slug = 'other') WHERE term = 'web'",
        &["the API key", "the dynamic provider", "in another organization"],
    ),
    ("UPDATE projects SET slug = 'No Slug' WHERE slug = 'web'", &["of projects is broken: slug"]),
    ("UPDATE users SET external_id = ' '", &["of users is broken: external_id"]),
    ("UPDATE api_keys SET owner_type = 'user'", &["of api_keys is broken: owner_type"]),
    ("UPDATE providers SET api_key_master_key = 'x'", &["of providers is broken: api_key_master_key"]),
];

/// Damages the rows and has it found.
async fn damage(execute: impl AsyncFn(&'static str), findings: impl AsyncFn() -> Vec<String>) {
    assert_eq!(findings().await, Vec::<String>::new());
    let mut expected: Vec<&str> = Vec::new();
    for (statement, words) in DAMAGE {
        execute(statement).await;
        expected.extend(words);
        let found = findings().await;
        assert_eq!(found.len(), expected.len(), "{statement}: {found:?}");
        for words in &expected {
            assert!(found.iter().any(|finding| finding.contains(words)), "{statement}: {words} in {found:?}");
        }
    }
}

#[tokio::test]
async fn finds_what_is_broken_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tenancy.db");
    let storage = SqliteStorage::open(&file).unwrap();
    fill(Arc::new(storage.clone())).await;
    let execute = async |statement: &'static str| {
        SqliteConnection::establish(file.to_str().unwrap()).unwrap().batch_execute(statement).unwrap();
    };
    damage(execute, async || storage.full_check().await.unwrap()).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn finds_what_is_broken_in_postgres() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    let storage = PostgresStorage::connect(&url).await.unwrap();
    storage.migrate().await.unwrap();
    fill(Arc::new(storage.clone())).await;
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    tokio::spawn(connection);
    let execute = async |statement: &'static str| client.batch_execute(statement).await.unwrap();
    damage(execute, async || storage.full_check().await.unwrap()).await;
}
