//! Every operation, every caller, every target.

use std::{
    collections::BTreeMap,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use serde_json::json;

use super::{
    super::{
        Connection, Request, Service,
        document::{self, Operation},
        fixtures::whole,
    },
    callers::{Callers, scope_sets},
    expect_unchanged,
    facts::{CALLERS, Owner},
    model::{MISTAKE, Row, Takes, Verdict},
    rows,
    table::row_of,
    targets::{Target, targets},
    world::World,
};

/// How many operations are asked at the same time.
const ASKERS: usize = 4;

/// Each status is the one that is reckoned; answers that are given for the same reason are the same, byte for byte, whatever
/// they are about, so that nobody learns what lies beyond their reach; and the database has the same rows in it afterwards.
///
/// It prints how many requests it has made.
#[expect(clippy::print_stdout, reason = "how much was asked is part of what this proves")]
pub fn every_operation_answers_every_caller_as_its_row_says(service: &Service) {
    let world = World::make(service);
    let callers = Callers::make(service, &world);
    let operations = document::operations(service);
    let before = rows(service);
    let (next, count) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let work = || {
        let mut asker = Asker { service, connection: service.connection(), asked: 0 };
        while let Some(operation) = operations.get(next.fetch_add(1, Ordering::Relaxed)) {
            asker.ask_all(operation, &world, &callers);
        }
        count.fetch_add(asker.asked, Ordering::Relaxed);
    };
    thread::scope(|scope| {
        let askers: Vec<_> = (0..ASKERS).map(|_| scope.spawn(work)).collect();
        for asker in askers {
            asker.join().unwrap();
        }
    });
    expect_unchanged(service, before.as_deref());
    println!(
        "isolation: {} requests to {} operations by {} callers and {} bad credentials, all answered as reckoned; \
         exceptions: none; the {} rows of the database unchanged",
        count.into_inner(),
        operations.len(),
        CALLERS.len(),
        world.bad_credentials.len() + 1,
        before.map_or("(uncounted)".to_owned(), |rows| rows.len().to_string()),
    );
}

/// Asks one operation after the other.
struct Asker<'s> {
    service: &'s Service,
    connection: Connection,
    asked: usize,
}

/// A request, and what is to become of it.
struct Question<'a> {
    row: &'a Row,
    operation: &'a Operation,
    target: &'a Target,
    who: &'a str,
    verdict: Verdict,
}

/// A whole answer.
type Told = (u16, Vec<(String, String)>, Vec<u8>);

/// What was answered first for each reason.
type First = BTreeMap<Verdict, (String, Told)>;

impl Asker<'_> {
    fn ask_all(&mut self, operation: &Operation, world: &World, callers: &Callers) {
        let row = row_of(operation);
        let targets = targets(operation, world);
        self.ask_without_valid_key(row, operation, &targets, world);
        for caller in CALLERS {
            for scopes in scope_sets(row) {
                let key = callers.key(caller, &scopes);
                let who = format!("{caller:?} with {scopes:?}");
                let mut first = First::new();
                for target in &targets {
                    let verdict = row.verdict(caller, &scopes, target);
                    if verdict == Verdict::LacksScope && !target.is_one_of_few {
                        continue;
                    }
                    let question = Question { row, operation, target, who: &who, verdict };
                    self.ask(&question, &self.request(operation, target).key(key), &mut first);
                }
            }
        }
    }

    fn ask_without_valid_key(&mut self, row: &Row, operation: &Operation, targets: &[Target], world: &World) {
        let is_for_everybody = row.takes == Takes::Everybody;
        let mut first = First::new();
        for target in targets.iter().filter(|target| target.is_one_of_few) {
            let request = self.request(operation, target).anonymous();
            let or_answered =
                |verdict| if is_for_everybody { row.verdict(Owner::System, &[], target) } else { verdict };
            let verdict = or_answered(Verdict::NoCredentials);
            self.ask(&Question { row, operation, target, who: "nobody", verdict }, &request, &mut first);
            for (who, header) in &world.bad_credentials {
                let request = request.clone().header("Authorization", header);
                let verdict = or_answered(Verdict::BadCredentials);
                self.ask(&Question { row, operation, target, who, verdict }, &request, &mut first);
            }
        }
    }

    /// A request that nobody can be given what it asks for.
    fn request(&self, operation: &Operation, target: &Target) -> Request {
        let query = if operation.takes_body { String::new() } else { format!("?{MISTAKE}=1") };
        let request = self.service.request(operation.method, &format!("{}{query}", target.path));
        let request = request.header("X-Request-Id", "same");
        if operation.takes_body { request.json(&json!({MISTAKE: 1})) } else { request }
    }

    fn ask(&mut self, question: &Question<'_>, request: &Request, first: &mut First) {
        let answer = self.connection.ask(request);
        self.asked += 1;
        let Question { row, operation, target, who, verdict } = question;
        let what = format!("{} ({} {}) by {who}", operation.id, operation.method, target.path);
        verdict.expect(&answer, row.permission, operation.takes_body, &what);
        // Only refusals are compared: what may be seen is told.
        if matches!(verdict, Verdict::Moved | Verdict::Answered) {
            return;
        }
        let told = whole(&answer);
        let (before, same) = first.entry(*verdict).or_insert_with(|| (what.clone(), told.clone()));
        assert!(*same == told, "{verdict:?} tells these two apart:\n{before}: {same:?}\n{what}: {told:?}");
    }
}
