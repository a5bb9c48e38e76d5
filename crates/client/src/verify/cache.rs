//! What was answered of valid keys, for a short while.

use std::{
    collections::HashMap,
    mem,
    time::{Duration, Instant},
};

use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;

use super::Caller;

/// How long, and of how many keys, answers are kept.
///
/// Only that a key is valid is kept; what was refused is asked for each time. Of the key itself nothing is kept but a
/// hash, of it and the scope together.
///
/// **How stale an answer can be.** It is used for [`max_age`](Self::max_age) at most, counted from the moment before it
/// was asked for, and not beyond the key's `expires_at` by the clock of this machine. So a key that is revoked, rotated
/// away, suspended or deleted, or given other scopes, is let in for `max_age` at most after every instance of the
/// tenancy service knows of it: which is at once on the instance that was told, and within 100 ms on the others in
/// normal running, 5 s where one is cut off. Where that is too long, the verifier is used without a cache.
///
/// A key that is in use is asked for again, beside the requests, when three quarters of its time have passed; so its
/// callers wait for the tenancy service once. When that service does not answer, what is kept is used to its end, and
/// not beyond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CacheBounds {
    max_age: Duration,
    capacity: usize,
}

impl CacheBounds {
    /// The longest [`max_age`](Self::max_age): a minute.
    pub const LONGEST: Duration = Duration::from_mins(1);

    /// How long an answer is used; 5 seconds by default. More than [`LONGEST`](Self::LONGEST) is taken as that.
    #[must_use]
    pub const fn max_age(self, max_age: Duration) -> Self {
        let max_age = if max_age.as_nanos() > Self::LONGEST.as_nanos() { Self::LONGEST } else { max_age };
        Self { max_age, ..self }
    }

    /// Of how many pairs of key and scope an answer is kept; 10,000 by default, at some 500 bytes each. Those that were
    /// not asked for lately go first.
    #[must_use]
    pub const fn capacity(self, capacity: usize) -> Self {
        Self { capacity, ..self }
    }
}

impl Default for CacheBounds {
    fn default() -> Self {
        Self { max_age: Duration::from_secs(5), capacity: 10_000 }
    }
}

/// A key and a scope, as a hash: in the cache, no key can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Question([u8; 32]);

impl Question {
    pub(super) fn new(key: &str, scope: Option<&str>) -> Self {
        let mut hash = Sha256::new();
        // With the length before it, no key and scope run into one that is another pair's.
        hash.update(key.len().to_le_bytes());
        hash.update(key);
        if let Some(scope) = scope {
            hash.update([1]);
            hash.update(scope);
        }
        Self(hash.finalize().into())
    }
}

/// A moment, by the clock that never steps and by the one that tells the date.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moment {
    pub(super) instant: Instant,
    pub(super) date: OffsetDateTime,
}

impl Moment {
    pub(super) fn now() -> Self {
        Self { instant: Instant::now(), date: OffsetDateTime::now_utc() }
    }
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// Nothing that may be used.
    Nothing,
    /// It is valid.
    Caller(Caller),
    /// It is valid, and whoever is told this asks again; nobody else is told so for a while.
    AskAgain(Caller),
}

/// The answers, in two generations: what is used comes to the young one, and when that is full, the old one goes. So it
/// is bounded, and to use it costs the same however full it is.
#[derive(Debug)]
pub(super) struct Cache {
    bounds: CacheBounds,
    young: HashMap<Question, Entry>,
    old: HashMap<Question, Entry>,
}

#[derive(Debug)]
struct Entry {
    caller: Caller,
    asked_at: Instant,
    ask_again_at: Instant,
}

impl Cache {
    pub(super) fn new(bounds: CacheBounds) -> Self {
        Self { bounds, young: HashMap::new(), old: HashMap::new() }
    }

    /// What is known of a key at this moment.
    pub(super) fn get(&mut self, question: Question, now: Moment) -> Known {
        let Some(mut entry) = self.take(question) else { return Known::Nothing };
        let age = now.instant.saturating_duration_since(entry.asked_at);
        let is_expired = entry.caller.expires_at().is_some_and(|end| end <= now.date);
        if age >= self.bounds.max_age || is_expired {
            return Known::Nothing;
        }
        let caller = entry.caller.clone();
        let asks_again = now.instant >= entry.ask_again_at;
        if asks_again {
            entry.ask_again_at = now.instant + self.bounds.max_age / 4;
        }
        self.insert(question, entry);
        if asks_again { Known::AskAgain(caller) } else { Known::Caller(caller) }
    }

    /// Keeps what was answered to a question that was asked at `asked_at`, unless a later answer is known.
    pub(super) fn put(&mut self, question: Question, caller: Caller, asked_at: Instant) {
        if let Some(entry) = self.take(question)
            && entry.asked_at > asked_at
        {
            self.insert(question, entry);
            return;
        }
        let ask_again_at = asked_at + self.bounds.max_age * 3 / 4;
        self.insert(question, Entry { caller, asked_at, ask_again_at });
    }

