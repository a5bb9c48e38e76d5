//! What is stored comes back as it was, whatever it is.

use std::{net::IpAddr, sync::Arc};

use tenancy_domain::{
    AuditEntryId, Deleted, DisplayName, OrganizationId, Slug, Timestamp,
    api_keys::ApiKey,
    audit_log::{ActorType, AuditAction, AuditRecord},
    authorization::{Scope, Scopes},
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    owners::Owner,
    pagination::PageRequest,
    unit_of_work::{Outcome, UnitOfWorkExt},
};
use uuid::Uuid;

use super::{
    Storage,
    steps::{
        api_key, api_key_of, at, chain_of, delete, entries, everything, find, find_by_hash, find_by_slug, fresh_id,
        fresh_secret, insert, insert_key, name, organization, record, replace_secret, slug,
    },
};

/// Names of any script, of the full length, and of characters that mean something to some database.
pub(super) fn names() -> Vec<DisplayName> {
    let texts = [
        "a",
        "Grüße aus Köln",
        "日本語 العربية עברית हिन्दी",
        "🦀👩‍👩‍👧‍👦🏳️‍🌈",
        "e\u{301} is not é",
        "\u{fffd}\u{10ffff}\u{200b}",
        r#"%_\'"`;--/*$1?:name{}[]<>&"#,
        "'; DROP TABLE organizations; --",
        r"\0 \n \x00",
        "NULL",
        "1e3",
    ];
    let long = ["a", "ß", "🦀", "'"].map(|character| character.repeat(DisplayName::MAX_LENGTH));
    texts.into_iter().map(name).chain(long.iter().map(|text| name(text))).collect()
}

/// A name comes back character by character.
pub async fn names_come_back_as_they_were(storage: Arc<dyn Storage>) {
    for (n, name) in names().into_iter().enumerate() {
        let acme = Organization { name: name.clone(), ..organization(&format!("acme-{n}")) };
        insert(&*storage, &acme).await.unwrap();
        assert_eq!(find(&*storage, acme.id).await.unwrap(), acme);
        let (key, hash) = api_key("key");
        let key = ApiKey { name, ..key };
        insert_key(&*storage, &key, &hash).await.unwrap();
        assert_eq!(find_by_hash(&*storage, &hash).await, Some(key));
    }
}

/// A slug of the shortest and of the full length, and one that looks like a number.
pub async fn slugs_come_back_as_they_were(storage: Arc<dyn Storage>) {
    for text in ["a", "0", "0123", "a-1-b-2", "null", &"z".repeat(Slug::MAX_LENGTH)] {
        let acme = Organization { slug: slug(text), ..organization("acme") };
        insert(&*storage, &acme).await.unwrap();
        assert_eq!(find_by_slug(&*storage, &slug(text)).await.unwrap(), acme);
    }
}

/// Every time comes back to the millisecond, from the first to the last that there is.
pub async fn times_come_back_to_the_millisecond(storage: Arc<dyn Storage>) {
    let unix = |milliseconds| Timestamp::from_unix_milliseconds(milliseconds).unwrap();
    let times = [Timestamp::MIN, unix(-1), unix(0), unix(1), at(0), at(1), at(999), Timestamp::MAX];
    let mut expected = Vec::new();
    for (n, time) in times.into_iter().enumerate() {
        let acme = Organization { created_at: time, updated_at: time, ..organization(&format!("acme-{n}")) };
        let gone = Organization { deleted_at: Some(time), suspended_at: Some(time), ..acme.clone() };
        let gone = Organization { id: OrganizationId::new(fresh_id()), ..gone };
        for organization in [&acme, &gone] {
            insert(&*storage, organization).await.unwrap();
            let reference = OrganizationRef::Id(organization.id);
            let found = storage.find_organization(everything(), &reference, Deleted::Included).await;
            assert_eq!(found.unwrap(), *organization);
        }
        let (key, hash) = api_key("key");
        let key = ApiKey {
            created_at: time,
            updated_at: time,
            expires_at: Some(time),
            last_used_at: Some(time),
            revoked_at: Some(time),
            rotated_at: Some(time),
            rotation_grace_until: Some(time),
            ..key
        };
        insert_key(&*storage, &key, &hash).await.unwrap();
        let next = fresh_secret().hash();
        replace_secret(&*storage, key.id, &next, Some(time)).await.unwrap();
        let credential = storage.find_credential(&hash).await.unwrap().unwrap();
        assert_eq!((credential.key, credential.valid_until), (key, Some(time)));
        expected.insert(0, acme);
    }
    let list = storage
        .list_organizations(everything(), &OrganizationFilter::default(), &PageRequest::default(), Deleted::Hidden)
        .await
        .unwrap();
    assert_eq!(list.into_items(), expected);
}

