//! Sealing: what was sealed opens in its place, under its master key, and nowhere else.

#![cfg(feature = "sealing")]
#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]
#![expect(clippy::print_stdout, reason = "how much was tried is shown where a test's output is asked for")]

use std::sync::Arc;

use futures_util::FutureExt;
use proptest::prelude::*;
use tenancy_adapters::{
    sealing::{EnvelopeSealer, Keyring, MasterKey},
    system::OsRandom,
};
use tenancy_domain::{
    Error, OrganizationId,
    sealing::{MasterKeyId, MasterKeySource, SealedSecret, Sealer, SealingContext, SecretText, UnsealError},
};
use uuid::Uuid;

fn master_key() -> MasterKey {
    MasterKey::generate(&OsRandom).unwrap()
}

fn keyring(active: &MasterKey, former: &[MasterKey]) -> Keyring {
    Keyring::new(active, former, Arc::new(OsRandom)).unwrap()
}

fn sealer(active: &MasterKey, former: &[MasterKey]) -> EnvelopeSealer {
    EnvelopeSealer::new(Arc::new(keyring(active, former)), Arc::new(OsRandom))
}

/// The place of the secret in the row `row`; every second row belongs to no organization.
fn place(row: u128) -> SealingContext {
    let org_id = row.is_multiple_of(2).then(|| OrganizationId::new(Uuid::from_u128(row / 4)));
    SealingContext { table: "providers", column: "api_key", org_id, row_id: Uuid::from_u128(row) }
}

/// Of the local keyring every future is ready.
fn seal(sealer: &EnvelopeSealer, context: &SealingContext, text: &str) -> SealedSecret {
    sealer.seal(context, &SecretText::new(text.to_owned())).now_or_never().unwrap().unwrap()
}

fn open(sealer: &EnvelopeSealer, context: &SealingContext, envelope: &SealedSecret) -> Result<String, Error> {
    let opened = sealer.open(context, envelope).now_or_never().unwrap();
    opened.map(|secret| secret.expose().to_owned())
}

fn rewrap(sealer: &EnvelopeSealer, context: &SealingContext, envelope: &SealedSecret) -> Option<SealedSecret> {
    sealer.rewrap(context, envelope).now_or_never().unwrap().unwrap()
}

/// Why a secret did not open.
fn reason<T>(result: &Result<T, Error>) -> &UnsealError {
    result.as_ref().err().unwrap().cause().unwrap().downcast_ref().unwrap()
}

fn is_broken<T>(result: &Result<T, Error>) -> bool {
    matches!(reason(result), UnsealError::Broken)
}

proptest! {
    #[test]
    fn what_was_sealed_opens(text in "\\PC{0,200}", row: u128) {
        let sealer = sealer(&master_key(), &[]);
        let envelope = seal(&sealer, &place(row), &text);
        prop_assert_eq!(open(&sealer, &place(row), &envelope).unwrap(), text);
    }

    #[test]
    fn no_bytes_make_it_panic(bytes: Vec<u8>) {
        let sealer = sealer(&master_key(), &[]);
        prop_assert!(is_broken(&open(&sealer, &place(1), &SealedSecret::new(sealer.active(), bytes))));
    }
}

#[test]
fn a_long_secret_opens() {
    let sealer = sealer(&master_key(), &[]);
    let text = "ß".repeat(64 * 1024);
    assert_eq!(open(&sealer, &place(1), &seal(&sealer, &place(1), &text)).unwrap(), text);
}

#[test]
fn one_secret_is_sealed_otherwise_each_time() {
    let sealer = sealer(&master_key(), &[]);
    let (one, other) = (seal(&sealer, &place(1), "secret"), seal(&sealer, &place(1), "secret"));
    let same = one.as_bytes().iter().zip(other.as_bytes()).filter(|(one, other)| one == other).count();
    // The version and the length, and here and there a byte by chance.
    assert!(same < 20, "{same} of {} bytes", one.as_bytes().len());
}

/// So many secrets, each in a row of its own, and that row's place.
fn rows(count: u128) -> (EnvelopeSealer, Vec<(SealingContext, SealedSecret)>) {
    let sealer = sealer(&master_key(), &[]);
    let rows = (0..count).map(|row| (place(row), seal(&sealer, &place(row), "secret"))).collect();
    (sealer, rows)
}

