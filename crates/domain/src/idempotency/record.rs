//! What is kept of a request and its answer.

use std::fmt;

use uuid::Uuid;
use zeroize::Zeroizing;

use super::{Answer, Fingerprint, IdempotencyKey, KeyedRequest};
use crate::{
    error::Error,
    ids::{ApiKeyId, OrganizationId},
    sealing::{SealedSecret, SealingContext, SecretText},
    timestamp::Timestamp,
};

/// For how long an answer is kept: a day.
pub const LIFETIME_MILLISECONDS: i64 = 24 * 60 * 60 * 1_000;

/// A request with a key, as storage keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdempotencyRecord {
    /// The record's identity.
    pub id: Uuid,
    /// The API key that the request was made with.
    pub caller: ApiKeyId,
    /// The key that its caller gave it.
    pub key: IdempotencyKey,
    /// What tells it from other requests.
    pub fingerprint: Fingerprint,
    /// When it came.
    pub created_at: Timestamp,
    /// What it was answered with; `None` once that is erased, and before there is one, which its own unit of work alone
    /// ever sees.
    pub answer: Option<KeptAnswer>,
}

/// An answer as storage keeps it.
#[derive(Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    /// What comes before the body.
    pub head: String,
    /// The body, without the secret.
    pub body: String,
    /// The secret that was in the body.
    pub secret: Option<KeptSecret>,
}

/// The secret of an answer as storage keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptSecret {
    /// The API key whose secret it is. When that is rotated, revoked or removed, the answer is erased.
    pub of: ApiKeyId,
    /// How many bytes of the body stand before it.
    pub position: usize,
    /// The secret itself.
    pub sealed: SealedSecret,
}

impl fmt::Debug for KeptAnswer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "KeptAnswer({}, {} bytes, {:?})", self.head, self.body.len(), self.secret)
    }
}

impl IdempotencyRecord {
    /// The record of a request that comes at `now`, not answered yet.
    #[must_use]
    pub fn begin(id: Uuid, request: KeyedRequest, now: Timestamp) -> Self {
        let KeyedRequest { caller, key, fingerprint, .. } = request;
        Self { id, caller, key, fingerprint, created_at: now, answer: None }
    }

    /// The last moment at which a record was made that is over at `now`.
    #[must_use]
    pub fn end_of_those_over(now: Timestamp) -> Timestamp {
        Timestamp::from_unix_milliseconds(now.unix_milliseconds() - LIFETIME_MILLISECONDS).unwrap_or(Timestamp::MIN)
    }

    /// The place of the secret of the answer to a caller whose key belongs to `organization`.
    #[must_use]
    pub fn place_of_secret(id: Uuid, organization: Option<OrganizationId>) -> SealingContext {
        SealingContext { table: "idempotency_records", column: "secret", org_id: organization, row_id: id }
    }

    /// The answer, for a request that has this key again and `fingerprint` to tell it from others.
    ///
    /// # Errors
    /// [`Error::IdempotencyKeyReused`] when it is another request; [`Error::Conflict`] when the answer is erased.
    pub fn answer_again(self, fingerprint: Fingerprint) -> Result<KeptAnswer, Error> {
        if self.fingerprint != fingerprint {
            return Err(Error::IdempotencyKeyReused);
        }
        self.answer.ok_or_else(KeptAnswer::erased)
    }
}

impl KeptAnswer {
    /// The error of an answer that there is no more.
    #[must_use]
    pub fn erased() -> Error {
        Error::Conflict(
            "the request was carried out, and its answer is kept no more: it held a secret that was replaced or revoked \
             since"
                .into(),
        )
    }

    /// An answer without a secret.
    ///
    /// # Errors
    /// [`Error::Internal`] when it is longer than any answer should be.
    pub fn open(answer: &Answer) -> Result<Self, Error> {
        let Answer { head, body } = answer;
        require_bounded(head, body)?;
        Ok(Self { head: head.clone(), body: body.to_string(), secret: None })
    }

    /// An answer without the secret that is in its body: `sealed` is that, and of the API key `of`.
    ///
    /// # Errors
    /// [`Error::Internal`] when the answer does not hold the secret exactly once, or is longer than any answer should be.
    pub fn closed(answer: &Answer, secret: &SecretText, sealed: SealedSecret, of: ApiKeyId) -> Result<Self, Error> {
        let Answer { head, body } = answer;
        require_bounded(head, body)?;
        let secret = secret.expose();
        let cut = body.split_once(secret).map(|(before, after)| (before.len(), format!("{before}{after}")));
        let clean = cut.filter(|(_, rest)| !rest.contains(secret) && !head.contains(secret));
        let (position, body) = clean.ok_or_else(|| {
            Error::internal(anyhow::anyhow!("an answer that is to be kept does not hold its secret exactly once"))
        })?;
        Ok(Self { head: head.clone(), body, secret: Some(KeptSecret { of, position, sealed }) })
    }

