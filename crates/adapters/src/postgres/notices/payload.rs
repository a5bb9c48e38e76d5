//! What notices look like on their way.

use std::time::Duration;

use tenancy_domain::{ApiKeyId, OrganizationId, ProjectId, UserId, api_keys::CredentialNotice};
use uuid::Uuid;

/// Something that was heard.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Heard {
    /// What a change ended.
    Notices(Vec<CredentialNotice>),
    /// A heartbeat.
    Heartbeat {
        /// Of which listener.
        listener: Uuid,
        /// When it was sent, since that one began.
        sent_after: Duration,
    },
}

/// The payload of these notices. The server takes one of less than 8000 bytes; 64 notices have half of that.
pub(super) fn of_notices(notices: &[CredentialNotice]) -> String {
    let words: Vec<String> = notices
        .iter()
        .map(|notice| match notice {
            CredentialNotice::ApiKey(id) => format!("api_key:{id}"),
            CredentialNotice::Organization(id) => format!("organization:{id}"),
            CredentialNotice::Project(id) => format!("project:{id}"),
            CredentialNotice::User(id) => format!("user:{id}"),
            CredentialNotice::All => "all".to_owned(),
        })
        .collect();
    words.join(" ")
}

/// The payload of a heartbeat.
pub(super) fn of_heartbeat(listener: Uuid, sent_after: Duration) -> String {
    format!("heartbeat:{}:{}", listener.hyphenated(), sent_after.as_nanos())
}

/// Reads a payload. What is not understood, since a later version sent it, or a person, may have ended anything.
pub(super) fn read(payload: &str) -> Heard {
    if let Some(heartbeat) = payload.strip_prefix("heartbeat:").and_then(read_heartbeat) {
        return heartbeat;
    }
    let notices: Option<Vec<_>> = payload.split(' ').map(read_notice).collect();
    Heard::Notices(notices.unwrap_or_else(|| vec![CredentialNotice::All]))
}

fn read_heartbeat(rest: &str) -> Option<Heard> {
    let (listener, sent_after) = rest.split_once(':')?;
    Some(Heard::Heartbeat {
        listener: Uuid::try_parse(listener).ok()?,
        sent_after: Duration::from_nanos(sent_after.parse().ok()?),
    })
}

fn read_notice(word: &str) -> Option<CredentialNotice> {
    let (kind, id) = word.split_once(':')?;
    match kind {
        "api_key" => ApiKeyId::parse(id).ok().map(CredentialNotice::ApiKey),
        "organization" => OrganizationId::parse(id).ok().map(CredentialNotice::Organization),
        "project" => ProjectId::parse(id).ok().map(CredentialNotice::Project),
        "user" => UserId::parse(id).ok().map(CredentialNotice::User),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sent_is_read() {
        let id = Uuid::from_u128(7);
        let notices = [
            CredentialNotice::ApiKey(ApiKeyId::new(id)),
            CredentialNotice::Organization(OrganizationId::new(id)),
            CredentialNotice::Project(ProjectId::new(id)),
            CredentialNotice::User(UserId::new(id)),
        ];
        assert_eq!(read(&of_notices(&notices)), Heard::Notices(notices.to_vec()));
        assert_eq!(read(&of_notices(&notices[..1])), Heard::Notices(notices[..1].to_vec()));
        let sent_after = Duration::from_nanos(1_234_567_890_123);
        assert_eq!(read(&of_heartbeat(id, sent_after)), Heard::Heartbeat { listener: id, sent_after });
    }

    #[test]
    fn the_longest_payload_is_taken_by_the_server() {
        let longest = CredentialNotice::Organization(OrganizationId::new(Uuid::nil()));
        assert!(of_notices(&[longest; 64]).len() < 4_000);
    }

    #[test]
    fn what_is_not_understood_may_have_ended_anything() {
        for payload in
            ["", "all", "api_key:", "api_key:x", "team:00000000-0000-0000-0000-000000000007", "heartbeat:x:y"]
        {
            assert_eq!(read(payload), Heard::Notices(vec![CredentialNotice::All]), "{payload:?}");
        }
    }
}
