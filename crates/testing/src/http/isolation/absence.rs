//! What lies beyond a caller's reach, asked for by requests that nothing is wrong with.

use std::{collections::BTreeMap, fmt::Debug};

use serde_json::json;

use super::{
    super::{
        Request, Service, document,
        fixtures::{ABSENT, whole},
    },
    callers::Callers,
    deeds::deeds,
    expect_unchanged,
    facts::CALLERS,
    model::{MISTAKE, Verdict},
    rows,
    table::row_of,
    targets::targets,
    world::World,
};

/// Another tenant's thing and none at all: the same answer, byte for byte, whether the request has a mistake in it or none.
pub fn what_is_beyond_reach_is_answered_as_what_is_absent(service: &Service) {
    what_is_beyond_reach_takes_the_path_of_what_is_absent(service, || ());
}

/// The same, and the same path through the code: `path_taken` tells which way the last request went. For a service that can
/// be looked into: it is no rule of the suite.
///
/// # Panics
/// When two answers, or two ways, are to be told apart.
pub fn what_is_beyond_reach_takes_the_path_of_what_is_absent<P>(service: &Service, path_taken: impl Fn() -> P)
where
    P: PartialEq + Debug,
{
    let world = World::make(service);
    let callers = Callers::make(service, &world);
    let bodies: BTreeMap<_, _> = deeds(&world).into_iter().map(|(id, _, body, _)| (id, body)).collect();
    let before = rows(service);
    let (scopes, mut connection) = (["admin:*"], service.connection());
    for operation in document::operations(service) {
        let row = row_of(&operation);
        let targets = targets(&operation, &world);
        for caller in CALLERS {
            let request = |path: &str| -> Request {
                let request = service.request(operation.method, path).key(callers.key(caller, &scopes));
                request.header("X-Request-Id", "same")
            };
            let mut first = BTreeMap::new();
            for target in targets.iter().filter(|target| target.impossible.is_none()) {
                let verdict = row.verdict(caller, &scopes, target);
                if !matches!(verdict, Verdict::Absent(_)) {
                    continue;
                }
                // By a slug an organization is looked for among the former ones, too, and by an id it is not: which of the two
                // was asked for, everybody can see.
                let form: Vec<bool> = target.path.split('/').map(|segment| segment.len() == ABSENT.len()).collect();
                let right = match bodies.get(operation.id.as_str()) {
                    Some(Some(body)) => request(&target.path).json(body),
                    _ => request(&target.path),
                };
                let mistaken = if operation.takes_body {
                    request(&target.path).json(&json!({MISTAKE: 1}))
                } else {
                    request(&format!("{}?{MISTAKE}=1", target.path))
                };
                for (is_right, request) in [(true, right), (false, mistaken)] {
                    // Whatever came before it.
                    let _ = path_taken();
                    let answer = connection.ask(&request);
                    let what = format!("{} ({}) by {caller:?}", operation.id, target.path);
                    assert_eq!(answer.status, 404, "{what}: {}", String::from_utf8_lossy(&answer.body));
                    let told = (whole(&answer), path_taken());
                    let key = (verdict, form.clone(), is_right);
                    match first.get(&key) {
                        None => drop(first.insert(key, (what, told))),
                        Some((other, same)) => assert!(*same == told, "{other}: {same:?}\n{what}: {told:?}"),
                    }
                }
            }
        }
    }
    expect_unchanged(service, before.as_deref());
}
