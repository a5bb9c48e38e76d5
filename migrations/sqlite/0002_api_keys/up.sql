CREATE TABLE api_keys (
    id                   BLOB    NOT NULL PRIMARY KEY,
    name                 TEXT    NOT NULL,
    key_prefix           TEXT    NOT NULL,
    owner_type           TEXT    NOT NULL,
    -- The organization that the owner is, or is beneath; NULL for what belongs to the whole installation.
    org_id               BLOB    REFERENCES organizations (id),
    -- Separated by single spaces, which no scope contains.
    scopes               TEXT    NOT NULL,
    expires_at           INTEGER,
    created_at           INTEGER NOT NULL,
    updated_at           INTEGER NOT NULL,
    last_used_at         INTEGER,
    revoked_at           INTEGER,
    rotated_at           INTEGER,
    rotation_grace_until INTEGER,
    version              INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The order of the lists: of all keys, and of one organization's.
CREATE INDEX api_keys_order ON api_keys (created_at, id);
CREATE INDEX api_keys_organization_order ON api_keys (org_id, created_at, id);

-- What counts towards an organization's limit.
CREATE INDEX api_keys_organization_unrevoked ON api_keys (org_id) WHERE revoked_at IS NULL;

-- The SHA-256 of each secret; the secrets themselves are kept nowhere. A key has one of its own, and while the grace of a
-- rotation runs the one before as well. Those that have ended stay, so that none of them is taken for a new key.
CREATE TABLE api_key_secrets (
    hash        BLOB    NOT NULL PRIMARY KEY,
    api_key_id  BLOB    NOT NULL REFERENCES api_keys (id),
    -- The end of the grace; NULL for the key's own secret.
    valid_until INTEGER,
    -- Ended before its time, by a later rotation.
    is_replaced INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX api_key_secrets_api_key ON api_key_secrets (api_key_id);
