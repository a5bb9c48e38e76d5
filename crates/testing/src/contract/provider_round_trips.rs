//! What is stored of a dynamic provider comes back as it was, whatever it is.

use std::sync::Arc;

use tenancy_domain::{
    Timestamp,
    owners::Owner,
    providers::{
        BaseUrl, DynamicProvider, LastFour, ModelName, Models, ProviderConfig, ProviderFilter, ProviderName,
        ProviderType, SealedApiKey,
    },
    sealing::{MasterKeyId, SealedSecret},
};

use super::{
    Storage,
    round_trips::names,
    steps::{
        at, base_url, config, find_provider, insert, insert_project, insert_provider, insert_user, list_providers,
        organization, owner_of, project, provider, provider_name, user,
    },
};

async fn acme(storage: &dyn Storage) -> Owner {
    let acme = organization("acme");
    insert(storage, &acme).await.unwrap();
    Owner::Organization(acme.id)
}

async fn comes_back(storage: &dyn Storage, made: &DynamicProvider) {
    insert_provider(storage, made).await.unwrap();
    assert_eq!(find_provider(storage, made.id).await.unwrap(), *made);
}

/// Names and models of any script and of the full length, no model and as many as there may be; every kind of type.
pub async fn names_and_models_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let owner = acme(&*storage).await;
    let all: Vec<ModelName> = names().iter().map(|name| ModelName::parse(name.as_str()).unwrap()).collect();
    for (n, name) in names().into_iter().enumerate() {
        let short: String = name.as_str().chars().take(ProviderName::MAX_LENGTH - 3).collect();
        let models = Models::new(all.iter().skip(n).cloned()).unwrap();
        let made = DynamicProvider { name: provider_name(&format!("{n:02} {short}")), models, ..provider(owner, "x") };
        comes_back(&*storage, &made).await;
    }
    let many = Models::new((0..Models::MAX).rev().map(|n| ModelName::parse(format!("model {n}")).unwrap())).unwrap();
    for (n, models) in [Models::default(), many].into_iter().enumerate() {
        comes_back(&*storage, &DynamicProvider { models, ..provider(owner, &format!("models {n}")) }).await;
    }
    for text in ["0", "a-b_c", &"z".repeat(64)] {
        let provider_type = ProviderType::parse(text).unwrap();
        comes_back(&*storage, &DynamicProvider { provider_type, ..provider(owner, text) }).await;
    }
}

/// Configurations of every kind of value, of characters that mean something to some database, and of the full size; URLs
/// of the full length and none.
pub async fn configurations_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let owner = acme(&*storage).await;
    let long = format!(r#"{{"a":"{}"}}"#, "ä".repeat((ProviderConfig::MAX_BYTES - 8) / 2));
    for (n, text) in [
        "{}",
        r#"{"":{"a":[null,true,false,0,-1,1.5,1e300,18446744073709551615,-9223372036854775808]}}"#,
        r#"{"\u0000":"\u0000\u001f\u007f\u2028","'; DROP TABLE providers; --":"%_\\'\"$1?:name","🦀":"\ud83e\udd80"}"#,
        r#"{"b":1,"a":2,"1":1.0,"deep":[[[[[[1]]]]]]}"#,
        &long,
    ]
    .into_iter()
    .enumerate()
    {
        let made = DynamicProvider { config: config(text), ..provider(owner, &format!("config {n}")) };
        comes_back(&*storage, &made).await;
    }
    let long = format!("https://api.example.com/{}", "a".repeat(BaseUrl::MAX_LENGTH - 24));
    for (n, url) in
        [None, Some("http://localhost:11434"), Some("https://[2001:db8::1]/%20'"), Some(&*long)].into_iter().enumerate()
    {
        let made = DynamicProvider { base_url: url.map(base_url), ..provider(owner, &format!("url {n}")) };
        comes_back(&*storage, &made).await;
    }
}

/// Sealed keys of any bytes and of every length come back byte by byte, with every kind of owner, and so does none.
pub async fn keys_and_owners_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let (acme, ada) = (organization("acme"), user("ada"));
    let web = project(&acme, "web");
    insert(&*storage, &acme).await.unwrap();
    insert_project(&*storage, &web).await.unwrap();
    insert_user(&*storage, &ada).await.unwrap();
    for owner in [Owner::Organization(acme.id), owner_of(&web), Owner::User(ada.id)] {
        for (n, (id, bytes, last_four)) in [
            ([0; 8], vec![], None),
            ([0xff; 8], (0..=255).collect::<Vec<u8>>(), Some("!~'\"")),
            (*b"\0'\\\xff\x80 %_", vec![0; 40_000], Some("1234")),
        ]
        .into_iter()
        .enumerate()
        {
            let sealed = SealedSecret::new(MasterKeyId::new(id), bytes);
            let api_key = SealedApiKey { sealed, last_four: last_four.map(|text| LastFour::parse(text).unwrap()) };
            let made = DynamicProvider { api_key: Some(api_key), ..provider(owner, &format!("key {n}")) };
            comes_back(&*storage, &made).await;
        }
        comes_back(&*storage, &DynamicProvider { api_key: None, is_enabled: false, ..provider(owner, "none") }).await;
    }
}

/// Times come back to the millisecond, from the first to the last that there is, and versions up to the largest.
pub async fn times_and_versions_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let owner = acme(&*storage).await;
    let unix = |milliseconds| Timestamp::from_unix_milliseconds(milliseconds).unwrap();
    let times = [Timestamp::MIN, unix(-1), unix(0), unix(1), at(0), at(1), at(999), Timestamp::MAX];
    let versions = [1, i64::from(i32::MAX) + 1, i64::MAX];
    let mut expected = Vec::new();
    for (n, time) in times.into_iter().enumerate() {
        let version = versions[n % versions.len()];
        let name = format!("p{n}");
        let made = DynamicProvider { created_at: time, updated_at: time, version, ..provider(owner, &name) };
        comes_back(&*storage, &made).await;
        expected.insert(0, made);
    }
    assert_eq!(list_providers(&*storage, ProviderFilter::All).await, expected);
}
