//! What a key may be used for.

use std::fmt;

use super::{Action, Resource};
use crate::error::Violation;

/// One scope: 1 to 64 characters of `[a-z0-9._:/*-]`.
///
/// A scope that begins with `admin:` governs this service and must be known to it: `admin:*`, `admin:read`,
/// `admin:write`, `admin:<resource>:read`, `admin:<resource>:write`, `admin:api-keys:verify`,
/// `admin:providers:reveal`. Every other scope is opaque here, and handed to whoever verifies the key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Scope(String);

const ADMIN: &str = "admin:";
const ALL: &str = "admin:*";

impl Scope {
    /// The longest scope, in characters (all of them ASCII).
    pub const MAX_LENGTH: usize = 64;
    /// What every scope matches.
    pub const PATTERN: &str = "^[a-z0-9._:/*-]{1,64}$";

    /// `admin:*`: everything that this service has.
    #[must_use]
    pub fn all() -> Self {
        Self(ALL.to_owned())
    }

    /// Reads a scope.
    ///
    /// # Errors
    /// A [`Violation`] when it breaks its form, or begins with `admin:` and is not known.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        let text = text.into();
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._:/*-".contains(&byte);
        if text.is_empty() || text.len() > Self::MAX_LENGTH || !text.bytes().all(allowed) {
            return Err(Violation::new("must have 1 to 64 characters of a-z, 0-9 and . _ : / * -"));
        }
        if text.strip_prefix(ADMIN).is_some_and(|rest| !is_known(rest)) {
            return Err(Violation::new(
                "begins with admin: and is none of this service's scopes (admin:*, admin:read, admin:write, \
                 admin:organizations:read, …)",
            ));
        }
        Ok(Self(text))
    }

    /// The scope as it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it governs this service.
    #[must_use]
    pub fn governs(&self) -> bool {
        self.0.starts_with(ADMIN)
    }
}

/// Whether `admin:<rest>` is a scope of this service.
fn is_known(rest: &str) -> bool {
    rest == "*" || general_action(rest).is_some() || resource_action(rest).is_some()
}

/// The action of `admin:<action>`, which is on every resource.
fn general_action(rest: &str) -> Option<Action> {
    Action::ALL.into_iter().find(|action| action.is_general() && action.as_str() == rest)
}

/// The resource and the action of `admin:<resource>:<action>`.
fn resource_action(rest: &str) -> Option<(Resource, Action)> {
    let (resource, action) = rest.split_once(':')?;
    let resource = Resource::ALL.into_iter().find(|known| known.as_str() == resource)?;
    let action = Action::ALL.into_iter().find(|known| known.as_str() == action)?;
    action.applies_to(resource).then_some((resource, action))
}

impl fmt::Display for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, formatter)
    }
}

/// The scopes of a key: up to [`Scopes::MAX`], each once, in the order given. No scope, no access.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// The most scopes that a key has.
    pub const MAX: usize = 50;

    /// Takes a list of scopes; of equal ones the first stays.
    ///
    /// # Errors
    /// A [`Violation`] when there are more than [`Scopes::MAX`].
    pub fn new(scopes: impl IntoIterator<Item = Scope>) -> Result<Self, Violation> {
        let mut unique = Vec::new();
        for scope in scopes {
            if !unique.contains(&scope) {
                unique.push(scope);
            }
            if unique.len() > Self::MAX {
                return Err(Violation::new("must not have more than 50 scopes"));
            }
        }
        Ok(Self(unique))
    }

    /// `admin:*` alone.
    #[must_use]
    pub fn all() -> Self {
        Self(vec![Scope::all()])
    }

    /// Whether they allow `action` on `resource`: by `admin:*`, by `admin:<action>` where that is a scope, or by
    /// `admin:<resource>:<action>`.
    #[must_use]
    pub fn allow(&self, resource: Resource, action: Action) -> bool {
        self.0.iter().filter_map(|scope| scope.as_str().strip_prefix(ADMIN)).any(|rest| {
            rest == "*" || general_action(rest) == Some(action) || resource_action(rest) == Some((resource, action))
        })
    }

    /// Whether whoever has these has all that `scope` gives: the scope itself is among them, or it governs this service
    /// and they allow everything that it allows.
    #[must_use]
    pub fn cover(&self, scope: &Scope) -> bool {
        if self.0.contains(scope) {
            return true;
        }
        let Some(rest) = scope.as_str().strip_prefix(ADMIN) else { return false };
        if let Some((resource, action)) = resource_action(rest) {
            return self.allow(resource, action);
        }
        // `admin:read` is more than all of today's `admin:<resource>:read`: it is those to come as well.
        general_action(rest).is_some() && self.0.contains(&Scope::all())
    }

    /// The first of `others` that governs this service and goes beyond these; opaque scopes are anyone's to give.
    #[must_use]
    pub fn first_beyond<'o>(&self, others: &'o Self) -> Option<&'o Scope> {
        others.0.iter().find(|scope| scope.governs() && !self.cover(scope))
    }

    /// The scopes, in the order given.
    #[must_use]
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &Scope> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scopes(texts: &[&str]) -> Scopes {
        Scopes::new(texts.iter().map(|text| Scope::parse(*text).unwrap())).unwrap()
    }

    #[test]
    fn opaque_scopes_are_taken_as_they_are() {
        for text in ["billing", "billing:invoices/*", "a.b_c-d", "admin", "administrator:x", "*", &"a".repeat(64)] {
            assert_eq!(Scope::parse(text).unwrap().as_str(), text);
        }
    }

    #[test]
    fn the_form_is_checked() {
        for text in ["", "A", "a b", "ä", "a\0", &"a".repeat(65)] {
            assert!(Scope::parse(text).is_err(), "{text:?}");
        }
    }

    #[test]
    fn admin_scopes_must_be_known() {
        for text in [
            "admin:*",
            "admin:read",
            "admin:write",
            "admin:organizations:read",
            "admin:members:write",
            "admin:audit-logs:read",
            "admin:api-keys:verify",
            "admin:providers:reveal",
        ] {
            assert!(Scope::parse(text).is_ok(), "{text}");
        }
        for text in [
            "admin:",
            "admin:all",
            "admin:organizations",
            "admin:organizations:*",
            "admin:organizations:verify",
            "admin:*:read",
            "admin:nothing:read",
            "admin:organizations:read:",
        ] {
            assert!(Scope::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_is_covered() {
        for (held, asked, covered) in [
            ("admin:*", "admin:*", true),
            ("admin:*", "admin:read", true),
            ("admin:*", "admin:api-keys:verify", true),
            ("admin:*", "billing", false),
            ("admin:read", "admin:read", true),
            ("admin:read", "admin:members:read", true),
            ("admin:read", "admin:members:write", false),
            ("admin:read", "admin:write", false),
            ("admin:read", "admin:*", false),
            ("admin:write", "admin:api-keys:verify", false),
            ("admin:write", "admin:providers:reveal", false),
            ("admin:members:read", "admin:members:read", true),
            ("admin:members:read", "admin:read", false),
            ("billing", "billing", true),
            ("billing", "billing:invoices", false),
            ("*", "billing", false),
        ] {
            assert_eq!(scopes(&[held]).cover(&Scope::parse(asked).unwrap()), covered, "{asked} by {held}");
        }
        let every_read: Vec<String> = Resource::ALL.map(|resource| format!("admin:{}:read", resource.as_str())).into();
        let every_read = scopes(&every_read.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(!every_read.cover(&Scope::parse("admin:read").unwrap()));
    }

    #[test]
    fn opaque_scopes_are_anyones_to_give() {
        let held = scopes(&["admin:api-keys:write"]);
        assert_eq!(held.first_beyond(&scopes(&["billing", "admin:api-keys:write"])), None);
        let beyond = scopes(&["billing", "admin:api-keys:read"]);
        assert_eq!(held.first_beyond(&beyond).unwrap().as_str(), "admin:api-keys:read");
    }

    /// The whole table: each scope against each resource and action.
    #[test]
    fn what_each_scope_allows() {
        for resource in Resource::ALL {
            for action in Action::ALL {
                if !action.applies_to(resource) {
                    continue;
                }
                let exact = format!("admin:{}:{}", resource.as_str(), action.as_str());
                for (given, allowed) in [
                    ("admin:*", true),
                    ("admin:read", action == Action::Read),
                    ("admin:write", action == Action::Write),
                    (exact.as_str(), true),
                    ("admin:api-keys:verify", exact == "admin:api-keys:verify"),
                    ("admin:providers:reveal", exact == "admin:providers:reveal"),
                    ("read", false),
                    ("*", false),
                ] {
                    assert_eq!(scopes(&[given]).allow(resource, action), allowed, "{given} for {exact}");
                }
                let others = Resource::ALL.into_iter().filter(|other| *other != resource && action.applies_to(*other));
                for other in others {
                    let other = format!("admin:{}:{}", other.as_str(), action.as_str());
                    assert!(!scopes(&[&other]).allow(resource, action), "{other} for {exact}");
                }
                assert!(!scopes(&[]).allow(resource, action));
            }
        }
    }

    #[test]
    fn a_scope_given_twice_counts_once_and_the_number_is_bounded() {
        assert_eq!(scopes(&["b", "a", "b"]), scopes(&["b", "a"]));
        let many = |count: usize| Scopes::new((0..count).map(|n| Scope::parse(format!("s{n}")).unwrap()));
        assert!(many(50).is_ok());
        assert!(many(51).is_err());
    }
}
