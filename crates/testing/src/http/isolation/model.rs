//! Who is answered what. Written from the contract and from nothing else: it shares no line with the service.

use super::{
    super::Answer,
    facts::{self, Owner, Role, Thing},
    targets::Target,
};

/// The member of a query or a body that no operation has: who may do a thing is told of this mistake, and nobody else.
pub(super) const MISTAKE: &str = "surely-unknown";

/// What an operation asks of its caller.
pub(super) struct Row {
    /// The operation's name in the document.
    pub(super) operation: &'static str,
    /// What its scope allows, `projects:read`, say; empty where it takes none.
    pub(super) permission: &'static str,
    /// What it takes beyond the scope.
    pub(super) takes: Takes,
    /// Whether the last thing that the path names may be a deleted one.
    pub(super) deleted: bool,
}

/// What an operation takes of its caller beyond the scope.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Nothing at all, not even a key.
    Everybody,
    /// A valid key.
    Key,
    /// No more: it is about whatever the caller reaches.
    Scope,
    /// A system key.
    SystemKey,
    /// To reach what the path names, which begins with an organization, and a standing there.
    Standing(Level, Act),
    /// To reach the member that the path names, to be an admin there, and an owner where the member is one.
    RemovalOfMember,
    /// To reach the owner of the thing that the path names, and a standing with it.
    ItsOwner(Act),
    /// The same, to write; and to hold itself what the key may do here, since its new secret is handed out.
    Rotation,
    /// To see the audit log of the organization that the entry tells of, which takes an admin.
    Entry,
    /// To reach everything, or to be the user that the path names.
    UserItself,
}

/// Where in an organization something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    /// To its own row.
    Row,
    /// To what belongs to it and to no project.
    Organization,
    /// To a project, and to what belongs to it.
    Project,
}

/// What is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Act {
    /// What a `member` may.
    Read,
    /// What takes an `admin`.
    Write,
    /// What takes an `owner`.
    Own,
}

/// What a request is to be answered, in the order in which the contract has the checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Verdict {
    /// No credentials: 401.
    NoCredentials,
    /// None that let anybody in: 401.
    BadCredentials,
    /// Another scope: 403.
    LacksScope,
    /// It takes a system key: 403.
    NotSystem,
    /// Another slug leads to what is looked at: 308.
    Moved,
    /// What stands in this gap of the path is not there, or not for this caller: 404.
    Absent(usize),
    /// More than a project's key may do: 403.
    BeyondProject,
    /// It takes this role: 403.
    Takes(Role),
    /// It takes that the caller has this scope itself: 403.
    NotHeld(&'static str),
    /// The caller may do this, and is told of the mistake: 400.
    Mistake,
    /// It asks for nothing: 200.
    Answered,
}

/// What a caller is to an organization that it reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum StandsAs {
    Whole,
    Project,
    Member(Role),
}

impl Row {
    /// The same, of things that may be deleted.
    pub(super) const fn of_deleted(self) -> Self {
        Self { deleted: true, ..self }
    }

    /// The resource and the verb of its scope.
    pub(super) fn scope(&self) -> Option<(&'static str, &'static str)> {
        self.permission.split_once(':')
    }

