//! What bodies refer to.

use serde_json::{Value, json};

use super::{
    super::{
        Answer, ORGANIZATIONS, Request, Service,
        fixtures::{ABSENT, API_KEYS, UNKNOWN, VERIFY, whole},
    },
    callers::Callers,
    expect_unchanged,
    facts::{self, CALLERS, Owner, Thing},
    model::{self, Act, Verdict},
    rows,
    world::World,
};

/// An operation whose body names an owner, and a body that is refused for another reason once the owner has passed.
struct NamesOwner {
    list: &'static str,
    body: fn(owner: &Value) -> Value,
    refusal: (u16, &'static str, Option<&'static str>),
}

/// Every operation whose body names an owner.
const NAME_OWNERS: [NamesOwner; 1] = [NamesOwner {
    list: API_KEYS,
    body: |owner| json!({"name": "new", "owner": owner, "expires_at": "2020-01-01T00:00:00Z"}),
    refusal: (400, "validation_error", Some("expires_at")),
}];

/// Owners, members to be and keys that are shown: what is beyond the caller's reach is answered as what is not there.
pub fn what_a_body_refers_to_is_absent_beyond_the_callers_reach(service: &Service) {
    let world = World::make(service);
    let callers = Callers::make(service, &world);
    let before = rows(service);
    for caller in CALLERS {
        let asking = Asking { service, world: &world, caller, key: callers.key(caller, &["admin:*"]) };
        for operation in &NAME_OWNERS {
            asking.owners(operation);
        }
        asking.members_to_be();
        asking.keys_that_are_shown();
    }
    expect_unchanged(service, before.as_deref());
}

/// One caller that may do everything within its reach.
struct Asking<'a> {
    service: &'a Service,
    world: &'a World,
    caller: Owner,
    key: &'a str,
}

impl Asking<'_> {
    fn post(&self, path: &str, body: &Value) -> Answer {
        let request: Request = self.service.request("POST", path).key(self.key).header("X-Request-Id", "same");
        request.json(body).send()
    }

    fn owners(&self, operation: &NamesOwner) {
        let ask = |owner: &Value| self.post(operation.list, &(operation.body)(owner));
        let organizations = facts::ORGANIZATIONS.into_iter().map(|(slug, _)| Owner::Organization(slug));
        let projects = facts::PROJECTS.into_iter().map(|(organization, slug, _)| Owner::Project(organization, slug));
        let users = facts::USERS.into_iter().chain([facts::DELETED_USER]).map(Owner::User);
        let absent_of = |kind: &str, member: &str| ask(&json!({"type": kind, member: ABSENT}));
        let absent = [("organization", "org_id"), ("project", "project_id"), ("user", "user_id")]
            .map(|(kind, member)| absent_of(kind, member));
        for answer in &absent {
            answer.expect_error(404, "not_found", None);
        }
        for owner in organizations.chain(projects).chain(users).chain([Owner::System]) {
            let answer = ask(&self.world.owner(owner));
            let same = match owner {
                Owner::Organization(_) => Some(&absent[0]),
                Owner::Project(..) => Some(&absent[1]),
                Owner::User(_) => Some(&absent[2]),
                Owner::System => None,
            };
            match self.verdict_on(owner) {
                Ok(()) => {
                    let (status, code, param) = operation.refusal;
                    answer.expect_error(status, code, param);
                }
                Err(Verdict::Absent(_)) => {
                    assert_eq!(Some(whole(&answer)), same.map(whole), "{:?} for {owner:?}", self.caller);
                }
                Err(refusal) => refusal.expect(&answer, "", true, &format!("{owner:?} for {:?}", self.caller)),
            }
        }
    }

    /// Whether the caller may give something to an owner.
    fn verdict_on(&self, owner: Owner) -> Result<(), Verdict> {
        match (self.caller, owner) {
            (Owner::System, Owner::System) => Ok(()),
            (_, Owner::System) => Err(Verdict::NotSystem),
            // It may read the organization's row, and so is told that it may do no more.
            (Owner::Project(own, _), Owner::Organization(of)) if own == of => Err(Verdict::BeyondProject),
            _ if model::reaches(self.caller, owner) => model::may(self.caller, owner, Act::Write),
            _ => Err(Verdict::Absent(0)),
        }
    }

    fn members_to_be(&self) {
        let web = format!("{ORGANIZATIONS}/acme/projects/web/members");
        let strangers = ["gus", "nora", facts::DELETED_USER].map(|name| self.world.id(Thing::User(name)));
        let lists: &[(&str, &[&str])] = if self.caller == Owner::System {
            &[(&web, &strangers), (&format!("{ORGANIZATIONS}/acme/members"), &strangers[2..])]
        } else {
            &[(&web, &strangers)]
        };
        for (list, users) in lists {
            let ask = |id: &str| self.post(list, &json!({"user_id": id}));
            let absent = ask(ABSENT);
            let project = Owner::Project("acme", "web");
            let is_refused =
                model::reaches(self.caller, project) && model::may(self.caller, project, Act::Write).is_err();
            assert_eq!(absent.status, if is_refused { 403 } else { 404 });
            for user in *users {
                assert_eq!(whole(&ask(user)), whole(&absent), "{:?}", self.caller);
            }
        }
    }

    fn keys_that_are_shown(&self) {
        let ask = |key: &str| self.post(VERIFY, &json!({"key": key}));
        let unknown = ask(UNKNOWN);
        assert_eq!(unknown.expect(200)["code"], "unknown");
        for (thing, secret) in self.world.secrets() {
            let Thing::Owned(gap, place) = thing else { panic!("{thing:?} has a secret") };
            let owner = facts::owner_of(gap, place).0;
            let is_gone = matches!(owner, Owner::User(facts::DELETED_USER));
            let answer = ask(secret);
            if is_gone || !model::reaches_live_or_not(self.caller, owner) {
                assert_eq!(whole(&answer), whole(&unknown), "{thing:?} for {:?}", self.caller);
            } else {
                let code = match owner.organization() {
                    Some(organization) if facts::is_suspended(organization) => "owner_suspended",
                    _ if owner.is_live() => "valid",
                    _ => "owner_deleted",
                };
                assert_eq!(answer.expect(200)["code"], code, "{thing:?} for {:?}", self.caller);
            }
        }
    }
}
