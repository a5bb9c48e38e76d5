//! The migrations as they lie in their folder.

use std::{fs, path::Path};

/// One migration.
pub(crate) struct Script {
    /// Its folder's name, `<version>_<name>`.
    pub(crate) name: String,
    pub(crate) up: String,
    pub(crate) down: String,
}

/// The migrations of a database, in their order.
pub(crate) fn of(database: &str) -> Vec<Script> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../migrations").join(database);
    let mut scripts: Vec<Script> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let script = |file| fs::read_to_string(entry.path().join(file)).unwrap();
            Script { name: entry.file_name().into_string().unwrap(), up: script("up.sql"), down: script("down.sql") }
        })
        .collect();
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    scripts
}
