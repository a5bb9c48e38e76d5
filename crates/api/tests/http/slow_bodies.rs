//! The time that a body may take.

use std::{io::Write, time::Duration};

use tenancy_api::Limits;
use tenancy_testing::http::Answer;

use crate::support::{Options, Running};

#[test]
fn a_slow_body_is_not_waited_for() {
    let limits = Limits { body_time: Duration::from_millis(200), ..Limits::default() };
    let running = Running::start_with(&Options { limits, ..Options::default() });
    let request = running.service.request("POST", "/admin/v1/organizations");
    let request = request.header("Content-Type", "application/json").header("Content-Length", "23");
    let mut stream = request.send_head();
    stream.write_all(br#"{"slug":"a","#).unwrap();
    Answer::read(&mut stream).expect_error(408, "request_timeout", None);
}
