//! The permissions: one for reading and one for writing each resource.

/// A resource of the API, as scopes name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Resource {
    /// `organizations`
    Organizations,
    /// `projects`
    Projects,
    /// `users`
    Users,
    /// `members`, of organizations and of projects
    Members,
    /// `api-keys`
    ApiKeys,
    /// `providers`: dynamic providers
    Providers,
    /// `audit-logs`
    AuditLogs,
}

impl Resource {
    /// Every resource.
    pub const ALL: [Self; 7] = [
        Self::Organizations,
        Self::Projects,
        Self::Users,
        Self::Members,
        Self::ApiKeys,
        Self::Providers,
        Self::AuditLogs,
    ];

    /// The name within a scope: `admin:<resource>:<action>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Organizations => "organizations",
            Self::Projects => "projects",
            Self::Users => "users",
            Self::Members => "members",
            Self::ApiKeys => "api-keys",
            Self::Providers => "providers",
            Self::AuditLogs => "audit-logs",
        }
    }
}

/// What may be done to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    /// Look at it.
    Read,
    /// Change it. Does not imply [`Action::Read`].
    Write,
    /// Ask whether someone else's key is valid; of API keys alone.
    Verify,
    /// See a secret; of providers alone.
    Reveal,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 4] = [Self::Read, Self::Write, Self::Verify, Self::Reveal];

    /// Whether it can be done to `resource`.
    #[must_use]
    pub const fn applies_to(self, resource: Resource) -> bool {
        match self {
            Self::Read | Self::Write => true,
            Self::Verify => matches!(resource, Resource::ApiKeys),
            Self::Reveal => matches!(resource, Resource::Providers),
        }
    }

    /// Whether `admin:<action>` allows it on every resource. What is not general takes its own scope, or `admin:*`.
    #[must_use]
    pub const fn is_general(self) -> bool {
        matches!(self, Self::Read | Self::Write)
    }

    /// The name within a scope: `admin:<resource>:<action>`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
            Self::Verify => "verify",
            Self::Reveal => "reveal",
        }
    }
}

/// A permission as a type, so that the grant of one is not the grant of another.
pub trait Permission: Send + Sync + 'static {
    /// What it is about.
    const RESOURCE: Resource;
    /// What it allows.
    const ACTION: Action;
}

macro_rules! permissions {
    ($($(#[$doc:meta])* $name:ident = $resource:ident $action:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy)]
        pub enum $name {}

        impl Permission for $name {
            const RESOURCE: Resource = Resource::$resource;
            const ACTION: Action = Action::$action;
        }
    )*};
}

permissions! {
    /// Look at organizations.
    OrganizationsRead = Organizations Read;
    /// Create, change and delete organizations.
    OrganizationsWrite = Organizations Write;
    /// Look at projects.
    ProjectsRead = Projects Read;
    /// Create, change, delete and restore projects.
    ProjectsWrite = Projects Write;
    /// Look at users.
    UsersRead = Users Read;
    /// Create, change and remove users.
    UsersWrite = Users Write;
    /// Look at the members of organizations and projects.
    MembersRead = Members Read;
    /// Add and remove members, and change their roles.
    MembersWrite = Members Write;
    /// Look at API keys; never at their secrets.
    ApiKeysRead = ApiKeys Read;
    /// Create, change, rotate and revoke API keys.
    ApiKeysWrite = ApiKeys Write;
    /// Ask whether someone else's key is valid.
    ApiKeysVerify = ApiKeys Verify;
    /// Look at provider configurations; never at their secrets.
    ProvidersRead = Providers Read;
    /// Create, change and delete provider configurations.
    ProvidersWrite = Providers Write;
    /// See the secret of a provider configuration.
    ProvidersReveal = Providers Reveal;
    /// Look at the audit log.
    AuditLogsRead = AuditLogs Read;
}
