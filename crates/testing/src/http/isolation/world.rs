//! The small world, made over HTTP.

use std::{
    collections::{BTreeMap, HashMap},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{
    super::{
        ORGANIZATIONS, Service,
        fixtures::{self, UNKNOWN, USERS, key_path, lets_in, make, secret, text},
    },
    facts::{self, KINDS, Life, Owner, Thing},
};

/// How long the shortest grace that a rotation can have may take to end.
const PATIENCE: Duration = Duration::from_secs(10);

/// The things of [`facts`], as a service has them.
pub(super) struct World {
    ids: BTreeMap<Thing, String>,
    /// The secrets of the things that are keys.
    secrets: HashMap<Thing, String>,
    /// Every kind of credential that lets nobody in, as `Authorization` has it.
    pub(super) bad_credentials: Vec<(&'static str, String)>,
}

impl World {
    /// Makes it in a service that has no organizations.
    pub(super) fn make(service: &Service) -> Self {
        let mut world = Self { ids: BTreeMap::new(), secrets: HashMap::new(), bad_credentials: Vec::new() };
        world.make_tenants(service);
        world.make_things_of_owners(service);
        world.find_entries(service);
        world.bad_credentials = world.bad_credentials(service);
        world.delete_what_is_deleted(service);
        for (slug, _) in facts::ORGANIZATIONS.iter().filter(|(_, life)| *life == Life::Suspended) {
            service.request("POST", &format!("{ORGANIZATIONS}/{slug}/suspend")).send().expect(200);
        }
        let all_end = || world.bad_credentials.iter().all(|(_, header)| !is_taken(service, header));
        let begun = Instant::now();
        while !all_end() {
            assert!(begun.elapsed() < PATIENCE, "a secret that was replaced works on");
            thread::sleep(Duration::from_millis(20));
        }
        world
    }

    /// The id of something.
    pub(super) fn id(&self, thing: Thing) -> &str {
        &self.ids[&thing]
    }

    /// Everything, with its id.
    pub(super) fn things(&self) -> impl Iterator<Item = (Thing, &str)> {
        self.ids.iter().map(|(thing, id)| (*thing, id.as_str()))
    }

    /// The secrets of all keys among the things.
    pub(super) fn secrets(&self) -> impl Iterator<Item = (Thing, &str)> {
        self.secrets.iter().map(|(thing, secret)| (*thing, secret.as_str()))
    }

    /// An owner, as a body names it.
    pub(super) fn owner(&self, owner: Owner) -> Value {
        match owner {
            Owner::System => json!({"type": "system"}),
            Owner::Organization(slug) => json!({"type": "organization", "org_id": self.id(Thing::Organization(slug))}),
            Owner::Project(organization, slug) => {
                json!({"type": "project", "project_id": self.id(Thing::Project(organization, slug))})
            }
            Owner::User(name) => json!({"type": "user", "user_id": self.id(Thing::User(name))}),
        }
    }

    fn add(&mut self, thing: Thing, made: &Value) {
        self.ids.insert(thing, text(made, "id").to_owned());
    }

    fn make_tenants(&mut self, service: &Service) {
        for (slug, _) in facts::ORGANIZATIONS {
            let (former, renamed) = facts::FORMER_SLUG;
            let made = service.create(if slug == renamed { former } else { slug });
            let path = format!("{ORGANIZATIONS}/{}", text(&made, "id"));
            service.request("PATCH", &path).json(&json!({"slug": slug})).send().expect(200);
            self.add(Thing::Organization(slug), &made);
        }
        for (organization, slug, _) in facts::PROJECTS {
            self.add(Thing::Project(organization, slug), &fixtures::project(service, organization, slug));
        }
        for name in facts::USERS.into_iter().chain([facts::DELETED_USER]) {
            self.add(Thing::User(name), &fixtures::user(service, name));
        }
        let join = |of: String, user, role: facts::Role| {
            make(
                service,
                &format!("{of}/members"),
                &json!({"user_id": self.id(Thing::User(user)), "role": role.name()}),
            );
        };
        for (user, organization, role) in facts::MEMBERS {
            join(format!("{ORGANIZATIONS}/{organization}"), user, role);
        }
        for (user, organization, project, role) in facts::PROJECT_MEMBERS {
            join(format!("{ORGANIZATIONS}/{organization}/projects/{project}"), user, role);
        }
    }

    fn make_things_of_owners(&mut self, service: &Service) {
        for kind in &KINDS {
            for (place, (owner, scopes)) in kind.things.iter().enumerate() {
                let made = make(service, kind.list, &(kind.new)(&self.owner(*owner), scopes));
                let thing = Thing::Owned(kind.gap, place);
                self.add(thing, &made);
                if let Some(secret) = made["key"].as_str() {
                    self.secrets.insert(thing, secret.to_owned());
                }
            }
        }
    }

    fn find_entries(&mut self, service: &Service) {
        for (slug, life) in facts::ORGANIZATIONS {
            if life != Life::Deleted {
                let of = self.id(Thing::Organization(slug));
                let path = format!("/admin/v1/audit-logs?action=organization.create&resource_id={of}");
                let found = service.get(&path).send().expect(200);
                self.add(Thing::Entry(slug), &found["data"][0]);
            }
        }
    }

    /// One line for each way in which a key is none, or none any more. Those of what is deleted end with that.
    fn bad_credentials(&self, service: &Service) -> Vec<(&'static str, String)> {
        let (keys, bearer) = (service.keys(), |key: &str| format!("Bearer {key}"));
        let of = |owner| {
            let issued = fixtures::key_of(service, &self.owner(owner), &["admin:*"]);
            bearer(secret(&issued))
        };
        vec![
            ("an empty one", bearer("")),
            ("another scheme", format!("Basic {}", keys.full)),
            ("no scheme", keys.full.clone()),
            ("malformed", bearer("tny_malformed")),
            ("too long", bearer(&format!("{}0", keys.full))),
            ("wrong checksum", bearer(&UNKNOWN.replace("CZclj", "CZclk"))),
            ("unknown", bearer(UNKNOWN)),
            ("revoked", bearer(&keys.revoked)),
            ("expired", bearer(&keys.expired)),
            ("replaced, without a grace", bearer(&replaced(service, 0))),
            ("replaced, after its grace", bearer(&replaced(service, 1))),
            ("of a suspended organization", of(Owner::Organization("held"))),
            ("of a project of a suspended organization", of(Owner::Project("held", "web"))),
            ("of a deleted organization", of(Owner::Organization("gone"))),
            ("of a project of a deleted organization", of(Owner::Project("gone", "web"))),
            ("of a deleted project", of(Owner::Project("acme", "old"))),
            ("of a deleted user", of(Owner::User(facts::DELETED_USER))),
        ]
    }

    fn delete_what_is_deleted(&self, service: &Service) {
        let projects = facts::PROJECTS.into_iter().filter(|(.., life)| *life == Life::Deleted);
        let organizations = facts::ORGANIZATIONS.into_iter().filter(|(_, life)| *life == Life::Deleted);
        let paths = projects
            .map(|(organization, slug, _)| format!("{ORGANIZATIONS}/{organization}/projects/{slug}"))
            .chain(organizations.map(|(slug, _)| format!("{ORGANIZATIONS}/{slug}")))
            .chain([format!("{USERS}/{}", self.id(Thing::User(facts::DELETED_USER)))]);
        for path in paths {
            service.request("DELETE", &path).send().expect(200);
        }
    }
}

/// The former secret of a key that was given another one, with so many seconds of grace.
fn replaced(service: &Service, grace: u64) -> String {
    let issued = fixtures::system_key(service, &["admin:*"]);
    let rotate = service.request("POST", &format!("{}/rotate", key_path(&issued)));
    let rotated = rotate.json(&json!({"grace_period_seconds": grace})).send().expect(201);
    assert!(lets_in(service, secret(&rotated)));
    secret(&issued).to_owned()
}

fn is_taken(service: &Service, header: &str) -> bool {
    service.get(fixtures::ME).anonymous().header("Authorization", header).send().status == 200
}
