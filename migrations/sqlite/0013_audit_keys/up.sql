-- The key that the chains are made with, sealed under a master key. There is one.
CREATE TABLE audit_keys (
    id            BLOB    NOT NULL PRIMARY KEY,
    master_key_id TEXT    NOT NULL,
    sealed_key    BLOB    NOT NULL,
    created_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- A program that knows nothing of the key must write to no chain: the columns that it writes are called otherwise now.
CREATE TABLE former_audit_chains AS SELECT id, sequence, hash FROM audit_chains;
DROP TABLE audit_chains;
CREATE TABLE audit_chains (
    id            BLOB    NOT NULL PRIMARY KEY,
    -- The number and the hash of the last entry.
    head_sequence INTEGER NOT NULL,
    head_hash     BLOB    NOT NULL,
    -- Those of the entry before the first that is still there; 0 and zeros until the retention deletes some.
    base_sequence INTEGER NOT NULL,
    base_hash     BLOB    NOT NULL,
    -- The number of the last entry that was written before chains were keyed.
    last_unkeyed  INTEGER NOT NULL,
    -- Over all of the above, under the key of the chains; zeros until there is one.
    seal          BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO audit_chains (id, head_sequence, head_hash, base_sequence, base_hash, last_unkeyed, seal)
SELECT id, sequence, hash, 0, zeroblob(32), sequence, zeroblob(32) FROM former_audit_chains;
DROP TABLE former_audit_chains;
