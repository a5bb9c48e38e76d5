//! The secret of a key: its form, its hash, its prefix.

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::{Zeroize, Zeroizing};

use crate::{error::Error, error::Violation, ports::SecretSource, sealing::SecretText};

const MARK: &str = "tny_";
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
/// Characters of the random part: 62^43 is more than 2^256.
const RANDOM_LENGTH: usize = 43;
/// Characters of the checksum: 62^6 is more than 2^32.
const CHECKSUM_LENGTH: usize = 6;
const PREFIX_LENGTH: usize = 8;

/// The plain secret of an API key: `tny_`, 43 random base62 characters, and their CRC-32 (IEEE) as 6 base62 characters,
/// most significant digit first.
///
/// The checksum tells a mistyped or cut-off key without a look at storage. The plain text is wiped from memory when the
/// value is dropped, and `Debug` does not show it.
#[derive(Clone)]
pub struct ApiKeySecret(Zeroizing<String>);

impl ApiKeySecret {
    /// The length of every secret, in characters (all of them ASCII).
    pub const LENGTH: usize = MARK.len() + RANDOM_LENGTH + CHECKSUM_LENGTH;

    /// Makes a secret that nobody can guess.
    ///
    /// # Errors
    /// Those of `source`.
    pub fn generate(source: &dyn SecretSource) -> Result<Self, Error> {
        // Allocated once at its full length: a buffer that grew would leave copies behind.
        let mut text = Zeroizing::new(String::with_capacity(Self::LENGTH));
        text.push_str(MARK);
        let mut bytes = [0; 64];
        while text.len() < MARK.len() + RANDOM_LENGTH {
            source.fill(&mut bytes)?;
            // 248 is the largest multiple of 62 that a byte holds: the bytes above it would favour some characters.
            let digits = bytes.iter().filter(|byte| **byte < 248).map(|byte| char::from(digit(u32::from(*byte))));
            let missing = MARK.len() + RANDOM_LENGTH - text.len();
            text.extend(digits.take(missing));
        }
        bytes.zeroize();
        let sum = checksum(&text.as_bytes()[MARK.len()..]);
        text.extend(sum.map(char::from));
        Ok(Self(text))
    }

    /// Reads a secret.
    ///
    /// # Errors
    /// A [`Violation`] when the form or the checksum is wrong: such a key was never given out.
    pub fn parse(text: &str) -> Result<Self, Violation> {
        require_form(text)?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    /// The hash of the secret that `text` is, of which no copy is made.
    ///
    /// # Errors
    /// Those of [`ApiKeySecret::parse`].
    pub fn hash_of(text: &str) -> Result<SecretHash, Violation> {
        require_form(text)?;
        Ok(SecretHash::of(text))
    }

    /// Whether a key, whole and with the right checksum, stands anywhere in `text`: then it is no text to be kept.
    #[must_use]
    pub fn is_within(text: &str) -> bool {
        text.match_indices(MARK).any(|(start, _)| {
            text.get(start..start + Self::LENGTH).is_some_and(|candidate| require_form(candidate).is_ok())
        })
    }

    /// The plain text, to be shown to its owner once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// The same secret, for whoever seals it.
    pub(super) fn text(&self) -> SecretText {
        SecretText::new(self.0.clone())
    }

    /// What storage keeps of it.
    #[must_use]
    pub fn hash(&self) -> SecretHash {
        SecretHash::of(&self.0)
    }

    /// The characters that people tell keys apart by.
    #[must_use]
    pub fn prefix(&self) -> KeyPrefix {
        KeyPrefix(self.0.chars().skip(MARK.len()).take(PREFIX_LENGTH).collect())
    }
}

impl fmt::Debug for ApiKeySecret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("ApiKeySecret(…)")
    }
}

fn require_form(text: &str) -> Result<(), Violation> {
    let well_formed = text.len() == ApiKeySecret::LENGTH
        && text.strip_prefix(MARK).is_some_and(|rest| {
            let (random, sum) = rest.as_bytes().split_at(RANDOM_LENGTH);
            random.iter().all(u8::is_ascii_alphanumeric) && sum == checksum(random)
        });
    if well_formed {
        Ok(())
    } else {
        Err(Violation::new("must be a key that this service gave out: tny_ and 49 letters and digits"))
    }
}

