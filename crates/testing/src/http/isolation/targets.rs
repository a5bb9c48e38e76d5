//! What there is to ask an operation about: every kind of name in each gap of its path.

use super::{
    super::{document::Operation, fixtures::ABSENT},
    facts::{self, FORMER_SLUG, Thing},
    world::World,
};

/// A path, and what stands in its gaps.
pub(super) struct Target {
    /// The path.
    pub(super) path: String,
    /// What each gap names; `None` for what never was.
    pub(super) names: Vec<Option<Thing>>,
    /// The first gap in which stands what can be no name at all.
    pub(super) impossible: Option<usize>,
    /// The organization that a look at it leads to, since its slug is a former one.
    pub(super) led_on: Option<&'static str>,
    /// Whether it is one of the few that are asked about where all are to be answered alike: each gap with something that
    /// is there and something that is not, and something of another organization.
    pub(super) is_one_of_few: bool,
}

/// A name as it is written, what it names, and whether it is asked with every name that the next gap may have, or with one
/// that is there and one that is not.
#[derive(Clone)]
struct Name {
    written: String,
    thing: Option<Thing>,
    is_possible: bool,
    is_asked_in_full: bool,
    /// Which of the names of its gap it is.
    place: usize,
}

/// All that an operation is asked about: things of the caller's own organization and of others', live, deleted and absent.
pub(super) fn targets(operation: &Operation, world: &World) -> Vec<Target> {
    let mut begun = vec![Vec::new()];
    for gap in operation.gaps() {
        let next = |before: Vec<Name>| {
            let things: Vec<_> = before.iter().map(|name| name.thing).collect();
            let names = names(gap, &things, world);
            let asked = if before.iter().all(|name| name.is_asked_in_full) { names.len() } else { 2 };
            let numbered = names.into_iter().take(asked).enumerate();
            numbered.map(move |(place, name)| [before.clone(), vec![Name { place, ..name }]].concat())
        };
        begun = begun.into_iter().flat_map(next).collect();
    }
    let targets = begun.iter().map(|names| {
        let written: Vec<_> = names.iter().map(|name| name.written.as_str()).collect();
        Target {
            path: operation.path(&written),
            names: names.iter().map(|name| name.thing).collect(),
            impossible: names.iter().position(|name| !name.is_possible),
            led_on: (operation.method == "GET" && names.first().is_some_and(|name| name.written == FORMER_SLUG.0))
                .then_some(FORMER_SLUG.1),
            is_one_of_few: names.iter().all(|name| name.place < 2) || is_of_another(names),
        }
    });
    targets.collect()
}

fn is_of_another(names: &[Name]) -> bool {
    let [first, rest @ ..] = names else { return true };
    first.written == "globex" && rest.iter().all(|name| name.place == 0)
}

/// The names that a gap may have after what stands before it. The first names something if anything does, and the second
/// nothing.
fn names(gap: &str, before: &[Option<Thing>], world: &World) -> Vec<Name> {
    match (gap, before.last()) {
        ("slug", _) => organizations(world),
        ("project", Some(organization)) => projects(*organization, world),
        ("user_id", Some(Some(Thing::Project(organization, slug)))) => {
            let member =
                facts::PROJECT_MEMBERS.iter().find(|(_, of, project, _)| (of, project) == (organization, slug));
            let others = ["adam", "olga", "gus"];
            users(member.map(|(user, ..)| *user), &others, world)
        }
        ("user_id", Some(Some(Thing::Organization("acme")))) => {
            users(Some("mia"), &["olga", "bea", "gus", facts::DELETED_USER], world)
        }
        ("user_id", Some(Some(Thing::Organization(organization)))) => {
            let member = facts::MEMBERS.iter().find(|(_, of, _)| of == organization);
            users(member.map(|(user, ..)| *user), &[], world)
        }
        ("user_id", Some(None)) => users(Some("mia"), &[], world),
        ("user_id", None) => users(Some("mia"), &["olga", "nora", "bea", "gus", facts::DELETED_USER], world),
        ("entry_id", None) => {
            let [acme, globex, held] = ["acme", "globex", "held"].map(|slug| by_id(Thing::Entry(slug), world));
            vec![acme, absent(ABSENT), globex, held, impossible("acme")]
        }
        ("file", None) => vec![named("index.css", Thing::File("index.css")), absent("nobody")],
        (owned, None) if facts::KINDS.iter().any(|kind| kind.gap == owned) => {
            let things = facts::owned().filter(|thing| matches!(thing, Thing::Owned(gap, _) if *gap == owned));
            let mut names: Vec<_> = things.map(|thing| by_id(thing, world)).collect();
            names.insert(1, absent(ABSENT));
            names.push(impossible("acme"));
            names
        }
        other => panic!("the isolation rules do not know what stands in {other:?}"),
    }
}

fn organizations(world: &World) -> Vec<Name> {
    let [acme, globex, held, gone] = ["acme", "globex", "held", "gone"].map(Thing::Organization);
    vec![
        Name { is_asked_in_full: true, ..named("acme", acme) },
        absent("nobody"),
        by_id(acme, world),
        absent(ABSENT),
        named("globex", globex),
        by_id(globex, world),
        absent(FORMER_SLUG.0),
        named("held", held),
        by_id(held, world),
        named("gone", gone),
        by_id(gone, world),
        impossible("No%20Slug"),
    ]
}

fn projects(organization: Option<Thing>, world: &World) -> Vec<Name> {
    let (web, app, old) = (Thing::Project("acme", "web"), Thing::Project("acme", "app"), Thing::Project("acme", "old"));
    let shop = Thing::Project("globex", "shop");
    match organization {
        Some(Thing::Organization("acme")) => vec![
            Name { is_asked_in_full: true, ..named("web", web) },
            absent("nobody"),
            by_id(web, world),
            absent(ABSENT),
            named("app", app),
            by_id(app, world),
            named("old", old),
            by_id(old, world),
            // Of another organization, under this one.
            by_id(shop, world),
            absent("shop"),
        ],
        Some(Thing::Organization("globex")) => vec![named("shop", shop), absent("nobody")],
        Some(Thing::Organization(other)) => vec![named("web", Thing::Project(other, "web")), absent("nobody")],
        _ => vec![by_id(web, world), absent("nobody")],
    }
}

/// One that is there, one that is not, and others.
fn users(first: Option<&'static str>, others: &[&'static str], world: &World) -> Vec<Name> {
    let first = first.map(|user| by_id(Thing::User(user), world));
    let others = others.iter().map(|user| by_id(Thing::User(user), world));
    first.into_iter().chain([absent(ABSENT)]).chain(others).chain([impossible("mia")]).collect()
}

fn named(written: &str, thing: Thing) -> Name {
    Name { thing: Some(thing), ..absent(written) }
}

fn by_id(thing: Thing, world: &World) -> Name {
    named(world.id(thing), thing)
}

/// A name that nothing has.
fn absent(written: &str) -> Name {
    Name { written: written.to_owned(), thing: None, is_possible: true, is_asked_in_full: false, place: 0 }
}

/// A name that nothing can have.
fn impossible(written: &str) -> Name {
    Name { is_possible: false, ..absent(written) }
}
