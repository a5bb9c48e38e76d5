//! The API over HTTP: the HTTP suite on a real server in this process with storage in memory, and what can be tried on
//! such a server alone: storage that fails, limits, proxies and a clock of one's own, other scopes, another program's
//! `App`.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what fails here fails a test")]

mod api_key_times;
mod client_addresses;
mod document;
mod exports;
mod failures;
mod former_slugs;
mod kept_answers;
mod limits;
mod mounting;
mod rate_limits;
mod readiness;
mod same_path;
mod scopes;
mod slow_bodies;
mod support;

use support::start;

tenancy_testing::http_suite!(start);
