CREATE TABLE api_keys (
    id         BLOB    NOT NULL PRIMARY KEY,
    name       TEXT    NOT NULL,
    -- The SHA-256 of the secret; the secret itself is kept nowhere.
    key_hash   BLOB    NOT NULL,
    key_prefix TEXT    NOT NULL,
    owner_type TEXT    NOT NULL,
    -- Separated by single spaces, which no scope contains.
    scopes     TEXT    NOT NULL,
    expires_at INTEGER,
    created_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    revoked_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX api_keys_key_hash ON api_keys (key_hash);

-- The order of the list.
CREATE INDEX api_keys_order ON api_keys (created_at, id);
