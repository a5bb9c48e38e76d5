//! The secrets that the program itself makes or is given: none of them stays where it must not. Those that the API gives
//! out are searched for after every rule of the HTTP suite.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod support;

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;
use support::{Finished, Installation};
use tenancy_testing::http::{Remains as _, Request, leaks};

const CREATE: [&str; 8] = ["keys", "create", "--owner", "system", "--scope", "admin:*", "--name", "ci"];

/// A secret that another installation made, by a command that prints it.
fn foreign(arguments: &[&str]) -> String {
    let other = Installation::sqlite();
    other.run(&["migrate"]).success();
    other.run(arguments).success().trim_end().to_owned()
}

/// What commands have complained of, with the secrets that they have printed.
#[derive(Default)]
struct Told {
    secrets: Vec<Vec<u8>>,
    places: Vec<(String, Vec<u8>)>,
}

impl Told {
    fn add_secret(&mut self, secret: impl Into<Vec<u8>>) {
        self.secrets.push(secret.into());
    }

    /// Takes note of a command's log, and gives back what it printed.
    fn listen(&mut self, name: &str, finished: Finished) -> String {
        self.places.push((format!("the log of {name}"), finished.stderr().into_bytes()));
        finished.success()
    }
}

/// The key of the first start or of the settings, those of the command line, and the master key.
fn no_secret_of_the_program_stays(installation: &Installation, master_key: &str, first_key: &str) {
    let mut told = Told::default();
    told.add_secret(master_key);
    told.add_secret(STANDARD.decode(master_key).unwrap());
    told.listen("migrate", installation.run(&["migrate"]));
    let created = told.listen("keys create", installation.run(&CREATE)).trim_end().to_owned();
    let listed = told.listen("keys list", installation.run(&["keys", "list", "--json"]));
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    let id = listed[0]["id"].as_str().unwrap();
    let rotated = told.listen("keys rotate", installation.run(&["keys", "rotate", id])).trim_end().to_owned();
    assert_ne!(created, rotated);

    let mut service = installation.start();
    let keys = [created, rotated, first_key.to_owned()];
    let ask = |method, path, key: &str| Request::new(service.address(), method, path).key(key);
    for key in &keys {
        ask("GET", "/admin/v1/me", key).send().expect(200);
        let verification = ask("POST", "/admin/v1/api-keys/verify", key).json(&json!({"key": key})).send().expect(200);
        assert_eq!(verification["code"], "valid");
        told.add_secret(key.as_str());
    }
    let metrics = ask("GET", "/metrics", "").anonymous().send().body;
    service.signal("TERM");
    assert_eq!(service.wait().code(), Some(0));
    let remains = installation.remains();
    told.places
        .extend([("the metrics".to_owned(), metrics), ("the database".to_owned(), remains.rows().join("\n").into())]);
    told.places.extend(remains.files());
    for (name, content) in &told.places {
        // The log at its most talkative, and everything else, has something in it.
        assert!(!content.is_empty() || name.starts_with("tenancy.db-"), "{name} is empty");
    }
    leaks::expect_none_of(&told.secrets, told.places);
}

#[test]
fn on_sqlite_with_the_key_of_the_first_start() {
    let installation = Installation::sqlite().with("TENANCY_LOG", "trace");
    // It makes the data directory, with the master key in it.
    installation.start().stop();
    let [master_key, first] = ["master.key", "admin.key"].map(|name| {
        let text = fs::read_to_string(installation.data_dir().join(name)).unwrap();
        text.trim_end().to_owned()
    });
    no_secret_of_the_program_stays(&installation, &master_key, &first);
}

#[test]
fn on_sqlite_with_a_key_of_the_settings() {
    let (key, master_key) = (foreign(&CREATE), foreign(&["master-key", "generate"]));
    let installation = Installation::sqlite()
        .with("TENANCY_LOG", "trace")
        .with("TENANCY_BOOTSTRAP_KEY", &key)
        .with("TENANCY_MASTER_KEY", &master_key);
    no_secret_of_the_program_stays(&installation, &master_key, &key);
}

#[test]
fn on_postgres_with_a_key_of_the_settings() {
    let Some(installation) = Installation::postgres() else { return };
    let (key, master_key) = (foreign(&CREATE), foreign(&["master-key", "generate"]));
    let installation = installation
        .with("TENANCY_LOG", "trace")
        .with("TENANCY_BOOTSTRAP_KEY", &key)
        .with("TENANCY_MASTER_KEY", &master_key);
    no_secret_of_the_program_stays(&installation, &master_key, &key);
}
