//! Each operation, done once by whom its row lets do it.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    super::{
        Service,
        document::{self, Operation},
        fixtures::UNKNOWN,
    },
    callers::{Callers, least_scopes},
    facts::{Owner, Thing},
    model::{Row, Takes, Verdict},
    table::{TABLE, row_of},
    targets::{Target, targets},
    world::World,
};

/// Something that changes the world, or could: the operation, what stands in the gaps of its path, its body, and the status
/// of its answer.
pub(super) type Deed = (&'static str, Vec<String>, Option<Value>, u16);

/// That everybody else is refused would be worth little if nobody were let in. Each key has the one scope that it needs, and
/// is the organization's own where a system key is not asked for.
pub fn every_operation_is_done_by_whom_its_row_lets(service: &Service) {
    let world = World::make(service);
    let callers = Callers::make(service, &world);
    let operations = document::operations(service);
    let find = |id: &str| operations.iter().find(|operation| operation.id == id).unwrap();
    let asking = Asking { service, callers: &callers };
    for operation in operations.iter().filter(|operation| operation.method == "GET") {
        let (row, caller) = (row_of(operation), caller_of(row_of(operation)));
        let is_let = |target: &Target| {
            matches!(row.verdict(caller, &least_scopes(row), target), Verdict::Mistake | Verdict::Answered)
        };
        let target = targets(operation, &world).into_iter().find(is_let).unwrap();
        asking.ask(operation, row, &target.path, None, 200);
    }
    let mut done = BTreeSet::new();
    for (id, names, body, status) in deeds(&world) {
        let operation = find(id);
        let names: Vec<_> = names.iter().map(String::as_str).collect();
        asking.ask(operation, row_of(operation), &operation.path(&names), body, status);
        done.insert(id);
    }
    let writes = TABLE.iter().map(|row| row.operation).filter(|id| find(id).method != "GET");
    assert_eq!(done, writes.collect());
}

/// All that is not read, in an order in which each can be done after those before it: a line an operation.
pub(super) fn deeds(world: &World) -> Vec<Deed> {
    let name = || Some(json!({"name": "N"}));
    let new = || Some(json!({"slug": "new", "name": "N"}));
    let id = |thing| world.id(thing).to_owned();
    let acme = || "acme".to_owned();
    let beneath_acme =
        |rest: &[&str]| rest.iter().fold(vec![acme()], |names, name| [names, vec![(*name).to_owned()]].concat());
    let user = |name| id(Thing::User(name));
    let key = || vec![id(Thing::Owned("key_id", 5))];
    vec![
        ("create_organization", vec![], new(), 201),
        ("update_organization", vec![acme()], name(), 200),
        ("create_project", vec![acme()], new(), 201),
        ("update_project", beneath_acme(&["app"]), name(), 200),
        ("restore_project", beneath_acme(&["old"]), None, 200),
        ("create_user", vec![], Some(json!({"external_id": "new"})), 201),
        ("update_user", vec![user("nora")], name(), 200),
        ("add_member", vec![acme()], Some(json!({"user_id": user("nora")})), 201),
        ("update_member", beneath_acme(&[&user("nora")]), Some(json!({"role": "admin"})), 200),
        ("add_project_member", beneath_acme(&["app"]), Some(json!({"user_id": user("nora")})), 201),
        ("update_project_member", beneath_acme(&["app", &user("nora")]), Some(json!({"role": "admin"})), 200),
        ("remove_project_member", beneath_acme(&["app", &user("nora")]), None, 200),
        ("remove_member", beneath_acme(&[&user("nora")]), None, 200),
        ("delete_user", vec![user("nora")], None, 200),
        (
            "create_api_key",
            vec![],
            Some(json!({"name": "N", "owner": world.owner(Owner::Project("acme", "app"))})),
            201,
        ),
        ("verify_api_key", vec![], Some(json!({"key": UNKNOWN})), 200),
        ("update_api_key", key(), name(), 200),
        ("rotate_api_key", key(), None, 201),
        ("revoke_api_key", key(), None, 200),
        ("delete_project", beneath_acme(&["app"]), None, 200),
        ("restore_organization", vec![id(Thing::Organization("gone"))], None, 200),
        ("suspend_organization", vec!["globex".to_owned()], None, 200),
        ("resume_organization", vec!["globex".to_owned()], None, 200),
        // Its own keys end with it.
        ("delete_organization", vec![acme()], None, 200),
        ("purge_organization", vec![id(Thing::Organization("acme"))], None, 200),
    ]
}

/// Who does it.
const fn caller_of(row: &Row) -> Owner {
    match row.takes {
        Takes::SystemKey => Owner::System,
        Takes::UserItself => Owner::User("mia"),
        _ => Owner::Organization("acme"),
    }
}

struct Asking<'a> {
    service: &'a Service,
    callers: &'a Callers,
}

impl Asking<'_> {
    fn ask(&self, operation: &Operation, row: &Row, path: &str, body: Option<Value>, status: u16) {
        let request = self.service.request(operation.method, path);
        let request = match row.takes {
            Takes::Everybody => request.anonymous(),
            _ => request.key(self.callers.key(caller_of(row), &least_scopes(row))),
        };
        let answer = match body {
            None => request.send(),
            Some(body) => request.json(&body).send(),
        };
        assert_eq!(answer.status, status, "{}: {}", operation.id, String::from_utf8_lossy(&answer.body));
    }
}
