-- The head of each chain: the number and the hash of its last entry. The chain of what belongs to no organization has
-- the nil UUID.
CREATE TABLE audit_chains (
    id       uuid   NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL,
    hash     bytea  NOT NULL
);

-- No foreign keys: entries outlive what they tell of.
CREATE TABLE audit_log (
    chain_id      uuid        NOT NULL,
    sequence      bigint      NOT NULL,
    id            uuid        NOT NULL,
    timestamp     timestamptz NOT NULL,
    actor_type    text        NOT NULL,
    actor_id      uuid,
    action        text        NOT NULL,
    resource_type text        NOT NULL,
    resource_id   uuid        NOT NULL,
    org_id        uuid,
    request_id    text,
    ip_address    text,
    user_agent    text,
    -- JSON, as text: the hash is over the very bytes.
    details       text        NOT NULL,
    hash          bytea       NOT NULL,
    PRIMARY KEY (chain_id, sequence)
);
