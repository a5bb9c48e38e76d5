//! The commands beside `serve`.

mod support;

use std::{fs, process::Stdio, thread};

use support::{Installation, MASTER_KEY};

const CREATE: [&str; 8] = ["keys", "create", "--owner", "system", "--scope", "admin:read", "--name", "ci"];

fn text(value: &serde_json::Value) -> &str {
    value.as_str().unwrap_or_default()
}

async fn keys_are_made_listed_and_revoked(installation: Installation) {
    installation.run(&["migrate"]).success();
    let key = installation.run(&CREATE).success().trim_end().to_owned();
    let expiry = ["--expires-at", "2999-01-01T00:00:00+01:00"];
    let create = [&["keys", "create", "--owner", "system", "--name", "x", "--json"][..], &expiry].concat();
    let made = installation.run(&create).json();
    assert_eq!(made["expires_at"], "2998-12-31T23:00:00.000Z");
    assert_eq!(made["scopes"], serde_json::json!([]));
    let other_key = text(&made["key"]);
    assert!(other_key.starts_with("tny_"));

    let listed = installation.run(&["keys", "list", "--json"]).success();
    assert!(!listed.contains(&key) && !listed.contains(other_key), "{listed}");
    let listed = installation.run(&["keys", "list", "--json"]).json();
    assert_eq!((&listed[0]["name"], &listed[1]["name"]), (&"x".into(), &"ci".into()), "newest first");
    let id = text(&listed[1]["id"]);
    let table = installation.run(&["keys", "list"]).success();
    assert!(table.starts_with("ID ") && table.contains(id) && table.contains("admin:read"), "{table}");

    let service = installation.start();
    assert_eq!(service.stdout(), "", "there is a system key already");
    assert!(service.accepts(&key).await);
    service.stop();
    let revoked = installation.run(&["keys", "revoke", id]).success();
    assert_eq!(installation.run(&["keys", "revoke", id]).success(), revoked, "the first revocation stays");
    assert!(!installation.start().accepts(&key).await);
}

#[tokio::test]
async fn keys_on_sqlite() {
    keys_are_made_listed_and_revoked(Installation::sqlite()).await;
}

#[tokio::test]
async fn keys_on_postgres() {
    let Some(installation) = Installation::postgres() else { return };
    keys_are_made_listed_and_revoked(installation.with("TENANCY_DRAIN_SECONDS", "0")).await;
}

#[test]
fn a_key_that_is_not_there_cannot_be_revoked() {
    let installation = Installation::sqlite();
    installation.run(&["migrate"]).success();
    // The first command that writes tells of the keys that it makes for itself.
    installation.run(&CREATE).success();
    let refusal = installation.run(&["keys", "revoke", "01890000-0000-7000-8000-000000000000"]).failure(1);
    assert_eq!(refusal, "no such API key\n");
}

#[test]
fn what_a_key_cannot_be_is_refused() {
    let installation = Installation::sqlite();
    let mut wrong_scope = CREATE;
    wrong_scope[5] = "admin:nothing";
    assert!(installation.run(&wrong_scope).failure(2).contains("none of this service's scopes"));
    let past = [&CREATE[..], &["--expires-at", "2020-01-01T00:00:00Z"]].concat();
    assert!(installation.run(&past).failure(1).contains("expires_at must lie ahead"));
}

#[test]
fn what_reads_may_run_beside_a_service_and_needs_a_database() {
    let installation = Installation::sqlite();
    assert!(installation.run(&["keys", "list"]).failure(1).contains("tenancy.db"));
    assert!(!installation.data_dir().exists(), "looking makes nothing");
    let service = installation.start();
    assert!(installation.run(&["keys", "list"]).success().contains("first system key"));
    installation.run(&["check"]).success();
    drop(service);
}

#[test]
fn wrong_settings_are_told_all_at_once() {
    let installation = Installation::sqlite()
        .with("TENANCY_LISTN", "x")
        .with("TENANCY_AUTH_CACHE", "x")
        .with("TENANCY_MASTER_KEY", "x");
    for command in ["serve", "check-config"] {
        let told = installation.run(&[command]).failure(2);
        let places: Vec<_> = told.lines().filter_map(|line| Some(line.split_once(": ")?.0)).collect();
        assert_eq!(places, ["TENANCY_LISTN", "TENANCY_MASTER_KEY", "TENANCY_AUTH_CACHE"], "{told}");
    }
    assert!(!installation.data_dir().exists());
}

