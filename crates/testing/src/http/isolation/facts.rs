//! The small world that every question is asked in, as it stands on paper: the model reckons with this, and
//! [`World`](super::world::World) makes it.
//!
//! Two live organizations, one that is suspended, one that is deleted, and in each of them something of everything.

/// Something that a path can name, by what it is called here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Thing {
    /// An organization, by its slug.
    Organization(&'static str),
    /// A project, by its organization's slug and its own.
    Project(&'static str, &'static str),
    /// A user, by its external id.
    User(&'static str),
    /// A file of the page to read the document, by its name.
    File(&'static str),
    /// The entry of the audit log that tells of an organization's creation, by its slug.
    Entry(&'static str),
    /// Something of an owner: the gap of paths in which its id stands, and its place in [`Kind::things`].
    Owned(&'static str, usize),
}

/// Whose a key, or another thing, is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Owner {
    /// The installation's.
    System,
    /// An organization's.
    Organization(&'static str),
    /// A project's.
    Project(&'static str, &'static str),
    /// A user's.
    User(&'static str),
}

/// The role of a user in an organization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Role {
    /// `member`
    Member,
    /// `admin`
    Admin,
    /// `owner`
    Owner,
}

/// Whether something is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// It is.
    Live,
    /// It is, but keys do not work there: an organization alone can be.
    Suspended,
    /// It was deleted, and may be restored.
    Deleted,
}

/// A kind of thing that belongs to an owner and is named by an id of its own, anywhere beneath the base path.
pub(super) struct Kind {
    /// The gap of paths in which the id stands.
    pub(super) gap: &'static str,
    /// The path of the list, in which one is made.
    pub(super) list: &'static str,
    /// What is made: whose it is, and with which scopes where it has any.
    pub(super) things: &'static [(Owner, &'static [&'static str])],
    /// The body that makes one of them.
    pub(super) new: fn(owner: &serde_json::Value, scopes: &[&str]) -> serde_json::Value,
}

/// Every kind of thing that belongs to an owner.
pub(super) const KINDS: [Kind; 2] = [
    Kind {
        gap: "key_id",
        list: super::super::fixtures::API_KEYS,
        things: &[
            (Owner::Organization("acme"), &[]),
            (Owner::Organization("acme"), &["admin:read"]),
            (Owner::Organization("acme"), &["admin:*"]),
            (Owner::Project("acme", "web"), &[]),
            (Owner::Project("acme", "web"), &["admin:*"]),
            (Owner::Project("acme", "app"), &[]),
            (Owner::Project("acme", "old"), &[]),
            (Owner::Organization("globex"), &[]),
            (Owner::Project("globex", "shop"), &["admin:*"]),
            (Owner::Organization("gone"), &[]),
            (Owner::Project("gone", "web"), &[]),
            (Owner::System, &[]),
            (Owner::System, &["admin:*"]),
            (Owner::User("olga"), &[]),
            (Owner::User("mia"), &[]),
            (Owner::User("mia"), &["admin:*"]),
            (Owner::User("nora"), &[]),
            (Owner::User("bea"), &[]),
            (Owner::User("gus"), &[]),
            (Owner::User("dora"), &[]),
            (Owner::Organization("held"), &[]),
            (Owner::Project("held", "web"), &["admin:*"]),
        ],
        new: |owner, scopes| serde_json::json!({"name": "thing", "owner": owner, "scopes": scopes}),
    },
    // Names are unique among those of one owner, so that each has one.
    Kind {
        gap: "id",
        list: super::super::fixtures::PROVIDERS,
        things: &[
            (Owner::Organization("acme"), &[]),
            (Owner::Project("acme", "web"), &[]),
            (Owner::Project("acme", "app"), &[]),
            (Owner::Project("acme", "old"), &[]),
            (Owner::Organization("globex"), &[]),
            (Owner::Project("globex", "shop"), &[]),
            (Owner::Organization("gone"), &[]),
            (Owner::Project("gone", "web"), &[]),
            (Owner::User("olga"), &[]),
            (Owner::User("mia"), &[]),
            (Owner::User("nora"), &[]),
            (Owner::User("bea"), &[]),
            (Owner::User("gus"), &[]),
            (Owner::User("dora"), &[]),
            (Owner::Organization("held"), &[]),
            (Owner::Project("held", "web"), &[]),
        ],
        new: |owner, _| {
            serde_json::json!({
                "name": "thing", "owner": owner, "provider_type": "openai", "api_key": "sk-Vq3XcZ8tLw0RnB5yKd7Hm2Jf",
            })
        },
    },
];

/// The organizations.
pub(super) const ORGANIZATIONS: [(&str, Life); 4] =
    [("acme", Life::Live), ("globex", Life::Live), ("held", Life::Suspended), ("gone", Life::Deleted)];

/// A slug that an organization had before it was renamed, and the one that it has.
pub(super) const FORMER_SLUG: (&str, &str) = ("acme-before", "acme");

/// The projects: of which organization, its slug, and whether it is itself deleted.
pub(super) const PROJECTS: [(&str, &str, Life); 6] = [
    ("acme", "web", Life::Live),
    ("acme", "app", Life::Live),
    ("acme", "old", Life::Deleted),
    ("globex", "shop", Life::Live),
    ("held", "web", Life::Live),
    ("gone", "web", Life::Live),
];

/// The users.
pub(super) const USERS: [&str; 7] = ["olga", "adam", "mia", "bea", "gus", "gil", "nora"];

/// The user that was deleted.
pub(super) const DELETED_USER: &str = "dora";

/// Who is a member of which organization. Bea is one of several, and nora of none.
pub(super) const MEMBERS: [(&str, &str, Role); 9] = [
    ("olga", "acme", Role::Owner),
    ("adam", "acme", Role::Admin),
    ("mia", "acme", Role::Member),
    ("bea", "acme", Role::Member),
    ("bea", "globex", Role::Owner),
    ("bea", "held", Role::Owner),
    ("gus", "globex", Role::Owner),
    ("gus", "gone", Role::Member),
    ("gil", "gone", Role::Owner),
];

/// Who is a member of which project.
pub(super) const PROJECT_MEMBERS: [(&str, &str, &str, Role); 7] = [
    ("mia", "acme", "web", Role::Owner),
    ("olga", "acme", "web", Role::Member),
    ("bea", "acme", "app", Role::Member),
    ("mia", "acme", "old", Role::Member),
    ("gus", "globex", "shop", Role::Member),
    ("bea", "held", "web", Role::Member),
    ("gil", "gone", "web", Role::Member),
];

/// Whose keys ask: of every kind of owner, and of users in every role.
pub(super) const CALLERS: [Owner; 8] = [
    Owner::System,
    Owner::Organization("acme"),
    Owner::Project("acme", "web"),
    Owner::User("olga"),
    Owner::User("adam"),
    Owner::User("mia"),
    Owner::User("bea"),
    Owner::User("nora"),
];

impl Role {
    /// The name of the role.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Admin => "admin",
            Self::Owner => "owner",
        }
    }
}

impl Owner {
    /// The organization that it is, or is a project of.
    pub(super) const fn organization(self) -> Option<&'static str> {
        match self {
            Self::Organization(organization) | Self::Project(organization, _) => Some(organization),
            Self::System | Self::User(_) => None,
        }
    }

    /// Whether it is there, and nothing that it is beneath is deleted.
    pub(super) fn is_live(self) -> bool {
        match self {
            Self::System => true,
            Self::Organization(slug) => is_live(Thing::Organization(slug)),
            Self::Project(organization, slug) => is_live(Thing::Project(organization, slug)),
            Self::User(name) => is_live(Thing::User(name)),
        }
    }
}

/// What there is of things of owners.
pub(super) fn owned() -> impl Iterator<Item = Thing> {
    KINDS.iter().flat_map(|kind| (0..kind.things.len()).map(|place| Thing::Owned(kind.gap, place)))
}

/// Whose a thing of an owner is, and the scopes that it has.
pub(super) fn owner_of(gap: &str, place: usize) -> (Owner, &'static [&'static str]) {
    KINDS.iter().find(|kind| kind.gap == gap).unwrap().things[place]
}

