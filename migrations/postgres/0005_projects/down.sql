ALTER TABLE audit_log DROP COLUMN project_id;
DROP INDEX organizations_deleted_slug;
DROP TABLE projects;
