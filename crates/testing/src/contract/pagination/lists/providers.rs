//! The lists of dynamic providers.

use std::{marker::PhantomData, sync::Arc};

use tenancy_domain::{
    ProviderId, Timestamp,
    audit_log::AuditAction,
    owners::Owner,
    pagination::{Cursor, PageRequest},
    providers::{DynamicProvider, ProviderFilter},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    List, View, beside,
    owned::{Choice, Chosen},
};
use crate::contract::{Storage, steps};

/// The dynamic providers of a choice, of which the installation has none. A removed one is gone for good.
pub(in crate::contract::pagination) struct Providers<C> {
    storage: Arc<dyn Storage>,
    chosen: Chosen,
    choice: PhantomData<C>,
}

impl<C: Choice> List for Providers<C> {
    const SHOWS_DELETED: bool = false;

    async fn of(storage: Arc<dyn Storage>) -> Self {
        let mut chosen = C::prepare(&storage).await;
        for owners in [&mut chosen.shown, &mut chosen.hidden] {
            owners.retain(|owner| *owner != Owner::System);
        }
        Self { storage, chosen, choice: PhantomData }
    }

    async fn insert(&self, rows: &[Cursor]) {
        let providers: Vec<DynamicProvider> = rows.iter().flat_map(|row| around(&self.chosen, *row)).collect();
        let Some(first) = providers.first() else { return };
        let record = steps::record(AuditAction::DynamicProviderCreate, first);
        let unit = self.storage.execute(move |transaction| {
            Box::pin(async move {
                for provider in &providers {
                    transaction.insert_provider(provider).await?;
                }
                Ok(Outcome::Changed((), record.into()))
            })
        });
        unit.await.unwrap();
    }

    async fn delete(&self, row: Cursor) {
        steps::delete_provider(&*self.storage, ProviderId::new(row.id())).await.unwrap();
    }

    async fn page(&self, request: &PageRequest) -> View {
        let filter = self.chosen.of.map_or(ProviderFilter::All, ProviderFilter::Owner);
        View::of(&self.storage.list_providers(self.chosen.scope, filter, request).await.unwrap())
    }
}

/// The provider that stands at `row`, and two beside it that are not to be seen.
fn around(chosen: &Chosen, row: Cursor) -> [DynamicProvider; 3] {
    // By the bits of the id, so that the owners come by turns.
    let turn = usize::from(row.id().as_bytes()[0]);
    let of = |owners: &[Owner], time: Timestamp| {
        // No two of one owner are called the same.
        let name = format!("{:032x} {}", row.id(), time.unix_milliseconds());
        let provider = steps::provider(owners[turn % owners.len()], &name);
        DynamicProvider { created_at: time, updated_at: time, ..provider }
    };
    let [older, newer] = beside(row).map(|time| of(&chosen.hidden, time));
    let shown = of(&chosen.shown, row.time());
    [DynamicProvider { id: ProviderId::new(row.id()), ..shown }, older, newer]
}
