//! `cargo xtask schemathesis`: what a fuzzer makes of the OpenAPI document, and whether the service keeps to it.

mod tool;

use std::{env, path::Path};

use anyhow::{Context as _, Result, bail};

use crate::{
    postgres, process,
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

/// Runs the task.
///
/// # Errors
///
/// When the service breaks its word, or something that is needed for the run cannot be had.
pub(crate) fn run(options: Options) -> Result<()> {
    let schemathesis = tool::find_or_install()?;
    process::run(&mut process::cargo(&["build", "--quiet", "--package", "tenancy-server"]))?;

    // Cargo puts the workspace's programs side by side.
    let program = env::current_exe()?.with_file_name("tenancy");
    let cluster = postgres::start()?;
    let databases = [("SQLite", None), ("PostgreSQL", Some(cluster.create_database()?))];
    let mut failed = Vec::new();
    for (name, url) in databases {
        eprintln!("\n== schemathesis on {name}");
        let data = tempfile::tempdir().context("could not make a folder for the data")?;
        let service = Service::start(&program, data.path(), url.as_deref())?;
        if let Err(error) = put_to_the_test(&schemathesis, &service, options) {
            eprintln!("error: {error:#}\nthe end of the service's log:\n{}", service.end_of_log());
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("the service does not keep to its OpenAPI document on {}", failed.join(" and "));
    }
    Ok(())
}

fn put_to_the_test(schemathesis: &Path, service: &Service, options: Options) -> Result<()> {
    let address = service.address();
    let mut command = process::command(schemathesis);
    command
        // It leaves files where it runs.
        .current_dir(tool::folder())
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
