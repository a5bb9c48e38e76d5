//! Deletion hides and destroys nothing: once what was deleted is restored, the database is what it was.

#![expect(clippy::unwrap_used, reason = "what fails here fails a test")]

mod support;

use std::{collections::BTreeSet, path::Path};

use diesel::{Connection, QueryableByName, RunQueryDsl, SqliteConnection, sql_query, sql_types::Text};
use serde_json::{Value, json};
use support::{Installation, KEY, Service, block_on};
use tenancy_testing::{
    http::{Answer, Request},
    postgres::{fresh_database, is_left_out},
};
use tokio_postgres::{NoTls, SimpleQueryMessage};

const LIST: &str = "/admin/v1/organizations";

/// The tables that tell of what was done, and not of what there is.
const OF_THE_AUDIT_LOG: [&str; 2] = ["audit_chains", "audit_log"];
/// The columns that a write raises, whatever it writes, and the one that any request may write.
const OF_WRITES: [&str; 3] = ["version", "updated_at", "last_used_at"];

/// A row: its table, and its columns in JSON.
type Row = (String, String);

/// Every row of every table, but for the audit log, versions and the times of writes.
fn dump(installation: &Installation, url: Option<&str>) -> BTreeSet<Row> {
    let rows = match url {
        Some(url) => block_on(rows_of_postgres(url)),
        None => rows_of_sqlite(&installation.data_dir().join("tenancy.db")),
    };
    let kept = rows.into_iter().filter(|(table, _)| !OF_THE_AUDIT_LOG.contains(&table.as_str()));
    kept.map(|(table, row)| {
        let mut row: Value = serde_json::from_str(&row).unwrap();
        row.as_object_mut().unwrap().retain(|column, _| !OF_WRITES.contains(&column.as_str()));
        (table, row.to_string())
    })
    .collect()
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text)]
    text: String,
}

/// Read beside the running service, which owns the directory, by a connection that cannot write.
fn rows_of_sqlite(file: &Path) -> Vec<Row> {
    let mut connection = SqliteConnection::establish(&format!("file:{}?mode=ro", file.display())).unwrap();
    let mut lines = |query: &str| -> Vec<String> {
        sql_query(query).load::<Line>(&mut connection).unwrap().into_iter().map(|line| line.text).collect()
    };
    let tables = lines("SELECT name AS text FROM sqlite_schema WHERE type = 'table'");
    let mut rows = Vec::new();
    for table in tables {
        let columns = lines(&format!("SELECT name AS text FROM pragma_table_info('{table}')"));
        let columns: Vec<_> = columns.iter().map(|column| format!("'{column}', quote(\"{column}\")")).collect();
        let of_table = lines(&format!("SELECT json_object({}) AS text FROM \"{table}\"", columns.join(", ")));
        rows.extend(of_table.into_iter().map(|row| (table.clone(), row)));
    }
    rows
}

async fn rows_of_postgres(url: &str) -> Vec<Row> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    let lines = async |query: &str| -> Vec<String> {
        let messages = client.simple_query(query).await.unwrap();
        let rows = messages.iter().filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(row.get(0).unwrap().to_owned()),
            _ => None,
        });
        rows.collect()
    };
    let tables = lines("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").await;
    let mut rows = Vec::new();
    for table in tables {
        let of_table = lines(&format!("SELECT to_jsonb(r)::text FROM \"{table}\" AS r")).await;
        rows.extend(of_table.into_iter().map(|row| (table.clone(), row)));
    }
    drop(client);
    connection.await.unwrap().unwrap();
    rows
}

fn send(service: &Service, method: &str, path: &str, body: &Value) -> Answer {
    Request::new(service.address(), method, path).key(KEY).json(body).send()
}

fn make(service: &Service, path: &str, body: &Value) -> Value {
    send(service, "POST", path, body).expect(201)
}

fn act(service: &Service, path: &str) {
    send(service, "POST", path, &json!({})).expect(200);
}

fn delete(service: &Service, path: &str) {
    send(service, "DELETE", path, &json!({})).expect(200);
}