    /// The whole answer, with its secret where it has one.
    ///
    /// # Errors
    /// [`Error::Internal`] for a position that lies outside the body.
    pub fn whole(self, secret: Option<&SecretText>) -> Result<Answer, Error> {
        let body = match (&self.secret, secret) {
            (Some(kept), Some(secret)) => {
                let parts = self.body.split_at_checked(kept.position);
                let (before, after) = parts.ok_or_else(|| {
                    Error::internal(anyhow::anyhow!("the secret of a kept answer has its place outside of it"))
                })?;
                // Allocated once at its full length: a buffer that grew would leave copies behind.
                let mut body = String::with_capacity(self.body.len() + secret.expose().len());
                body.extend([before, secret.expose(), after]);
                body
            }
            _ => self.body,
        };
        Ok(Answer { head: self.head, body: Zeroizing::new(body) })
    }
}

fn require_bounded(head: &str, body: &str) -> Result<(), Error> {
    let length = head.len() + body.len();
    if length > Answer::MAX_BYTES {
        return Err(Error::internal(anyhow::anyhow!("an answer has {length} bytes, too many to be kept")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::MasterKeyId;

    const SECRET: &str = "tny_secret";

    fn answer(body: &str) -> Answer {
        Answer { head: "201".to_owned(), body: Zeroizing::new(body.to_owned()) }
    }

    fn closed(body: &str) -> Result<KeptAnswer, Error> {
        let sealed = SealedSecret::new(MasterKeyId::new([1; 8]), b"sealed".to_vec());
        KeptAnswer::closed(&answer(body), &SecretText::new(SECRET.to_owned()), sealed, ApiKeyId::new(Uuid::nil()))
    }

    #[test]
    fn a_secret_is_cut_out_and_put_back_where_it_was() {
        for body in [r#"{"id":"ü","key":"tny_secret","z":1}"#, "tny_secret", "tny_secret ", " tny_secret"] {
            let kept = closed(body).unwrap();
            assert!(!kept.body.contains(SECRET), "{}", kept.body);
            assert_eq!(kept.whole(Some(&SecretText::new(SECRET.to_owned()))).unwrap(), answer(body));
        }
    }

    #[test]
    fn an_answer_that_would_be_kept_with_its_secret_is_not_kept() {
        for body in ["", "no secret", "tny_secret tny_secret", "tny_tny_secretsecret"] {
            assert!(matches!(closed(body), Err(Error::Internal(_))), "{body}");
        }
    }

    #[test]
    fn an_answer_is_bounded() {
        let whole = "x".repeat(Answer::MAX_BYTES - 3);
        assert_eq!(KeptAnswer::open(&answer(&whole)).unwrap().whole(None).unwrap(), answer(&whole));
        assert!(matches!(KeptAnswer::open(&answer(&format!("{whole}x"))), Err(Error::Internal(_))));
        assert!(matches!(closed(&format!("{whole}{SECRET}")), Err(Error::Internal(_))));
    }

    #[test]
    fn a_record_answers_its_own_request_alone_and_as_long_as_it_has_the_answer() {
        let [one, other] = [b"one", b"two"].map(|part| Fingerprint::of([part.as_slice()]));
        let request = KeyedRequest {
            caller: ApiKeyId::new(Uuid::nil()),
            organization: None,
            key: IdempotencyKey::parse("key").unwrap(),
            fingerprint: one,
        };
        let record = IdempotencyRecord::begin(Uuid::nil(), request, Timestamp::MIN);
        let kept = KeptAnswer::open(&answer("body")).unwrap();
        let answered = IdempotencyRecord { answer: Some(kept.clone()), ..record.clone() };
        assert_eq!(answered.clone().answer_again(one).unwrap(), kept);
        assert!(matches!(answered.answer_again(other), Err(Error::IdempotencyKeyReused)));
        assert!(matches!(record.clone().answer_again(one), Err(Error::Conflict(_))));
        assert!(matches!(record.answer_again(other), Err(Error::IdempotencyKeyReused)));
    }

    #[test]
    fn debug_shows_no_body() {
        assert!(!format!("{:?} {:?}", answer("hunter2"), KeptAnswer::open(&answer("hunter2"))).contains("hunter2"));
    }
}
