//! The command line: its commands and their arguments. The flags of the settings come from the table of settings.

use std::path::PathBuf;

use clap::{Arg, ArgMatches, Args, FromArgMatches, Parser, Subcommand};
use clap_complete::Shell;
use tenancy_domain::{
    ApiKeyId, DisplayName, OrganizationId, ProjectId, Timestamp, UserId, Violation,
    api_keys::GracePeriod,
    authorization::Scope,
    owners::{OwnerRef, OwnerType},
};

use crate::settings::{
    CONFIG, Settings,
    setting::{Form, Layer, Setting},
};

/// The multi-tenancy control plane: organizations and what is beneath them, over HTTP, on SQLite or PostgreSQL.
///
/// Each setting is a flag, an environment variable or a key of the settings file; the first of these that is given
/// holds. A secret may lie in a file of its own, and its flag takes the name of that file alone.
#[derive(Parser)]
#[command(name = "tenancy", version, propagate_version = true)]
pub struct Cli {
    /// What to do; to serve when not given.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// The settings.
    #[command(flatten)]
    pub settings: SettingFlags,
}

/// What the program does.
#[derive(Subcommand)]
pub enum Command {
    /// Serve the API (what is done when no command is given)
    Serve,
    /// Bring the database's schema up to date
    Migrate,
    /// Make, list and revoke API keys, beside the API
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Make master keys, and see which are in use
    #[command(subcommand)]
    MasterKey(MasterKeyCommand),
    /// Look through the audit log for tampering, and tell where its chains end
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Look through the whole database for damage and tampering
    Check,
    /// Show the settings that hold, and everything that is wrong with them
    CheckConfig,
    /// Ask a running service whether it is ready; for container health checks
    Healthcheck {
        /// Where the service is; by default where the settings make it listen
        #[arg(long, value_name = "URL")]
        url: Option<String>,
    },
    /// Print the OpenAPI document
    Openapi,
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// What can be done with API keys.
#[derive(Subcommand)]
pub enum KeysCommand {
    /// Make a key and print it, once
    Create(CreateKey),
    /// List the keys, newest first; their secrets are not kept
    List {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
    /// Give a key a new secret and print it, once; the former one works until the grace ends
    Rotate(RotateKey),
    /// Revoke a key, for good
    Revoke {
        /// The key's id
        #[arg(value_parser = ApiKeyId::parse)]
        id: ApiKeyId,
    },
}

/// What a key is made from.
#[derive(Args)]
pub struct CreateKey {
    /// Whose key it is: system, organization:ID, project:ID or user:ID
    #[arg(long, value_parser = parse_owner)]
    pub owner: OwnerRef,
    /// A name to know it by
    #[arg(long, value_parser = DisplayName::parse)]
    pub name: DisplayName,
    /// What it may be used for, such as admin:* or admin:read; give it several times for several
    #[arg(long = "scope", value_name = "SCOPE", value_parser = |text: &str| Scope::parse(text))]
    pub scopes: Vec<Scope>,
    /// When it stops working by itself, such as 2030-01-31T00:00:00Z
    #[arg(long, value_name = "TIME", value_parser = Timestamp::parse_rfc3339)]
    pub expires_at: Option<Timestamp>,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

/// What a key is rotated with.
#[derive(Args)]
pub struct RotateKey {
    /// The key's id
    #[arg(value_parser = ApiKeyId::parse)]
    pub id: ApiKeyId,
    /// How long the former secret goes on working, in seconds; with 0 all older secrets end at once
    #[arg(long, value_name = "SECONDS", default_value = "86400", value_parser = parse_grace_period)]
    pub grace_period_seconds: GracePeriod,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

const REPLACING_THE_MASTER_KEY: &str = "\
To replace the master key:
  1. Give the fresh key to every instance as TENANCY_MASTER_KEY_PREVIOUS, and restart them. Now each opens what another \
seals. A single instance may begin with step 2.
  2. Give the fresh key as TENANCY_MASTER_KEY and the former one as TENANCY_MASTER_KEY_PREVIOUS, and restart them again.
  3. Secrets are wrapped anew under the fresh key while the service runs. Once `tenancy master-key status` shows none under \
the former one, take that away. Keep it as long as backups from its time.";

/// What can be done with master keys.
#[derive(Subcommand)]
pub enum MasterKeyCommand {
    /// Print a fresh master key, which is kept nowhere
    #[command(after_help = REPLACING_THE_MASTER_KEY)]
    Generate,
    /// List the master keys that the database knows and those that are given, by their ids, with how many secrets hang on each
    Status {
        /// Print JSON
        #[arg(long)]
        json: bool,
    },
}

const KEEPING_HEADS: &str = "\
Print the heads from time to time and keep them where nobody who can write to the database can write to: `audit verify \
--heads FILE` then also finds that a whole chain was put back to an earlier state, or taken away.";

/// What can be done with the audit log.
#[derive(Subcommand)]
pub enum AuditCommand {
    /// Find entries that were changed, taken out, put elsewhere or cut off; the exit code is 1 when there are any
    #[command(after_help = KEEPING_HEADS)]
    Verify {
        /// Hold the log against what `audit heads` printed before; give it several times for several files
        #[arg(long, value_name = "FILE")]
        heads: Vec<PathBuf>,
    },
    /// Print where each chain ends: its id, the number of its last entry, and the hash
    #[command(after_help = KEEPING_HEADS)]
    Heads,
}

fn parse_owner(text: &str) -> Result<OwnerRef, Violation> {
    let (kind, id) = text.split_once(':').map_or((text, None), |(kind, id)| (kind, Some(id)));
    match (OwnerType::parse(kind), id) {
        (Ok(OwnerType::System), None) => Ok(OwnerRef::System),
        (Ok(OwnerType::Organization), Some(id)) => OrganizationId::parse(id).map(OwnerRef::Organization),
        (Ok(OwnerType::Project), Some(id)) => ProjectId::parse(id).map(OwnerRef::Project),
        (Ok(OwnerType::User), Some(id)) => UserId::parse(id).map(OwnerRef::User),
        _ => Err(Violation::new("must be system, organization:ID, project:ID or user:ID")),
    }
}

fn parse_grace_period(text: &str) -> Result<GracePeriod, Violation> {
    // What is no number is as far out of range as can be.
    GracePeriod::from_seconds(text.parse().unwrap_or(-1))
}

/// The settings given as flags, as pairs of `--name` and value. They may stand before and after the command.
pub struct SettingFlags(pub Vec<(String, String)>);

/// Every flag of a setting: `--name`, the setting, and the form that its value has there.
fn flags() -> impl Iterator<Item = (String, &'static Setting, Form)> {
    let forms = |setting| [(setting, Form::Plain), (setting, Form::InFile)];
    let all = [&CONFIG].into_iter().chain(Settings::TABLE).flat_map(forms);
    all.filter_map(|(setting, form)| Some((setting.spelled(Layer::Flags, form)?, setting, form)))
}

fn argument(flag: &str, setting: &'static Setting, form: Form) -> Arg {
    let in_file = if form == Form::InFile { " (from this file)" } else { "" };
    let default = setting.default.filter(|default| !default.is_empty());
    let default = default.map(|default| format!(" [default: {default}]")).unwrap_or_default();
    let variable = setting.spelled(Layer::Environment, form);
    let variable = variable.map(|variable| format!(" [env: {variable}]")).unwrap_or_default();
    let help = format!("{}{in_file}{default}{variable}", setting.help.trim_end_matches('.'));
    Arg::new(flag.to_owned())
        .long(flag.trim_start_matches('-').to_owned())
        .value_name(if form == Form::InFile { "FILE" } else { setting.placeholder })
        .help(help)
        .help_heading("Settings")
        .global(true)
}

impl Args for SettingFlags {
    fn augment_args(command: clap::Command) -> clap::Command {
        command.args(flags().map(|(flag, setting, form)| argument(&flag, setting, form)))
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |flag: String| matches.get_one::<String>(&flag).cloned().map(|value| (flag, value));
        Ok(Self(flags().filter_map(|(flag, ..)| given(flag)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use clap::{CommandFactory, error::ErrorKind};

    use super::*;

    fn parse(arguments: &[&str]) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(["tenancy"].iter().chain(arguments))
    }

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn settings_may_stand_before_and_after_the_command() {
        for arguments in [&["--data-dir", "x", "keys", "list"], &["keys", "list", "--data-dir", "x"]] {
            let cli = parse(arguments).unwrap();
            assert_eq!(cli.settings.0, [("--data-dir".to_owned(), "x".to_owned())]);
            assert!(matches!(cli.command, Some(Command::Keys(KeysCommand::List { json: false }))));
        }
    }

    #[test]
    fn a_whole_secret_is_no_flag() {
        for flag in ["--bootstrap-key", "--master-key", "--master-key-previous"] {
            assert_eq!(parse(&[flag, "x"]).err().unwrap().kind(), ErrorKind::UnknownArgument, "{flag}");
            assert!(parse(&[&format!("{flag}-file"), "x"]).is_ok(), "{flag}");
        }
        assert!(parse(&["--database-url", "postgres://db"]).is_ok());
    }

    #[test]
    fn an_owner_is_a_kind_and_for_all_but_the_system_an_id() {
        const ID: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";
        let owner = |text: &str| parse_owner(text).ok();
        assert_eq!(owner("system"), Some(OwnerRef::System));
        let organization = OrganizationId::parse(ID).unwrap();
        assert_eq!(owner(&format!("organization:{ID}")), Some(OwnerRef::Organization(organization)));
        assert_eq!(owner(&format!("project:{ID}")), Some(OwnerRef::Project(ProjectId::parse(ID).unwrap())));
        assert_eq!(owner(&format!("user:{ID}")), Some(OwnerRef::User(UserId::parse(ID).unwrap())));
        for none in ["", "system:", "organization", "project:web", "user:", "tenant:x", ID] {
            assert_eq!(owner(none), None, "{none}");
        }
    }

    #[test]
    fn what_a_key_is_made_from_is_checked() {
        let create = ["keys", "create", "--owner", "system", "--name", "ci", "--scope", "admin:read"];
        assert!(parse(&create).is_ok());
        for (place, wrong) in [(3, "everyone"), (5, " "), (7, "admin:nothing")] {
            let mut arguments = create;
            arguments[place] = wrong;
            assert_eq!(parse(&arguments).err().unwrap().kind(), ErrorKind::ValueValidation, "{wrong}");
        }
        assert!(parse(&["keys", "revoke", "7"]).is_err());
    }
}
