CREATE TABLE users (
    id           BLOB    NOT NULL PRIMARY KEY,
    external_id  TEXT    NOT NULL,
    email        TEXT,
    -- The address in lower case, in the core's sense of it: no two databases agree on what that is.
    email_folded TEXT,
    name         TEXT,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    version      INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- No two users are called the same elsewhere, and no two have one address, in whatever case.
CREATE UNIQUE INDEX users_external_id ON users (external_id);
CREATE UNIQUE INDEX users_email ON users (email_folded);

-- The order of the list.
CREATE INDEX users_order ON users (created_at, id);
