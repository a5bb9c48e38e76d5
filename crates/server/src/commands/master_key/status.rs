//! `master-key status`: the master keys that the database knows, and those that are given, with what is sealed under each.

use std::io::Write;

use serde_json::{Value, json};
use tenancy_domain::{Error, Timestamp, sealing::MasterKeyId};

use crate::{master_key, operator_error::OperatorResult, settings::Settings, storage::Storage, table::Table};

/// What is known of one master key.
struct Status {
    id: MasterKeyId,
    /// When it came into use; `None` where it has not.
    in_use_since: Option<Timestamp>,
    /// How many secrets are sealed under it.
    secrets: u64,
    /// What it is given as: `active` or `previous`; `None` where it is not given.
    given_as: Option<&'static str>,
}

/// Prints a table, or with `--json` a JSON array: the keys of the database in the order in which they came into use, and
/// after them those that are given and not in use yet. May run beside a service.
///
/// # Errors
/// When the database cannot be opened, or the file of the master key is damaged.
pub(in super::super) async fn run(settings: &Settings, json: bool, output: &mut impl Write) -> anyhow::Result<()> {
    let storage = Storage::open_read_only(settings).await?;
    let ports = storage.ports();
    let known = ports.master_keys.master_keys().await.for_operator()?;
    let mut counts = ports.stored_secrets.count_secrets().await.for_operator()?;
    let mut status = |id, in_use_since| {
        let secrets = counts.remove(&id).unwrap_or_default();
        Status { id, in_use_since, secrets, given_as: None }
    };
    let mut keys: Vec<Status> = known.iter().map(|key| status(key.id, Some(key.created_at))).collect();
    for (id, role) in given(settings)? {
        match keys.iter_mut().find(|key| key.id == id) {
            // The active one comes first, and stays the active one when it is given as a previous one too.
            Some(key) => key.given_as = key.given_as.or(Some(role)),
            None => keys.push(Status { given_as: Some(role), ..status(id, None) }),
        }
    }
    // A key that never came into use holds none, unless somebody has been at the database.
    keys.extend(counts.into_iter().map(|(id, secrets)| Status { id, in_use_since: None, secrets, given_as: None }));
    if json {
        let shown: Value = keys.iter().map(view).collect();
        writeln!(output, "{shown:#}")?;
    } else {
        write!(output, "{}", table(&keys))?;
    }
    Ok(())
}

/// The ids of the given master keys, the active one first, and what they are given as.
fn given(settings: &Settings) -> anyhow::Result<Vec<(MasterKeyId, &'static str)>> {
    let active = master_key::find(settings)?;
    let active = active.iter().map(|key| (key, "active"));
    let previous = settings.master_key_previous.iter().map(|key| (key, "previous"));
    let ids = active.chain(previous).map(|(key, role)| Ok((key.id()?, role)));
    ids.collect::<Result<_, Error>>().for_operator()
}

fn view(key: &Status) -> Value {
    json!({
        "id": key.id.to_string(),
        "in_use_since": key.in_use_since.map(|time| time.to_string()),
        "secrets": key.secrets,
        "given_as": key.given_as,
    })
}

fn table(keys: &[Status]) -> Table<4> {
    let mut table = Table::new(["ID", "IN USE SINCE", "SECRETS", "GIVEN AS"]);
    for key in keys {
        table.push([
            key.id.to_string(),
            key.in_use_since.map_or_else(|| "-".to_owned(), |time| time.to_string()),
            key.secrets.to_string(),
            key.given_as.unwrap_or("-").to_owned(),
        ]);
    }
    table
}
