//! `openapi`: prints the OpenAPI document of exactly this program.

use std::io::{self, Write};

/// Prints the document.
///
/// # Errors
/// When the output fails.
pub(super) fn run(output: &mut impl Write) -> io::Result<()> {
    output.write_all(tenancy_api::openapi_document().as_bytes())
}
