//! A secret in the clear.

use std::fmt;

use zeroize::Zeroizing;

/// A secret in the clear, of any length: who makes one has checked its bounds. It is wiped from memory when the value
/// is dropped, and `Debug` does not show it.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Takes over the text itself, so that no copy stays behind.
    #[must_use]
    pub fn new(text: impl Into<Zeroizing<String>>) -> Self {
        Self(text.into())
    }

    /// The plain text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretText {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretText(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_shows_nothing() {
        let secret = SecretText::new("sk-1234".to_owned());
        assert_eq!((format!("{secret:?}").as_str(), secret.expose()), ("SecretText(…)", "sk-1234"));
    }
}
