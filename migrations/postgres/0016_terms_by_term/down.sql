ALTER TABLE organization_terms DROP CONSTRAINT organization_terms_pkey;
ALTER TABLE organization_terms ADD PRIMARY KEY (org_id, term);
CREATE INDEX organization_terms_term ON organization_terms (term, org_id);

ALTER TABLE project_terms DROP CONSTRAINT project_terms_pkey;
ALTER TABLE project_terms ADD PRIMARY KEY (project_id, term);
CREATE INDEX project_terms_term ON project_terms (org_id, term, project_id);
