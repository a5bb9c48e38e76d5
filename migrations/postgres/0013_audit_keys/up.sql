-- The key that the chains are made with, sealed under a master key. There is one.
CREATE TABLE audit_keys (
    id            uuid        NOT NULL PRIMARY KEY,
    master_key_id text        COLLATE "C" NOT NULL,
    sealed_key    bytea       NOT NULL,
    created_at    timestamptz NOT NULL
);

-- A program that knows nothing of the key must write to no chain: the columns that it writes are called otherwise now.
CREATE TABLE former_audit_chains AS SELECT id, sequence, hash FROM audit_chains;
DROP TABLE audit_chains;
CREATE TABLE audit_chains (
    id            uuid   NOT NULL PRIMARY KEY,
    -- The number and the hash of the last entry.
    head_sequence bigint NOT NULL,
    head_hash     bytea  NOT NULL,
    -- Those of the entry before the first that is still there; 0 and zeros until the retention deletes some.
    base_sequence bigint NOT NULL,
    base_hash     bytea  NOT NULL,
    -- The number of the last entry that was written before chains were keyed.
    last_unkeyed  bigint NOT NULL,
    -- Over all of the above, under the key of the chains; zeros until there is one.
    seal          bytea  NOT NULL
);

INSERT INTO audit_chains (id, head_sequence, head_hash, base_sequence, base_hash, last_unkeyed, seal)
SELECT id, sequence, hash, 0, decode(repeat('00', 32), 'hex'), sequence, decode(repeat('00', 32), 'hex') FROM former_audit_chains;
DROP TABLE former_audit_chains;
