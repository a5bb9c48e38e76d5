//! `serve`: everything that happens between the settings and the first request, in its order.

use std::{
    fs,
    io::{ErrorKind, Write},
    path::Path,
    sync::Arc,
    time::Duration,
};

use actix_web::rt::task::JoinHandle;
use anyhow::Context;
use tenancy_adapters::sealing::EnvelopeSealer;
use tenancy_api::{Api, Limits, Parts, TrustedProxies};
use tenancy_domain::{api_keys::ApiKeySecret, sealing::Sealer};

use crate::{
    address::local_url,
    atomic_file, audit_chains, audit_retention,
    data_dir::DataDir,
    first_start::{ensure_bootstrap_key, ensure_first_key, had_system_key},
    key_uses, master_key,
    ports::Ports,
    requests, rewrapping, server,
    settings::Settings,
    storage::Storage,
};

/// Serves the API until the process is told to stop.
///
/// # Errors
/// When the service cannot start; each error names what stands in the way.
pub(super) async fn run(settings: &Settings, output: &mut impl Write) -> anyhow::Result<()> {
    settings.check_for_serving()?;
    let mut storage = Storage::open(settings).await?;
    let migrations = storage.migrate().await?;
    if migrations > 0 {
        tracing::info!(migrations, "the schema was brought up to date");
    }
    let ports = storage.ports();
    // A wrong key is to show now, not at the first secret that does not open.
    let keyring = master_key::admit(settings, &ports).await?;
    audit_chains::open(&ports, keyring.clone()).await?;
    let sealer: Arc<dyn Sealer> = Arc::new(EnvelopeSealer::new(keyring, ports.secrets.clone()));
    if let Some(file) = &settings.port_file {
        // The port of a run before this would send callers to somebody else.
        remove(file)?;
    }
    storage.start_background_checks();
    let ports = if settings.auth_cache { ports.with_credential_cache() } else { ports };

    let drain = Duration::from_secs(settings.drain_seconds.into());
    let api_keys = ports.api_key_service(settings.limit_api_keys);
    let uses = key_uses::write_regularly(api_keys.clone());
    let requests = requests::forget_regularly(ports.idempotency_service());
    let sweep = settings.audit_retention_days.get();
    let sweep = sweep.map(|days| audit_retention::sweep_regularly(ports.audit_sweeper(), ports.clock.clone(), days));
    // Without former master keys there is nothing that could be wrapped anew.
    let has_former = !settings.master_key_previous.is_empty();
    let rewrapping = has_former.then(|| rewrapping::run_regularly(ports.rewrapper(sealer.clone())));
    let served = server::serve(settings.listen, api(&ports, settings, sealer), drain, async |address| {
        let url = local_url(address);
        storage.announce(&url).context("cannot write the lock")?;
        // Shown before anything else can fail, and before the port file says that all is ready.
        if let Some(secret) = system_keys(settings, &storage, &ports).await?
            && let Err(error) = welcome(&secret, &url, settings, output)
        {
            tracing::warn!("cannot show the first key, which is in the data directory: {error}");
        }
        if let Some(file) = &settings.port_file {
            atomic_file::replace_public(file, format!("{}\n", address.port()).as_bytes())
                .with_context(|| format!("cannot write {}", file.display()))?;
        }
        tracing::info!("listening on {address}");
        Ok(())
    })
    .await;
    uses.abort();
    requests.abort();
    if let Some(sweep) = sweep {
        sweep.abort();
    }
    // Each secret is put back by itself: what is left is left to the next start.
    rewrapping.inspect(JoinHandle::abort);
    key_uses::write_last(&api_keys).await;
    served
}

/// Sees to the system keys that there are to be after a start. Gives back the secret of one that was made just now.
async fn system_keys(settings: &Settings, storage: &Storage, ports: &Ports) -> anyhow::Result<Option<ApiKeySecret>> {
    let api_keys = ports.api_key_service(settings.limit_api_keys);
    if let Some(secret) = &settings.bootstrap_key {
        ensure_bootstrap_key(&api_keys, secret).await?;
    } else if storage.is_embedded() {
        let file = DataDir::at(&settings.data_dir).admin_key();
        return ensure_first_key(&api_keys, &*ports.secrets, &file).await;
    } else if !had_system_key(&api_keys).await? {
        tracing::warn!("there is no system key yet: `tenancy keys create --owner system` makes one");
    }
    Ok(None)
}

fn api(ports: &Ports, settings: &Settings, sealer: Arc<dyn Sealer>) -> Api {
    Api::new(Parts {
        organizations: ports.organization_service(settings.slug_cooldown_days),
        projects: ports.project_service(settings.limit_projects),
        users: ports.user_service(),
        members: ports.member_service(settings.limit_members),
        api_keys: ports.api_key_service(settings.limit_api_keys),
        providers: ports.provider_service(sealer.clone(), settings.limit_providers, settings.allow_loopback_http),
        audit_log: ports.audit_log_service(),
        access: ports.access(),
        authenticator: ports.authenticator(),
        sealer,
        storage_health: ports.health.clone(),
        clock: ports.clock.clone(),
        ids: ports.ids.clone(),
        limits: Limits {
            auth_failures_per_minute: settings.rate_limit_auth_failures.get(),
            requests_per_second: settings.rate_limit_requests.get(),
            ..Limits::default()
        },
        trusted_proxies: TrustedProxies::new(settings.trusted_proxies.iter().copied()),
    })
}

fn remove(file: &Path) -> anyhow::Result<()> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", file.display()))
        }
        _ => Ok(()),
    }
}

/// Shows the first key, once, and how to use it.
fn welcome(secret: &ApiKeySecret, url: &str, settings: &Settings, output: &mut impl Write) -> std::io::Result<()> {
    let key = secret.expose();
    let file = DataDir::at(&settings.data_dir).admin_key();
    writeln!(
        output,
        "\nThis installation's first key, shown once and kept in {}:\n\n    {key}\n\nTry it:\n\n    \
         curl -H 'Authorization: Bearer {key}' {url}/admin/v1/organizations\n",
        file.display()
    )?;
    output.flush()
}