fn digit(value: u32) -> u8 {
    ALPHABET[(value % 62) as usize]
}

fn checksum(random: &[u8]) -> [u8; CHECKSUM_LENGTH] {
    let mut rest = crc32fast::hash(random);
    let mut digits = [ALPHABET[0]; CHECKSUM_LENGTH];
    for place in digits.iter_mut().rev() {
        *place = digit(rest);
        rest /= 62;
    }
    digits
}

/// The SHA-256 of a secret: what storage keeps and looks keys up by. A fast hash is enough, since the secret holds 256
/// random bits and cannot be guessed from it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of the secret that `text` is.
    pub(super) fn of(text: &str) -> Self {
        Self(Sha256::digest(text.as_bytes()).into())
    }

    /// The hash itself.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("SecretHash(…)")
    }
}

/// The first 8 characters after `tny_` of a key, by which people tell keys apart.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyPrefix(String);

impl KeyPrefix {
    /// Takes over a prefix that storage kept.
    ///
    /// # Errors
    /// A [`Violation`] when it is not 8 letters and digits.
    pub fn parse(text: impl Into<String>) -> Result<Self, Violation> {
        let text = text.into();
        if text.len() == PREFIX_LENGTH && text.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            Ok(Self(text))
        } else {
            Err(Violation::new("must be 8 letters and digits"))
        }
    }

    /// The characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for KeyPrefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU8, Ordering};

    use proptest::prelude::*;

    use super::*;

    /// Counts up, through the bytes that must be passed over too.
    struct Counting(AtomicU8);

    impl SecretSource for Counting {
        fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
            for byte in bytes {
                *byte = self.0.fetch_add(1, Ordering::Relaxed);
            }
            Ok(())
        }
    }

    #[test]
    fn the_checksum_is_the_crc32_of_the_random_part_in_base62() {
        // From another program: zlib.crc32(b"0" * 43) is 2018072207, which is 2CZclj in base62.
        let known = "tny_00000000000000000000000000000000000000000002CZclj";
        assert_eq!(ApiKeySecret::parse(known).unwrap().expose(), known);
    }

    #[test]
    fn a_generated_secret_has_the_form_that_is_read() {
        for seed in [0, 200, 240, 255] {
            let secret = ApiKeySecret::generate(&Counting(AtomicU8::new(seed))).unwrap();
            assert_eq!(secret.expose().len(), ApiKeySecret::LENGTH);
            assert_eq!(ApiKeySecret::parse(secret.expose()).unwrap().hash(), secret.hash());
            assert_eq!(secret.prefix().as_str(), &secret.expose()[4..12]);
        }
    }

    #[test]
    fn a_key_is_found_within_a_text() {
        let key = "tny_00000000000000000000000000000000000000000002CZclj";
        for text in [key, &format!("tny_{key}"), &format!("key: {key}ß"), &format!("ßtny_ß{key}{key}")] {
            assert!(ApiKeySecret::is_within(text), "{text}");
        }
        for text in ["", "tny_", &key[1..], &key[..52], &key.replace("CZclj", "CZclk"), &format!("{}ß", &key[..51])] {
            assert!(!ApiKeySecret::is_within(text), "{text}");
        }
    }

    #[test]
    fn debug_shows_nothing() {
        let secret = ApiKeySecret::generate(&Counting(AtomicU8::new(0))).unwrap();
        assert_eq!(format!("{secret:?} {:?}", secret.hash()), "ApiKeySecret(…) SecretHash(…)");
    }

    proptest! {
        #[test]
        fn a_key_with_one_other_character_is_refused(place in 0..ApiKeySecret::LENGTH, other in "[ -~]") {
            let secret = ApiKeySecret::generate(&Counting(AtomicU8::new(17))).unwrap();
            let mut text = secret.expose().to_owned();
            text.replace_range(place..=place, &other);
            prop_assert_eq!(ApiKeySecret::parse(&text).is_ok(), text == secret.expose());
        }

        #[test]
        fn no_text_makes_it_panic(text in "(tny_)?\\PC{0,60}") {
            let _ = ApiKeySecret::parse(&text);
        }
    }
}
