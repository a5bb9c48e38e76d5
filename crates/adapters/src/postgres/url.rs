//! The address of a database.

use std::{fmt, path::PathBuf, str::FromStr, time::Duration};

use tokio_postgres::config::SslMode;

use crate::OpenError;

/// How the server's identity is checked, as `sslmode` says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verification {
    /// Not at all: `disable`, `prefer` (the default) and `require`, which protect from listeners alone.
    Nothing,
    /// Against the system's certificate authorities, and the host's name: `verify-ca`, `verify-full`.
    System,
    /// Against the authorities in a PEM file, and the host's name: `sslrootcert`.
    File(PathBuf),
}

/// A parsed `postgres://` URL.
#[derive(Clone)]
pub(super) struct PostgresUrl {
    pub(super) config: tokio_postgres::Config,
    pub(super) verification: Verification,
}

impl PostgresUrl {
    /// Reads a `postgres://` or `postgresql://` URL with the parameters that libpq has for it.
    ///
    /// The driver knows only some values of `sslmode`, and no `sslrootcert`: they are taken out and heeded here.
    pub(super) fn parse(url: &str) -> Result<Self, OpenError> {
        let invalid = |reason: &dyn fmt::Display| OpenError::Url(reason.to_string());
        if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
            return Err(invalid(&"it must begin with postgres://"));
        }
        let (base, query) = url.split_once('?').unwrap_or((url, ""));
        let mut mode = None;
        let mut root_certificate = None;
        let mut rest = Vec::new();
        for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
            match parameter.split_once('=') {
                Some(("sslmode", value)) => mode = Some(value),
                Some(("sslrootcert", value)) => root_certificate = Some(decode(value)?),
                _ => rest.push(parameter),
            }
        }
        let url = if rest.is_empty() { base.to_owned() } else { format!("{base}?{}", rest.join("&")) };
        // The driver's message never repeats the URL.
        let mut config = tokio_postgres::Config::from_str(&url).map_err(|error| match error.into_source() {
            Some(source) => invalid(&source),
            None => invalid(&"it cannot be read"),
        })?;
        let verified = root_certificate.map_or(Verification::System, |path| Verification::File(PathBuf::from(path)));
        let (mode, verification) = match mode {
            None | Some("prefer") => (SslMode::Prefer, Verification::Nothing),
            Some("disable") => (SslMode::Disable, Verification::Nothing),
            // As libpq does it: with an authority to check against, `require` checks.
            Some("require") if matches!(verified, Verification::File(_)) => (SslMode::Require, verified),
            Some("require") => (SslMode::Require, Verification::Nothing),
            Some("verify-ca" | "verify-full") => (SslMode::Require, verified),
            Some(_) => return Err(invalid(&"sslmode must be disable, prefer, require, verify-ca or verify-full")),
        };
        config.ssl_mode(mode);
        if config.get_application_name().is_none() {
            config.application_name("tenancy");
        }
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        Ok(Self { config, verification })
    }
}

fn decode(value: &str) -> Result<String, OpenError> {
    let decoded = percent_encoding::percent_decode_str(value).decode_utf8();
    decoded.map(Into::into).map_err(|_| OpenError::Url("sslrootcert is not valid UTF-8".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> PostgresUrl {
        PostgresUrl::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"))
    }

    #[test]
    fn sslmode_means_what_it_means_to_libpq() {
        let modes = |parameters: &str| {
            let url = parse(&format!("postgres://host/db?application_name=x{parameters}"));
            (url.config.get_ssl_mode(), url.verification)
        };
        assert_eq!(modes(""), (SslMode::Prefer, Verification::Nothing));
        assert_eq!(modes("&sslmode=disable"), (SslMode::Disable, Verification::Nothing));
        assert_eq!(modes("&sslmode=require"), (SslMode::Require, Verification::Nothing));
        assert_eq!(modes("&sslmode=verify-full"), (SslMode::Require, Verification::System));
        let file = Verification::File(PathBuf::from("/etc/my ca.pem"));
        assert_eq!(modes("&sslrootcert=/etc/my%20ca.pem&sslmode=verify-ca"), (SslMode::Require, file.clone()));
        assert_eq!(modes("&sslrootcert=/etc/my%20ca.pem&sslmode=require"), (SslMode::Require, file));
    }

    #[test]
    fn what_is_wrong_is_told_without_the_password() {
        for url in [
            "mysql://user:hunter2@host/db",
            "postgres://user:hunter2@host/db?sslmode=sometimes",
            "postgres://user:hunter2@host:port/db",
            "postgres://user:hunter2@host/db?nonsense=1",
        ] {
            let Err(error) = PostgresUrl::parse(url) else { panic!("{url} was taken") };
            assert!(!error.to_string().contains("hunter2"), "{error}");
        }
    }

    #[test]
    fn options_and_defaults_reach_the_driver() {
        let url = parse("postgresql://u:p@h1:5433,h2/db?options=-c%20statement_timeout%3D2s");
        assert_eq!(url.config.get_options(), Some("-c statement_timeout=2s"));
        assert_eq!(url.config.get_application_name(), Some("tenancy"));
        assert_eq!(url.config.get_connect_timeout(), Some(&Duration::from_secs(5)));
    }
}
