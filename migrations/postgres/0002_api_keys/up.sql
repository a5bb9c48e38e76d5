CREATE TABLE api_keys (
    id                   uuid        NOT NULL PRIMARY KEY,
    name                 text        NOT NULL,
    key_prefix           text        NOT NULL,
    owner_type           text        NOT NULL,
    -- The organization that the owner is, or is beneath; NULL for what belongs to the whole installation.
    org_id               uuid        REFERENCES organizations (id),
    -- Separated by single spaces, which no scope contains.
    scopes               text        NOT NULL,
    expires_at           timestamptz,
    created_at           timestamptz NOT NULL,
    updated_at           timestamptz NOT NULL,
    last_used_at         timestamptz,
    revoked_at           timestamptz,
    rotated_at           timestamptz,
    rotation_grace_until timestamptz,
    version              bigint      NOT NULL
);

-- The order of the lists: of all keys, and of one organization's.
CREATE INDEX api_keys_order ON api_keys (created_at, id);
CREATE INDEX api_keys_organization_order ON api_keys (org_id, created_at, id);

-- What counts towards an organization's limit.
CREATE INDEX api_keys_organization_unrevoked ON api_keys (org_id) WHERE revoked_at IS NULL;

-- The SHA-256 of each secret; the secrets themselves are kept nowhere. A key has one of its own, and while the grace of a
-- rotation runs the one before as well. Those that have ended stay, so that none of them is taken for a new key.
CREATE TABLE api_key_secrets (
    hash        bytea   NOT NULL PRIMARY KEY,
    api_key_id  uuid    NOT NULL REFERENCES api_keys (id),
    -- The end of the grace; NULL for the key's own secret.
    valid_until timestamptz,
    -- Ended before its time, by a later rotation.
    is_replaced boolean NOT NULL
);

CREATE INDEX api_key_secrets_api_key ON api_key_secrets (api_key_id);
