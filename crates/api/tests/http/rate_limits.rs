//! Who is held up: keys that are used too often, and addresses whose authentications fail too often.

use std::{
    num::NonZeroU32,
    thread,
    time::{Duration, Instant},
};

use serde_json::json;
use tenancy_api::{Limits, TrustedProxies};
use tenancy_testing::http::{Answer, Request};

use crate::support::{Options, Running};

const ME: &str = "/admin/v1/me";
/// A valid key that nobody gave out.
const UNKNOWN: &str = "tny_00000000000000000000000000000000000000000002CZclj";

/// A service behind a trusted proxy, in which `auth_failures` may fail a minute.
fn with_auth_failures(auth_failures: u32) -> Running {
    Running::start_with(&Options {
        limits: Limits { auth_failures_per_minute: NonZeroU32::new(auth_failures), ..Limits::default() },
        trusted_proxies: TrustedProxies::new(["127.0.0.0/8".parse().unwrap()]),
        ..Options::default()
    })
}

/// A service in which `requests` may be made with a key in a second.
fn with_requests(requests: u32) -> Running {
    let limits = Limits { requests_per_second: NonZeroU32::new(requests), ..Limits::default() };
    Running::start_with(&Options { limits, ..Options::default() })
}

/// The statuses of so many of these requests, one after the other.
fn statuses(count: usize, request: &Request) -> Vec<u16> {
    (0..count).map(|_| request.clone().send().status).collect()
}

/// Sends the request until it is 429. Gives back how many came to `status` before, and the refusal.
fn until_refused(request: &Request, status: u16) -> (u32, Answer) {
    for taken in 0..1_000 {
        let answer = request.clone().send();
        if answer.status == 429 {
            return (taken, answer);
        }
        assert_eq!(answer.status, status);
    }
    panic!("none of 1000 requests is refused");
}

/// Sends the request until it is 429, waits for as long as the answer says, and sees to it that it is taken then.
fn expect_to_be_taken_after_the_wait(request: &Request, status: u16) {
    let (_, refusal) = until_refused(request, status);
    let seconds = expect_rate_limited(&refusal);
    assert_eq!(seconds, 1);
    thread::sleep(Duration::from_secs(seconds));
    assert_eq!(request.clone().send().status, status);
}

/// Sees to it that this is the whole error, and gives the seconds to wait.
fn expect_rate_limited(answer: &Answer) -> u64 {
    answer.expect_error(429, "rate_limited", None);
    answer.expect_common_headers();
    answer.header("retry-after").unwrap().parse().unwrap()
}

#[test]
fn failed_authentications_beyond_their_number_are_429() {
    let running = with_auth_failures(3);
    let me = running.service.get(ME);
    assert_eq!(statuses(4, &me.clone().key(UNKNOWN)), [401, 401, 401, 429]);
    let seconds = expect_rate_limited(&me.key(UNKNOWN).send());
    assert!((1..=20).contains(&seconds), "{seconds}");
}

#[test]
fn whatever_is_no_valid_key_is_a_failure_and_no_key_is_none() {
    let running = with_auth_failures(3);
    let me = running.service.get(ME);
    let malformed = me.clone().key("tny_x");
    let wrong_checksum = me.clone().key(&UNKNOWN.replace("CZclj", "CZclk"));
    let other_scheme = me.clone().anonymous().header("Authorization", "Basic dTpw");
    for request in [&malformed, &wrong_checksum, &other_scheme] {
        request.clone().send().expect_error(401, "invalid_api_key", None);
    }
    for request in [&malformed, &wrong_checksum, &other_scheme, &me.clone().key(&running.service.keys().revoked)] {
        expect_rate_limited(&request.clone().send());
    }
    assert_eq!(statuses(5, &me.anonymous()), [401; 5]);
}

#[test]
fn a_valid_key_is_not_held_up_by_the_failures_of_its_address() {
    let running = with_auth_failures(1);
    let me = running.service.get(ME);
    let failing = me.clone().key(UNKNOWN);
    assert_eq!(statuses(2, &failing), [401, 429]);
    assert_eq!(me.clone().send().status, 200);
    thread::scope(|scope| {
        let valid = scope.spawn(|| statuses(100, &me));
        let mut flood = Vec::new();
        while !valid.is_finished() {
            flood.extend(statuses(1, &failing));
        }
        assert_eq!(valid.join().unwrap(), [200; 100]);
        assert!(flood.contains(&429), "{flood:?}");
    });
}