/// Whether the secret opens in its place with one bit of it flipped.
fn opens_without(sealer: &EnvelopeSealer, (context, envelope): &(SealingContext, SealedSecret), bit: usize) -> bool {
    let mut bytes = envelope.as_bytes().to_vec();
    bytes[bit / 8] ^= 1 << (bit % 8);
    let result = open(sealer, context, &SealedSecret::new(envelope.master_key_id(), bytes));
    assert!(result.is_ok() || is_broken(&result), "bit {bit}: {result:?}");
    result.is_ok()
}

#[test]
fn with_any_one_bit_flipped_it_does_not_open() {
    let (sealer, rows) = rows(50);
    let (first, bits) = (&rows[0], 8 * rows[0].1.as_bytes().len());
    let opened = (0..bits).filter(|bit| opens_without(&sealer, first, *bit)).count();
    println!("one secret with each of its {bits} bits flipped: {opened} opened");
    assert_eq!((bits, opened), (8 * first.1.as_bytes().len(), 0));
    let id = first.1.master_key_id();
    for bit in 0..8 * MasterKeyId::LENGTH {
        let mut other = *id.as_bytes();
        other[bit / 8] ^= 1 << (bit % 8);
        let envelope = SealedSecret::new(MasterKeyId::new(other), first.1.as_bytes().to_vec());
        let result = open(&sealer, &first.0, &envelope);
        assert!(matches!(reason(&result), UnsealError::UnknownMasterKey(_)), "bit {bit}: {result:?}");
    }

    // Every seventh bit of all, and in each secret others.
    let sample: Vec<_> =
        rows.iter().enumerate().flat_map(|(n, row)| (n % 7..bits).step_by(7).map(move |bit| (row, bit))).collect();
    let opened = sample.iter().filter(|(row, bit)| opens_without(&sealer, row, *bit)).count();
    println!("{} secrets with {} bits flipped, one at a time: {opened} opened", rows.len(), sample.len());
    assert!(sample.len() > 5_000, "{}", sample.len());
    assert_eq!(opened, 0);
}

#[test]
fn cut_off_anywhere_it_does_not_open() {
    let sealer = sealer(&master_key(), &[]);
    let envelope = seal(&sealer, &place(1), "secret");
    for length in 0..envelope.as_bytes().len() {
        let cut = SealedSecret::new(sealer.active(), envelope.as_bytes()[..length].to_vec());
        assert!(is_broken(&open(&sealer, &place(1), &cut)), "{length} bytes");
    }
    let longer = [envelope.as_bytes(), &[0]].concat();
    assert!(is_broken(&open(&sealer, &place(1), &SealedSecret::new(sealer.active(), longer))));
}

#[test]
fn moved_to_another_row_it_does_not_open() {
    let (sealer, rows) = rows(50);
    let (mut moves, mut opened) = (0, 0);
    for (from, (_, envelope)) in rows.iter().enumerate() {
        for (to, (context, _)) in rows.iter().enumerate() {
            let result = open(&sealer, context, envelope);
            if from == to {
                assert_eq!(result.unwrap(), "secret");
            } else {
                assert!(result.is_ok() || is_broken(&result), "from {from} to {to}: {result:?}");
                moves += 1;
                opened += u32::from(result.is_ok());
            }
        }
    }
    println!("{} secrets moved to each other's rows: {opened} of {moves} opened", rows.len());
    assert_eq!((moves, opened), (2_450, 0));
}

#[test]
fn every_field_of_the_place_counts() {
    let sealer = sealer(&master_key(), &[]);
    let context = place(4);
    let envelope = seal(&sealer, &context, "secret");
    for other in [
        SealingContext { table: "idempotent_answers", ..context },
        SealingContext { column: "config", ..context },
        SealingContext { org_id: None, ..context },
        SealingContext { org_id: Some(OrganizationId::new(Uuid::max())), ..context },
        SealingContext { row_id: Uuid::max(), ..context },
    ] {
        let result = open(&sealer, &other, &envelope);
        assert!(is_broken(&result), "{other:?}");
        let cause = format!("{:#}", result.unwrap_err().cause().unwrap());
        assert!(cause.starts_with(&format!("{other} does not open: it was changed")), "{cause}");
    }
}

