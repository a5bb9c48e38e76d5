//! What is tried on a service of each database, one after the other.

use std::env;

use anyhow::{Context as _, Result, bail};

use crate::{postgres, process, service::Service};

/// Builds the program, and gives `attempt` a running service with nothing in it: one on SQLite, then one on PostgreSQL.
/// The second comes whatever became of the first.
///
/// # Errors
///
/// When an attempt fails, naming its database after the end of the service's log; or when the program cannot be built
/// or run.
pub(crate) fn each_database(task: &str, attempt: impl Fn(&Service) -> Result<()>) -> Result<()> {
    process::run(&mut process::cargo(&["build", "--quiet", "--package", "tenancy-server"]))?;

    // Cargo puts the workspace's programs side by side.
    let program = env::current_exe()?.with_file_name("tenancy");
    let cluster = postgres::start()?;
    let databases = [("SQLite", None), ("PostgreSQL", Some(cluster.create_database()?))];
    let mut failed = Vec::new();
    for (name, url) in databases {
        eprintln!("\n== {task} on {name}");
        let data = tempfile::tempdir().context("could not make a folder for the data")?;
        let service = Service::start(&program, data.path(), url.as_deref())?;
        if let Err(error) = attempt(&service) {
            eprintln!("error: {error:#}\nthe end of the service's log:\n{}", service.end_of_log());
            failed.push(name);
        }
    }
    if !failed.is_empty() {
        bail!("{task} failed on {}", failed.join(" and "));
    }
    Ok(())
}
