//! The audit log: what someone does to it behind the program's back is found; its key, its retention.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on ends")]

mod support;

use std::{
    fs,
    sync::Arc,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use support::{Installation, KEY, MASTER_KEY, Service, block_on};
use tenancy_domain::{
    DisplayName, Slug, Timestamp,
    authorization::{Caller, OrganizationsWrite},
    organizations::{NewOrganization, OrganizationChanges, OrganizationRef},
};
use tenancy_server::ports::Ports;
use tenancy_testing::{doubles::FixedClock, http::Request};

/// An empty installation on each database, with a system key and a master key.
fn installations() -> Vec<Installation> {
    let all = [Some(Installation::sqlite().with("TENANCY_MASTER_KEY", MASTER_KEY)), Installation::postgres()];
    let with_key =
        |installation: Installation| installation.with("TENANCY_BOOTSTRAP_KEY", KEY).with("TENANCY_DRAIN_SECONDS", "0");
    all.into_iter().flatten().map(with_key).collect()
}

fn ask(service: &Service, method: &str, path: &str, body: Option<&Value>) -> tenancy_testing::http::Answer {
    let request = Request::new(service.address(), method, &format!("/admin/v1{path}")).key(KEY);
    match body {
        None => request.send(),
        Some(body) => request.json(body).send(),
    }
}

fn create(service: &Service, slug: &str) {
    ask(service, "POST", "/organizations", Some(&json!({"slug": slug, "name": slug}))).expect(201);
}

fn rename(service: &Service, slug: &str, name: &str) {
    ask(service, "PATCH", &format!("/organizations/{slug}"), Some(&json!({"name": name}))).expect(200);
}

/// Fills an installation: a chain of five entries for acme and one of one entry for other.
fn fill(installation: &Installation) {
    let service = installation.start();
    create(&service, "acme");
    create(&service, "other");
    for name in ["First", "Second", "Third", "Fourth"] {
        rename(&service, "acme", name);
    }
    service.stop();
}

/// The id of acme's chain, in SQL.
const ACME: &str = "(SELECT id FROM organizations WHERE slug = 'acme')";

/// What is done to the chain of acme, and what `audit verify` says of it then. `ACME` stands for the chain's id.
const TAMPERINGS: &[(&str, &str, &str)] = &[
    (
        "a changed byte",
        "UPDATE audit_log SET details = replace(details, 'Second', 'second') WHERE chain_id = ACME AND sequence = 3",
        "entry 3 is changed, out of its place or missing",
    ),
    (
        "a changed byte of the last one",
        "UPDATE audit_log SET user_agent = 'x' WHERE chain_id = ACME AND sequence = 5",
        "entry 5 is changed, out of its place or missing",
    ),
    (
        "an action that is none",
        "UPDATE audit_log SET action = 'organization.eat' WHERE chain_id = ACME AND sequence = 4",
        "entry 4 is changed, out of its place or missing",
    ),
    (
        "a removed row",
        "DELETE FROM audit_log WHERE chain_id = ACME AND sequence = 3",
        "entry 3 is changed, out of its place or missing",
    ),
    (
        "a removed row, and those after it moved up",
        "DELETE FROM audit_log WHERE chain_id = ACME AND sequence = 3;
         UPDATE audit_log SET sequence = 3 WHERE chain_id = ACME AND sequence = 4;
         UPDATE audit_log SET sequence = 4 WHERE chain_id = ACME AND sequence = 5;
         UPDATE audit_chains SET head_sequence = 4 WHERE id = ACME",
        "what is kept of its beginning and its end was changed",
    ),
    ("the first row removed", "DELETE FROM audit_log WHERE chain_id = ACME AND sequence = 1", "entry 1 is changed"),
    (
        "the first row removed, and the beginning moved",
        "UPDATE audit_chains SET base_sequence = 1, base_hash =
             (SELECT hash FROM audit_log WHERE chain_id = ACME AND sequence = 1) WHERE id = ACME;
         DELETE FROM audit_log WHERE chain_id = ACME AND sequence = 1",
        "what is kept of its beginning and its end was changed",
    ),
    (
        "the last row removed",
        "DELETE FROM audit_log WHERE chain_id = ACME AND sequence = 5",
        "it is cut off before entry 5",
    ),
    (
        "the last row removed, and the head cut back with it",
        "DELETE FROM audit_log WHERE chain_id = ACME AND sequence = 5;
         UPDATE audit_chains SET head_sequence = 4, head_hash =
             (SELECT hash FROM audit_log WHERE chain_id = ACME AND sequence = 4) WHERE id = ACME",
        "what is kept of its beginning and its end was changed",
    ),
    (
        "two rows swapped",
        "UPDATE audit_log SET sequence = -1 WHERE chain_id = ACME AND sequence = 3;
         UPDATE audit_log SET sequence = 3 WHERE chain_id = ACME AND sequence = 4;
         UPDATE audit_log SET sequence = 4 WHERE chain_id = ACME AND sequence = -1",
        "entry 3 is changed, out of its place or missing",
    ),
    (
        "a row that was added at the end",
        "INSERT INTO audit_log (chain_id, sequence, id, timestamp, actor_type, actor_id, action, resource_type,
                                resource_id, org_id, project_id, request_id, ip_address, user_agent, details, hash)
         SELECT chain_id, 6, resource_id, timestamp, actor_type, actor_id, action, resource_type, resource_id, org_id,
                project_id, request_id, ip_address, user_agent, details, hash
         FROM audit_log WHERE chain_id = ACME AND sequence = 5",
        "entry 6 lies beyond its end",
    ),
    (
        "a chain without its own row",
        "DELETE FROM audit_chains WHERE id = ACME",
        "its entries are there, and its beginning and its end are not",
    ),
    (
        "entries that are passed off as older than the key",
        "UPDATE audit_chains SET last_unkeyed = 5 WHERE id = ACME",
        "what is kept of its beginning and its end was changed",
    ),
];