    /// What the bearer of a valid key of `caller` with `scopes` is answered.
    pub(super) fn verdict(&self, caller: Owner, scopes: &[&str], target: &Target) -> Verdict {
        if self.takes == Takes::Everybody {
            return target.names.iter().position(Option::is_none).map_or(Verdict::Answered, Verdict::Absent);
        }
        if self.scope().is_some_and(|(resource, verb)| !allow(scopes, resource, verb)) {
            return Verdict::LacksScope;
        }
        if self.takes == Takes::SystemKey && caller != Owner::System {
            return Verdict::NotSystem;
        }
        if let Some(gap) = target.impossible {
            return Verdict::Absent(gap);
        }
        if target.led_on.is_some_and(|organization| stands_as(caller, organization).is_some()) {
            return Verdict::Moved;
        }
        let names = &target.names;
        let refusal = match self.takes {
            Takes::Everybody | Takes::Key | Takes::Scope => Ok(()),
            Takes::SystemKey => {
                let absent = names.iter().position(|name| name.is_none_or(|thing| !self.is_there(thing)));
                absent.map_or(Ok(()), |gap| Err(Verdict::Absent(gap)))
            }
            Takes::Standing(level, act) => self.standing(caller, level, act, names),
            Takes::RemovalOfMember => {
                let is_owner = matches!(names[..], [Some(Thing::Organization(of)), Some(Thing::User(user))]
                    if facts::role_in(user, of) == Some(Role::Owner));
                self.standing(caller, Level::Organization, if is_owner { Act::Own } else { Act::Write }, names)
            }
            Takes::ItsOwner(act) => reached(caller, names[0]).and_then(|(owner, _)| may(caller, owner, act)),
            Takes::Rotation => rotation(caller, scopes, names[0]),
            Takes::Entry => match names[0] {
                Some(Thing::Entry(of)) => match stands_as(caller, of) {
                    None | Some(StandsAs::Project) => Err(Verdict::Absent(0)),
                    Some(stands_as) => require(stands_as, Level::Organization, Act::Write),
                },
                _ => Err(Verdict::Absent(0)),
            },
            Takes::UserItself => match names[0] {
                Some(Thing::User(user)) if reaches(caller, Owner::User(user)) => Ok(()),
                _ => Err(Verdict::Absent(0)),
            },
        };
        refusal.err().unwrap_or(Verdict::Mistake)
    }

    fn is_there(&self, thing: Thing) -> bool {
        facts::is_live(thing)
            || match thing {
                Thing::Organization(_) => self.deleted,
                Thing::Project(organization, _) => self.deleted && facts::is_live(Thing::Organization(organization)),
                Thing::User(_) | Thing::Entry(_) | Thing::File(_) | Thing::Owned(..) => false,
            }
    }

    fn standing(&self, caller: Owner, level: Level, act: Act, names: &[Option<Thing>]) -> Result<(), Verdict> {
        let Some(Thing::Organization(organization)) = names[0] else { return Err(Verdict::Absent(0)) };
        let stands_as = stands_as(caller, organization).ok_or(Verdict::Absent(0))?;
        // Beneath the organization a project's key reaches nothing: it is not told whether there is anything.
        if stands_as == StandsAs::Project && level == Level::Organization {
            return Err(Verdict::BeyondProject);
        }
        for (gap, name) in names.iter().enumerate().skip(1) {
            let is_there = name.is_some_and(|thing| match thing {
                Thing::Project(of, slug) => {
                    of == organization
                        && self.is_there(thing)
                        && (stands_as != StandsAs::Project || caller == Owner::Project(of, slug))
                }
                Thing::User(user) => match names[gap - 1] {
                    Some(Thing::Project(of, slug)) => facts::is_in_project(user, of, slug),
                    _ => facts::role_in(user, organization).is_some(),
                },
                Thing::Organization(_) | Thing::Entry(_) | Thing::File(_) | Thing::Owned(..) => false,
            });
            if !is_there {
                return Err(Verdict::Absent(gap));
            }
        }
        require(stands_as, level, act)
    }
}

/// Whether one of these scopes allows `verb` on `resource`.
fn allow(scopes: &[&str], resource: &str, verb: &str) -> bool {
    scopes.iter().any(|scope| match *scope {
        "admin:*" => true,
        "admin:read" => verb == "read",
        "admin:write" => verb == "write",
        other => other == format!("admin:{resource}:{verb}"),
    })
}

/// What a caller is to an organization; `None` where it does not reach it.
fn stands_as(caller: Owner, organization: &str) -> Option<StandsAs> {
    let organization = facts::ORGANIZATIONS.iter().find(|(slug, _)| *slug == organization)?.0;
    if !facts::is_live(Thing::Organization(organization)) {
        return None;
    }
    match caller {
        Owner::System => Some(StandsAs::Whole),
        _ if facts::is_suspended(organization) => None,
        Owner::Organization(own) => (own == organization).then_some(StandsAs::Whole),
        Owner::Project(own, _) => (own == organization).then_some(StandsAs::Project),
        Owner::User(user) => facts::role_in(user, organization).map(StandsAs::Member),
    }
}