    /// Forgets a key.
    pub(super) fn remove(&mut self, question: Question) {
        drop(self.take(question));
    }

    /// Forgets every key.
    pub(super) fn clear(&mut self) {
        self.young.clear();
        self.old.clear();
    }

    fn take(&mut self, question: Question) -> Option<Entry> {
        self.young.remove(&question).or_else(|| self.old.remove(&question))
    }

    fn insert(&mut self, question: Question, entry: Entry) {
        if self.bounds.capacity == 0 {
            return;
        }
        if self.young.len() >= self.bounds.capacity.div_ceil(2) {
            self.old = mem::take(&mut self.young);
        }
        self.young.insert(question, entry);
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    const ID: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";

    fn caller(expires_at: Option<&str>) -> Caller {
        let verification = json!({
            "valid": true, "code": "valid", "key_id": ID, "owner": {"type": "system"}, "scopes": ["billing"],
            "expires_at": expires_at,
        });
        Caller::of(serde_json::from_value(verification).unwrap()).unwrap()
    }

    /// A cache of four answers for eight seconds, and the moment after so many seconds.
    fn cache() -> (Cache, impl Fn(u64) -> Moment) {
        let bounds = CacheBounds::default().max_age(Duration::from_secs(8)).capacity(4);
        let begin = Instant::now();
        let after = move |seconds| Moment {
            instant: begin + Duration::from_secs(seconds),
            date: datetime!(2030-01-01 0:00 UTC) + Duration::from_secs(seconds),
        };
        (Cache::new(bounds), after)
    }

    #[test]
    fn an_answer_is_used_for_so_long_from_when_it_was_asked_for() {
        let (mut cache, after) = cache();
        let question = Question::new("tny_x", None);
        assert_eq!(cache.get(question, after(0)), Known::Nothing);
        cache.put(question, caller(None), after(1).instant);
        assert_eq!(cache.get(question, after(6)), Known::Caller(caller(None)));
        assert_eq!(cache.get(question, after(9)), Known::Nothing);
    }

    #[test]
    fn one_of_many_is_told_to_ask_again_before_the_end() {
        let (mut cache, after) = cache();
        let question = Question::new("tny_x", None);
        cache.put(question, caller(None), after(0).instant);
        assert_eq!(cache.get(question, after(5)), Known::Caller(caller(None)));
        assert_eq!(cache.get(question, after(6)), Known::AskAgain(caller(None)));
        assert_eq!(cache.get(question, after(6)), Known::Caller(caller(None)));
        cache.put(question, caller(None), after(6).instant);
        assert_eq!(cache.get(question, after(9)), Known::Caller(caller(None)));
    }

    #[test]
    fn no_answer_outlives_the_key() {
        let (mut cache, after) = cache();
        let question = Question::new("tny_x", None);
        let ends = caller(Some("2030-01-01T00:00:03.000Z"));
        cache.put(question, ends.clone(), after(0).instant);
        assert_eq!(cache.get(question, after(2)), Known::Caller(ends));
        assert_eq!(cache.get(question, after(3)), Known::Nothing);
    }

    #[test]
    fn a_late_answer_does_not_replace_a_later_one() {
        let (mut cache, after) = cache();
        let question = Question::new("tny_x", None);
        cache.put(question, caller(None), after(4).instant);
        cache.put(question, caller(None), after(0).instant);
        assert_eq!(cache.get(question, after(9)), Known::Caller(caller(None)));
        cache.remove(question);
        assert_eq!(cache.get(question, after(9)), Known::Nothing);
    }

    #[test]
    fn it_is_bounded_and_keeps_what_is_used() {
        let (mut cache, after) = cache();
        let used = Question::new("used", None);
        cache.put(used, caller(None), after(0).instant);
        for other in 0..100 {
            cache.put(Question::new(&other.to_string(), None), caller(None), after(0).instant);
            assert_eq!(cache.get(used, after(1)), Known::Caller(caller(None)), "{other}");
            assert!(cache.len() <= 4, "{}", cache.len());
        }
        cache.clear();
        assert_eq!((cache.get(used, after(1)), cache.len()), (Known::Nothing, 0));
    }

    #[test]
    fn a_cache_of_nothing_keeps_nothing() {
        let mut cache = Cache::new(CacheBounds::default().capacity(0));
        cache.put(Question::new("tny_x", None), caller(None), Instant::now());
        assert_eq!(cache.len(), 0);
    }

    #[test]
    fn each_key_and_scope_is_a_question_of_its_own() {
        let questions = [
            Question::new("tny_x", None),
            Question::new("tny_x", Some("")),
            Question::new("tny_x", Some("a")),
            Question::new("tny_", Some("xa")),
            Question::new("tny_x\u{1}a", None),
        ];
        for (index, one) in questions.iter().enumerate() {
            assert!(questions.iter().skip(index + 1).all(|other| one != other), "{index}");
        }
    }

    #[test]
    fn no_age_is_beyond_the_longest() {
        assert_eq!(CacheBounds::default().max_age(Duration::from_hours(1)).max_age, CacheBounds::LONGEST);
    }
}
