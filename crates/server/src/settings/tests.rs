//! Tests of loading: precedence, unknown names, files of secrets, and that everything wrong is told at once.

use std::{fs, path::Path};

use super::*;

const KEY: &str = "tny_00000000000000000000000000000000000000000002CZclj";

fn load(flags: &[(&str, &str)], environment: &[(&str, &str)]) -> Loaded {
    let flags: Vec<_> = flags.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    Settings::load(&flags, environment.iter().map(|(name, value)| (name.into(), value.into())))
}

fn problems(flags: &[(&str, &str)], environment: &[(&str, &str)]) -> Vec<String> {
    load(flags, environment).settings.unwrap_err().iter().map(ToString::to_string).collect()
}

fn origin(loaded: &Loaded, name: &str) -> String {
    loaded.effective.iter().find(|effective| effective.setting.name == name).unwrap().origin.to_string()
}

fn write(folder: &Path, name: &str, text: &str) -> String {
    let file = folder.join(name);
    fs::write(&file, text).unwrap();
    file.to_str().unwrap().to_owned()
}

#[test]
fn without_anything_the_defaults_hold() {
    let loaded = load(&[], &[("PATH", "/bin"), ("TENANCYX", "1")]);
    let settings = loaded.settings.unwrap();
    assert_eq!(settings.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.database_url, DatabaseUrl::InDataDir);
    assert_eq!(settings.slug_cooldown_days, 90);
    assert_eq!(loaded.effective.len(), Settings::TABLE.len());
    assert!(loaded.effective.iter().all(|effective| effective.origin == Origin::Default && effective.shown.is_some()));
}

#[test]
fn flags_go_before_the_environment_and_that_before_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "t.toml", "limit_projects = 1\nlimit_members = 1\nlimit_providers = 1\n");
    let environment =
        [("TENANCY_CONFIG", file.as_str()), ("TENANCY_LIMIT_MEMBERS", "2"), ("TENANCY_LIMIT_PROVIDERS", "2")];
    let loaded = load(&[("--limit-providers", "3")], &environment);
    assert_eq!(origin(&loaded, "limit_providers"), "--limit-providers");
    assert_eq!(origin(&loaded, "limit_members"), "TENANCY_LIMIT_MEMBERS");
    assert_eq!(origin(&loaded, "limit_projects"), format!("{file}: limit_projects"));
    let settings = loaded.settings.unwrap();
    assert_eq!((settings.limit_projects, settings.limit_members, settings.limit_providers), (1, 2, 3));
}

#[test]
fn a_weaker_layer_does_not_stand_in_for_a_wrong_value() {
    let loaded = load(&[("--limit-members", "many")], &[("TENANCY_LIMIT_MEMBERS", "2")]);
    assert!(loaded.settings.is_err());
    assert_eq!(origin(&loaded, "limit_members"), "--limit-members");
}

#[test]
fn the_file_takes_what_toml_has() {
    let folder = tempfile::tempdir().unwrap();
    let text = "auth_cache = false\ntrusted_proxies = [\"10.0.0.0/8\", \"::1\"]\nlog = \"debug\"\n";
    let file = write(folder.path(), "t.toml", text);
    let settings = load(&[("--config", &file)], &[]).settings.unwrap();
    assert!(!settings.auth_cache);
    assert_eq!(settings.trusted_proxies.len(), 2);
    assert_eq!(settings.log.as_str(), "debug");
}

#[test]
fn everything_wrong_is_told_at_once_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "t.toml", "listen = 80\ndatadir = \"x\"\nlog = 1.5\nconfig = \"y\"\n");
    let environment = [("TENANCY_CONFIG", file.as_str()), ("TENANCY_LISTN", "x"), ("TENANCY_AUTH_CACHE", "maybe")];
    let number = "must be a whole number from 0 to 4294967295";
    assert_eq!(
        problems(&[("--limit-members", "x")], &environment),
        [
            "TENANCY_LISTN: there is no such setting; TENANCY_LISTEN is one".to_owned(),
            format!("{file}: config: there is no such setting"),
            format!("{file}: datadir: there is no such setting; data_dir is one"),
            format!("{file}: log: must be a string, a whole number, true, false or a list of them"),
            format!("{file}: listen: must be an address and a port, such as 127.0.0.1:8080 or [::1]:8080"),
            "TENANCY_AUTH_CACHE: must be on or off".to_owned(),
            format!("--limit-members: {number}"),
        ]
    );
}

