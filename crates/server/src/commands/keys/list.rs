//! `keys list`: the keys, newest first, without their secrets.

use std::io::Write;

use tenancy_domain::{
    Timestamp,
    api_keys::{ApiKey, ApiKeyFilter, ApiKeyService},
    authorization::{ApiKeysRead, Caller, Scope},
    owners::Owner,
    pagination::{PageRequest, PageSize},
};

use super::view;
use crate::{operator_error::OperatorResult, table::Table};

/// Prints a table, or with `--json` a JSON array.
///
/// # Errors
/// Those of the storage.
pub(super) async fn run(api_keys: &ApiKeyService, json: bool, output: &mut impl Write) -> anyhow::Result<()> {
    let keys = all(api_keys).await?;
    if json {
        let shown: serde_json::Value = keys.iter().map(view::json).collect();
        writeln!(output, "{shown:#}")?;
    } else {
        let mut table = Table::new(["ID", "NAME", "PREFIX", "OWNER", "SCOPES", "CREATED", "EXPIRES", "REVOKED"]);
        for key in &keys {
            table.push(row(key));
        }
        write!(output, "{table}")?;
    }
    Ok(())
}

async fn all(api_keys: &ApiKeyService) -> anyhow::Result<Vec<ApiKey>> {
    let grant = Caller::command_line().authorize::<ApiKeysRead>().for_operator()?;
    let mut request = PageRequest { size: PageSize::MAX, ..PageRequest::default() };
    let mut keys = Vec::new();
    loop {
        let page = api_keys.list(&grant, ApiKeyFilter::All, &request).await.for_operator()?;
        request.cursor = page.next_cursor();
        keys.extend(page.into_items());
        if request.cursor.is_none() {
            return Ok(keys);
        }
    }
}

fn row(key: &ApiKey) -> [String; 8] {
    let time = |time: Option<Timestamp>| time.map_or_else(|| "-".to_owned(), |time| time.to_string());
    let scopes: Vec<&str> = key.scopes.iter().map(Scope::as_str).collect();
    [
        key.id.to_string(),
        key.name.to_string(),
        key.key_prefix.to_string(),
        match key.owner {
            Owner::System => key.owner.type_name().to_owned(),
            Owner::Organization(id) => format!("{}:{id}", key.owner.type_name()),
            Owner::Project { project, .. } => format!("{}:{project}", key.owner.type_name()),
            Owner::User(id) => format!("{}:{id}", key.owner.type_name()),
        },
        if scopes.is_empty() { "-".to_owned() } else { scopes.join(",") },
        key.created_at.to_string(),
        time(key.expires_at),
        time(key.revoked_at),
    ]
}
