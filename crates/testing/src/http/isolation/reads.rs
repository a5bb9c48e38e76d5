//! What answers tell.

use std::collections::BTreeSet;

use super::{
    super::{
        Service,
        document::{self, Operation},
    },
    callers::Callers,
    expect_unchanged,
    facts::CALLERS,
    model::{Takes, Verdict, is_shown},
    rows,
    table::row_of,
    targets::{Target, targets},
    world::World,
};

/// Whatever a caller reads by whatever operation, deleted things included where it asks for them: there is the id of
/// everything that lies within its reach, and of nothing else. What takes no key tells of nothing at all.
pub fn each_caller_is_shown_all_that_it_reaches_and_nothing_else(service: &Service) {
    let world = World::make(service);
    let callers = Callers::make(service, &world);
    let (operations, mut connection) = (document::operations(service), service.connection());
    let before = rows(service);
    let reads = || operations.iter().filter(|operation| operation.method == "GET");
    for caller in CALLERS {
        let scopes = ["admin:*"];
        let key = callers.key(caller, &scopes);
        let mut shown = BTreeSet::new();
        for operation in reads() {
            let row = row_of(operation);
            let is_told =
                |target: &&Target| matches!(row.verdict(caller, &scopes, target), Verdict::Mistake | Verdict::Answered);
            for target in targets(operation, &world).iter().filter(is_told) {
                for (query, with_deleted) in queries(operation) {
                    let path = format!("{}{query}", target.path);
                    let answer = connection.ask(&service.get(&path).key(key));
                    assert_eq!(answer.status, 200, "{path} by {caller:?}");
                    let body = String::from_utf8_lossy(&answer.body);
                    for (thing, _) in world.things().filter(|(_, id)| body.contains(id)) {
                        let may_see = row.takes != Takes::Everybody && is_shown(caller, thing, with_deleted);
                        assert!(may_see, "{path} shows {thing:?} to {caller:?}: {body}");
                        shown.insert(thing);
                    }
                }
            }
        }
        let reached: BTreeSet<_> =
            world.things().map(|(thing, _)| thing).filter(|thing| is_shown(caller, *thing, true)).collect();
        assert_eq!(shown, reached, "{caller:?}");
    }
    expect_unchanged(service, before.as_deref());
}

/// The queries that show the most, and whether each asks for deleted things.
fn queries(operation: &Operation) -> Vec<(String, bool)> {
    let takes = |name: &str| operation.query.iter().any(|parameter| parameter == name);
    let limit = if takes("limit") { "?limit=1000" } else { "?" };
    let mut queries = vec![(limit.to_owned(), false)];
    if takes("include_deleted") {
        queries.push((format!("{limit}&include_deleted=true"), true));
    }
    queries
}
