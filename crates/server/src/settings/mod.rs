//! Settings: what the program is told, by flags, by the environment and by a settings file.
//!
//! The `table` has each setting once. `sources` brings what was given to one form, [`values`] and [`database_url`]
//! read it, and [`Settings::load`] puts it together. Flags go before the environment, the environment before the file,
//! the file before the default. Whatever is wrong is told together, with its place, and without the values of secrets.

pub mod database_url;
pub mod problems;
pub mod setting;
pub mod values;

mod sources;
mod table;
#[cfg(test)]
mod tests;

use std::ffi::OsString;

use self::{
    database_url::DatabaseUrl,
    problems::{Problem, Problems},
    setting::{Layer, Setting, SettingValue},
    sources::{Given, GivenValues},
};
pub use self::{
    sources::Origin,
    table::{CONFIG, Settings},
};

/// A setting and what it has come to.
#[derive(Debug, Clone)]
pub struct Effective {
    /// The setting.
    pub setting: &'static Setting,
    /// Its value as others may see it; `None` when there is a problem with it.
    pub shown: Option<String>,
    /// Where the value comes from.
    pub origin: Origin,
}

/// What loading the settings came to.
#[derive(Debug)]
pub struct Loaded {
    /// Every setting, in the order of the table.
    pub effective: Vec<Effective>,
    /// The settings, or everything that is wrong with them.
    pub settings: Result<Settings, Problems>,
}

impl Settings {
    /// Reads the settings from `flags` (pairs of `--name` and value), from `environment`, and from the settings file
    /// that either of them names.
    #[must_use]
    pub fn load(flags: &[(String, String)], environment: impl IntoIterator<Item = (OsString, OsString)>) -> Loaded {
        let mut problems = Vec::new();
        let given = sources::collect(flags, environment, &mut problems);
        let mut resolver = Resolver { given, effective: Vec::new(), problems };
        let settings = Self::read(&mut resolver);
        let settings = match (settings, Problems::found(resolver.problems)) {
            (Some(settings), None) => Ok(settings),
            (_, Some(problems)) => Err(problems),
            // Cannot be, since what is not read is a problem; and if it were, it must not pass for a success.
            (None, None) => Err(Problem::new("settings", "cannot be read").into()),
        };
        Loaded { effective: resolver.effective, settings }
    }

    /// Asks for what `serve` needs beyond valid settings.
    ///
    /// # Errors
    /// When the database is PostgreSQL and there is no master key: instances could each make one of their own.
    pub fn check_for_serving(&self) -> Result<(), Problems> {
        self.require_master_key(
            "must be set when the database is PostgreSQL: 32 random bytes in base64, the same on every instance \
             (`tenancy master-key generate` makes one)",
        )
    }

    /// Asks for what commands that write need beyond valid settings.
    ///
    /// # Errors
    /// As for [`Settings::check_for_serving`]: what is written is written to the audit log too, whose key it opens.
    pub fn check_for_writing(&self) -> Result<(), Problems> {
        self.require_master_key(
            "must be set to write to PostgreSQL: every change is written to the audit log too, whose chains are keyed \
             under it. Give the one that the instances have (`tenancy master-key generate` makes the first)",
        )
    }

    fn require_master_key(&self, message: &'static str) -> Result<(), Problems> {
        if matches!(self.database_url, DatabaseUrl::Postgres(_)) && self.master_key.is_none() {
            return Err(Problem::new(Layer::Environment.spell("master_key"), message).into());
        }
        Ok(())
    }
}

/// Reads the settings one by one and notes what each has come to.
struct Resolver {
    given: GivenValues,
    effective: Vec<Effective>,
    problems: Vec<Problem>,
}

impl Resolver {
    /// The value of the setting `name`; `None` when there is a problem with it.
    fn read<T: SettingValue>(&mut self, name: &str) -> Option<T> {
        let setting = Settings::TABLE.iter().find(|setting| setting.name == name)?;
        let (origin, value) = match self.given.remove(name) {
            Some(Given { place, text }) => {
                let value = text.and_then(|text| match T::parse(&text) {
                    Ok(value) => Some(value),
                    Err(violation) => {
                        self.problems.push(Problem::new(&place, violation.to_string()));
                        None
                    }
                });
                (Origin::Given(place), value)
            }
            None => (Origin::Default, setting.default.map_or_else(T::when_not_given, |text| T::parse(text).ok())),
        };
        self.effective.push(Effective { setting, shown: value.as_ref().map(T::show), origin });
        value
    }
}
