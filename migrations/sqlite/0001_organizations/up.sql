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

-- The order of the list, without deleted organizations and with them.
CREATE INDEX organizations_live_order ON organizations (created_at, id) WHERE deleted_at IS NULL;
CREATE INDEX organizations_order ON organizations (created_at, id);
