//! What is left when the service is killed in the midst of its writes.

use std::{
    net::SocketAddr,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    organizations::{Answer, Organizations},
    process,
    service::{self, Service},
};

/// How many callers write at once.
const WRITERS: usize = 8;

/// The life of one organization as its writer knows it.
struct Life {
    slug: String,
    /// The last state that was answered; `None` before the first answer.
    answered: Option<State>,
    /// The state that was asked for when the service was killed: it holds now, or the answered one still does.
    asked: Option<State>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum State {
    Named(String),
    Deleted,
}

/// Writes, kills, checks and starts again, `kills` times, and looks at the end whether all is as it was answered.
///
/// # Errors
///
/// When something that was answered is not there, something is there that nobody asked for, or `tenancy check` finds
/// a fault.
pub(super) fn run(program: &Path, database_url: Option<&str>, kills: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut lives = Vec::new();
    let mut slowest_start = Duration::ZERO;
    for kill in 0..kills {
        let begin = Instant::now();
        let service = Service::start(program, folder.path(), database_url)?;
        slowest_start = slowest_start.max(begin.elapsed());
        let address = service.address();
        let writers: Vec<_> = (0..WRITERS).map(|writer| thread::spawn(move || write(address, kill, writer))).collect();
        // A different moment each time, from the first writes on.
        thread::sleep(Duration::from_millis(50 + u64::from(kill) * 37 % 300));
        service.kill()?;
        for writer in writers {
            lives.extend(writer.join().map_err(|_| anyhow::anyhow!("a writer panicked"))??);
        }
        let mut check = service::command(program, folder.path(), database_url);
        process::output(check.arg("check")).with_context(|| format!("after kill {}", kill + 1))?;
    }

    let service = Service::start(program, folder.path(), database_url)?;
    let organizations = Organizations::at(service.address());
    let (mut answered, mut open, mut open_done) = (0, 0, 0);
    for life in &lives {
        let found = found(&organizations.get(&life.slug)?)?;
        // A deleted organization and one that never was look the same here.
        let before = life.answered.clone().filter(|state| *state != State::Deleted);
        let after = life.asked.clone().map(|state| Some(state).filter(|state| *state != State::Deleted));
        ensure!(
            found == before || after.as_ref() == Some(&found),
            "{} is {found:?}; answered was {before:?}, asked for {after:?}",
            life.slug
        );
        answered += usize::from(life.answered.is_some());
        open += usize::from(after.is_some());
        open_done += usize::from(after == Some(found));
    }
    eprintln!(
        "{kills} kills, {} organizations: {answered} were answered for, and each is as it was answered last; \
         {open} writes were under way, of which {open_done} took place; `check` found nothing after any kill; \
         the slowest start took {slowest_start:.0?}",
        lives.len(),
    );
    Ok(())
}

/// Makes organizations, renames each twice and deletes every other, until the service is gone.
fn write(address: SocketAddr, kill: u32, writer: usize) -> Result<Vec<Life>> {
    let organizations = Organizations::at(address);
    let mut lives = Vec::new();
    for number in 0.. {
        let slug = format!("k{kill}-w{writer}-{number}");
        lives.push(Life { slug, answered: None, asked: None });
        let Some(life) = lives.last_mut() else { break };
        let mut states: Vec<_> = ["first", "second", "third"].map(|name| State::Named(name.to_owned())).into();
        if number % 2 == 0 {
            states.push(State::Deleted);
        }
        for state in states {
            let asked = match (&state, &life.answered) {
                (State::Named(name), None) => organizations.create(&life.slug, name),
                (State::Named(name), Some(_)) => organizations.rename(&life.slug, name),
                (State::Deleted, _) => organizations.delete(&life.slug),
            };
            match asked {
                Ok(Answer { status: 200 | 201, .. }) => life.answered = Some(state),
                // No answer is the end of it; whether the write took place is open.
                Err(_) => {
                    life.asked = Some(state);
                    return Ok(lives);
                }
                Ok(Answer { status, body }) => bail!("{} was answered with {status}: {body}", life.slug),
            }
        }
    }
    Ok(lives)
}

fn found(answer: &Answer) -> Result<Option<State>> {
    match answer.status {
        404 => Ok(None),
        200 => {
            let name = answer.body["name"].as_str().context("an organization has no name")?;
            Ok(Some(State::Named(name.to_owned())))
        }
        status => bail!("an organization was answered with {status}: {}", answer.body),
    }
}
