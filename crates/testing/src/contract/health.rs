//! The rule of `StorageHealth`.

use std::sync::Arc;

use super::{
    Storage,
    steps::{insert, organization},
};

/// A storage that is sound says so, before anything is written to it and afterwards.
pub async fn a_fresh_storage_is_ready(storage: Arc<dyn Storage>) {
    storage.ready().await.unwrap();
    insert(&*storage, &organization("acme")).await.unwrap();
    storage.ready().await.unwrap();
}