/// Neither half of one secret goes with the other half of another, even in one place.
#[test]
fn the_key_of_one_secret_does_not_open_another() {
    let sealer = sealer(&master_key(), &[]);
    let (one, other) = (seal(&sealer, &place(1), "secret"), seal(&sealer, &place(1), "secret"));
    let middle = one.as_bytes().len() - "secret".len() - 40;
    let mixed = [&one.as_bytes()[..middle], &other.as_bytes()[middle..]].concat();
    assert!(is_broken(&open(&sealer, &place(1), &SealedSecret::new(sealer.active(), mixed))));
}

#[test]
fn another_master_key_does_not_open_it() {
    let (mine, theirs) = (sealer(&master_key(), &[]), sealer(&master_key(), &[]));
    let envelope = seal(&mine, &place(1), "secret");
    let unknown = open(&theirs, &place(1), &envelope);
    assert!(matches!(reason(&unknown), UnsealError::UnknownMasterKey(id) if *id == mine.active()));
    // Under the name of the right one.
    let renamed = SealedSecret::new(theirs.active(), envelope.as_bytes().to_vec());
    assert!(is_broken(&open(&theirs, &place(1), &renamed)));
}

#[test]
fn a_former_master_key_opens_and_no_longer_seals() {
    let (old, new) = (master_key(), master_key());
    let (before, after) = (sealer(&old, &[]), sealer(&new, &[old]));
    let envelope = seal(&before, &place(1), "secret");
    assert_eq!(open(&after, &place(1), &envelope).unwrap(), "secret");
    assert_eq!(seal(&after, &place(1), "secret").master_key_id(), after.active());
    assert!(after.knows(before.active()) && !before.knows(after.active()));
}

#[test]
fn once_wrapped_anew_the_former_master_key_is_not_needed() {
    let (old, new) = (master_key(), master_key());
    let (before, during, after) = (sealer(&old, &[]), sealer(&new, &[old]), sealer(&new, &[]));
    let envelope = seal(&before, &place(1), "secret");
    assert_eq!(rewrap(&before, &place(1), &envelope), None);

    let rewrapped = rewrap(&during, &place(1), &envelope).unwrap();
    assert_eq!(rewrapped.master_key_id(), during.active());
    assert_eq!(open(&after, &place(1), &rewrapped).unwrap(), "secret");
    assert!(open(&before, &place(1), &rewrapped).is_err());
    assert_eq!(rewrap(&during, &place(1), &rewrapped), None);
    // The secret itself is not encrypted anew.
    let encrypted = "secret".len() + 40;
    assert!(rewrapped.as_bytes().ends_with(&envelope.as_bytes()[envelope.as_bytes().len() - encrypted..]));
}

#[test]
fn what_lies_in_another_place_is_not_wrapped_anew() {
    let (old, new) = (master_key(), master_key());
    let envelope = seal(&sealer(&old, &[]), &place(1), "secret");
    let rewrap = |keys: &EnvelopeSealer, context| keys.rewrap(&context, &envelope).now_or_never().unwrap();
    assert!(is_broken(&rewrap(&sealer(&new, &[old]), place(2))));
    assert!(matches!(reason(&rewrap(&sealer(&new, &[]), place(1))), UnsealError::UnknownMasterKey(_)));
}

#[test]
fn debug_shows_names_alone() {
    let (active, former) = (master_key(), master_key());
    let ring = keyring(&active, std::slice::from_ref(&former));
    let expected = format!("Keyring {{ active: {:?}, former: [{:?}], .. }}", ring.active(), former.id().unwrap());
    assert_eq!(format!("{ring:?}"), expected);
    let envelope = seal(&sealer(&active, &[]), &place(1), "secret");
    assert_eq!(
        format!("{envelope:?}"),
        format!("SealedSecret({}, {} bytes)", ring.active(), envelope.as_bytes().len())
    );
}
