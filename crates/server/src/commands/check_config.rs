//! `check-config`: shows the settings that hold, where each comes from, and everything that is wrong.

use std::{
    io::{self, Write},
    process::ExitCode,
};

use super::EXIT_USAGE;
use crate::{
    settings::{Effective, Loaded},
    table::Table,
};

/// Prints a row a setting, secrets masked, and what is wrong to standard error.
///
/// # Errors
/// When the output fails. Wrong settings are no error here, and make the exit code 2.
pub(super) fn run(loaded: &Loaded, output: &mut impl Write) -> io::Result<ExitCode> {
    let mut table = Table::new(["SETTING", "VALUE", "SOURCE"]);
    for Effective { setting, shown, origin } in &loaded.effective {
        let shown = shown.clone().unwrap_or_else(|| "(not valid)".to_owned());
        table.push([setting.name.to_owned(), shown, origin.to_string()]);
    }
    write!(output, "{table}")?;
    let problems = match &loaded.settings {
        Ok(settings) => settings.check_for_serving().err(),
        Err(problems) => Some(problems.clone()),
    };
    match problems {
        None => Ok(ExitCode::SUCCESS),
        Some(problems) => {
            writeln!(io::stderr(), "{problems}")?;
            Ok(EXIT_USAGE.into())
        }
    }
}
