-- The project, or the user, that the owner is. A project's key has its organization in org_id.
ALTER TABLE api_keys ADD COLUMN project_id BLOB REFERENCES projects (id);
ALTER TABLE api_keys ADD COLUMN user_id BLOB REFERENCES users (id);

-- The order of the lists: of one owner's keys, and of those of one kind of owner.
CREATE INDEX api_keys_organization_own_order ON api_keys (org_id, created_at, id)
    WHERE org_id IS NOT NULL AND project_id IS NULL;
CREATE INDEX api_keys_project_order ON api_keys (project_id, created_at, id) WHERE project_id IS NOT NULL;
CREATE INDEX api_keys_user_order ON api_keys (user_id, created_at, id) WHERE user_id IS NOT NULL;
CREATE INDEX api_keys_owner_type_order ON api_keys (owner_type, created_at, id);

-- What counts towards a user's limit.
CREATE INDEX api_keys_user_unrevoked ON api_keys (user_id) WHERE user_id IS NOT NULL AND revoked_at IS NULL;
