//! What the instances do beside what is measured: they are read from and written to.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::Instant,
};

use anyhow::{Result, ensure};
use serde_json::json;

use super::{
    super::caller::Caller,
    instances::{INSTANCES, Instances},
};
use crate::service::KEY;

/// How many callers there are, each waiting for its answers.
const CALLERS: usize = 6;
/// One request of so many writes.
const WRITES: usize = 10;

/// A load that goes on until it is stopped.
pub(super) struct Load {
    is_over: Arc<AtomicBool>,
    began: Instant,
    callers: Vec<JoinHandle<Result<usize>>>,
}

impl Load {
    /// Starts it. `run` tells it from others on the same database.
    pub(super) fn start(instances: &Instances, run: usize) -> Self {
        let is_over = Arc::new(AtomicBool::new(false));
        let callers = (0..CALLERS)
            .map(|number| {
                let (caller, is_over) = (instances.caller(number % INSTANCES), Arc::clone(&is_over));
                thread::spawn(move || call(&caller, &format!("run-{run}-caller-{number}"), &is_over))
            })
            .collect();
        Self { is_over, began: Instant::now(), callers }
    }

    /// Stops it. Gives how many requests it made a second.
    pub(super) fn stop(self) -> Result<f64> {
        self.is_over.store(true, Ordering::SeqCst);
        let mut requests = 0;
        for caller in self.callers {
            requests += caller.join().map_err(|_| anyhow::anyhow!("a caller panicked"))??;
        }
        Ok(f64::from(u32::try_from(requests)?) / self.began.elapsed().as_secs_f64())
    }
}

/// Makes organizations, and lists them in between.
fn call(caller: &Caller, name: &str, is_over: &AtomicBool) -> Result<usize> {
    let mut requests = 0;
    while !is_over.load(Ordering::SeqCst) {
        let (status, answer) = if requests % WRITES == 0 {
            let body = json!({ "slug": format!("{name}-{requests}"), "name": name });
            caller.ask("POST", "/organizations", KEY, Some(&body))?
        } else {
            caller.ask("GET", "/organizations?limit=20", KEY, None)?
        };
        ensure!(matches!(status, 200 | 201), "a request was answered with {status}: {answer}");
        requests += 1;
    }
    Ok(requests)
}
