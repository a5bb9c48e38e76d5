//! The master key: made, told apart from a wrong one, replaced.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod support;

use std::{
    fs, thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{Installation, KEY, MASTER_KEY, Service};
use tenancy_testing::http::Request;

/// The id of [`MASTER_KEY`].
const MASTER_KEY_ID: &str = "71320ecc1e5f9e82";

impl Installation {
    /// What `master-key status` says, given these arguments too: the ids, and what each is given as.
    fn status(&self, arguments: &[&str]) -> Vec<(String, Option<String>)> {
        let keys = self.run(&[&["master-key", "status", "--json"], arguments].concat()).json();
        let text = |value: &Value| value.as_str().map(str::to_owned);
        keys.as_array().unwrap().iter().map(|key| (text(&key["id"]).unwrap(), text(&key["given_as"]))).collect()
    }

    /// How many secrets hang on the master key with this id.
    fn secrets_under(&self, id: &str) -> u64 {
        let keys = self.run(&["master-key", "status", "--json"]).json();
        let key = keys.as_array().unwrap().iter().find(|key| key["id"] == id).unwrap();
        key["secrets"].as_u64().unwrap()
    }

    /// A file with a fresh master key.
    fn fresh_master_key(&self, name: &str) -> String {
        let file = self.folder().join(name);
        fs::write(&file, self.run(&["master-key", "generate"]).success()).unwrap();
        file.to_str().unwrap().to_owned()
    }

    /// Starts the service with more arguments, and stops it once it listens.
    fn start_once(&self, arguments: &[&str]) {
        let mut service = self.launch(arguments);
        service.wait_until_listening();
        service.stop();
    }
}

fn active(id: &str) -> (String, Option<String>) {
    (id.to_owned(), Some("active".to_owned()))
}

fn previous(id: &str) -> (String, Option<String>) {
    (id.to_owned(), Some("previous".to_owned()))
}

#[test]
fn a_fresh_one_is_printed_alone_and_differs_each_time() {
    // It reads no settings.
    let installation = Installation::sqlite().with("TENANCY_NONSENSE", "x");
    let keys = [(); 2].map(|()| installation.run(&["master-key", "generate"]).success());
    assert_ne!(keys[0], keys[1]);
    for key in keys {
        assert_eq!((key.len(), key.lines().count()), (45, 1), "{key}");
        Installation::sqlite().with("TENANCY_MASTER_KEY", key.trim_end()).run(&["check-config"]).success();
    }
    let help = installation.run(&["master-key", "generate", "--help"]).success();
    assert!(help.contains("TENANCY_MASTER_KEY_PREVIOUS"), "{help}");
}

#[test]
fn the_first_start_makes_one_that_is_known_from_then_on() {
    let installation = Installation::sqlite();
    assert!(installation.run(&["master-key", "status"]).failure(1).contains("tenancy.db"));
    assert!(!installation.data_dir().exists(), "looking makes nothing");

    let service = installation.start();
    let [(id, Some(role))] = &installation.status(&[])[..] else { panic!("there is one") };
    assert_eq!(role, "active");
    assert!(service.log().contains(&format!("the master key {id} is the first one")), "{}", service.log());
    let key = fs::read_to_string(installation.data_dir().join("master.key")).unwrap();
    assert!(!service.log().contains(key.trim_end()));
    service.stop();

    let table = installation.run(&["master-key", "status"]).success();
    assert!(table.starts_with("ID ") && table.contains(id) && !table.contains(key.trim_end()), "{table}");
    let service = installation.start();
    assert!(!service.log().contains("master key"), "{}", service.log());
}

#[test]
fn a_wrong_one_is_refused_and_the_right_one_named() {
    let installation = Installation::sqlite();
    installation.start().stop();
    let right = installation.status(&[])[0].0.clone();

    let installation = installation.with("TENANCY_MASTER_KEY", MASTER_KEY);
    let refusal = installation.run(&["serve"]).failure(1);
    assert_eq!(
        refusal,
        format!(
            "the database's secrets are sealed under the master key {right}, and TENANCY_MASTER_KEY is \
             {MASTER_KEY_ID}: set {right} as TENANCY_MASTER_KEY or, to replace it, as TENANCY_MASTER_KEY_PREVIOUS\n"
        )
    );
    assert_eq!(installation.status(&[]), [(right, None), active(MASTER_KEY_ID)], "and it came not into use");
}

#[test]
fn a_lost_one_is_asked_for_and_not_made_anew() {
    let installation = Installation::sqlite();
    installation.start().stop();
    let id = installation.status(&[])[0].0.clone();
    let file = installation.data_dir().join("master.key");
    let key = fs::read(&file).unwrap();
    fs::remove_file(&file).unwrap();

    let refusal = installation.run(&["serve"]).failure(1);
    assert!(refusal.contains("master.key is missing") && refusal.contains(&id), "{refusal}");
    assert!(!file.exists());
    assert_eq!(installation.status(&[]), [(id, None)]);
    fs::write(&file, key).unwrap();
    installation.start().stop();
}

#[test]
fn it_is_replaced_step_by_step() {
    let installation = Installation::sqlite().with("TENANCY_DRAIN_SECONDS", "0");
    installation.start().stop();
    let old = installation.data_dir().join("master.key");
    let old = old.to_str().unwrap();
    let old_id = installation.status(&[])[0].0.clone();
    let new = installation.fresh_master_key("new.key");

    let first_step = ["--master-key-previous-file", &new];
    let new_id = installation.status(&first_step)[1].0.clone();
    assert_eq!(installation.status(&first_step), [active(&old_id), previous(&new_id)]);
    installation.start_once(&first_step);
    assert_eq!(installation.status(&[]), [active(&old_id)], "it is at hand, and not in use");

    let second_step = ["--master-key-file", &new, "--master-key-previous-file", old];
    installation.start_once(&second_step);
    assert_eq!(installation.status(&second_step), [previous(&old_id), active(&new_id)]);
    installation.start_once(&["--master-key-file", &new]);

    // Whoever knows nothing of the new one is refused, and may go on with the old one once it does.
    let refusal = installation.run(&["serve"]).failure(1);
    assert!(refusal.contains(&format!("master.key holds {old_id}: set {new_id} as")), "{refusal}");
    installation.start_once(&first_step);
}

/// A request with the key that each installation of these tests has.
fn ask(service: &Service, method: &str, path: &str) -> Request {
    Request::new(service.address(), method, &format!("/admin/v1{path}")).key(KEY)
}

/// Makes an organization with so many dynamic providers, and gives their ids.
fn fill(service: &Service, slug: &str, count: usize) -> Vec<String> {
    let acme = ask(service, "POST", "/organizations").json(&json!({"slug": slug, "name": "N"})).send().expect(201);
    let create = |n: usize| {
        let owner = json!({"type": "organization", "org_id": acme["id"]});
        let key = format!("sk-of-{slug}-{n}");
        let body = json!({"name": format!("p{n}"), "owner": owner, "provider_type": "openai", "api_key": key});
        let made = ask(service, "POST", "/dynamic-providers").json(&body).send().expect(201);
        made["id"].as_str().unwrap().to_owned()
    };
    (0..count).map(create).collect()
}

/// Insists that the key of each of them is shown as it was sent.
fn expect_keys(service: &Service, slug: &str, ids: &[String]) {
    for (n, id) in ids.iter().enumerate() {
        let revealed = ask(service, "POST", &format!("/dynamic-providers/{id}/reveal")).send().expect(200);
        assert_eq!(revealed, json!({"api_key": format!("sk-of-{slug}-{n}")}));
    }
}

fn what_a_former_one_holds_is_wrapped_anew(installation: &Installation, old: &str) {
    // More than are read at once.
    const COUNT: u64 = 70;

    let service = installation.start();
    let ids = fill(&service, "acme", usize::try_from(COUNT).unwrap());
    let list = |service: &Service| ask(service, "GET", "/dynamic-providers?limit=1000").send().expect(200);
    let before = list(&service);
    service.stop();
    let old_id = installation.status(&["--master-key-file", old])[0].0.clone();
    assert_eq!(installation.secrets_under(&old_id), COUNT);

    let new = installation.fresh_master_key("new.key");
    let both = ["--master-key-file", &new, "--master-key-previous-file", old];
    let mut service = installation.launch(&both);
    service.wait_until_listening();
    let begun = Instant::now();
    while installation.secrets_under(&old_id) > 0 {
        assert!(begun.elapsed() < Duration::from_secs(30), "they stay under the former key\n{}", service.log());
        expect_keys(&service, "acme", &ids);
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(list(&service), before, "that is no change of them");
    let new_id = installation.status(&both)[1].0.clone();
    assert_eq!(installation.secrets_under(&new_id), COUNT);
    assert!(service.log().contains("secrets of former master keys were wrapped anew"), "{}", service.log());
    service.stop();

    let mut service = installation.launch(&["--master-key-file", &new]);
    service.wait_until_listening();
    expect_keys(&service, "acme", &ids);
    service.stop();

    // What is sealed under the former one once more is left alone by who has that one active, and missed without it.
    let mut service = installation.launch(&["--master-key-file", old, "--master-key-previous-file", &new]);
    service.wait_until_listening();
    let late = fill(&service, "late", 1);
    expect_keys(&service, "acme", &ids);
    service.stop();
    assert_eq!((installation.secrets_under(&old_id), installation.secrets_under(&new_id)), (1, COUNT));
    let refusal = installation.run(&["serve", "--master-key-file", &new]).failure(1);
    assert!(
        refusal.contains(&format!("1 of the database's secrets is sealed under the master key {old_id}")),
        "{refusal}"
    );
    let mut service = installation.launch(&both);
    service.wait_until_listening();
    expect_keys(&service, "late", &late);
    service.stop();
}

#[test]
fn what_a_former_one_holds_is_wrapped_anew_on_sqlite_and_then_it_is_not_needed() {
    let installation = Installation::sqlite().with("TENANCY_DRAIN_SECONDS", "0").with("TENANCY_BOOTSTRAP_KEY", KEY);
    let old = installation.data_dir().join("master.key");
    what_a_former_one_holds_is_wrapped_anew(&installation, old.to_str().unwrap());
}

#[test]
fn what_a_former_one_holds_is_wrapped_anew_on_postgres_and_then_it_is_not_needed() {
    let Some(installation) = Installation::postgres() else { return };
    let installation = installation.with("TENANCY_DRAIN_SECONDS", "0").with("TENANCY_BOOTSTRAP_KEY", KEY);
    let old = installation.folder().join("old.key");
    fs::write(&old, MASTER_KEY).unwrap();
    what_a_former_one_holds_is_wrapped_anew(&installation, old.to_str().unwrap());
}

#[test]
fn many_instances_start_at_once_with_one() {
    let Some(installation) = Installation::postgres() else { return };
    let refusal = installation.run(&["master-key", "status"]).failure(1);
    assert!(refusal.contains("run `tenancy migrate` first"), "{refusal}");
    // Each has a folder of its own, and the database in common.
    let url = tenancy_testing::postgres::fresh_database();
    let instances: Vec<_> =
        (0..4).map(|_| Installation::on_postgres(url.clone()).with("TENANCY_DRAIN_SECONDS", "0")).collect();
    thread::scope(|scope| {
        for instance in &instances {
            scope.spawn(|| instance.start_once(&[]));
        }
    });
    assert_eq!(instances[0].status(&[]), [active(MASTER_KEY_ID)]);
    let keys = instances[0].run(&["master-key", "status", "--json"]).json();
    assert_ne!(keys[0]["in_use_since"], json!(null));

    let stranger = instances[0].fresh_master_key("stranger.key");
    let refusal = instances[0].run(&["serve", "--master-key-file", &stranger]).failure(1);
    assert!(refusal.contains(&format!("set {MASTER_KEY_ID} as TENANCY_MASTER_KEY")), "{refusal}");
}
