//! Where settings are given: flags, the environment and the settings file, brought to one form.

use std::{
    collections::{BTreeMap, HashMap},
    ffi::OsString,
    fmt, fs,
    path::Path,
};

use zeroize::Zeroizing;

use super::{
    CONFIG, Settings,
    problems::Problem,
    setting::{ENVIRONMENT_PREFIX, Form, Layer, Setting},
};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Nobody gave it.
    Default,
    /// It was given here: `--listen`, `TENANCY_LISTEN`, `tenancy.toml: listen`.
    Given(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Default => "default",
            Self::Given(place) => place,
        })
    }
}

/// A value that was given, not yet read as what it should be.
pub(super) struct Given {
    /// Where.
    pub(super) place: String,
    /// The value; `None` when it could not be had, which is among the problems already.
    pub(super) text: Option<Zeroizing<String>>,
}

/// The values given, by the names of their settings.
pub(super) type GivenValues = BTreeMap<&'static str, Given>;

/// One name and value as a layer has it; the value may be of a form that no setting has.
struct Entry {
    name: String,
    value: Result<String, &'static str>,
}

/// Reads every layer and lets the strongest win, setting by setting.
pub(super) fn collect(
    flags: &[(String, String)],
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    problems: &mut Vec<Problem>,
) -> GivenValues {
    let flags = flags.iter().map(|(name, value)| Entry { name: name.clone(), value: Ok(value.clone()) });
    let mut given = read_layer(Layer::Flags, "", flags, problems);
    let mut weaker = read_layer(Layer::Environment, "", environment_entries(environment), problems);

    let config = given.get(CONFIG.name).or_else(|| weaker.get(CONFIG.name));
    let mut weakest = match config.and_then(|config| Some((&config.place, config.text.as_deref()?))) {
        Some((place, file)) => match read_file(Path::new(file)) {
            Ok(entries) => read_layer(Layer::File, &format!("{file}: "), entries, problems),
            Err(message) => {
                problems.push(Problem::new(place, message));
                GivenValues::new()
            }
        },
        None => GivenValues::new(),
    };
    // What `append` finds in both maps it takes from the one appended.
    weakest.append(&mut weaker);
    weakest.append(&mut given);
    weakest
}

fn environment_entries(environment: impl IntoIterator<Item = (OsString, OsString)>) -> impl Iterator<Item = Entry> {
    environment.into_iter().filter_map(|(name, value)| {
        let name = name.to_string_lossy().into_owned();
        let value = value.into_string().map_err(|_| "must be UTF-8");
        name.starts_with(ENVIRONMENT_PREFIX).then_some(Entry { name, value })
    })
}

/// The entries of a settings file; the error names the file and shows none of its text, which may hold secrets.
fn read_file(file: &Path) -> Result<Vec<Entry>, String> {
    let text = fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))?;
    let text = Zeroizing::new(text);
    let table: toml::Table = text.parse().map_err(|error: toml::de::Error| {
        let line =
            error.span().and_then(|span| text.get(..span.start)).map_or(1, |before| before.lines().count().max(1));
        format!("{}: line {line}: {}", file.display(), error.message())
    })?;
    Ok(table.into_iter().map(|(name, value)| Entry { name, value: as_text(value) }).collect())
}

/// The value as the environment would have it.
fn as_text(value: toml::Value) -> Result<String, &'static str> {
    match value {
        toml::Value::String(text) => Ok(text),
        toml::Value::Integer(number) => Ok(number.to_string()),
        toml::Value::Boolean(switch) => Ok(if switch { "on" } else { "off" }.to_owned()),
        toml::Value::Array(items) => {
            let items: Vec<_> = items.into_iter().map(as_text).collect::<Result<_, _>>()?;
            Ok(items.join(","))
        }
        _ => Err("must be a string, a whole number, true, false or a list of them"),
    }
}

/// Sorts out what one layer gives: which settings, in which form, and what is unknown or given twice.
fn read_layer(
    layer: Layer,
    prefix: &str,
    entries: impl IntoIterator<Item = Entry>,
    problems: &mut Vec<Problem>,
) -> GivenValues {
    let known = names(layer);
    let mut values = GivenValues::new();
    for entry in entries {
        let place = format!("{prefix}{}", entry.name);
        let Some((setting, form)) = known.get(&entry.name) else {
            problems.push(Problem::new(place, unknown(&entry.name, known.keys())));
            continue;
        };
        let text = match (entry.value, form) {
            (Ok(text), Form::Plain) => Ok(Zeroizing::new(text)),
            (Ok(file), Form::InFile) => read_secret(&file),
            (Err(message), _) => Err(message.to_owned()),
        };
        let text = text.map_err(|message| problems.push(Problem::new(&place, message))).ok();
        let given = Given { place, text };
        if let Some(twin) = values.insert(setting.name, given) {
            let message = format!("set together with {}: only one of the two may be", twin.place);
            problems.push(Problem::new(format!("{prefix}{}", entry.name), message));
        }
    }
    values
}

/// Every name that `layer` takes.
fn names(layer: Layer) -> HashMap<String, (&'static Setting, Form)> {
    let config = (layer != Layer::File).then_some(&CONFIG);
    let all = Settings::TABLE.iter().chain(config);
    all.flat_map(|setting| [(setting, Form::Plain), (setting, Form::InFile)])
        .filter_map(|(setting, form)| Some((setting.spelled(layer, form)?, (setting, form))))
        .collect()
}

fn unknown<'a>(name: &str, known: impl Iterator<Item = &'a String>) -> String {
    let nearest = known
        .map(|candidate| (strsim::normalized_damerau_levenshtein(name, candidate), candidate))
        .max_by(|(left, _), (right, _)| left.total_cmp(right));
    match nearest {
        Some((likeness, nearest)) if likeness > 0.7 => format!("there is no such setting; {nearest} is one"),
        _ => "there is no such setting".to_owned(),
    }
}

/// The contents of a secret's own file, without the line ends at its end.
fn read_secret(file: &str) -> Result<Zeroizing<String>, String> {
    let text = fs::read_to_string(file).map(Zeroizing::new).map_err(|error| format!("{file}: {error}"))?;
    Ok(Zeroizing::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}
