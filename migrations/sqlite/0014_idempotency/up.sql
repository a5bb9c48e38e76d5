-- Requests with a key of their caller's, and what they were answered with; each for a day. Only a transaction that is under
-- way has one without an answer that was not erased.
CREATE TABLE idempotency_records (
    id              BLOB    NOT NULL PRIMARY KEY,
    -- The API key that the request was made with. Not a reference: to make one would lock the row on PostgreSQL, which the
    -- request itself may be about to rotate.
    api_key_id      BLOB    NOT NULL,
    key             TEXT    NOT NULL,
    -- SHA-256 over what tells the request from others.
    fingerprint     BLOB    NOT NULL,
    created_at      INTEGER NOT NULL,
    -- The answer, in the transport's words. NULL once it is erased.
    head            TEXT,
    -- Without the secret that was in it.
    body            TEXT,
    -- The API key whose secret that is. When the key is removed, so is this.
    secret_of       BLOB    REFERENCES api_keys (id) ON DELETE CASCADE,
    -- The bytes of the body before it.
    secret_position INTEGER,
    -- The secret, sealed under the master key.
    secret          BLOB,
    master_key_id   TEXT
) STRICT;

-- Of two requests with one key the second waits for the first.
CREATE UNIQUE INDEX idempotency_records_key ON idempotency_records (api_key_id, key);

-- Those that are over.
CREATE INDEX idempotency_records_age ON idempotency_records (created_at);

-- Those that are erased with a secret.
CREATE INDEX idempotency_records_secret ON idempotency_records (secret_of) WHERE secret_of IS NOT NULL;