#[test]
fn each_address_fails_for_itself_and_an_ipv6_client_has_one_for_all_of_its_64() {
    let running = with_auth_failures(2);
    let from = |address: &str| running.service.get(ME).key(UNKNOWN).header("X-Forwarded-For", address);
    for (address, status) in [
        ("2001:db8:0:1::1", 401),
        ("2001:db8:0:1::2", 401),
        ("2001:db8:0:1:ffff::3", 429),
        ("2001:db8:0:2::1", 401),
        ("192.0.2.1", 401),
        ("192.0.2.1", 401),
        ("192.0.2.2", 401),
        ("192.0.2.1", 429),
        ("::ffff:192.0.2.1", 429),
    ] {
        assert_eq!(from(address).send().status, status, "{address}");
    }
}

#[test]
fn a_failure_is_taken_again_after_the_wait() {
    let running = with_auth_failures(60);
    expect_to_be_taken_after_the_wait(&running.service.get(ME).key(UNKNOWN), 401);
}

#[test]
fn a_request_is_taken_again_after_the_wait() {
    let running = with_requests(2);
    expect_to_be_taken_after_the_wait(&running.service.get(ME), 200);
}

#[test]
fn a_key_that_is_used_too_often_is_429_before_its_scopes_are_looked_at() {
    let running = with_requests(1);
    let key = running.key(&["admin:organizations:read"]);
    let create = running.service.request("POST", "/admin/v1/organizations").key(&key);
    let answers: Vec<_> = (0..20).map(|_| create.clone().send()).collect();
    answers[0].expect_error(403, "forbidden", None);
    let refusal = answers.iter().find(|answer| answer.status == 429).unwrap();
    assert_eq!(expect_rate_limited(refusal), 1);
    assert!(answers.iter().all(|answer| [403, 429].contains(&answer.status)));
}

#[test]
fn asking_about_an_invalid_key_is_no_failed_authentication() {
    let running = with_auth_failures(1);
    let verify = running.service.request("POST", "/admin/v1/api-keys/verify").json(&json!({"key": UNKNOWN}));
    assert_eq!(statuses(5, &verify), [200; 5]);
    assert_eq!(statuses(1, &running.service.get(ME).key(UNKNOWN)), [401]);
}

#[test]
fn limits_that_are_off_hold_nobody_up() {
    let running = with_auth_failures(0);
    assert_eq!(statuses(700, &running.service.get(ME).key("x")), [401; 700]);
    assert_eq!(statuses(100, &running.service.get(ME)), [200; 100]);
}

#[test]
fn ten_keys_are_held_to_the_limit_each_for_itself_and_slow_no_other() {
    const RATE: u32 = 20;
    let running = with_requests(RATE);
    let keys: Vec<_> = (0..10).map(|_| running.key(&[])).collect();
    let calm = running.key(&[]);
    let me = running.service.get(ME);
    thread::scope(|scope| {
        let busy: Vec<_> = keys.iter().map(|key| scope.spawn(|| rate(&me.clone().key(key)))).collect();
        while !busy.iter().all(thread::ScopedJoinHandle::is_finished) {
            assert_eq!(me.clone().key(&calm).send().status, 200);
            thread::sleep(Duration::from_secs(2) / RATE);
        }
        for thread in busy {
            let rate = thread.join().unwrap();
            assert!((rate / f64::from(RATE) - 1.0).abs() <= 0.05, "{rate} requests a second");
        }
    });
}

/// How many of these requests are taken in a second, when they are sent without end. Counted from one refusal to
/// another, since the bucket is empty at both.
fn rate(request: &Request) -> f64 {
    until_refused(request, 200);
    let begun = Instant::now();
    let mut taken = 0;
    while begun.elapsed() < Duration::from_millis(2_500) {
        taken += until_refused(request, 200).0;
    }
    f64::from(taken) / begun.elapsed().as_secs_f64()
}