/// An organization with something of every kind in every state: a live and a deleted project, members of it and of those, and
/// keys of all of them, some rotated and some revoked, and dynamic providers; its id is given.
fn fill(service: &Service, slug: &str) -> String {
    let path = format!("{LIST}/{slug}");
    let organization = make(service, LIST, &json!({"slug": slug, "name": "The first"}));
    send(service, "PATCH", &path, &json!({"name": "The second"})).expect(200);
    let mut owners = vec![json!({"type": "organization", "org_id": organization["id"]})];
    for project in ["web", "app"] {
        let made = make(service, &format!("{path}/projects"), &json!({"slug": project, "name": project}));
        owners.push(json!({"type": "project", "project_id": made["id"]}));
    }
    for (user, role) in [("ada", "owner"), ("bob", "member")] {
        let user = make(service, "/admin/v1/users", &json!({"external_id": format!("{user}-of-{slug}")}));
        owners.push(json!({"type": "user", "user_id": user["id"]}));
        for of in ["", "/projects/web", "/projects/app"] {
            let member = json!({"user_id": user["id"], "role": role});
            make(service, &format!("{path}{of}/members"), &member);
        }
    }
    for owner in owners {
        let key = |name: &str| {
            let key =
                make(service, "/admin/v1/api-keys", &json!({"name": name, "owner": owner, "scopes": ["billing"]}));
            format!("/admin/v1/api-keys/{}", key["id"].as_str().unwrap())
        };
        let (rotated, revoked) = (key("rotated"), key("revoked"));
        send(service, "POST", &format!("{rotated}/rotate"), &json!({})).expect(201);
        delete(service, &revoked);
        let provider = json!({"name": "main", "owner": owner, "provider_type": "openai", "api_key": "sk-0123456789"});
        make(service, "/admin/v1/dynamic-providers", &provider);
    }
    delete(service, &format!("{path}/projects/app"));
    organization["id"].as_str().unwrap().to_owned()
}

fn prove(installation: &Installation, url: Option<&str>) {
    let service = installation.start();
    let acme = fill(&service, "acme");
    fill(&service, "other");
    send(&service, "PATCH", &format!("{LIST}/other"), &json!({"slug": "other-2"})).expect(200);
    let (by_id, web) = (format!("{LIST}/{acme}"), format!("{LIST}/acme/projects/web"));
    let seen = || dump(installation, url);
    let before = seen();

    for (path, table) in [(&by_id, "organizations"), (&web, "projects")] {
        delete(&service, path);
        // One row has changed: that which was deleted.
        let deleted = seen();
        let gone: Vec<_> = before.difference(&deleted).map(|(table, _)| table.as_str()).collect();
        assert_eq!((gone, deleted.len()), (vec![table], before.len()));
        act(&service, &format!("{path}/restore"));
        assert_eq!(seen(), before);
    }
    act(&service, &format!("{by_id}/suspend"));
    let suspended = seen();
    assert_ne!(suspended, before);
    delete(&service, &by_id);
    act(&service, &format!("{by_id}/restore"));
    assert_eq!(seen(), suspended);
    act(&service, &format!("{by_id}/resume"));
    assert_eq!(seen(), before);

    // What ends with a deletion are the former slugs, which are free from then on.
    send(&service, "PATCH", &by_id, &json!({"slug": "acme-2"})).expect(200);
    let renamed = seen();
    delete(&service, &by_id);
    act(&service, &format!("{by_id}/restore"));
    let restored = seen();
    let ended: Vec<_> = renamed.difference(&restored).map(|(table, _)| table.as_str()).collect();
    assert_eq!((ended, restored.len()), (vec!["organization_aliases"], renamed.len() - 1));

    // And what is purged is not there, while nothing else is touched.
    let of_acme = |rows: BTreeSet<Row>| -> BTreeSet<Row> {
        let id = acme.replace('-', "").to_uppercase();
        rows.into_iter().filter(|(_, row)| row.contains(&acme) || row.contains(&id)).collect()
    };
    delete(&service, &by_id);
    let deleted = seen();
    act(&service, &format!("{by_id}/purge"));
    let purged = seen();
    assert!(purged.is_subset(&deleted));
    assert_eq!(of_acme(purged.clone()), BTreeSet::new());
    let gone: BTreeSet<_> = deleted.difference(&purged).map(|(table, _)| table.as_str()).collect();
    let tables = [
        "api_key_secrets",
        "api_keys",
        "organization_members",
        "organization_terms",
        "organizations",
        "project_members",
        "project_terms",
        "projects",
        "providers",
    ];
    assert_eq!(gone, tables.into());
    // Two memberships of the organization and of each of two projects; of each of three owners two keys, with three secrets,
    // and a provider. The words that the three are found by: of the organization three, of each project one.
    assert_eq!(deleted.len() - purged.len(), 1 + 2 + 6 + 6 + 9 + 3 + 5);

    service.stop();
    installation.run(&["check"]).success();
}

#[test]
fn what_is_restored_is_as_it_was_in_sqlite() {
    prove(&Installation::sqlite().with("TENANCY_BOOTSTRAP_KEY", KEY), None);
}

#[test]
fn what_is_restored_is_as_it_was_in_postgres() {
    if is_left_out() {
        return;
    }
    let url = fresh_database();
    prove(&Installation::on_postgres(url.clone()).with("TENANCY_BOOTSTRAP_KEY", KEY), Some(&url));
}