fn require(stands_as: StandsAs, level: Level, act: Act) -> Result<(), Verdict> {
    let least = match act {
        Act::Read => Role::Member,
        Act::Write => Role::Admin,
        Act::Own => Role::Owner,
    };
    match stands_as {
        StandsAs::Whole => Ok(()),
        StandsAs::Project if level == Level::Project || (level == Level::Row && act == Act::Read) => Ok(()),
        StandsAs::Project => Err(Verdict::BeyondProject),
        StandsAs::Member(role) if role >= least => Ok(()),
        StandsAs::Member(_) => Err(Verdict::Takes(least)),
    }
}

/// Whether a caller reaches what `owner` owns.
pub(super) fn reaches(caller: Owner, owner: Owner) -> bool {
    owner.is_live() && reaches_live_or_not(caller, owner)
}

/// Whether a caller reaches what `owner` owns, or did before the owner was deleted.
pub(super) fn reaches_live_or_not(caller: Owner, owner: Owner) -> bool {
    match (caller, owner.organization()) {
        (Owner::System, _) => true,
        (Owner::Organization(own), of) => of == Some(own),
        (Owner::User(user), Some(of)) => facts::role_in(user, of).is_some() && !facts::is_suspended(of),
        (Owner::Project(..), _) | (Owner::User(_), None) => owner == caller,
    }
}

/// Whether a caller that asks for it, or does not, may be shown something and its id.
pub(super) fn is_shown(caller: Owner, thing: Thing, with_deleted: bool) -> bool {
    let is_there = facts::is_live(thing);
    match thing {
        Thing::Organization(slug) if is_there => stands_as(caller, slug).is_some(),
        Thing::Organization(_) => with_deleted && caller == Owner::System,
        Thing::Project(organization, slug) => match stands_as(caller, organization) {
            None => false,
            Some(StandsAs::Whole | StandsAs::Member(_)) => is_there || with_deleted,
            Some(StandsAs::Project) => is_there && caller == Owner::Project(organization, slug),
        },
        Thing::User(user) => {
            let as_member = facts::MEMBERS.iter().any(|(member, of, _)| {
                *member == user
                    && match (stands_as(caller, of), caller) {
                        (Some(StandsAs::Project), Owner::Project(_, slug)) => facts::is_in_project(user, of, slug),
                        (stands_as, _) => stands_as.is_some(),
                    }
            });
            is_there && (as_member || reaches(caller, Owner::User(user)))
        }
        Thing::File(_) => true,
        Thing::Entry(of) => audits(caller, of),
        Thing::Owned(gap, place) => reaches(caller, facts::owner_of(gap, place).0),
    }
}

/// Whether a caller sees the whole audit log of an organization.
fn audits(caller: Owner, organization: &str) -> bool {
    caller == Owner::System
        || stands_as(caller, organization)
            .is_some_and(|stands_as| require(stands_as, Level::Organization, Act::Write).is_ok())
}

/// Whether the audit log may tell a caller of something: it goes on telling of what was deleted, and a project's key of what
/// concerns its project.
pub(super) fn is_told_of(caller: Owner, thing: Thing) -> bool {
    let organization = match thing {
        Thing::Organization(slug) | Thing::Project(slug, _) | Thing::Entry(slug) => Some(slug),
        Thing::Owned(gap, place) => facts::owner_of(gap, place).0.organization(),
        Thing::User(user) => {
            let of = facts::MEMBERS.iter().filter(|(member, ..)| *member == user);
            return match caller {
                Owner::System => true,
                Owner::Project(..) => is_shown(caller, thing, true),
                _ => of.into_iter().any(|(_, of, _)| audits(caller, of)),
            };
        }
        Thing::File(_) => None,
    };
    match (caller, organization) {
        (Owner::System, _) => true,
        (Owner::Project(own, _), Some(of)) => own == of && is_shown(caller, thing, true),
        (_, Some(of)) => audits(caller, of),
        (_, None) => false,
    }
}

