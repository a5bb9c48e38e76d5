//! `audit heads`: where the chains of the audit log end.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use tenancy_domain::{
    audit_log::KnownHead,
    authorization::{AuditLogsRead, Caller},
    pagination::PageSize,
};

use crate::{audit_chains, operator_error::OperatorResult, settings::Settings, storage::Storage};

/// Prints a line a chain: its id, the number of its last entry, and the hash up to that. May run beside a service.
///
/// # Errors
/// When it cannot read them. A chain whose end was forged is left out, told of on standard error, and makes the exit code
/// 1.
pub(in super::super) async fn run(settings: &Settings, output: &mut impl Write) -> anyhow::Result<ExitCode> {
    let storage = Storage::open_read_only(settings).await?;
    let ports = storage.ports();
    let mac = audit_chains::find(settings, &ports).await?;
    let scope = Caller::command_line().authorize::<AuditLogsRead>().for_operator()?.tenant_scope();
    let (mut after, mut is_whole) = (None, true);
    loop {
        let chains = ports.audit_log.audit_chains(scope, after, PageSize::MAX).await.for_operator()?;
        let Some(last) = chains.last() else { break };
        after = Some(last.id);
        for chain in chains {
            if mac.as_ref().is_some_and(|mac| chain.is_authentic(&**mac)) {
                writeln!(output, "{}", KnownHead::from(&chain))?;
            } else {
                is_whole = false;
                writeln!(io::stderr(), "the chain {}: its end was forged, or is not keyed yet", chain.id)?;
            }
        }
    }
    Ok(if is_whole { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