#[test]
fn an_empty_variable_is_no_way_to_leave_a_setting_out() {
    assert_eq!(problems(&[], &[("TENANCY_DATABASE_URL", "")]).len(), 1);
    assert!(load(&[], &[("TENANCY_TRUSTED_PROXIES", "")]).settings.is_ok());
}

#[test]
fn a_secret_may_lie_in_a_file_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let key = write(folder.path(), "key", &format!("{KEY}\n"));
    let url = write(folder.path(), "url", "postgres://app:hunter2@db/tenancy\r\n");
    let config = write(folder.path(), "t.toml", &format!("database_url_file = {url:?}\n"));
    let loaded = load(&[("--bootstrap-key-file", &key), ("--config", &config)], &[]);
    assert_eq!(origin(&loaded, "bootstrap_key"), "--bootstrap-key-file");
    let shown = format!("{loaded:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(KEY), "{shown}");
    let settings = loaded.settings.unwrap();
    assert_eq!(settings.bootstrap_key.unwrap().expose(), KEY);
    let DatabaseUrl::Postgres(url) = settings.database_url else { panic!("{:?}", settings.database_url) };
    assert_eq!(url.expose(), "postgres://app:hunter2@db/tenancy");
}

#[test]
fn a_secret_comes_from_one_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = write(folder.path(), "key", KEY);
    let both = problems(&[], &[("TENANCY_BOOTSTRAP_KEY", KEY), ("TENANCY_BOOTSTRAP_KEY_FILE", &file)]);
    assert_eq!(
        both,
        ["TENANCY_BOOTSTRAP_KEY_FILE: set together with TENANCY_BOOTSTRAP_KEY: only one of the two may be"]
    );
    let missing = problems(&[], &[("TENANCY_MASTER_KEY_FILE", "/nowhere/key")]);
    assert!(missing[0].starts_with("TENANCY_MASTER_KEY_FILE: /nowhere/key: "), "{missing:?}");
}

#[test]
fn names_that_are_not_taken_are_unknown() {
    for name in ["TENANCY_LISTEN_FILE", "TENANCY_CONFIG_FILE", "TENANCY_listen", "TENANCY_"] {
        assert_eq!(problems(&[], &[(name, "x")]).len(), 1, "{name}");
    }
    assert_eq!(
        Settings::TABLE.iter().filter(|setting| setting.spelled(Layer::Flags, setting::Form::Plain).is_none()).count(),
        3
    );
}

#[test]
fn a_secret_is_in_no_message() {
    let folder = tempfile::tempdir().unwrap();
    for text in
        ["bootstrap_key = tny_secret\n", "bootstrap_key = \"tny_secret\n", "tny_secret", "a = 1\na = 'tny_secret'\n"]
    {
        let file = write(folder.path(), "t.toml", text);
        let found = problems(&[("--config", &file)], &[]).join("\n");
        assert!(found.contains("t.toml: ") && !found.contains("tny_secret"), "{found}");
    }
    let environment = [
        ("TENANCY_BOOTSTRAP_KEY", "tny_secret"),
        ("TENANCY_MASTER_KEY", "tny_secret"),
        ("TENANCY_MASTER_KEY_PREVIOUS", "tny_secret,tny_secret"),
        ("TENANCY_DATABASE_URL", "pg://tny_secret"),
    ];
    let loaded = load(&[], &environment);
    assert!(!format!("{loaded:?}").contains("tny_secret"), "{loaded:?}");
    assert_eq!(loaded.settings.unwrap_err().iter().count(), 4);
}

#[test]
fn postgres_is_served_with_a_master_key_alone() {
    let url = ("TENANCY_DATABASE_URL", "postgres://db/tenancy");
    let without = load(&[], &[url]).settings.unwrap().check_for_serving().unwrap_err();
    assert!(without.to_string().starts_with("TENANCY_MASTER_KEY: must be set"), "{without}");
    let key = "A".repeat(43);
    assert!(load(&[], &[url, ("TENANCY_MASTER_KEY", &key)]).settings.unwrap().check_for_serving().is_ok());
    assert!(load(&[], &[]).settings.unwrap().check_for_serving().is_ok());
}

/// The page for operators has a row for each setting.
#[test]
fn every_setting_is_documented() {
    let page = include_str!("../../../../docs/operating.md");
    for setting in Settings::TABLE {
        let default = match setting.default {
            None | Some("") => String::new(),
            Some(default) => format!("| `{default}` "),
        };
        let variable = format!("| `{}` ", setting.spelled(Layer::Environment, setting::Form::Plain).unwrap());
        let row = page.lines().find(|line| line.contains(&variable));
        assert!(row.is_some_and(|row| row.contains(&default)), "{variable}{default}");
    }
}
