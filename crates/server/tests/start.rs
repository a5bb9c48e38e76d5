//! The first start and every later one: keys, locks, addresses, refusals.

mod support;

use std::{fs, os::unix::fs::PermissionsExt, path::Path};

use support::{Installation, KEY};

fn mode(file: &Path) -> u32 {
    file.metadata().map_or(0, |metadata| metadata.permissions().mode() & 0o777)
}

#[tokio::test]
async fn the_first_start_prints_a_key_that_works_and_no_later_start_does() {
    let installation = Installation::sqlite();
    let service = installation.start();
    let key = service.printed_key().unwrap();
    let curl = format!("curl -H 'Authorization: Bearer {key}' {}/admin/v1/organizations", service.base_url());
    assert!(service.stdout().contains(&curl), "{}", service.stdout());
    assert!(service.accepts(&key).await);

    let data_dir = installation.data_dir();
    assert_eq!(fs::read_to_string(data_dir.join("admin.key")).unwrap().trim_end(), key);
    assert_eq!(
        [&data_dir, &data_dir.join("admin.key"), &data_dir.join("master.key")].map(|path| mode(path)),
        [0o700, 0o600, 0o600]
    );
    service.stop();

    let master_key = fs::read_to_string(data_dir.join("master.key")).unwrap();
    let service = installation.start();
    assert_eq!(service.stdout(), "");
    assert!(service.accepts(&key).await);
    assert_eq!(fs::read_to_string(data_dir.join("master.key")).unwrap(), master_key);
}

#[tokio::test]
async fn it_logs_one_line_with_its_address_and_no_key() {
    let installation = Installation::sqlite();
    let service = installation.start();
    let address = service.base_url().trim_start_matches("http://");
    let log = service.log();
    assert_eq!(log.lines().filter(|line| line.contains(&format!("listening on {address}"))).count(), 1, "{log}");
    assert!(!log.contains("tny_"), "{log}");
}

#[test]
fn a_log_in_json_has_an_object_a_line() {
    let installation = Installation::sqlite().with("TENANCY_LOG_FORMAT", "json");
    let log = installation.start().log();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(lines.iter().any(|line| line["message"].as_str().unwrap().starts_with("listening on ")), "{log}");
}

#[tokio::test]
async fn a_second_service_is_refused_and_told_where_the_first_is() {
    let installation = Installation::sqlite();
    let first = installation.start();
    let key = first.printed_key().unwrap();
    for command in [&["serve"][..], &["migrate"], &["keys", "create", "--owner", "system", "--name", "x"]] {
        let refusal = installation.run(command).failure(1);
        assert!(refusal.contains(&format!("in use by a running tenancy at {}", first.base_url())), "{refusal}");
    }
    assert!(first.accepts(&key).await);
}

#[tokio::test]
async fn a_database_elsewhere_has_one_owner_too() {
    let other = Installation::sqlite();
    let url = format!("sqlite://{}", other.folder().join("elsewhere.db").display());
    let installation = Installation::sqlite().with("TENANCY_DATABASE_URL", &url);
    let first = installation.start();
    let refusal = other.with("TENANCY_DATABASE_URL", &url).run(&["serve"]).failure(1);
    assert!(refusal.contains("elsewhere.db is in use") && refusal.contains(first.base_url()), "{refusal}");
}

#[tokio::test]
async fn kill_9_gives_the_lock_back() {
    let installation = Installation::sqlite();
    let mut service = installation.start();
    let key = service.printed_key().unwrap();
    service.signal("KILL");
    service.wait();
    assert!(installation.start().accepts(&key).await);
}

#[tokio::test]
async fn a_bootstrap_key_takes_the_place_of_the_printed_one() {
    let installation = Installation::sqlite().with("TENANCY_BOOTSTRAP_KEY", KEY);
    let service = installation.start();
    assert_eq!(service.stdout(), "");
    assert!(!installation.data_dir().join("admin.key").exists());
    assert!(service.accepts(KEY).await);
    service.stop();
    assert!(installation.start().accepts(KEY).await);
}

#[test]
fn a_revoked_bootstrap_key_does_not_come_back() {
    let installation = Installation::sqlite().with("TENANCY_BOOTSTRAP_KEY", KEY);
    installation.start().stop();
    let keys = installation.run(&["keys", "list", "--json"]).json();
    installation.run(&["keys", "revoke", keys[0]["id"].as_str().unwrap()]).success();
    let refusal = installation.run(&["serve"]).failure(1);
    assert!(refusal.contains("TENANCY_BOOTSTRAP_KEY: this key was revoked"), "{refusal}");
    assert!(!refusal.contains(KEY), "{refusal}");
}

#[tokio::test]
async fn a_crash_before_the_first_key_was_made_is_mended() {
    let installation = Installation::sqlite();
    fs::create_dir(installation.data_dir()).unwrap();
    fs::write(installation.data_dir().join("admin.key"), format!("{KEY}\n")).unwrap();
    let service = installation.start();
    assert_eq!(service.printed_key().as_deref(), Some(KEY));
    assert!(service.accepts(KEY).await);
}

#[test]
fn a_damaged_file_is_refused_by_name() {
    let installation = Installation::sqlite();
    fs::create_dir(installation.data_dir()).unwrap();
    let file = installation.data_dir().join("tenancy.db");
    fs::write(&file, "this is no database, and was never one\n".repeat(100)).unwrap();
    let refusal = installation.run(&["serve"]).failure(1);
    assert!(refusal.contains(file.to_str().unwrap()), "{refusal}");
}

#[test]
fn an_address_in_use_is_named() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let installation = Installation::sqlite();
    let refusal = installation.run(&["serve", "--listen", &address]).failure(1);
    assert!(refusal.contains(&format!("cannot listen on {address}")), "{refusal}");
    assert!(!installation.data_dir().join("admin.key").exists(), "a key that nobody was shown");
}

#[tokio::test]
async fn on_postgres_nothing_is_made_by_itself() {
    let Some(installation) = Installation::postgres() else { return };
    let service = installation.start();
    assert_eq!(service.stdout(), "");
    assert!(service.log().contains("there is no system key yet"), "{}", service.log());
    assert!(!installation.data_dir().exists());

    let create = ["keys", "create", "--owner", "system", "--scope", "admin:*", "--name", "admin"];
    let key = installation.run(&create).success();
    assert!(service.accepts(key.trim_end()).await, "made beside the running service");
}

#[test]
fn postgres_is_not_served_without_a_master_key() {
    let installation = Installation::sqlite().with("TENANCY_DATABASE_URL", "postgres://app:hunter2@127.0.0.1:1/t");
    let refusal = installation.run(&["serve"]).failure(2);
    assert!(refusal.starts_with("TENANCY_MASTER_KEY: must be set"), "{refusal}");
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let installation = Installation::sqlite().with("TENANCY_DATABASE_URL", "postgres://app:hunter2@127.0.0.1:1/t");
    let refusal = installation.run(&["migrate"]).failure(1);
    assert!(refusal.contains("postgres://app:***@127.0.0.1:1/t"), "{refusal}");
    assert!(!refusal.contains("hunter2"), "{refusal}");
}
