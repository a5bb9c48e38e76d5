CREATE TABLE organizations (
    id         BLOB    NOT NULL PRIMARY KEY,
    slug       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    deleted_at INTEGER,
    version    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A slug is unique among live organizations; a deleted one leaves it free at once.
CREATE UNIQUE INDEX organizations_live_slug ON organizations (slug) WHERE deleted_at IS NULL;

-- The order of the list of live organizations.
CREATE INDEX organizations_live_order ON organizations (created_at, id) WHERE deleted_at IS NULL;

-- The order of the list with deleted organizations. Every row has a version above 0: the condition only keeps the
-- planner from taking this index for live organizations, where it would read through all the deleted ones.
CREATE INDEX organizations_order ON organizations (created_at, id) WHERE version > 0;
