//! `audit verify`: looks through the audit log for tampering.

use std::{
    fs::File,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::ExitCode,
};

use anyhow::Context;
use tenancy_domain::{
    audit_log::{KnownHead, KnownHeads},
    authorization::{AuditLogsRead, Caller},
};

use super::super::check;
use crate::{audit_chains, operator_error::OperatorResult, settings::Settings, storage::Storage};

/// Prints what was looked at and what was found; `heads` are files of what `audit heads` printed at other times. May run
/// beside a service.
///
/// # Errors
/// When it cannot look to the end. What is found is no error, and makes the exit code 1.
pub(in super::super) async fn run(
    settings: &Settings,
    heads: &[impl AsRef<Path>],
    output: &mut impl Write,
) -> anyhow::Result<ExitCode> {
    let mut known = Vec::new();
    for file in heads {
        let file = file.as_ref();
        known.extend(read(file).with_context(|| format!("cannot read {}", file.display()))?);
    }
    let storage = Storage::open_read_only(settings).await?;
    let is_whole = report(settings, &storage, known.into_iter().collect(), output).await?;
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn read(file: &Path) -> anyhow::Result<Vec<KnownHead>> {
    let lines = BufReader::new(File::open(file)?).lines().enumerate();
    let heads = lines.map(|(number, line)| KnownHead::parse(&line?).with_context(|| format!("line {}", number + 1)));
    heads.collect()
}

/// Verifies the audit log and prints what was found; tells whether it is whole.
///
/// # Errors
/// When it cannot look to the end.
pub(in super::super) async fn report(
    settings: &Settings,
    storage: &Storage,
    known: KnownHeads,
    output: &mut impl Write,
) -> anyhow::Result<bool> {
    let ports = storage.ports();
    let mac = audit_chains::find(settings, &ports).await?;
    let grant = Caller::command_line().authorize::<AuditLogsRead>().for_operator()?;
    let found = ports.audit_verifier(mac).verify(&grant, known).await.for_operator()?;
    let unkeyed = match found.unkeyed {
        0 => String::new(),
        count => format!(", {count} of them from before chains were keyed"),
    };
    let looked_at = format!("audit log ({} entries in {} chains{unkeyed})", found.entries, found.chains);
    let findings: Vec<String> = found.findings.iter().map(ToString::to_string).collect();
    check::report(output, &looked_at, &findings)?;
    Ok(findings.is_empty())
}
