//! The rotation of API keys: a new secret for the same key.

use std::sync::Arc;

use tenancy_domain::{
    ApiKeyId, Error,
    api_keys::{ApiKey, ApiKeySecret, GracePeriod, NewApiKey, Rejection},
    audit_log::ChainId,
    authorization::ApiKeysWrite,
    owners::Owner,
};

use super::{
    Storage,
    steps::{all_keys, assert_fails, at, entries, fresh_id, grant, no_key, system_key},
    use_cases::UseCases,
};

fn seconds(seconds: i64) -> GracePeriod {
    GracePeriod::from_seconds(seconds).unwrap()
}

async fn rejection(cases: &UseCases, secret: &ApiKeySecret) -> Option<Rejection> {
    cases.authenticator.authenticate(secret.expose()).await.unwrap().err()
}

/// A rotated key is the same key with a new secret; the former one works until the very end of its grace.
pub async fn keeps_the_key_and_for_a_while_its_former_secret(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let first = cases.issue(Owner::System, &["billing"]).await;
    cases.clock.set(at(1_000));
    let second = cases.api_keys.rotate(&grant, first.key.id, seconds(60)).await.unwrap();
    let expected = ApiKey {
        key_prefix: second.secret.prefix(),
        updated_at: at(1_000),
        rotated_at: Some(at(1_000)),
        rotation_grace_until: Some(at(61_000)),
        version: 2,
        ..first.key.clone()
    };
    assert_eq!(second.key, expected);
    assert_eq!(all_keys(&*storage).await, [expected]);
    assert_ne!(first.secret.expose(), second.secret.expose());

    for now in [at(1_000), at(60_999)] {
        cases.clock.set(now);
        assert_eq!(rejection(&cases, &first.secret).await, None);
        assert_eq!(rejection(&cases, &second.secret).await, None);
    }
    cases.clock.set(at(61_000));
    assert_eq!(rejection(&cases, &first.secret).await, Some(Rejection::Expired));
    assert_eq!(rejection(&cases, &second.secret).await, None);
}

/// While a grace runs there is no rotation with another; once it is over there is.
pub async fn waits_for_the_end_of_a_grace(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let first = cases.issue(Owner::System, &[]).await;
    let second = cases.api_keys.rotate(&grant, first.key.id, seconds(60)).await.unwrap();
    cases.clock.set(at(59_999));
    assert_fails!(cases.api_keys.rotate(&grant, first.key.id, seconds(1)).await, Error::Conflict(_));
    for secret in [&first.secret, &second.secret] {
        assert_eq!(rejection(&cases, secret).await, None);
    }
    assert_eq!(entries(&*storage, ChainId::INSTALLATION).await.len(), 2);

    cases.clock.set(at(60_000));
    let third = cases.api_keys.rotate(&grant, first.key.id, seconds(1)).await.unwrap();
    assert_eq!(rejection(&cases, &third.secret).await, None);
    assert_eq!(rejection(&cases, &second.secret).await, None);
    assert!(rejection(&cases, &first.secret).await.is_some());
}

/// A rotation without a grace ends all older secrets at once, the one whose grace still runs too.
pub async fn without_a_grace_ends_all_older_secrets(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let first = cases.issue(Owner::System, &[]).await;
    let beside = cases.issue(Owner::System, &[]).await;
    let second = cases.api_keys.rotate(&grant, first.key.id, seconds(60)).await.unwrap();
    let third = cases.api_keys.rotate(&grant, first.key.id, GracePeriod::NONE).await.unwrap();
    assert_eq!(third.key.rotation_grace_until, None);
    for secret in [&first.secret, &second.secret] {
        assert_eq!(rejection(&cases, secret).await, Some(Rejection::Unknown));
    }
    for secret in [&third.secret, &beside.secret] {
        assert_eq!(rejection(&cases, secret).await, None);
    }
    // Nothing is left that would hold up the next one.
    cases.api_keys.rotate(&grant, first.key.id, seconds(60)).await.unwrap();
}

/// A key that is revoked or expired, or is not there, is not rotated; a revocation takes the former secret along.
pub async fn of_what_works_no_more_is_refused(storage: Arc<dyn Storage>) {
    let (cases, grant) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let revoked = cases.issue(Owner::System, &[]).await;
    let rotated = cases.api_keys.rotate(&grant, revoked.key.id, seconds(60)).await.unwrap();
    cases.api_keys.revoke(&grant, revoked.key.id).await.unwrap();
    for secret in [&revoked.secret, &rotated.secret] {
        assert_eq!(rejection(&cases, secret).await, Some(Rejection::Revoked));
    }
    let expired = NewApiKey { expires_at: Some(at(1)), ..system_key("expired") };
    let expired = cases.api_keys.create(&grant, expired).await.unwrap();
    cases.clock.set(at(1));
    let before = all_keys(&*storage).await;
    for grace in [GracePeriod::NONE, seconds(60)] {
        for id in [revoked.key.id, expired.key.id] {
            assert_fails!(cases.api_keys.rotate(&grant, id, grace).await, Error::Conflict(_));
        }
        assert_fails!(cases.api_keys.rotate(&grant, ApiKeyId::new(fresh_id()), grace).await, no_key!());
    }
    assert_eq!(all_keys(&*storage).await, before);
}