#[test]
fn tampering_is_found_whatever_it_is() {
    for installation in installations() {
        fill(&installation);
        let url = installation.setting("TENANCY_DATABASE_URL");
        let before = installation.run(&["audit", "verify"]).success();
        // The bootstrap key's is the first of the chain of what belongs to no organization.
        assert_eq!(before, "audit log (7 entries in 3 chains): sound\n");
        for (what, script, expected) in TAMPERINGS {
            let copy = Installation::copied_from(&installation, url);
            copy.sql(&script.replace("ACME", ACME));
            for command in [&["audit", "verify"][..], &["check"]] {
                let found = copy.run(command);
                let told = found.stdout();
                assert_eq!(found.code(), 1, "{what}: {told}{}", found.stderr());
                assert!(told.contains("NOT sound\n") && told.contains(expected), "{what}: {told}");
                assert_eq!(told.lines().filter(|line| line.starts_with("  the chain")).count(), 1, "{what}: {told}");
            }
        }
        assert_eq!(installation.run(&["audit", "verify"]).success(), before);
    }
}

#[test]
fn heads_that_were_kept_elsewhere_tell_of_a_chain_that_was_put_back() {
    for installation in installations() {
        fill(&installation);
        let url = installation.setting("TENANCY_DATABASE_URL");
        let file = installation.folder().join("heads");
        let heads = installation.run(&["audit", "heads"]).success();
        assert_eq!(heads.lines().count(), 3, "{heads}");
        fs::write(&file, &heads).unwrap();
        let verify = ["audit", "verify", "--heads", file.to_str().unwrap()];
        // A copy of how it was, all of it: nothing in it tells that there was more.
        let former = Installation::copied_from(&installation, url);
        let service = installation.start();
        rename(&service, "acme", "Fifth");
        // Beside a service too.
        assert_eq!(installation.run(&verify).success(), "audit log (8 entries in 3 chains): sound\n");
        service.stop();
        let later = installation.run(&["audit", "heads"]).success();
        assert_ne!(later, heads);
        former.run(&verify).success();
        fs::write(&file, &later).unwrap();
        former.run(&["audit", "verify"]).success();
        let told = former.run(&verify);
        assert_eq!(told.code(), 1);
        assert!(told.stdout().contains("it is cut off before entry 6"), "{}", told.stdout());

        installation.sql(&format!("DELETE FROM audit_log WHERE chain_id = {ACME}").replace("'acme'", "'other'"));
        installation.sql(&format!("DELETE FROM audit_chains WHERE id = {ACME}").replace("'acme'", "'other'"));
        installation.run(&["audit", "verify"]).success();
        let told = installation.run(&verify);
        assert_eq!(told.code(), 1);
        assert!(told.stdout().contains("it is not there any more"), "{}", told.stdout());

        fs::write(&file, "nonsense\n").unwrap();
        assert!(installation.run(&verify).failure(1).contains("line 1"));
    }
}

