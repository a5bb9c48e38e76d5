//! `master-key generate`: a fresh master key.

use std::io::Write;

use tenancy_adapters::{sealing::MasterKey, system::OsRandom};

use crate::operator_error::OperatorResult;

/// Prints the key alone, for scripts to take. It is kept nowhere.
///
/// # Errors
/// When there is no randomness, or the output fails.
pub(in super::super) fn run(output: &mut impl Write) -> anyhow::Result<()> {
    let key = MasterKey::generate(&OsRandom).for_operator()?;
    writeln!(output, "{}", *key.to_base64())?;
    Ok(())
}