/// Whose the thing is, and with which scopes, for a caller that reaches it.
fn reached(caller: Owner, name: Option<Thing>) -> Result<(Owner, &'static [&'static str]), Verdict> {
    let Some(Thing::Owned(gap, place)) = name else { return Err(Verdict::Absent(0)) };
    let (owner, scopes) = facts::owner_of(gap, place);
    if reaches(caller, owner) { Ok((owner, scopes)) } else { Err(Verdict::Absent(0)) }
}

/// Whether a caller that reaches what `owner` owns may do `act` with it.
pub(super) fn may(caller: Owner, owner: Owner, act: Act) -> Result<(), Verdict> {
    let level = if matches!(owner, Owner::Project(..)) { Level::Project } else { Level::Organization };
    match owner.organization() {
        // Who reaches what these own may do everything with it.
        None => Ok(()),
        Some(organization) => require(stands_as(caller, organization).unwrap(), level, act),
    }
}

fn rotation(caller: Owner, held: &[&str], name: Option<Thing>) -> Result<(), Verdict> {
    let (owner, scopes) = reached(caller, name)?;
    // No role binds an organization's key: what it may do to the organization and its members takes an owner to hand out.
    let governs = ["organizations", "members"].iter().any(|resource| allow(scopes, resource, "write"));
    may(caller, owner, if governs && matches!(owner, Owner::Organization(_)) { Act::Own } else { Act::Write })?;
    // Of what the keys here have, `admin:*` covers everything, and all else covers itself.
    let beyond = scopes.iter().find(|scope| !held.contains(&"admin:*") && !held.contains(scope));
    beyond.map_or(Ok(()), |scope| Err(Verdict::NotHeld(scope)))
}

impl Verdict {
    /// The status of the answer.
    pub(super) const fn status(self) -> u16 {
        match self {
            Self::NoCredentials | Self::BadCredentials => 401,
            Self::LacksScope | Self::NotSystem | Self::BeyondProject | Self::Takes(_) | Self::NotHeld(_) => 403,
            Self::Absent(_) => 404,
            Self::Moved => 308,
            Self::Mistake => 400,
            Self::Answered => 200,
        }
    }

    /// Sees to it that an answer is this one, told in the words that belong to it.
    pub(super) fn expect(self, answer: &Answer, permission: &str, takes_body: bool, what: &str) {
        let (code, param) = match self {
            Self::NoCredentials => ("missing_credentials", None),
            Self::BadCredentials => ("invalid_api_key", None),
            Self::LacksScope | Self::NotSystem | Self::BeyondProject | Self::Takes(_) | Self::NotHeld(_) => {
                ("forbidden", None)
            }
            Self::Absent(_) => ("not_found", None),
            Self::Mistake if takes_body => ("validation_error", Some(MISTAKE)),
            Self::Mistake => ("bad_request", Some(MISTAKE)),
            Self::Moved | Self::Answered => ("", None),
        };
        // Who, what and why are worth more than the line of an assertion.
        let told = String::from_utf8_lossy(&answer.body);
        assert_eq!(answer.status, self.status(), "{what} is to be {self:?}, and is {told}");
        if matches!(self, Self::Moved | Self::Answered) {
            return;
        }
        let message = answer.expect_error(self.status(), code, param);
        let beginning = match self {
            Self::LacksScope => format!("this needs the scope admin:{permission}"),
            Self::NotSystem => "this takes a system key".to_owned(),
            Self::BeyondProject => "this is beyond a project's key".to_owned(),
            Self::Takes(role) => format!("this takes the role {} in the organization", role.name()),
            Self::NotHeld(scope) => format!("this needs the scope {scope} itself"),
            _ => String::new(),
        };
        assert!(message.starts_with(&beginning), "{what} is to be {self:?}, and is {told}");
    }
}
