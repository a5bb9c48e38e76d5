//! The rules of `StoredSecretRepository`.

use std::sync::Arc;

use tenancy_domain::{
    owners::Owner,
    providers::{DynamicProvider, SealedApiKey},
    sealing::{SealedSecret, SealingContext, StoredSecret},
};

use super::{
    Storage,
    steps::{
        chain_of, delete, delete_project, delete_provider, entries, find_provider, insert, insert_project,
        insert_provider, insert_user, master_key_id, organization, owner_of, project, provider, restore, sealed_key,
        update_provider, user,
    },
};

/// Adds a provider of `owner` whose key is under the master key with this number; without one it has no key.
async fn make(storage: &dyn Storage, owner: Owner, name: &str, master_key: Option<u64>) -> DynamicProvider {
    let made = DynamicProvider { api_key: master_key.map(sealed_key), ..provider(owner, name) };
    insert_provider(storage, &made).await.unwrap();
    made
}

fn secret(provider: &DynamicProvider) -> StoredSecret {
    let place = DynamicProvider::place_of_key(provider.id, provider.owner);
    StoredSecret { place, sealed: provider.api_key.clone().unwrap().sealed }
}

async fn counts(storage: &dyn Storage) -> Vec<(u64, u64)> {
    let counts = storage.count_secrets().await.unwrap();
    counts.into_iter().map(|(id, count)| (u64::from_be_bytes(*id.as_bytes()), count)).collect()
}

/// Each counts once, at the master key that it is sealed under now, those of what is deleted too; what has no key does not
/// count.
pub async fn are_counted_by_their_master_keys(storage: Arc<dyn Storage>) {
    assert_eq!(counts(&*storage).await, []);
    let (acme, ada) = (organization("acme"), user("ada"));
    let web = project(&acme, "web");
    insert(&*storage, &acme).await.unwrap();
    insert_project(&*storage, &web).await.unwrap();
    insert_user(&*storage, &ada).await.unwrap();
    let first = make(&*storage, Owner::Organization(acme.id), "a", Some(1)).await;
    make(&*storage, Owner::Organization(acme.id), "b", None).await;
    make(&*storage, owner_of(&web), "a", Some(u64::MAX)).await;
    let of_user = make(&*storage, Owner::User(ada.id), "a", Some(1)).await;
    assert_eq!(counts(&*storage).await, [(1, 2), (u64::MAX, 1)]);
    update_provider(&*storage, first.id, |provider| DynamicProvider {
        api_key: Some(sealed_key(7)),
        ..provider.clone()
    })
    .await
    .unwrap();
    assert_eq!(counts(&*storage).await, [(1, 1), (7, 1), (u64::MAX, 1)]);
    delete_project(&*storage, &web).await.unwrap();
    delete(&*storage, acme.id).await.unwrap();
    delete_provider(&*storage, of_user.id).await.unwrap();
    assert_eq!(counts(&*storage).await, [(7, 1), (u64::MAX, 1)]);
}

/// Those of one master key are found in the order of their rows' ids, a part at a time, each with its place; those of what
/// is deleted are among them.
pub async fn are_found_by_their_master_keys_in_parts(storage: Arc<dyn Storage>) {
    let (acme, ada) = (organization("acme"), user("ada"));
    insert(&*storage, &acme).await.unwrap();
    insert_user(&*storage, &ada).await.unwrap();
    let mut expected = Vec::new();
    for n in 0..7 {
        let owner = if n % 2 == 0 { Owner::Organization(acme.id) } else { Owner::User(ada.id) };
        expected.push(secret(&make(&*storage, owner, &format!("old {n}"), Some(1)).await));
        make(&*storage, owner, &format!("new {n}"), Some(2)).await;
        make(&*storage, owner, &format!("none {n}"), None).await;
    }
    expected.sort_by_key(|secret| secret.place.row_id);
    delete(&*storage, acme.id).await.unwrap();
    for limit in [1, 2, 7, 50] {
        let (mut found, mut after) = (Vec::new(), None);
        loop {
            let part = storage.secrets_under(master_key_id(1), after, limit).await.unwrap();
            assert!(part.len() <= usize::from(limit));
            let Some(last) = part.last() else { break };
            after = Some(last.place);
            found.extend(part);
        }
        assert_eq!(found, expected, "{limit} at a time");
    }
    assert_eq!(storage.secrets_under(master_key_id(3), None, 50).await.unwrap(), []);
    assert_eq!(storage.secrets_under(master_key_id(2), None, 50).await.unwrap().len(), 7);
}

/// A secret is replaced if it is the one that is there, in its place: nothing else of the row changes, nor does the audit
/// log tell of it. Else all stays as it is.
pub async fn are_replaced_if_they_are_still_there(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    let made = make(&*storage, Owner::Organization(acme.id), "main", Some(1)).await;
    let neighbour = make(&*storage, Owner::Organization(acme.id), "neighbour", Some(1)).await;
    let (former, new) = (secret(&made), sealed_key(2).sealed);
    let bytes = former.sealed.as_bytes().to_vec();
    let with = |place: SealingContext| StoredSecret { place, ..former.clone() };
    for wrong in [
        with(SealingContext { org_id: Some(other.id), ..former.place }),
        with(SealingContext { org_id: None, ..former.place }),
        with(SealingContext { table: "idempotent_answers", ..former.place }),
        with(SealingContext { column: "config", ..former.place }),
        with(secret(&neighbour).place),
        StoredSecret { sealed: SealedSecret::new(master_key_id(3), bytes.clone()), ..former.clone() },
        StoredSecret { sealed: SealedSecret::new(master_key_id(1), [&bytes[..], &[0]].concat()), ..former.clone() },
        secret(&provider(made.owner.into(), "nowhere")),
    ] {
        assert!(!storage.replace_secret(&wrong, &new).await.unwrap(), "{wrong:?}");
    }
    assert_eq!(find_provider(&*storage, made.id).await.unwrap(), made);

    // Also beneath what is deleted, which may come back.
    delete(&*storage, acme.id).await.unwrap();
    assert!(storage.replace_secret(&former, &new).await.unwrap());
    assert!(!storage.replace_secret(&former, &sealed_key(4).sealed).await.unwrap(), "it is gone");
    restore(&*storage, acme.id).await.unwrap();
    let api_key = made.api_key.clone().map(|key| SealedApiKey { sealed: new.clone(), ..key });
    let expected = DynamicProvider { api_key, ..made };
    assert_eq!(find_provider(&*storage, expected.id).await.unwrap(), expected);
    assert_eq!(find_provider(&*storage, neighbour.id).await.unwrap(), neighbour);
    assert_eq!(counts(&*storage).await, [(1, 1), (2, 1)]);
    // Made, two providers, deleted, restored.
    assert_eq!(entries(&*storage, chain_of(&acme)).await.len(), 5);
}
