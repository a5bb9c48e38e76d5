DROP TABLE backfills;
DROP TABLE project_terms;
DROP TABLE organization_terms;
DROP INDEX organizations_external_id;
DROP INDEX organizations_live_external_id;
ALTER TABLE projects DROP COLUMN metadata;
ALTER TABLE organizations DROP COLUMN metadata;
ALTER TABLE organizations DROP COLUMN external_id;
