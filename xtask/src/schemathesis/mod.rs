//! `cargo xtask schemathesis`: what a fuzzer makes of the OpenAPI document, and whether the service keeps to it.

use std::path::Path;

use anyhow::Result;

use crate::{
    each_database::each_database,
    process,
    python::PythonTool,
    service::{KEY, Service},
};

/// Has schemathesis put generated requests, valid and not, to the service, and compare each answer to the OpenAPI
/// document; on SQLite and on PostgreSQL.
///
/// The short run is the same each time, for a finding to be one of the change at hand; the long one draws anew.
/// Needs Python 3; schemathesis itself is installed below target/.
#[derive(Debug, Clone, Copy, clap::Args)]
pub(crate) struct Options {
    /// Many requests instead of few
    #[arg(long)]
    long: bool,
}

const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance";

const TOOL: PythonTool = PythonTool { name: "schemathesis", version: "4.32.5" };

/// Runs the task.
///
/// # Errors
///
/// When the service breaks its word, or something that is needed for the run cannot be had.
pub(crate) fn run(options: Options) -> Result<()> {
    let schemathesis = TOOL.find_or_install()?;
    each_database("schemathesis", |service| put_to_the_test(&schemathesis, service, options))
}

fn put_to_the_test(schemathesis: &Path, service: &Service, options: Options) -> Result<()> {
    let address = service.address();
    let mut command = process::command(schemathesis);
    command
        // It leaves files where it runs.
        .current_dir(TOOL.folder())
        .arg("--config-file")
        .arg(process::root().join("xtask/src/schemathesis/schemathesis.toml"))
        .args(["run", &format!("http://{address}/openapi.json"), "--url", &format!("http://{address}")])
        .args(["--header", &format!("Authorization: Bearer {KEY}")])
        .args(["--checks", CHECKS, "--continue-on-failure"]);
    if options.long {
        command.args(["--max-examples", "1000", "--generation-database", "none"]);
    } else {
        command.args(["--max-examples", "50", "--generation-deterministic"]);
    }
    process::run(&mut command)
}
