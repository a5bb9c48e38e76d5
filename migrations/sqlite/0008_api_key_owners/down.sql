DROP INDEX api_keys_user_unrevoked;
DROP INDEX api_keys_owner_type_order;
DROP INDEX api_keys_user_order;
DROP INDEX api_keys_project_order;
DROP INDEX api_keys_organization_own_order;
ALTER TABLE api_keys DROP COLUMN user_id;
ALTER TABLE api_keys DROP COLUMN project_id;
