//! The commands, a file each, and what all of them share: reading the settings, and telling success from failure.

mod audit;
mod check;
mod check_config;
mod healthcheck;
mod keys;
mod master_key;
mod migrate;
mod openapi;
mod serve;

use std::{
    env,
    io::{self, Write},
    process::ExitCode,
};

use clap::CommandFactory;

use crate::{
    cli::{AuditCommand, Cli, Command, MasterKeyCommand, SettingFlags},
    logging,
    settings::{Settings, problems::Problems},
};

/// The exit code of a program that was told wrong things; `clap` has the same for wrong arguments.
const EXIT_USAGE: u8 = 2;

/// Runs the command. The exit code is 0 for success, 1 for failure and 2 for wrong settings.
#[must_use]
pub fn run(cli: Cli) -> ExitCode {
    match dispatch(cli) {
        Ok(code) => code,
        Err(error) => {
            // There is nowhere left to tell that even this failed.
            let _ = writeln!(io::stderr(), "{error:#}");
            if error.is::<Problems>() { EXIT_USAGE.into() } else { ExitCode::FAILURE }
        }
    }
}

fn dispatch(cli: Cli) -> anyhow::Result<ExitCode> {
    let output = &mut io::stdout();
    match cli.command.unwrap_or(Command::Serve) {
        Command::CheckConfig => {
            return Ok(check_config::run(&Settings::load(&cli.settings.0, env::vars_os()), output)?);
        }
        Command::MasterKey(MasterKeyCommand::Generate) => master_key::generate::run(output)?,
        Command::Openapi => openapi::run(output)?,
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Cli::command(), "tenancy", output);
        }
        Command::Healthcheck { url } => healthcheck::run(&load(&cli.settings)?, url.as_deref())?,
        Command::Serve => with_log(&cli.settings, async |settings| serve::run(settings, output).await)?,
        Command::Migrate => with_log(&cli.settings, async |settings| migrate::run(settings, output).await)?,
        Command::Keys(command) => {
            with_log(&cli.settings, async |settings| keys::run(settings, command, output).await)?;
        }
        Command::MasterKey(MasterKeyCommand::Status { json }) => {
            with_log(&cli.settings, async |settings| master_key::status::run(settings, json, output).await)?;
        }
        Command::Audit(AuditCommand::Verify { heads }) => {
            return with_log(&cli.settings, async |settings| audit::verify::run(settings, &heads, output).await);
        }
        Command::Audit(AuditCommand::Heads) => {
            return with_log(&cli.settings, async |settings| audit::heads::run(settings, output).await);
        }
        Command::Check => return with_log(&cli.settings, async |settings| check::run(settings, output).await),
    }
    Ok(ExitCode::SUCCESS)
}

fn load(flags: &SettingFlags) -> Result<Settings, Problems> {
    Settings::load(&flags.0, env::vars_os()).settings
}

/// Runs a command that uses the storage: with a log, and on an asynchronous runtime.
fn with_log<T>(flags: &SettingFlags, command: impl AsyncFnOnce(&Settings) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let settings = load(flags)?;
    logging::start(&settings.log, settings.log_format)?;
    actix_web::rt::System::new().block_on(command(&settings))
}
