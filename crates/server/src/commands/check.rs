//! `check`: looks through the whole database for damage, and through the audit log for tampering.

use std::{io::Write, process::ExitCode};

use tenancy_domain::authorization::{AuditLogsRead, Caller};

use crate::{operator_error::OperatorResult, settings::Settings, storage::Storage};

/// Prints what was looked at and what was found. May run beside a service.
///
/// # Errors
/// When it cannot look to the end. What is found is no error, and makes the exit code 1.
pub(super) async fn run(settings: &Settings, output: &mut impl Write) -> anyhow::Result<ExitCode> {
    let storage = Storage::open_read_only(settings).await?;
    let damage = storage.full_check().await?;
    report(output, "database", &damage)?;

    let grant = Caller::command_line().authorize::<AuditLogsRead>().for_operator()?;
    let audit_log = storage.ports().audit_log_service().verify(&grant).await.for_operator()?;
    let tampering: Vec<String> = audit_log
        .findings
        .iter()
        .map(|finding| {
            let chain = finding.chain.uuid();
            format!("the chain {chain} is broken at entry {}: changed, out of its place or missing", finding.sequence)
        })
        .collect();
    let looked_at = format!("audit log ({} entries in {} chains)", audit_log.entries, audit_log.chains);
    report(output, &looked_at, &tampering)?;

    let sound = damage.is_empty() && tampering.is_empty();
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn report(output: &mut impl Write, looked_at: &str, findings: &[String]) -> std::io::Result<()> {
    if findings.is_empty() {
        return writeln!(output, "{looked_at}: sound");
    }
    writeln!(output, "{looked_at}: NOT sound")?;
    findings.iter().try_for_each(|finding| writeln!(output, "  {finding}"))
}
