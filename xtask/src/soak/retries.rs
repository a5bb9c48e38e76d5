//! Requests that are sent again with their key, while the service is killed in the midst of them.

use std::{collections::HashMap, net::SocketAddr, path::Path, thread, time::Duration};

use anyhow::{Context as _, Result, bail, ensure};
use serde_json::{Value, json};

use super::client::{Answer, Client};
use crate::{
    process,
    service::{self, Service},
};

/// How many callers write at once.
const WRITERS: usize = 8;

/// What is made: the list that it is made in, and the action that the audit log
/// has for it.
const KINDS: [Kind; 3] = [
    Kind { list: "/organizations", action: "organization.create" },
    Kind { list: "/users", action: "user.create" },
    Kind { list: "/api-keys", action: "api_key.create" },
];

#[derive(Debug, Clone, Copy)]
struct Kind {
    list: &'static str,
    action: &'static str,
}

/// A request as its writer knows it.
struct Sent {
    kind: Kind,
    key: String,
    body: Value,
    /// How often it was sent.
    tries: u32,
    /// What it was answered with; `None` while it is open.
    answer: Option<Answer>,
}

/// Someone who makes one thing after another, and sends each request until it is answered.
struct Writer {
    name: String,
    sent: Vec<Sent>,
}

/// Writes, kills and starts again, `kills` times, and looks at the end whether each request that was answered was carried
/// out once, with one audit entry, and nothing else was.
///
/// # Errors
///
/// When something was carried out twice or not at all, an entry or its row is missing, or an answer is another one the
/// second time.
pub(super) fn run(program: &Path, database_url: Option<&str>, kills: u32) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut writers: Vec<_> =
        (0..WRITERS).map(|number| Writer { name: format!("w{number}"), sent: Vec::new() }).collect();
    for kill in 0..kills {
        let service = Service::start(program, folder.path(), database_url)?;
        let address = service.address();
        let at_work: Vec<_> = writers.into_iter().map(|writer| thread::spawn(move || writer.work(address))).collect();
        // A different moment each time, from the first writes on.
        thread::sleep(Duration::from_millis(50 + u64::from(kill) * 37 % 300));
        service.kill()?;
        writers = at_work
            .into_iter()
            .map(|writer| writer.join().map_err(|_| anyhow::anyhow!("a writer panicked"))?)
            .collect::<Result<_>>()?;
    }

    let service = Service::start(program, folder.path(), database_url)?;
    let client = Client::at(service.address());
    let mut sent: Vec<Sent> = writers.into_iter().flat_map(|writer| writer.sent).collect();
    for request in &mut sent {
        request.send_again(&client)?;
    }
    for kind in KINDS {
        require_made_once(&client, kind, &sent)?;
    }
    let mut check = service::command(program, folder.path(), database_url);
    process::output(check.arg("check"))?;

    let repeated = sent.iter().filter(|request| request.tries > 1).count();
    eprintln!(
        "{kills} kills, {} requests, of which {repeated} were cut off and sent again with their keys: each was carried out \
         once and has one audit entry, none of these is without its row, and all were answered as before when they were \
         sent once more",
        sent.len(),
    );
    Ok(())
}

impl Writer {
    /// Sends the request that is open, and then one after another, until the service is gone.
    fn work(mut self, address: SocketAddr) -> Result<Self> {
        let client = Client::at(address);
        loop {
            if self.sent.last().is_none_or(|request| request.answer.is_some()) {
                let next = self.next();
                self.sent.push(next);
            }
            let Some(request) = self.sent.last_mut() else { return Ok(self) };
            request.tries += 1;
            match client.post(request.kind.list, &request.key, &request.body) {
                Ok(answer) if answer.status == 201 => request.answer = Some(answer),
                Ok(answer) => bail!("{} was answered with {}: {}", request.key, answer.status, answer.body),
                // No answer is the end of it; whether it was carried out is open.
                Err(_) => return Ok(self),
            }
        }
    }

    fn next(&self) -> Sent {
        let number = self.sent.len();
        let name = format!("{}-{number}", self.name);
        let kind = KINDS[number % KINDS.len()];
        let body = match kind.list {
            "/organizations" => json!({"slug": name, "name": name}),
            "/users" => json!({"external_id": name}),
            _ => json!({"name": name, "owner": {"type": "system"}}),
        };
        Sent { kind, key: format!("key-{name}"), body, tries: 0, answer: None }
    }
}

impl Sent {
    /// Sends it once more: what was answered is answered as before, and what is open still is carried out now at the latest.
    fn send_again(&mut self, client: &Client) -> Result<()> {
        let again = client.post(self.kind.list, &self.key, &self.body)?;
        ensure!(again.status == 201, "{} was answered with {}: {}", self.key, again.status, again.body);
        match &self.answer {
            Some(first) => {
                ensure!(again.is_replayed, "{} was carried out again", self.key);
                ensure!(
                    again.body == first.body,
                    "{} was answered with {}, and now {}",
                    self.key,
                    first.body,
                    again.body
                );
            }
            None => self.tries += 1,
        }
        if let Some(secret) = again.body["key"].as_str() {
            let bearer = client.me(secret)?;
            ensure!(bearer["key_id"] == again.body["id"], "the secret of {} is that of {bearer}", self.key);
        }
        self.answer = Some(again);
        Ok(())
    }

    fn id(&self) -> Result<&str> {
        let answer = self.answer.as_ref().context("a request is open still")?;
        answer.body["id"].as_str().context("an answer has no id")
    }
}

/// Insists that there is one thing, and one audit entry of its making, for each request of this kind, and no other.
fn require_made_once(client: &Client, kind: Kind, sent: &[Sent]) -> Result<()> {
    let mut asked_for = sent.iter().filter(|request| request.kind.list == kind.list).map(Sent::id);
    let asked_for = asked_for.try_fold(HashMap::new(), |mut counts, id| {
        *counts.entry(id?.to_owned()).or_insert(0_usize) += 1;
        anyhow::Ok(counts)
    })?;
    ensure!(asked_for.values().all(|count| *count == 1), "two requests made one thing");
    let made = client.count_by(kind.list, "", "id")?;
    let entries = client.count_by("/audit-logs", &format!("&action={}", kind.action), "resource_id")?;
    for (what, found) in [(kind.list, &made), (kind.action, &entries)] {
        for (id, count) in found {
            // The key that the service is told to have is made at its first start.
            let is_ours = asked_for.contains_key(id) || *id == client.own_id()?;
            ensure!(is_ours && *count == 1, "{what}: {count} of {id}");
        }
        let missing = asked_for.keys().find(|id| !found.contains_key(*id));
        ensure!(missing.is_none(), "{what}: nothing of {missing:?}");
    }
    Ok(())
}
