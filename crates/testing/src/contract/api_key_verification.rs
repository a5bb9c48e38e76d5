//! The verification of keys that others show: what a service is told of its own callers.

use std::sync::Arc;

use tenancy_domain::{
    ApiKeyId,
    api_keys::{ApiKey, GracePeriod, NewApiKey, Verdict, VerdictCode},
    authorization::{ApiKeysRead, ApiKeysVerify, ApiKeysWrite, Grant, OrganizationsWrite, Scope},
    organizations::OrganizationRef,
    owners::Owner,
};

use super::{
    Storage,
    steps::{at, fresh_secret, grant, system_key},
    use_cases::UseCases,
};

fn valid(key: &ApiKey) -> Verdict {
    Verdict::Valid(Box::new(key.clone()))
}

fn invalid(code: VerdictCode, key_id: Option<ApiKeyId>) -> Verdict {
    Verdict::Invalid { code, key_id }
}

/// Of a valid key all is told; of any other the reason, and the id of a known one.
pub async fn tells_whether_a_key_is_valid(storage: Arc<dyn Storage>) {
    let (cases, write) = (UseCases::over(&storage), grant::<ApiKeysWrite>());
    let acme = cases.organization("acme").await;
    let gone = cases.organization("gone").await;
    let issued = cases.issue(Owner::Organization(acme.id), &["billing"]).await;
    let revoked = cases.issue(Owner::System, &[]).await;
    let expired = NewApiKey { expires_at: Some(at(1)), ..system_key("expired") };
    let expired = cases.api_keys.create(&write, expired).await.unwrap();
    let orphan = cases.issue(Owner::Organization(gone.id), &[]).await;
    let rotated = cases.issue(Owner::System, &[]).await;
    let graced = cases.api_keys.rotate(&write, rotated.key.id, GracePeriod::default()).await.unwrap();
    cases.api_keys.revoke(&write, revoked.key.id).await.unwrap();
    cases.organizations.delete(&grant::<OrganizationsWrite>(), OrganizationRef::Id(gone.id)).await.unwrap();
    cases.clock.set(at(1));

    let unknown = fresh_secret();
    let mistyped = format!("{}x", unknown.expose());
    for (shown, verdict) in [
        (issued.secret.expose(), valid(&issued.key)),
        (rotated.secret.expose(), valid(&graced.key)),
        (graced.secret.expose(), valid(&graced.key)),
        ("", invalid(VerdictCode::Malformed, None)),
        (&mistyped, invalid(VerdictCode::Malformed, None)),
        (unknown.expose(), invalid(VerdictCode::Unknown, None)),
        (revoked.secret.expose(), invalid(VerdictCode::Revoked, Some(revoked.key.id))),
        (expired.secret.expose(), invalid(VerdictCode::Expired, Some(expired.key.id))),
        (orphan.secret.expose(), invalid(VerdictCode::OwnerDeleted, Some(orphan.key.id))),
    ] {
        assert_eq!(cases.api_keys.verify(&grant::<ApiKeysVerify>(), shown, None).await.unwrap(), verdict);
    }

    cases.clock.set(graced.key.rotation_grace_until.unwrap());
    let over = cases.api_keys.verify(&grant::<ApiKeysVerify>(), rotated.secret.expose(), None).await.unwrap();
    assert_eq!(over, invalid(VerdictCode::Expired, Some(rotated.key.id)));
}

/// A scope that is asked for must be the key's, by itself or, where it governs this service, by a wider one.
pub async fn tells_whether_a_scope_is_there(storage: Arc<dyn Storage>) {
    let (cases, verify) = (UseCases::over(&storage), grant::<ApiKeysVerify>());
    let issued = cases.issue(Owner::System, &["billing", "admin:read"]).await;
    for (scope, is_there) in [
        ("billing", true),
        ("billing:invoices", false),
        ("shipping", false),
        ("admin:read", true),
        ("admin:members:read", true),
        ("admin:members:write", false),
        ("admin:*", false),
    ] {
        let expected =
            if is_there { valid(&issued.key) } else { invalid(VerdictCode::InsufficientScope, Some(issued.key.id)) };
        let scope = Scope::parse(scope).unwrap();
        let verdict = cases.api_keys.verify(&verify, issued.secret.expose(), Some(&scope)).await.unwrap();
        assert_eq!(verdict, expected, "{scope}");
    }
    // Why a key is not valid goes before what it would be good for.
    cases.api_keys.revoke(&grant::<ApiKeysWrite>(), issued.key.id).await.unwrap();
    let scope = Scope::parse("shipping").unwrap();
    let verdict = cases.api_keys.verify(&verify, issued.secret.expose(), Some(&scope)).await.unwrap();
    assert_eq!(verdict.code(), VerdictCode::Revoked);
}

/// A key beyond the caller's reach is unknown, in whatever state it is.
pub async fn knows_nothing_of_a_key_beyond_reach(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (caller, own) = cases.tenant(&acme, &["admin:*"]).await;
    let verify: Grant<ApiKeysVerify> = caller.authorize().unwrap();
    let verdict = cases.api_keys.verify(&verify, own.secret.expose(), None).await.unwrap();
    assert_eq!(verdict, valid(&own.key));

    let foreign = cases.issue(Owner::Organization(other.id), &["billing"]).await;
    let revoked = cases.issue(Owner::Organization(other.id), &[]).await;
    cases.api_keys.revoke(&grant::<ApiKeysWrite>(), revoked.key.id).await.unwrap();
    let system = cases.issue(Owner::System, &[]).await;
    let absent = cases.api_keys.verify(&verify, fresh_secret().expose(), None).await.unwrap();
    for shown in [foreign, revoked, system] {
        let verdict = cases.api_keys.verify(&verify, shown.secret.expose(), None).await.unwrap();
        assert_eq!(verdict, absent);
    }
    assert_eq!(absent, invalid(VerdictCode::Unknown, None));
}

/// A key that was found valid was used; one that was not, was not.
pub async fn is_a_use_of_a_valid_key(storage: Arc<dyn Storage>) {
    let (cases, verify) = (UseCases::over(&storage), grant::<ApiKeysVerify>());
    let issued = cases.issue(Owner::System, &[]).await;
    let scope = Scope::parse("billing").unwrap();
    for (now, scope, used) in [(1_000, Some(&scope), None), (2_000, None, Some(at(2_000)))] {
        cases.clock.set(at(now));
        cases.api_keys.verify(&verify, issued.secret.expose(), scope).await.unwrap();
        cases.api_keys.write_uses(true).await.unwrap();
        let key = cases.api_keys.get(&grant::<ApiKeysRead>(), issued.key.id).await.unwrap();
        assert_eq!(key.last_used_at, used);
    }
}