/// Whether something is there, and nothing that it is beneath is deleted.
pub(super) fn is_live(thing: Thing) -> bool {
    match thing {
        Thing::Organization(slug) => ORGANIZATIONS.contains(&(slug, Life::Live)) || is_suspended(slug),
        Thing::Project(organization, slug) => {
            is_live(Thing::Organization(organization)) && PROJECTS.contains(&(organization, slug, Life::Live))
        }
        Thing::User(name) => USERS.contains(&name),
        Thing::Entry(slug) => is_live(Thing::Organization(slug)),
        Thing::File(_) => true,
        Thing::Owned(gap, place) => owner_of(gap, place).0.is_live(),
    }
}

/// Whether an organization is suspended: system keys alone reach it then.
pub(super) fn is_suspended(organization: &str) -> bool {
    ORGANIZATIONS.iter().any(|(slug, life)| (*slug, *life) == (organization, Life::Suspended))
}

/// The role of a user in an organization that it is a member of.
pub(super) fn role_in(user: &str, organization: &str) -> Option<Role> {
    MEMBERS.iter().find(|(member, of, _)| (*member, *of) == (user, organization)).map(|(.., role)| *role)
}

/// Whether a user is a member of a project.
pub(super) fn is_in_project(user: &str, organization: &str, project: &str) -> bool {
    PROJECT_MEMBERS.iter().any(|(member, of, slug, _)| (*member, *of, *slug) == (user, organization, project))
}
