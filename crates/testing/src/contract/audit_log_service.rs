//! The use cases of the audit log.

use std::sync::Arc;

use tenancy_domain::{
    audit_log::Verification,
    authorization::AuditLogsRead,
    organizations::{Organization, OrganizationRef},
};

use super::{
    Storage,
    steps::{api_key, grant, insert, insert_key, organization, update},
    use_cases::UseCases,
};

/// A verification reads every entry of every chain, and has nothing to say of what was written as it should be.
pub async fn finds_nothing_wrong_with_what_was_written(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let verify = || async { cases.audit_log.verify(&grant::<AuditLogsRead>()).await.unwrap() };
    assert_eq!(verify().await, Verification::default());

    let (acme, other) = (organization("acme"), organization("other"));
    let (key, hash) = api_key("key");
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    insert_key(&*storage, &key, &hash).await.unwrap();
    for _ in 0..3 {
        update(&*storage, OrganizationRef::Id(acme.id), Organization::clone).await.unwrap();
    }
    assert_eq!(verify().await, Verification { chains: 3, entries: 6, findings: vec![] });
}
