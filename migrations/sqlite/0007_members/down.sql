DROP TABLE project_members;
DROP TABLE organization_members;
