//! Authentication of the callers of a service in actix-web. Behind the feature `actix`.
//!
//! [`Authentication`] is a middleware: nothing behind it runs for a caller without a valid key. [`Caller`] as an
//! argument of a handler is whose key that is; without the middleware it verifies by itself, with the [`Verifier`] that
//! the `App` has as its `app_data`. [`Scoped`] is a caller whose key has a scope.
//!
//! ```
//! use actix_web::{App, web};
//! use tenancy_client::{actix::{Authentication, RequiredScope, Scoped}, verify::{Caller, Verifier}};
//!
//! struct BillingRead;
//!
//! impl RequiredScope for BillingRead {
//!     const SCOPE: &str = "billing:read";
//! }
//!
//! async fn whoami(caller: Caller) -> String {
//!     format!("{:?}", caller.owner())
//! }
//!
//! async fn invoices(caller: Scoped<BillingRead>) -> String {
//!     format!("the invoices of {:?}", caller.org_id())
//! }
//!
//! # fn mount(verifier: Verifier) {
//! App::new()
//!     .wrap(Authentication::new(verifier))
//!     .route("/whoami", web::get().to(whoami))
//!     .route("/invoices", web::get().to(invoices))
//! # ;
//! # }
//! ```
//!
//! Who is not let in is answered in the form of tenancy's own errors: 401 without a valid key, 403 without the scope,
//! 503 while keys cannot be verified.

mod denied;
mod extractors;
mod middleware;

pub use denied::Denied;
pub use extractors::{RequiredScope, Scoped};
pub use middleware::{Authentication, AuthenticationService};

#[cfg(doc)]
use crate::verify::{Caller, Verifier};
