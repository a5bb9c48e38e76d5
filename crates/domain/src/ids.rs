//! Identifiers: one type a resource, all of them UUIDv7, written in the hyphenated form alone.

use std::fmt;

use uuid::Uuid;

use crate::error::Violation;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes over a UUID that an [`IdSource`](crate::ports::IdSource) made, or that storage kept.
            #[must_use]
            pub const fn new(id: Uuid) -> Self {
                Self(id)
            }

            /// The UUID itself.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }

            /// Reads the hyphenated form, the only one there is.
            ///
            /// # Errors
            /// A [`Violation`] for anything else, the other written forms of a UUID included.
            pub fn parse(text: &str) -> Result<Self, Violation> {
                parse_hyphenated(text)
                    .map(Self)
                    .ok_or_else(|| Violation::new("must be a UUID in its hyphenated form"))
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), formatter)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(formatter, "{}({})", stringify!($name), self.0.hyphenated())
            }
        }
    };
}

id! {
    /// Identifies an organization.
    OrganizationId
}
id! {
    /// Identifies a project.
    ProjectId
}
id! {
    /// Identifies a user.
    UserId
}
id! {
    /// Identifies an API key; it stays the same when the key is rotated.
    ApiKeyId
}
id! {
    /// Identifies a dynamic provider.
    ProviderId
}
id! {
    /// Identifies an entry of the audit log.
    AuditEntryId
}

/// The UUID that `text` writes in the hyphenated form (RFC 9562, section 4; upper or lower case), if it does.
pub(crate) fn parse_hyphenated(text: &str) -> Option<Uuid> {
    // `Uuid` itself also reads the simple, braced and URN forms; only the hyphenated one has 36 characters.
    if text.len() == 36 { Uuid::try_parse(text).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_hyphenated_form_is_read() {
        let id = OrganizationId::parse("0190163d-8694-739b-aea5-966c26f8ad91").unwrap();
        assert_eq!(id.to_string(), "0190163d-8694-739b-aea5-966c26f8ad91");
        for text in [
            "",
            "0190163d8694739baea5966c26f8ad91",
            "{0190163d-8694-739b-aea5-966c26f8ad91}",
            "urn:uuid:0190163d-8694-739b-aea5-966c26f8ad91",
            "0190163d-8694-739b-aea5-966c26f8ad9",
            "0190163d-8694-739b-aea5-966c26f8ad9g",
            "0190163d-8694-739b-aea5-966c26f8ad91\0",
        ] {
            assert!(OrganizationId::parse(text).is_err(), "{text:?}");
        }
    }
}
