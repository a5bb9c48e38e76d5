-- What an organization is called elsewhere, and what others note of it and of a project: a JSON object of texts. NULL for
-- nothing.
ALTER TABLE organizations ADD COLUMN external_id TEXT;
ALTER TABLE organizations ADD COLUMN metadata TEXT;
ALTER TABLE projects ADD COLUMN metadata TEXT;

CREATE UNIQUE INDEX organizations_live_external_id ON organizations (external_id)
    WHERE deleted_at IS NULL AND external_id IS NOT NULL;
-- Those that are listed with deleted ones.
CREATE INDEX organizations_external_id ON organizations (external_id, created_at, id) WHERE external_id IS NOT NULL;

-- What organizations and projects, live or deleted, are found by: the slug, and the words of the name, in lower case. No
-- references: a row is written and removed together with what it is of.
CREATE TABLE organization_terms (
    org_id BLOB NOT NULL,
    term   TEXT NOT NULL,
    PRIMARY KEY (org_id, term)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_terms_term ON organization_terms (term, org_id);

CREATE TABLE project_terms (
    project_id BLOB NOT NULL,
    org_id     BLOB NOT NULL,
    term       TEXT NOT NULL,
    PRIMARY KEY (project_id, term)
) STRICT, WITHOUT ROWID;
CREATE INDEX project_terms_term ON project_terms (org_id, term, project_id);

-- What is yet to be given its terms, which the program makes: the rows of a table behind an id. Nothing once that is done.
CREATE TABLE backfills (
    name     TEXT NOT NULL PRIMARY KEY,
    after_id BLOB NOT NULL
) STRICT;
INSERT INTO backfills (name, after_id) VALUES
    ('organization_terms', zeroblob(16)),
    ('project_terms', zeroblob(16));