#[test]
fn nothing_is_added_to_a_chain_whose_end_was_forged() {
    for installation in installations() {
        fill(&installation);
        let cut = TAMPERINGS.iter().find(|(what, ..)| what.ends_with("the head cut back with it")).unwrap();
        installation.sql(&cut.1.replace("ACME", ACME));
        let service = installation.start();
        let renamed = json!({"name": "Renamed"});
        ask(&service, "PATCH", "/organizations/acme", Some(&renamed)).expect_error(500, "internal_error", None);
        ask(&service, "GET", "/organizations/acme", None).expect(200);
        rename(&service, "other", "Renamed");
        assert!(service.log().contains("was tampered with"), "{}", service.log());
        service.stop();
        assert_eq!(installation.run(&["audit", "verify"]).code(), 1, "the forgery is still there to be seen");
        assert_eq!(installation.run(&["audit", "heads"]).code(), 1);
    }
}

#[test]
fn the_key_is_there_or_nothing_is_taken_for_whole() {
    for installation in installations() {
        fill(&installation);
        let url = installation.setting("TENANCY_DATABASE_URL");
        // Without the key, and with one that is made anew when it is gone.
        let copy = Installation::copied_from(&installation, url);
        copy.sql("DELETE FROM audit_keys");
        let told = copy.run(&["audit", "verify"]);
        assert!(told.code() == 1 && told.stdout().contains("there is no key to check it with"), "{}", told.stdout());
        let service = copy.start();
        assert!(service.log().contains("are not keyed"), "{}", service.log());
        service.stop();
        let told = copy.run(&["audit", "verify"]);
        assert!(told.code() == 1 && told.stdout().contains("entry 1 is changed"), "{}", told.stdout());
        // With another one in its place.
        let copy = Installation::copied_from(&installation, url);
        copy.sql("UPDATE audit_keys SET created_at = created_at, master_key_id = '0000000000000000'");
        assert!(copy.run(&["audit", "verify"]).failure(1).contains("audit_keys"));
        assert!(copy.run(&["serve"]).failure(1).contains("audit_keys"));
    }
}

#[test]
fn what_was_written_before_chains_were_keyed_is_taken_over() {
    for installation in installations() {
        let is_on_postgres = installation.is_on_postgres();
        installation.run(&["migrate"]).success();
        // As it was before: an entry that anybody could have made. Its hash is from another program.
        let (uuid, time, hash) = if is_on_postgres {
            ("'00000000-0000-7000-8000-00000000000X'", "'2026-01-01T00:00:00Z'", "decode('HASH', 'hex')")
        } else {
            ("x'0000000000007000800000000000000X'", "1767225600000", "x'HASH'")
        };
        let hash = hash.replace("HASH", "023c954e91090ae9369b9d2e846ed18ecbe9236e0cc666a798a397cf8c3acad3");
        let nil = uuid.replace("7000-8000", "0000-0000").replace("70008000", "00000000").replace('X', "0");
        installation.sql(&format!(
            "INSERT INTO audit_log (chain_id, sequence, id, timestamp, actor_type, action, resource_type, resource_id,
                                    details, hash)
             VALUES ({nil}, 1, {}, {time}, 'cli', 'api_key.create', 'api_key', {}, '{{}}', {hash});
             INSERT INTO audit_chains (id, head_sequence, head_hash, base_sequence, base_hash, last_unkeyed, seal)
             VALUES ({nil}, 1, {hash}, 0, {zeros}, 1, {zeros})",
            uuid.replace('X', "1"),
            uuid.replace('X', "2"),
            zeros = if is_on_postgres { "decode(repeat('00', 32), 'hex')" } else { "zeroblob(32)" },
        ));
        assert_eq!(installation.run(&["audit", "verify"]).code(), 1, "before there is a key");
        let service = installation.start();
        assert!(service.log().contains("are not keyed"), "{}", service.log());
        service.stop();
        let told = installation.run(&["audit", "verify"]).success();
        assert_eq!(told, "audit log (2 entries in 1 chains, 1 of them from before chains were keyed): sound\n");
        // From now on it is as good as any.
        installation.sql("UPDATE audit_log SET details = '{ }' WHERE sequence = 1");
        let told = installation.run(&["audit", "verify"]);
        assert!(told.code() == 1 && told.stdout().contains("entry 1 is changed"), "{}", told.stdout());
    }
}

