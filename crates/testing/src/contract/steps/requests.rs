//! Steps with requests that may be sent again.

use tenancy_domain::{
    ApiKeyId, Error, Timestamp,
    api_keys::ApiKey,
    audit_log::AuditAction,
    idempotency::{
        Ended, Fingerprint, IdempotencyKey, IdempotencyRecord, KeptAnswer, KeptSecret, KeyedRequest, run_once,
    },
    organizations::Organization,
    sealing::SealedSecret,
    unit_of_work::Outcome,
};

use super::{super::Storage, fresh_id, master_key_id, record, within_unit};

/// A caller that nobody else is.
pub(in crate::contract) fn caller() -> ApiKeyId {
    ApiKeyId::new(fresh_id())
}

/// The request `of` of a caller, with a key.
pub(in crate::contract) fn request(caller: ApiKeyId, key: &str, of: &str) -> KeyedRequest {
    let key = IdempotencyKey::parse(key).unwrap();
    KeyedRequest { caller, organization: None, key, fingerprint: Fingerprint::of([of.as_bytes()]) }
}

/// The record of a request that comes at `time`.
pub(in crate::contract) fn request_record(request: KeyedRequest, time: Timestamp) -> IdempotencyRecord {
    IdempotencyRecord::begin(fresh_id(), request, time)
}

/// An answer without a secret.
pub(in crate::contract) fn kept(body: &str) -> KeptAnswer {
    KeptAnswer { head: "201".to_owned(), body: body.to_owned(), secret: None }
}

/// An answer with a secret of this API key.
pub(in crate::contract) fn kept_with_secret_of(key: &ApiKey) -> KeptAnswer {
    let sealed = SealedSecret::new(master_key_id(1), b"\0sealed\xff".to_vec());
    KeptAnswer { secret: Some(KeptSecret { of: key.id, position: 3, sealed }), ..kept("before after") }
}

/// Makes an organization for a request, and keeps `answer`.
pub(in crate::contract) async fn make_once(
    storage: &dyn Storage,
    record: IdempotencyRecord,
    made: &Organization,
    answer: KeptAnswer,
) -> Result<Ended<()>, Error> {
    let (made, entry) = (made.clone(), self::record(AuditAction::OrganizationCreate, made));
    run_once(
        storage,
        record,
        move |()| Ok((answer, ())),
        move |transaction| {
            Box::pin(async move {
                transaction.insert_organization(&made).await?;
                Ok(Outcome::Changed((), entry.into()))
            })
        },
    )
    .await
}

/// Does nothing for a request, and keeps `answer`.
pub(in crate::contract) async fn answer_once(
    storage: &dyn Storage,
    record: IdempotencyRecord,
    answer: KeptAnswer,
) -> Result<Ended<()>, Error> {
    run_once(storage, record, move |()| Ok((answer, ())), |_| Box::pin(async { Ok(Outcome::Unchanged(())) })).await
}

/// What is kept of the request that has the caller and the key of this one, at the time of this one.
pub(in crate::contract) async fn find_request(
    storage: &dyn Storage,
    request: &KeyedRequest,
    time: Timestamp,
) -> Option<IdempotencyRecord> {
    let probe = request_record(request.clone(), time);
    let over = IdempotencyRecord::end_of_those_over(time);
    within_unit!(storage, |transaction| transaction.begin_request(&probe, over)).unwrap()
}
