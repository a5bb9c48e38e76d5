//! What a setting is: its names, and what its type has to offer.

use tenancy_domain::Violation;

/// How much of a setting's value others may see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// All of it.
    Public,
    /// All but a part that is masked; it may also be read from a file of its own.
    PartlySecret,
    /// Nothing. It may also be read from a file of its own, and is not taken from a flag, since every process of the
    /// machine can read the command line of another.
    Secret,
}

/// A type that settings have.
pub trait SettingValue: Sized {
    /// How much of a value others may see.
    const SECRECY: Secrecy = Secrecy::Public;

    /// Reads a value.
    ///
    /// # Errors
    /// A [`Violation`], which never repeats the value.
    fn parse(text: &str) -> Result<Self, Violation>;

    /// The value of a setting that has no default and was not given; `None` when it must be given.
    #[must_use]
    fn when_not_given() -> Option<Self> {
        None
    }

    /// The value as others may see it.
    fn show(&self) -> String;
}

/// How the value of a setting is handed over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// As the name of a file that holds it: the setting's twin, whose name ends in `_file`.
    InFile,
}

/// Where settings come from, the stronger first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layer {
    /// The command line.
    Flags,
    /// The environment.
    Environment,
    /// The settings file.
    File,
}

/// One setting, as far as it is known before it is given.
#[derive(Debug, Clone, Copy)]
pub struct Setting {
    /// Its name in a settings file; the other names are made from it.
    pub name: &'static str,
    /// What stands for its value in the help.
    pub placeholder: &'static str,
    /// What it governs, in a sentence.
    pub help: &'static str,
    /// Its default, as one would write it.
    pub default: Option<&'static str>,
    /// How much of its value others may see.
    pub secrecy: Secrecy,
}

impl Setting {
    /// Its name in `layer` and `form`: `--data-dir`, `TENANCY_DATA_DIR`, `data_dir`; `None` where it is not taken.
    #[must_use]
    pub fn spelled(&self, layer: Layer, form: Form) -> Option<String> {
        let name = match form {
            Form::Plain if layer == Layer::Flags && self.secrecy == Secrecy::Secret => return None,
            Form::Plain => self.name.to_owned(),
            Form::InFile if self.secrecy == Secrecy::Public => return None,
            Form::InFile => format!("{}_file", self.name),
        };
        Some(layer.spell(&name))
    }
}

impl Layer {
    /// How this layer writes the name that a settings file would write as `name`.
    #[must_use]
    pub fn spell(self, name: &str) -> String {
        match self {
            Self::Flags => format!("--{}", name.replace('_', "-")),
            Self::Environment => format!("{ENVIRONMENT_PREFIX}{}", name.to_ascii_uppercase()),
            Self::File => name.to_owned(),
        }
    }
}

/// What the names of all environment variables of this program begin with.
pub const ENVIRONMENT_PREFIX: &str = "TENANCY_";
