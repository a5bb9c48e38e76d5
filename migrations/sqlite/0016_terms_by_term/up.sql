-- One tree for each in the place of two, which begins with what is looked for: what a row has as terms follows from the row.
ALTER TABLE organization_terms RENAME TO former_organization_terms;
DROP INDEX organization_terms_term;
CREATE TABLE organization_terms (
    term   TEXT NOT NULL,
    org_id BLOB NOT NULL,
    PRIMARY KEY (term, org_id)
) STRICT, WITHOUT ROWID;
INSERT INTO organization_terms (term, org_id)
    SELECT term, org_id FROM former_organization_terms ORDER BY term, org_id;
DROP TABLE former_organization_terms;

ALTER TABLE project_terms RENAME TO former_project_terms;
DROP INDEX project_terms_term;
CREATE TABLE project_terms (
    org_id     BLOB NOT NULL,
    term       TEXT NOT NULL,
    project_id BLOB NOT NULL,
    PRIMARY KEY (org_id, term, project_id)
) STRICT, WITHOUT ROWID;
INSERT INTO project_terms (org_id, term, project_id)
    SELECT org_id, term, project_id FROM former_project_terms ORDER BY org_id, term, project_id;
DROP TABLE former_project_terms;
