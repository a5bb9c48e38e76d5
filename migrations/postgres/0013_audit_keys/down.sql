CREATE TABLE later_audit_chains AS SELECT id, head_sequence, head_hash FROM audit_chains;
DROP TABLE audit_chains;
CREATE TABLE audit_chains (
    id       uuid   NOT NULL PRIMARY KEY,
    sequence bigint NOT NULL,
    hash     bytea  NOT NULL
);

INSERT INTO audit_chains (id, sequence, hash) SELECT id, head_sequence, head_hash FROM later_audit_chains;
DROP TABLE later_audit_chains;
DROP TABLE audit_keys;
