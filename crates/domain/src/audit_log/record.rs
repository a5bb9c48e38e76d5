//! What an entry of the audit log says.

use std::net::IpAddr;

use serde_json::Value;
use uuid::Uuid;

use super::{ChainHash, ChainId, Change};
use crate::{
    authorization::{Actor, Grant, Permission},
    error::{Error, ResourceType},
    ids::{AuditEntryId, OrganizationId, ProjectId},
    pagination::{Cursor, Positioned},
    revision::{Revised, Revision},
    timestamp::Timestamp,
};

macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($(#[$variant_doc:meta])* $variant:ident = $name:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $type {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $type {
            /// Every one of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// The name in the audit log.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)*
                }
            }

            /// The one with this name in the audit log.
            ///
            /// # Errors
            /// [`Error::Internal`] for a name that this program does not know; storage holds none.
            pub fn from_name(name: &str) -> Result<Self, Error> {
                match name {
                    $($name => Ok(Self::$variant),)*
                    _ => Err(Error::internal(anyhow::anyhow!("{name:?} is no {}", stringify!($type)))),
                }
            }
        }
    };
}

named! {
    /// Who acted.
    ActorType {
        /// The bearer of an API key.
        ApiKey = "api_key",
        /// The operator, on the command line.
        CommandLine = "cli",
    }
}

named! {
    /// What was done.
    AuditAction {
        /// An organization was made.
        OrganizationCreate = "organization.create",
        /// An organization was changed.
        OrganizationUpdate = "organization.update",
        /// An organization was deleted.
        OrganizationDelete = "organization.delete",
        /// A deleted organization was made live again.
        OrganizationRestore = "organization.restore",
        /// An organization was suspended.
        OrganizationSuspend = "organization.suspend",
        /// A suspended organization was made to run again.
        OrganizationResume = "organization.resume",
        /// A deleted organization was destroyed for good, with all beneath it.
        OrganizationPurge = "organization.purge",
        /// A project was made.
        ProjectCreate = "project.create",
        /// A project was changed.
        ProjectUpdate = "project.update",
        /// A project was deleted.
        ProjectDelete = "project.delete",
        /// A deleted project was made live again.
        ProjectRestore = "project.restore",
        /// A user was made.
        UserCreate = "user.create",
        /// A user was changed.
        UserUpdate = "user.update",
        /// A user was removed for good.
        UserDelete = "user.delete",
        /// A user became a member of an organization or a project.
        MembershipCreate = "membership.create",
        /// A member was given another role.
        MembershipUpdate = "membership.update",
        /// A user is no member of an organization or a project any more.
        MembershipDelete = "membership.delete",
        /// An API key was made.
        ApiKeyCreate = "api_key.create",
        /// An API key was changed.
        ApiKeyUpdate = "api_key.update",
        /// An API key was given a new secret.
        ApiKeyRotate = "api_key.rotate",
        /// An API key was revoked.
        ApiKeyRevoke = "api_key.revoke",
        /// A dynamic provider was made.
        DynamicProviderCreate = "dynamic_provider.create",
        /// A dynamic provider was changed.
        DynamicProviderUpdate = "dynamic_provider.update",
        /// A dynamic provider was removed for good.
        DynamicProviderDelete = "dynamic_provider.delete",
        /// Somebody was shown the key of a dynamic provider.
        DynamicProviderReveal = "dynamic_provider.reveal",
    }
}

impl AuditAction {
    /// What kind of thing it was done to.
    #[must_use]
    pub const fn resource_type(self) -> ResourceType {
        match self {
            Self::OrganizationCreate
            | Self::OrganizationUpdate
            | Self::OrganizationDelete
            | Self::OrganizationRestore
            | Self::OrganizationSuspend
            | Self::OrganizationResume
            | Self::OrganizationPurge => ResourceType::Organization,
            Self::ProjectCreate | Self::ProjectUpdate | Self::ProjectDelete | Self::ProjectRestore => {
                ResourceType::Project
            }
            Self::UserCreate | Self::UserUpdate | Self::UserDelete => ResourceType::User,
            Self::MembershipCreate | Self::MembershipUpdate | Self::MembershipDelete => ResourceType::Membership,
            Self::ApiKeyCreate | Self::ApiKeyUpdate | Self::ApiKeyRotate | Self::ApiKeyRevoke => ResourceType::ApiKey,
            Self::DynamicProviderCreate
            | Self::DynamicProviderUpdate
            | Self::DynamicProviderDelete
            | Self::DynamicProviderReveal => ResourceType::DynamicProvider,
        }
    }
}

/// The thing that something was done to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Its id; of a membership, the user's.
    pub id: Uuid,
    /// The organization that it is, or is beneath; `None` for what belongs to the whole installation.
    pub organization: Option<OrganizationId>,
    /// The project that it is, or is beneath.
    pub project: Option<ProjectId>,
}

/// What an entry says, before it has its place in a chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// The entry's id.
    pub id: AuditEntryId,
    /// When it was done: the time that the changed row carries.
    pub timestamp: Timestamp,
    /// Who acted.
    pub actor_type: ActorType,
    /// The id of the key that acted; `None` for the operator.
    pub actor_id: Option<Uuid>,
    /// What was done.
    pub action: AuditAction,
    /// The id of what it was done to.
    pub resource_id: Uuid,
    /// The organization that it concerns.
    pub org_id: Option<OrganizationId>,
    /// The project that it concerns.
    pub project_id: Option<ProjectId>,
    /// The id of the request.
    pub request_id: Option<String>,
    /// The client's address.
    pub ip_address: Option<IpAddr>,
    /// The client's `User-Agent`.
    pub user_agent: Option<String>,
    /// A JSON object: the owner of the key that acted, before and after. Kept as text, since the chain's hash is over
    /// the very bytes.
    pub details: String,
}

impl AuditRecord {
    /// Records that the holder of `grant` did `action` to `subject`.
    #[must_use]
    pub fn new<P: Permission>(
        id: AuditEntryId,
        timestamp: Timestamp,
        grant: &Grant<P>,
        action: AuditAction,
        subject: Subject,
        change: Change,
    ) -> Self {
        let (actor_type, actor_id, owner) = match grant.actor() {
            Actor::ApiKey { id, owner } => (ActorType::ApiKey, Some(id.uuid()), owner.audited_fields().into()),
            Actor::CommandLine => (ActorType::CommandLine, None, Value::Null),
        };
        let origin = grant.origin().clone();
        Self {
            id,
            timestamp,
            actor_type,
            actor_id,
            action,
            resource_id: subject.id,
            org_id: subject.organization,
            project_id: subject.project,
            request_id: origin.request_id,
            ip_address: origin.ip_address,
            user_agent: origin.user_agent,
            details: change.into_details(&owner),
        }
    }

    /// The chain that the entry belongs to.
    #[must_use]
    pub fn chain(&self) -> ChainId {
        self.org_id.map_or(ChainId::INSTALLATION, ChainId::of_organization)
    }
}

/// An entry of the audit log: a record, and its place in its chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// What it says.
    pub record: AuditRecord,
    /// Its number in its chain, from 1, without gaps.
    pub sequence: i64,
    /// The chain's hash up to and including it.
    pub hash: ChainHash,
}

impl Revised for AuditEntry {
    const KIND: ResourceType = ResourceType::AuditLog;

    fn revision(&self) -> Revision {
        // It never changes.
        Revision::new(Self::KIND, &[self.record.id.uuid()], &[self.sequence])
    }
}

impl Positioned for AuditEntry {
    fn position(&self) -> Cursor {
        Cursor::new(self.record.timestamp, self.record.id.uuid())
    }
}
