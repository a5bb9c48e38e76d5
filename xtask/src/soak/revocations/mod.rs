//! Until when a revoked key is let in, by three instances on one PostgreSQL that are under load.

mod instances;
mod load;
mod rounds;

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tenancy_testing::postgres::{Cluster, Proxy};

use self::{
    instances::{INSTANCES, Instances, Key},
    load::Load,
};
use super::caller::Caller;

/// Until when after the answer a key may be let in elsewhere, while all is well.
const SOON: Duration = Duration::from_millis(100);
/// Until when, by an instance that is cut off.
const BOUND: Duration = Duration::from_secs(5);
/// How many keys an instance that is cut off is shown.
const CUT_OFF_KEYS: usize = 20;

/// Revokes `count` keys one after another, with the authentication cache and without, and then some while an instance is
/// cut off.
///
/// # Errors
///
/// When a key is let in for longer than the service says.
pub(super) fn run(program: &Path, cluster: &Cluster, count: usize) -> Result<()> {
    let url = cluster.create_database()?;
    let instances = Instances::start(program, [&url; INSTANCES], "on")?;
    let keys = instances.make_keys(count)?;
    let load = Load::start(&instances, 0);
    let lags = rounds::run(&instances, &keys)?;
    let requests = load.stop()?;
    eprintln!("with the cache, {requests:.0} other requests a second: {lags}");
    ensure!(lags.here() == Duration::ZERO, "the instance that had answered let a key in");
    ensure!(lags.elsewhere_at_most() <= SOON, "another instance let a key in for more than {SOON:?}");
    refused_for_good(&instances, &keys)?;
    drop(instances);

    let instances = Instances::start(program, [&url; INSTANCES], "off")?;
    let keys = instances.make_keys(count)?;
    let load = Load::start(&instances, 1);
    let lags = rounds::run(&instances, &keys)?;
    let requests = load.stop()?;
    eprintln!("without the cache, {requests:.0} other requests a second: {lags}");
    ensure!(lags.is_none_after_the_answer(), "an instance let a key in after the answer");
    refused_for_good(&instances, &keys)?;
    drop(instances);

    cut_off(program, &url)
}

/// Every key is shown to every instance once more.
fn refused_for_good(instances: &Instances, keys: &[Key]) -> Result<()> {
    for instance in 0..INSTANCES {
        let caller = instances.caller(instance);
        for key in keys {
            ensure!(!caller.accepts(&key.secret)?, "a revoked key is let in");
        }
    }
    Ok(())
}

/// The last of three instances hears no more of the others, and is not told so.
fn cut_off(program: &Path, url: &str) -> Result<()> {
    let proxy = Proxy::to(url)?;
    let instances = Instances::start(program, [url, url, proxy.url()], "on")?;
    let keys = instances.make_keys(CUT_OFF_KEYS)?;
    let load = Load::start(&instances, 2);
    // Long enough for the cache to be in use.
    let warm_up = Instant::now();
    while warm_up.elapsed() < Duration::from_secs(3) {
        let caller = instances.caller(INSTANCES - 1);
        for key in &keys {
            ensure!(caller.accepts(&key.secret)?, "a key is refused");
        }
    }
    proxy.silence();
    let revoker = instances.caller(0);
    let mut showing = Vec::new();
    for key in &keys {
        revoker.revoke(key)?;
        let (answered, caller, secret) = (Instant::now(), instances.caller(INSTANCES - 1), key.secret.clone());
        showing.push(thread::spawn(move || last_accepted(&caller, &secret, answered)));
    }
    let mut last = Duration::ZERO;
    for showing in showing {
        last = last.max(showing.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??);
    }
    load.stop()?;
    ensure!(proxy.kept_back() > 0 && last > Duration::from_secs(1), "the instance was not cut off: {last:?}");
    eprintln!(
        "by an instance that is cut off, {CUT_OFF_KEYS} keys: let in until {last:.2?} after the answer at the latest"
    );
    ensure!(last <= BOUND, "an instance that was cut off let a key in for more than {BOUND:?}");
    Ok(())
}

/// When a request with the key, by how long after the answer to its revocation, was last let in: told when it was sent.
fn last_accepted(caller: &Caller, secret: &str, answered: Instant) -> Result<Duration> {
    let mut last = Duration::ZERO;
    while answered.elapsed() < BOUND + Duration::from_secs(3) {
        let sent = answered.elapsed();
        if caller.accepts(secret)? {
            last = sent;
        }
        thread::sleep(Duration::from_millis(20));
    }
    Ok(last)
}
