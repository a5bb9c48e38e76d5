//! What is read and written for every request: cursors and API keys. `cargo bench -p tenancy-domain --bench text`.

#![expect(clippy::unwrap_used, reason = "what fails here ends it")]

use std::sync::atomic::{AtomicU64, Ordering};

use divan::{Bencher, black_box};
use tenancy_domain::{Error, Timestamp, api_keys::ApiKeySecret, pagination::Cursor, ports::SecretSource};
use uuid::Uuid;

fn main() {
    divan::main();
}

fn cursor() -> Cursor {
    let time = Timestamp::from_unix_milliseconds(1_764_259_200_123).unwrap();
    Cursor::new(time, Uuid::from_u128(0x0193_9f6b_8a00_7c3e_9d5f_2b8a_4c6e_1f70))
}

#[divan::bench]
fn encode_a_cursor() -> String {
    black_box(cursor()).encode()
}

#[divan::bench]
fn parse_a_cursor(bencher: Bencher) {
    let text = cursor().encode();
    bencher.bench(|| Cursor::parse(black_box(&text)).unwrap());
}

#[divan::bench]
fn parse_and_hash_a_key(bencher: Bencher) {
    let key = ApiKeySecret::generate(&Counting::default()).unwrap().expose().to_owned();
    bencher.bench(|| ApiKeySecret::hash_of(black_box(&key)).unwrap());
}

#[divan::bench]
fn refuse_a_key_with_a_wrong_checksum(bencher: Bencher) {
    let mut key = ApiKeySecret::generate(&Counting::default()).unwrap().expose().to_owned();
    let last = key.pop().unwrap();
    key.push(if last == '0' { '1' } else { '0' });
    bencher.bench(|| ApiKeySecret::hash_of(black_box(&key)).unwrap_err());
}

#[divan::bench]
fn generate_a_key() -> ApiKeySecret {
    ApiKeySecret::generate(&Counting::default()).unwrap()
}

/// Counts where others are random.
#[derive(Default)]
struct Counting(AtomicU64);

impl SecretSource for Counting {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), Error> {
        for byte in bytes {
            *byte = self.0.fetch_add(1, Ordering::Relaxed).to_le_bytes()[0];
        }
        Ok(())
    }
}
