CREATE TABLE projects (
    id         BLOB    NOT NULL PRIMARY KEY,
    org_id     BLOB    NOT NULL REFERENCES organizations (id),
    slug       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A slug is unique among the live projects of an organization; a deleted one leaves it free at once.
CREATE UNIQUE INDEX projects_live_slug ON projects (org_id, slug) WHERE deleted_at IS NULL;

-- All that an organization has; among them those of one slug, one of which may be restored.
CREATE INDEX projects_slug ON projects (org_id, slug);

-- The order of the list of live projects, and of that with deleted ones: as those of organizations.
CREATE INDEX projects_live_order ON projects (org_id, created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX projects_order ON projects (org_id, created_at, id) WHERE version > 0;

-- The deleted organizations of one slug, one of which may be restored.
CREATE INDEX organizations_deleted_slug ON organizations (slug) WHERE deleted_at IS NOT NULL;

-- The project that an entry concerns.
ALTER TABLE audit_log ADD COLUMN project_id BLOB;
