//! Who is told of what changes end.

use std::sync::{Arc, PoisonError, RwLock, Weak};

use tenancy_domain::api_keys::{CredentialCache, CredentialNotice};

/// The caches that a storage tells of its own changes.
#[derive(Debug, Default)]
pub(crate) struct Subscribers(RwLock<Vec<Weak<CredentialCache>>>);

impl Subscribers {
    /// From now on, and for as long as it lives, `cache` is told.
    pub(crate) fn add(&self, cache: &Arc<CredentialCache>) {
        let mut caches = self.0.write().unwrap_or_else(PoisonError::into_inner);
        caches.retain(|cache| cache.strong_count() > 0);
        caches.push(Arc::downgrade(cache));
    }

    /// Tells all of them. To be called once the change is committed, or may be, and before anybody is told of that.
    pub(crate) fn tell(&self, notices: &[CredentialNotice]) {
        if notices.is_empty() {
            return;
        }
        for cache in self.0.read().unwrap_or_else(PoisonError::into_inner).iter().filter_map(Weak::upgrade) {
            cache.forget(notices);
        }
    }
}
