//! The lists of API keys.

use std::{marker::PhantomData, sync::Arc};

use tenancy_domain::{
    ApiKeyId, Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, SecretHash},
    audit_log::AuditAction,
    owners::Owner,
    pagination::{Cursor, PageRequest},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    List, View, beside,
    owned::{Choice, Chosen},
};
use crate::contract::{Storage, steps};

/// The API keys of a choice. What deletion is to others is revocation to them, and a revoked key stays in the list.
pub(in crate::contract::pagination) struct ApiKeys<C> {
    storage: Arc<dyn Storage>,
    chosen: Chosen,
    choice: PhantomData<C>,
}

impl<C: Choice> List for ApiKeys<C> {
    const SHOWS_DELETED: bool = true;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let chosen = C::prepare(&storage).await;
        Self { storage, chosen, choice: PhantomData }
    }

    async fn insert(&self, rows: &[Cursor]) {
        let keys: Vec<(ApiKey, SecretHash)> = rows.iter().flat_map(|row| around(&self.chosen, *row)).collect();
        let Some((first, _)) = keys.first() else { return };
        let record = steps::record(AuditAction::ApiKeyCreate, first);
        let unit = self.storage.execute(move |transaction| {
            Box::pin(async move {
                for (key, hash) in &keys {
                    transaction.insert_api_key(key, hash).await?;
                }
                Ok(Outcome::Changed((), record.into()))
            })
        });
        unit.await.unwrap();
    }

    async fn delete(&self, row: Cursor) {
        let revoke = |key: &ApiKey| ApiKey { revoked_at: Some(key.created_at), ..key.clone() };
        steps::update_key(&*self.storage, ApiKeyId::new(row.id()), revoke).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let filter = self.chosen.of.map_or(ApiKeyFilter::All, ApiKeyFilter::Owner);
        View::of(&self.storage.list_api_keys(self.chosen.scope, filter, request).await.unwrap())
    }
}

/// The key that stands at `row`, and two beside it that are not to be seen.
fn around(chosen: &Chosen, row: Cursor) -> [(ApiKey, SecretHash); 3] {
    // By the bits of the id, so that the owners come by turns.
    let turn = usize::from(row.id().as_bytes()[0]);
    let of = |owners: &[Owner], time: Timestamp| {
        let (key, hash) = steps::api_key_of(owners[turn % owners.len()], "key");
        (ApiKey { created_at: time, updated_at: time, ..key }, hash)
    };
    let [older, newer] = beside(row).map(|time| of(&chosen.hidden, time));
    let (shown, hash) = of(&chosen.shown, row.time());
    [(ApiKey { id: ApiKeyId::new(row.id()), ..shown }, hash), older, newer]
}
