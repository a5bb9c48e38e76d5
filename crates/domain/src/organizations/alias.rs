//! Slugs that organizations had before.

use crate::{ids::OrganizationId, slug::Slug, timestamp::Timestamp};

/// A slug that an organization had, and that still leads to it. It ends when another organization takes the slug, which
/// none can before the cool-down ends; when the organization itself takes it back; and with the organization's deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlugAlias {
    /// The former slug; that of no live organization.
    pub slug: Slug,
    /// The organization that had it, and is live.
    pub organization: OrganizationId,
    /// When the cool-down ends: until then no other organization can take the slug.
    pub reserved_until: Timestamp,
}

impl SlugAlias {
    /// How many slugs an organization may have in their cool-down beside its own, lest one takes all the good names.
    pub const MAX_RESERVED: u64 = 100;

    /// Whether `organization` can take the slug at `now`.
    #[must_use]
    pub fn is_free_for(&self, organization: OrganizationId, now: Timestamp) -> bool {
        self.organization == organization || self.reserved_until <= now
    }
}

/// For how long a slug that an organization gave up is nobody else's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SlugCooldown(u32);

impl SlugCooldown {
    /// What holds where nothing is said, in days.
    pub const DEFAULT_DAYS: u32 = 90;

    /// A cool-down of this many days; of none, a former slug is free at once.
    #[must_use]
    pub const fn from_days(days: u32) -> Self {
        Self(days)
    }

    /// When a cool-down that begins at `now` ends.
    #[must_use]
    pub fn end(self, now: Timestamp) -> Timestamp {
        const DAY: i64 = 24 * 60 * 60 * 1_000;
        let end = now.unix_milliseconds() + i64::from(self.0) * DAY;
        Timestamp::from_unix_milliseconds(end).unwrap_or(Timestamp::MAX)
    }
}

impl Default for SlugCooldown {
    fn default() -> Self {
        Self(Self::DEFAULT_DAYS)
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(milliseconds: i64) -> Timestamp {
        Timestamp::from_unix_milliseconds(milliseconds).unwrap()
    }

    #[test]
    fn a_former_slug_is_its_organizations_own_and_everybodys_after_the_cool_down() {
        let [own, other] = [1, 2].map(|id| OrganizationId::new(Uuid::from_u128(id)));
        let slug = Slug::parse("acme").unwrap();
        let alias = SlugAlias { slug, organization: own, reserved_until: at(1_000) };
        for (organization, now, is_free) in
            [(own, 0, true), (own, 1_000, true), (other, 999, false), (other, 1_000, true)]
        {
            assert_eq!(alias.is_free_for(organization, at(now)), is_free, "{now}");
        }
    }

    #[test]
    fn a_cool_down_has_whole_days_and_ends_with_time_itself() {
        assert_eq!(SlugCooldown::from_days(0).end(at(5)), at(5));
        assert_eq!(SlugCooldown::default().end(at(5)), at(90 * 86_400_000 + 5));
        assert_eq!(SlugCooldown::from_days(u32::MAX).end(at(0)), Timestamp::MAX);
    }
}