#[test]
fn what_writes_to_postgres_needs_the_master_key() {
    let Some(url) = Installation::postgres().map(|it| it.setting("TENANCY_DATABASE_URL").unwrap().to_owned()) else {
        return;
    };
    let without = Installation::sqlite().with("TENANCY_DATABASE_URL", &url);
    without.run(&["migrate"]).success();
    let create = ["keys", "create", "--owner", "system", "--name", "ci"];
    let refusal = without.run(&create).failure(2);
    assert!(refusal.starts_with("TENANCY_MASTER_KEY: must be set to write to PostgreSQL"), "{refusal}");
    assert_eq!(without.run(&["audit", "verify"]).success(), "audit log (0 entries in 0 chains): sound\n");
    Installation::on_postgres(url).run(&create).success();
    let refusal = without.run(&["audit", "verify"]).failure(1);
    assert!(refusal.contains("71320ecc1e5f9e82") && refusal.contains("TENANCY_MASTER_KEY"), "{refusal}");
    assert!(without.run(&["keys", "list"]).success().contains("ci"), "what only reads does without");
}

#[test]
fn once_the_master_key_is_replaced_the_former_one_can_be_put_away() {
    for installation in installations() {
        fill(&installation);
        let (file, fresh) = (installation.folder().join("fresh.key"), installation.run(&["master-key", "generate"]));
        fs::write(&file, fresh.success()).unwrap();
        let url = installation.setting("TENANCY_DATABASE_URL");
        let replaced = Installation::copied_from(&installation, url).without("TENANCY_MASTER_KEY");
        let file = file.to_str().unwrap();
        let replaced = replaced.with("TENANCY_MASTER_KEY_FILE", file);
        let mut service = {
            let former = replaced.folder().join("former.key");
            fs::write(&former, MASTER_KEY).unwrap();
            replaced.launch(&["--master-key-previous-file", former.to_str().unwrap()])
        };
        service.wait_until_listening();
        assert!(service.log().contains("sealed under the active master key now"), "{}", service.log());
        rename(&service, "acme", "Renamed");
        service.stop();
        let verified = replaced.run(&["audit", "verify"]).success();
        assert_eq!(verified, "audit log (8 entries in 3 chains): sound\n");
        let service = replaced.start();
        rename(&service, "acme", "Renamed again");
        service.stop();
        replaced.run(&["audit", "verify"]).success();
    }
}

/// Makes organizations that are each renamed once, some days ago.
async fn in_the_past(ports: Ports, days: i64, slugs: std::ops::Range<usize>) {
    let now = ports.clock.now().unix_milliseconds();
    let clock = FixedClock::new(Timestamp::from_unix_milliseconds(now - days * 86_400_000).unwrap());
    let ports = Ports { clock: Arc::new(clock), ..ports };
    let (organizations, grant) =
        (ports.organization_service(90), Caller::command_line().authorize::<OrganizationsWrite>());
    let grant = grant.unwrap();
    for number in slugs {
        let slug = Slug::parse(format!("org-{number}")).unwrap();
        let name = DisplayName::parse("Before").unwrap();
        organizations.create(&grant, NewOrganization::new(slug.clone(), name)).await.unwrap();
        let changes = OrganizationChanges { name: Some(DisplayName::parse("After").unwrap()), ..Default::default() };
        organizations.update(&grant, OrganizationRef::Slug(slug), changes).await.unwrap();
    }
}

#[test]
fn old_entries_are_deleted_and_the_rest_is_whole() {
    for installation in installations() {
        block_on(async {
            let ports = installation.ports().await;
            in_the_past(ports.clone(), 40, 0..30).await;
            in_the_past(ports, 10, 30..40).await;
        });
        let heads = installation.run(&["audit", "heads"]).success();
        let installation = installation.with("TENANCY_AUDIT_RETENTION_DAYS", "30");
        let service = installation.start();
        let begun = Instant::now();
        let left = || {
            let page = ask(&service, "GET", "/audit-logs?resource_type=organization&limit=1000", None).expect(200);
            page["data"].as_array().unwrap().len()
        };
        while left() > 20 {
            assert!(begun.elapsed() < Duration::from_secs(20), "{} are left: {}", left(), service.log());
            thread::sleep(Duration::from_millis(20));
        }
        assert_eq!(left(), 20);
        // A chain of which nothing is left goes on where it was.
        rename(&service, "org-0", "Renamed");
        let entry = ask(&service, "GET", "/audit-logs?resource_type=organization&limit=1", None).expect(200);
        assert_eq!(entry["data"][0]["sequence"], 3);
        let file = installation.folder().join("heads");
        fs::write(&file, heads).unwrap();
        let verify = installation.run(&["audit", "verify", "--heads", file.to_str().unwrap()]).success();
        assert!(verify.ends_with(" in 41 chains): sound\n"), "{verify}");
        assert!(service.log().contains("60 audit entries from before"), "{}", service.log());
        service.stop();
    }
}