/// A version may grow to the largest number that there is.
pub async fn versions_come_back_as_they_were(storage: Arc<dyn Storage>) {
    for (n, version) in [1, i64::from(i32::MAX) + 1, i64::MAX].into_iter().enumerate() {
        let acme = Organization { version, ..organization(&format!("acme-{n}")) };
        insert(&*storage, &acme).await.unwrap();
        assert_eq!(find(&*storage, acme.id).await.unwrap(), acme);
        let (key, hash) = api_key("key");
        let key = ApiKey { version, ..key };
        insert_key(&*storage, &key, &hash).await.unwrap();
        assert_eq!(find_by_hash(&*storage, &hash).await, Some(key));
    }
}

/// Scopes come back in their order, none of them and as many as there may be, and so does every kind of owner.
pub async fn keys_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    for owner in [Owner::System, Owner::Organization(acme.id)] {
        let (key, hash) = api_key_of(owner, "key");
        insert_key(&*storage, &key, &hash).await.unwrap();
        assert_eq!(find_by_hash(&*storage, &hash).await, Some(key));
    }
    let longest = |n: usize| Scope::parse(format!("{n:02}{}", "*".repeat(Scope::MAX_LENGTH - 2))).unwrap();
    let many = Scopes::new((0..Scopes::MAX).rev().map(longest)).unwrap();
    let special = ["admin:api-keys:verify", "a/b.c_d:*", "-", ":"].map(|text| Scope::parse(text).unwrap());
    for scopes in [Scopes::default(), Scopes::all(), Scopes::new(special).unwrap(), many] {
        let (key, hash) = api_key("key");
        let key = ApiKey { scopes, ..key };
        insert_key(&*storage, &key, &hash).await.unwrap();
        assert_eq!(find_by_hash(&*storage, &hash).await, Some(key));
    }
}

/// An entry comes back with every byte that its hash is over, whether it tells all that it can or nothing.
pub async fn audit_entries_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    let silent = record(AuditAction::OrganizationCreate, &acme);
    let addresses = ["192.0.2.1", "::1", "2001:db8::ff00:42:8329", "::ffff:192.0.2.1"];
    let telling = addresses.map(|address| AuditRecord {
        id: AuditEntryId::new(fresh_id()),
        timestamp: Timestamp::MAX,
        actor_type: ActorType::ApiKey,
        actor_id: Some(Uuid::max()),
        action: AuditAction::OrganizationUpdate,
        request_id: Some("a request's id".to_owned()),
        ip_address: Some(address.parse::<IpAddr>().unwrap()),
        user_agent: Some("'\"%_\\ 🦀 \u{10ffff}".to_owned()),
        // Spaces, order and escapes are part of what was hashed: a database that tidies JSON up breaks the chain.
        details: "{ \"b\":1.0, \"a\" : \"\\u0041🦀\", \"b\":2 }".to_owned(),
        ..silent.clone()
    });
    let records: Vec<AuditRecord> = [silent].into_iter().chain(telling).collect();
    for record in records.clone() {
        let acme = acme.clone();
        let unit = storage.execute(move |transaction| {
            Box::pin(async move {
                if record.action == AuditAction::OrganizationCreate {
                    transaction.insert_organization(&acme).await?;
                } else {
                    transaction.update_organization(&acme).await?;
                }
                Ok(Outcome::Changed((), record.into()))
            })
        });
        unit.await.unwrap();
    }
    let read: Vec<AuditRecord> =
        entries(&*storage, chain_of(&acme)).await.into_iter().map(|entry| entry.record).collect();
    assert_eq!(read, records);

    // Nor does an entry go with what it tells of.
    delete(&*storage, acme.id).await.unwrap();
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), records.len() + 1);
}
