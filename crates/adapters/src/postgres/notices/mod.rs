//! How instances tell each other of what changes end: by `NOTIFY`, in the transaction of the change.
//!
//! PostgreSQL hands out the notices of a channel in the order of their commits, to whoever listens, and never before the
//! commit can be seen. A heartbeat that comes back on the listening connection therefore proves that every notice of
//! what was committed before it was sent has come too: the cache is trusted from that moment, for a while.

mod listener;
mod payload;

use std::borrow::Cow;

use tenancy_domain::api_keys::CredentialNotice;

pub(super) use listener::start;

/// The channel. Channels belong to a database, as the data do.
const CHANNEL: &str = "tenancy_credentials";

/// The statements that end a transaction which leaves these notices. Committing a notice takes a lock that the whole
/// server has once, so that a transaction without any sends none.
pub(super) fn commit(notices: &[CredentialNotice]) -> Cow<'static, str> {
    if notices.is_empty() {
        return "COMMIT".into();
    }
    format!("{}; COMMIT", notify(&payload::of_notices(notices))).into()
}

/// The statement that sends a payload.
fn notify(payload: &str) -> String {
    // No payload of ours has anything in it that would have to be quoted: names, UUIDs and numbers.
    format!("NOTIFY {CHANNEL}, '{payload}'")
}

#[cfg(test)]
mod tests {
    use tenancy_domain::ApiKeyId;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn only_what_has_notices_sends_some() {
        assert_eq!(commit(&[]), "COMMIT");
        assert_eq!(
            commit(&[CredentialNotice::ApiKey(ApiKeyId::new(Uuid::nil())), CredentialNotice::All]),
            "NOTIFY tenancy_credentials, 'api_key:00000000-0000-0000-0000-000000000000 all'; COMMIT"
        );
    }
}
