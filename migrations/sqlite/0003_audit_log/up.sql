-- The head of each chain: the number and the hash of its last entry. The chain of what belongs to no organization has
-- the nil UUID.
CREATE TABLE audit_chains (
    id       BLOB    NOT NULL PRIMARY KEY,
    sequence INTEGER NOT NULL,
    hash     BLOB    NOT NULL
) STRICT, WITHOUT ROWID;

-- No foreign keys: entries outlive what they tell of.
CREATE TABLE audit_log (
    chain_id      BLOB    NOT NULL,
    sequence      INTEGER NOT NULL,
    id            BLOB    NOT NULL,
    timestamp     INTEGER NOT NULL,
    actor_type    TEXT    NOT NULL,
    actor_id      BLOB,
    action        TEXT    NOT NULL,
    resource_type TEXT    NOT NULL,
    resource_id   BLOB    NOT NULL,
    org_id        BLOB,
    request_id    TEXT,
    ip_address    TEXT,
    user_agent    TEXT,
    -- JSON, as text: the hash is over the very bytes.
    details       TEXT    NOT NULL,
    hash          BLOB    NOT NULL,
    PRIMARY KEY (chain_id, sequence)
) STRICT, WITHOUT ROWID;
