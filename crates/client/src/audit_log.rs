//! The audit log: who did what, when and from where.

use tenancy_api_types::audit_logs::AuditLogEntry;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use uuid::Uuid;

use crate::{
    call::{Call, kind},
    client::Client,
    export::Export,
    http::Path,
    pages::List,
};

/// The audit log, as far as the key reaches.
#[derive(Debug, Clone)]
pub struct AuditLog {
    client: Client,
}

impl AuditLog {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Its entries, newest first. `GET /admin/v1/audit-logs`
    pub fn list(&self) -> List<AuditLogEntry> {
        self.client.list(collection())
    }

    /// One entry. `GET /admin/v1/audit-logs/{id}`
    pub fn get(&self, entry: Uuid) -> Call<AuditLogEntry, kind::Read> {
        self.client.read(&collection().then(entry))
    }
}

/// Which entries are asked for: those that meet all of the filters.
impl List<AuditLogEntry> {
    /// Those of who acts in this way: `api_key` over HTTP, `cli` on the service's command line.
    pub fn actor_type(self, actor_type: &str) -> Self {
        self.filter("actor_type", actor_type)
    }

    /// Those of one actor: the id of an API key.
    pub fn actor(self, key: Uuid) -> Self {
        self.filter("actor_id", key.to_string())
    }

    /// Those of one kind of act: `organization.create`, say.
    pub fn action(self, action: &str) -> Self {
        self.filter("action", action)
    }

    /// Those of what was done to one kind of thing: `organization`, say.
    pub fn resource_type(self, resource_type: &str) -> Self {
        self.filter("resource_type", resource_type)
    }

    /// Those of what was done to one thing; of a membership, its user.
    pub fn resource(self, resource: Uuid) -> Self {
        self.filter("resource_id", resource.to_string())
    }

    /// Those that concern one organization, by its id.
    pub fn organization(self, organization: Uuid) -> Self {
        self.filter("org_id", organization.to_string())
    }

    /// Those of this time or later.
    pub fn from(self, time: OffsetDateTime) -> Self {
        self.time("from", time)
    }

    /// Those of before this time.
    pub fn to(self, time: OffsetDateTime) -> Self {
        self.time("to", time)
    }

    /// The same entries as one stream, oldest first, in the place of pages: for very many. Where a page was to begin, how
    /// long it was to be, and in which direction to go, are of no concern to it.
    pub fn export(self) -> Export {
        let (client, path, filters) = self.into_parts();
        Export::new(client, &path, &filters)
    }

    fn time(self, name: &'static str, time: OffsetDateTime) -> Self {
        // What has no such form is a year beyond 9999, which the service refuses with a word of its own.
        self.filter(name, time.format(&Rfc3339).unwrap_or_else(|_| time.to_string()))
    }
}

fn collection() -> Path {
    Path::api("audit-logs")
}
