DROP TABLE organization_aliases;
