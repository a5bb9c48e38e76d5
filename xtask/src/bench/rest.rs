//! What the service takes before anybody asks it for anything.

use std::{
    io::{Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};

use crate::{median::median, service::Service};

/// How often it is started: of each figure the median is told.
const STARTS: usize = 5;
/// How long it is left alone before its memory is told.
const REST: Duration = Duration::from_secs(2);

/// A service that was started on a database with rows in it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rest {
    /// How long after its start it said that it is ready.
    pub(super) ready: Duration,
    /// What it had resident, in bytes.
    pub(super) memory: u64,
}

/// Starts a service again and again, on what the one before it has left; gives the last.
///
/// # Errors
///
/// When it does not start, or is not ready once it listens.
pub(super) fn started(start: impl Fn() -> Result<Service>) -> Result<(Service, Rest)> {
    let (mut ready, mut memory) = (Vec::new(), Vec::new());
    loop {
        let begin = Instant::now();
        let service = start()?;
        ensure_ready(service.address())?;
        ready.push(begin.elapsed());
        thread::sleep(REST);
        memory.push(service.memory()?);
        if ready.len() == STARTS {
            return Ok((service, Rest { ready: median(&mut ready), memory: median(&mut memory) }));
        }
        service.kill()?;
    }
}

fn ensure_ready(address: SocketAddr) -> Result<()> {
    let mut stream = TcpStream::connect(address)?;
    stream.write_all(b"GET /readyz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    ensure!(answer.starts_with("HTTP/1.1 200"), "the service listens and is not ready: {answer}");
    Ok(())
}
