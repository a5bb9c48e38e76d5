-- What an organization is called elsewhere, and what others note of it and of a project: a JSON object of texts. NULL for
-- nothing.
ALTER TABLE organizations ADD COLUMN external_id text COLLATE "C";
ALTER TABLE organizations ADD COLUMN metadata text;
ALTER TABLE projects ADD COLUMN metadata text;

CREATE UNIQUE INDEX organizations_live_external_id ON organizations (external_id)
    WHERE deleted_at IS NULL AND external_id IS NOT NULL;
-- Those that are listed with deleted ones.
CREATE INDEX organizations_external_id ON organizations (external_id, created_at, id) WHERE external_id IS NOT NULL;

-- What organizations and projects, live or deleted, are found by: the slug, and the words of the name, in lower case. No
-- references: a row is written and removed together with what it is of.
CREATE TABLE organization_terms (
    org_id uuid NOT NULL,
    term   text COLLATE "C" NOT NULL,
    PRIMARY KEY (org_id, term)
);
CREATE INDEX organization_terms_term ON organization_terms (term, org_id);

CREATE TABLE project_terms (
    project_id uuid NOT NULL,
    org_id     uuid NOT NULL,
    term       text COLLATE "C" NOT NULL,
    PRIMARY KEY (project_id, term)
);
CREATE INDEX project_terms_term ON project_terms (org_id, term, project_id);

-- What is yet to be given its terms, which the program makes: the rows of a table behind an id. Nothing once that is done.
CREATE TABLE backfills (
    name     text COLLATE "C" NOT NULL PRIMARY KEY,
    after_id uuid NOT NULL
);
INSERT INTO backfills (name, after_id) VALUES
    ('organization_terms', '00000000-0000-0000-0000-000000000000'),
    ('project_terms', '00000000-0000-0000-0000-000000000000');
