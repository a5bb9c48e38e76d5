//! The search for secrets where they must not be.

use std::collections::HashSet;

use base64::{
    Engine,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};

use super::Service;

/// How long a piece of a secret must be, in bytes of whatever form it has, to be told from other text.
const WINDOW: usize = 16;
/// What keys begin with: this, and the 8 characters by which people tell them apart, are no secret.
const MARK: &[u8] = b"tny_";
const PREFIX_LENGTH: usize = 8;
/// The bits of the place of a piece in the table that is looked at first.
const SLOT_BITS: u32 = 22;

/// Sees to it that no secret which the service gave out stands in its metrics, its database or its log.
///
/// # Panics
/// When one does.
pub fn expect_none(service: &Service) {
    let secrets: Vec<_> = service.issued().all().into_iter().map(String::into_bytes).collect();
    expect_none_of(&secrets, places(service));
}

/// Sees to it that none of `secrets` stands in what has these names and contents: not as it is, not in hexadecimal, base64
/// or percent-encoding, and no piece of it either. Those of fewer than 16 bytes cannot be told from other text.
///
/// # Panics
/// When one does.
pub fn expect_none_of(secrets: &[Vec<u8>], places: impl IntoIterator<Item = (String, Vec<u8>)>) {
    let fragments = Fragments::of(secrets);
    for (place, content) in places {
        if let Some(found) = fragments.find(&content) {
            let around = &content[found.saturating_sub(200)..(found + 100).min(content.len())];
            panic!("a secret is left in {place}: …{}…", String::from_utf8_lossy(around));
        }
    }
}

/// Where a secret might have stayed.
fn places(service: &Service) -> Vec<(String, Vec<u8>)> {
    let mut places = vec![("the metrics".to_owned(), service.get("/metrics").anonymous().send().body)];
    if let Some(remains) = service.remains() {
        places.push(("the database".to_owned(), remains.rows().join("\n").into_bytes()));
        places.extend(remains.files());
    }
    places
}

/// Every piece of some secrets, in every form in which it is searched for.
struct Fragments {
    pieces: HashSet<[u8; WINDOW]>,
    /// Where pieces are by the hash of their beginning: nearly all text is told apart by it.
    slots: Vec<bool>,
}

impl Fragments {
    fn of(secrets: &[Vec<u8>]) -> Self {
        let mut fragments = Self { pieces: HashSet::new(), slots: vec![false; 1 << SLOT_BITS] };
        for secret in secrets {
            // Of a key, what no answer but the first shows. Secrets of others are secret as a whole.
            let hidden = secret.strip_prefix(MARK).and_then(|rest| rest.get(PREFIX_LENGTH..)).unwrap_or(secret);
            for form in forms(hidden) {
                for piece in form.array_windows() {
                    fragments.slots[slot(piece)] = true;
                    fragments.pieces.insert(*piece);
                }
            }
        }
        fragments
    }

    /// Where the first piece is.
    fn find(&self, content: &[u8]) -> Option<usize> {
        content.array_windows().position(|piece| self.slots[slot(piece)] && self.pieces.contains(piece))
    }
}

fn slot(piece: &[u8; WINDOW]) -> usize {
    let beginning = piece.first_chunk().map_or(0, |bytes| u64::from_le_bytes(*bytes));
    let hash = beginning.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> (u64::BITS - SLOT_BITS);
    usize::try_from(hash).unwrap_or_default()
}

/// A secret as it is, and as it may be written.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let in_hex = |digits: &[u8; 16], before: &[u8]| {
        let pairs = secret
            .iter()
            .flat_map(|byte| [before, &[digits[usize::from(byte >> 4)], digits[usize::from(byte & 15)]]].concat());
        pairs.collect::<Vec<_>>()
    };
    let (lower, upper) = (b"0123456789abcdef", b"0123456789ABCDEF");
    let mut forms =
        vec![secret.to_vec(), in_hex(lower, b""), in_hex(upper, b""), in_hex(lower, b"%"), in_hex(upper, b"%")];
    // In base64 three bytes are four digits: how a secret is written depends on how many bytes come before it.
    for shift in 0..3 {
        let shifted = [&b"\0\0"[..shift], secret].concat();
        // Without the digits that other bytes have a share in.
        let (start, end) = ((shift * 8).div_ceil(6), shifted.len() * 8 / 6);
        for written in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            forms.push(written.as_bytes()[start..end].to_vec());
        }
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "tny_ZxJcaKpbKSIqF9ZgkDm2Qe7o5Rk0aT3yUwVbNcMdEfGhLsPq1";

    fn finds(content: impl AsRef<[u8]>) -> bool {
        let secrets = [KEY, "a provider's secret"].map(|secret| secret.as_bytes().to_vec());
        Fragments::of(&secrets).find(content.as_ref()).is_some()
    }

    #[test]
    fn a_secret_is_found_in_any_form() {
        let spelled = |spell: fn(u8) -> String| KEY.bytes().map(spell).collect::<String>();
        let (hex, percent) = (spelled(|byte| format!("{byte:02x}")), spelled(|byte| format!("%{byte:02X}")));
        for text in [KEY, &KEY[4..], &KEY[20..36], &hex, &hex.to_uppercase(), &percent, "a provider's secret"] {
            assert!(finds(text) && finds(format!("before {text} after")), "{text}");
        }
        for before in ["", "a", "ab", "abc"] {
            let text = format!("{before}{KEY} and after");
            assert!(finds(STANDARD_NO_PAD.encode(&text)) && finds(URL_SAFE_NO_PAD.encode(&text)), "{before}");
        }
    }

    #[test]
    fn what_tells_keys_apart_is_no_secret() {
        for text in ["", &KEY[..12], "tny_00000000000000000000000000000000000000000002CZclj", &KEY[20..35]] {
            assert!(!finds(text), "{text}");
        }
    }
}
