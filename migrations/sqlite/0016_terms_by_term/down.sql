ALTER TABLE organization_terms RENAME TO former_organization_terms;
CREATE TABLE organization_terms (
    org_id BLOB NOT NULL,
    term   TEXT NOT NULL,
    PRIMARY KEY (org_id, term)
) STRICT, WITHOUT ROWID;
INSERT INTO organization_terms (org_id, term)
    SELECT org_id, term FROM former_organization_terms ORDER BY org_id, term;
DROP TABLE former_organization_terms;
CREATE INDEX organization_terms_term ON organization_terms (term, org_id);

ALTER TABLE project_terms RENAME TO former_project_terms;
CREATE TABLE project_terms (
    project_id BLOB NOT NULL,
    org_id     BLOB NOT NULL,
    term       TEXT NOT NULL,
    PRIMARY KEY (project_id, term)
) STRICT, WITHOUT ROWID;
INSERT INTO project_terms (project_id, org_id, term)
    SELECT project_id, org_id, term FROM former_project_terms ORDER BY project_id, term;
DROP TABLE former_project_terms;
CREATE INDEX project_terms_term ON project_terms (org_id, term, project_id);