#[test]
fn check_config_shows_what_holds_and_masks_secrets() {
    let installation = Installation::sqlite()
        .with("TENANCY_DATABASE_URL", "postgres://app:hunter2@db/t")
        .with("TENANCY_MASTER_KEY", MASTER_KEY);
    let shown = installation.run(&["check-config", "--limit-members", "7"]).success();
    let row = |name: &str| {
        let row = shown.lines().find(|line| line.starts_with(name)).unwrap();
        row.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
    };
    assert_eq!(row("limit_members"), ["limit_members", "7", "--limit-members"]);
    assert_eq!(row("database_url"), ["database_url", "postgres://app:***@db/t", "TENANCY_DATABASE_URL"]);
    assert_eq!(row("master_key "), ["master_key", "***", "TENANCY_MASTER_KEY"]);
    assert_eq!(row("log_format"), ["log_format", "text", "default"]);
    assert!(!shown.contains("hunter2") && !shown.contains(MASTER_KEY));
}

#[test]
fn check_config_asks_for_what_serve_needs() {
    let installation = Installation::sqlite().with("TENANCY_DATABASE_URL", "postgres://db/t");
    assert!(installation.run(&["check-config"]).failure(2).contains("TENANCY_MASTER_KEY: must be set"));
}

#[test]
fn check_finds_nothing_in_a_sound_database_and_says_what_it_read() {
    for installation in [Some(Installation::sqlite()), Installation::postgres()].into_iter().flatten() {
        installation.run(&["migrate"]).success();
        installation.run(&CREATE).success();
        let report = installation.run(&["check"]).success();
        assert_eq!(report, "database: sound\naudit log (1 entries in 1 chains): sound\n");
    }
}

#[test]
fn check_finds_damage() {
    let installation = Installation::sqlite();
    installation.run(&["migrate"]).success();
    for _ in 0..20 {
        installation.run(&CREATE).success();
    }
    // A page in the middle of the file.
    let file = installation.data_dir().join("tenancy.db");
    let mut bytes = fs::read(&file).unwrap();
    let middle = bytes.len() / 2 / 4096 * 4096;
    bytes[middle..middle + 4096].fill(0xa5);
    fs::write(&file, bytes).unwrap();
    let found = installation.run(&["check"]);
    assert_eq!(found.code(), 1, "{}{}", found.stdout(), found.stderr());
}

#[test]
fn eight_migrations_at_once_do_not_harm_each_other() {
    let Some(installation) = Installation::postgres() else { return };
    let refusal = installation.run(&["keys", "list"]).failure(1);
    assert!(refusal.contains("run `tenancy migrate` first"), "{refusal}");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| installation.run(&["migrate"]).success());
        }
    });
    assert_eq!(installation.run(&["migrate"]).success(), "the schema is up to date\n");
    assert_eq!(installation.run(&["keys", "list"]).success().lines().count(), 1);
}

#[test]
fn the_health_of_a_service_can_be_asked_for() {
    let installation = Installation::sqlite();
    let service = installation.start();
    installation.run(&["healthcheck", "--url", service.base_url()]).success();
    let port_file = installation.folder().join("port");
    installation.run(&["healthcheck", "--listen", "0.0.0.0:0", "--port-file", port_file.to_str().unwrap()]).success();
    drop(service);
    let refusal = installation.run(&["healthcheck", "--listen", "127.0.0.1:1"]).failure(1);
    assert!(refusal.contains("no answer from http://127.0.0.1:1"), "{refusal}");
}

#[test]
fn what_needs_no_settings_does_not_read_them() {
    let installation = Installation::sqlite().with("TENANCY_NONSENSE", "x");
    assert!(installation.run(&["--version"]).success().starts_with("tenancy "));
    assert!(installation.run(&["completions", "bash"]).success().contains("tenancy"));
    assert_eq!(installation.run(&["openapi"]).json()["openapi"], "3.1.0");
}

/// `tenancy keys list | head -1` and its like.
#[test]
fn a_reader_that_goes_away_does_no_harm() {
    let installation = Installation::sqlite();
    let mut process = installation.command(&["openapi"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(process.stdout.take());
    let told = support::read_all(process.stderr.take().unwrap());
    process.wait().unwrap();
    assert!(!told.contains("panicked"), "{told}");
}
