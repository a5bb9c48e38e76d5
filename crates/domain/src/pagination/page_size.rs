//! How many rows a page holds.

use crate::error::Violation;

/// The number of rows of a page: 1 to [`PageSize::MAX`], by default [`PageSize::DEFAULT`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageSize(u16);

impl PageSize {
    /// The fewest rows that a page holds.
    pub const MIN: Self = Self(1);
    /// The most rows that a page holds; who asks for more is given this many.
    pub const MAX: Self = Self(1000);
    /// What is given to who asks for no number.
    pub const DEFAULT: Self = Self(100);

    /// The size that serves a wish for `rows`: the wish itself, or [`PageSize::MAX`] for a larger one.
    ///
    /// # Errors
    /// A [`Violation`] for a wish below 1.
    pub fn for_wish(rows: i64) -> Result<Self, Violation> {
        if rows < 1 {
            return Err(Violation::new("must be at least 1"));
        }
        Ok(u16::try_from(rows).map_or(Self::MAX, |rows| Self(rows).min(Self::MAX)))
    }

    /// The number of rows.
    #[must_use]
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl Default for PageSize {
    fn default() -> Self {
        Self::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_is_bounded_above_and_refused_below() {
        for (wish, size) in [(1, 1), (999, 999), (1000, 1000), (1001, 1000), (65_536, 1000), (i64::MAX, 1000)] {
            assert_eq!(PageSize::for_wish(wish).unwrap().get(), size);
        }
        for wish in [0, -1, i64::MIN] {
            assert!(PageSize::for_wish(wish).is_err());
        }
    }
}
