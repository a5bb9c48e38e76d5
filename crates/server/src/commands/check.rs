//! `check`: looks through the whole database for damage, and through the audit log for tampering.

use std::{io::Write, process::ExitCode};

use tenancy_domain::audit_log::KnownHeads;

use super::audit::verify;
use crate::{settings::Settings, storage::Storage};

/// Prints what was looked at and what was found. May run beside a service.
///
/// # Errors
/// When it cannot look to the end. What is found is no error, and makes the exit code 1.
pub(super) async fn run(settings: &Settings, output: &mut impl Write) -> anyhow::Result<ExitCode> {
    let storage = Storage::open_read_only(settings).await?;
    let damage = storage.full_check().await?;
    report(output, "database", &damage)?;
    let is_whole = verify::report(settings, &storage, KnownHeads::default(), output).await?;
    Ok(if damage.is_empty() && is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints what was looked at, and what was found.
pub(super) fn report(output: &mut impl Write, looked_at: &str, findings: &[String]) -> std::io::Result<()> {
    if findings.is_empty() {
        return writeln!(output, "{looked_at}: sound");
    }
    writeln!(output, "{looked_at}: NOT sound")?;
    findings.iter().try_for_each(|finding| writeln!(output, "  {finding}"))
}
