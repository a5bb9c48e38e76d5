CREATE TABLE providers (
    id                 uuid        NOT NULL PRIMARY KEY,
    name               text        COLLATE "C" NOT NULL,
    -- The owner: a project with its organization, an organization, or a user.
    org_id             uuid        REFERENCES organizations (id),
    project_id         uuid        REFERENCES projects (id),
    user_id            uuid        REFERENCES users (id),
    provider_type      text        NOT NULL,
    base_url           text,
    -- The key, sealed for this row, and the id of the master key that it is sealed under. Both are there or neither.
    api_key            bytea,
    api_key_master_key text        COLLATE "C",
    -- The last characters of the key, where it is long enough.
    api_key_last4      text,
    -- JSON: an object, and a list of strings.
    config             text        NOT NULL,
    models             text        NOT NULL,
    is_enabled         boolean     NOT NULL,
    created_at         timestamptz NOT NULL,
    updated_at         timestamptz NOT NULL,
    version            bigint      NOT NULL
);

-- A name is unique among the providers of one owner.
CREATE UNIQUE INDEX providers_organization_name ON providers (org_id, name)
    WHERE org_id IS NOT NULL AND project_id IS NULL;
CREATE UNIQUE INDEX providers_project_name ON providers (project_id, name) WHERE project_id IS NOT NULL;
CREATE UNIQUE INDEX providers_user_name ON providers (user_id, name) WHERE user_id IS NOT NULL;

-- The order of the lists: of all, of an organization's with its projects', and of one owner's.
CREATE INDEX providers_order ON providers (created_at, id);
CREATE INDEX providers_organization_order ON providers (org_id, created_at, id);
CREATE INDEX providers_organization_own_order ON providers (org_id, created_at, id)
    WHERE org_id IS NOT NULL AND project_id IS NULL;
CREATE INDEX providers_project_order ON providers (project_id, created_at, id) WHERE project_id IS NOT NULL;
CREATE INDEX providers_user_order ON providers (user_id, created_at, id) WHERE user_id IS NOT NULL;

-- What hangs on a master key.
CREATE INDEX providers_master_key ON providers (api_key_master_key, id) WHERE api_key_master_key IS NOT NULL;

-- What one instance does at a time.
CREATE TABLE leases (
    name    text        COLLATE "C" NOT NULL PRIMARY KEY,
    -- The instance that has it.
    holder  uuid        NOT NULL,
    ends_at timestamptz NOT NULL
);
