-- The master keys that have come into use. The keys themselves are kept nowhere.
CREATE TABLE master_keys (
    -- Derived from the key in a way that does not lead back; 16 hexadecimal digits.
    id          TEXT    NOT NULL PRIMARY KEY,
    -- The order in which they came into use, from 1.
    number      INTEGER NOT NULL,
    -- A data key that is used for nothing, wrapped under the master key: no other one opens it.
    check_value BLOB    NOT NULL,
    created_at  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Of two instances that bring different keys at once, one comes first, and the other looks again.
CREATE UNIQUE INDEX master_keys_number ON master_keys (number);
