-- One index for each in the place of two, which begins with what is looked for: what a row has as terms follows from the row.
ALTER TABLE organization_terms DROP CONSTRAINT organization_terms_pkey;
ALTER TABLE organization_terms ADD PRIMARY KEY (term, org_id);
DROP INDEX organization_terms_term;

ALTER TABLE project_terms DROP CONSTRAINT project_terms_pkey;
ALTER TABLE project_terms ADD PRIMARY KEY (org_id, term, project_id);
DROP INDEX project_terms_term;
