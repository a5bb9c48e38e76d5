//! The table of settings: each once, with its type, its default and what it governs. The flags, the names in the
//! environment, the keys of the settings file, the help and `check-config` are all made from it.

use std::{net::SocketAddr, path::PathBuf};

use ipnet::IpNet;
use tenancy_adapters::sealing::MasterKey;
use tenancy_domain::api_keys::ApiKeySecret;

use super::{
    Resolver,
    database_url::DatabaseUrl,
    setting::{Secrecy, Setting, SettingValue},
    values::{LogFilter, LogFormat, OptionalLimit},
};

/// The settings file. It is no row of the table, since it cannot be given in itself.
pub const CONFIG: Setting = Setting {
    name: "config",
    placeholder: "FILE",
    help: "The settings file, in TOML.",
    default: None,
    secrecy: Secrecy::Public,
};

macro_rules! settings {
    ($($(#[doc = $help:literal])+ $name:ident: $type:ty = $placeholder:literal $(or $default:literal)?;)+) => {
        /// The settings that hold.
        #[derive(Debug, Clone)]
        pub struct Settings {
            $($(#[doc = $help])+ pub $name: $type,)+
        }

        impl Settings {
            /// Every setting.
            pub const TABLE: &[Setting] = &[$(Setting {
                name: stringify!($name),
                placeholder: $placeholder,
                help: concat!($($help),+).trim_ascii(),
                default: {
                    const DEFAULT: &[&str] = &[$($default)?];
                    DEFAULT.first().copied()
                },
                secrecy: <$type as SettingValue>::SECRECY,
            },)+];

            /// Reads every setting, so that all problems come to light; `None` when there are any.
            pub(super) fn read(resolver: &mut Resolver) -> Option<Self> {
                $(let $name = resolver.read(stringify!($name));)+
                Some(Self { $($name: $name?,)+ })
            }
        }
    };
}

settings! {
    /// Address and port to listen on; port 0 picks a free one.
    listen: SocketAddr = "ADDRESS:PORT" or "127.0.0.1:8080";
    /// Where the database is, by a URL of sqlite or postgres; when not given, tenancy.db in the data directory.
    database_url: DatabaseUrl = "URL";
    /// Directory of the SQLite database and the keys made for it.
    data_dir: PathBuf = "DIR" or "./tenancy-data";
    /// File to write the port to, once the service listens.
    port_file: Option<PathBuf> = "FILE";
    /// A key that exists as a system key with admin:* after each start.
    bootstrap_key: Option<ApiKeySecret> = "KEY";
    /// 32 bytes in base64 that secrets are encrypted under. Made by itself on SQLite, needed on PostgreSQL.
    master_key: Option<MasterKey> = "KEY";
    /// Further master keys, comma-separated: former ones, and the next one. What is sealed under them opens.
    master_key_previous: Vec<MasterKey> = "KEYS" or "";
    /// Whether keys that were found valid are remembered for a short time.
    auth_cache: bool = "on|off" or "on";
    /// Failed authentications that a client's address has a minute; 0 is no limit.
    rate_limit_auth_failures: OptionalLimit = "NUMBER" or "600";
    /// Requests that a key has a second; 0 is no limit.
    rate_limit_requests: OptionalLimit = "NUMBER" or "0";
    /// Networks of the proxies whose word on the client's address is taken, comma-separated.
    trusted_proxies: Vec<IpNet> = "NETWORKS" or "";
    /// API keys that one organization may have.
    limit_api_keys: u32 = "NUMBER" or "500";
    /// Projects that one organization may have.
    limit_projects: u32 = "NUMBER" or "1000";
    /// Members that one organization may have.
    limit_members: u32 = "NUMBER" or "10000";
    /// Dynamic providers that one organization, with its projects, may have; and one user.
    limit_providers: u32 = "NUMBER" or "100";
    /// Days for which a slug that an organization gives up from now on is nobody else's; 0 is none.
    slug_cooldown_days: u32 = "DAYS" or "90";
    /// Days for which audit entries are kept; 0 is for good.
    audit_retention_days: OptionalLimit = "DAYS" or "0";
    /// Whether providers may be reached at loopback addresses, by http too. For development.
    allow_loopback_http: bool = "on|off" or "off";
    /// Seconds for which a service that was told to stop still takes requests, and says that it is not ready.
    drain_seconds: u32 = "SECONDS" or "1";
    /// What is logged: error, warn, info, debug or trace, also as target=level, comma-separated.
    log: LogFilter = "FILTER" or "info,actix_server=warn";
    /// How the log is written.
    log_format: LogFormat = "text|json" or "text";
}
