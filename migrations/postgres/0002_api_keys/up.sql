CREATE TABLE api_keys (
    id         uuid        NOT NULL PRIMARY KEY,
    name       text        NOT NULL,
    -- The SHA-256 of the secret; the secret itself is kept nowhere.
    key_hash   bytea       NOT NULL,
    key_prefix text        NOT NULL,
    owner_type text        NOT NULL,
    -- Separated by single spaces, which no scope contains.
    scopes     text        NOT NULL,
    expires_at timestamptz,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    revoked_at timestamptz
);

CREATE UNIQUE INDEX api_keys_key_hash ON api_keys (key_hash);

-- The order of the list.
CREATE INDEX api_keys_order ON api_keys (created_at, id);
