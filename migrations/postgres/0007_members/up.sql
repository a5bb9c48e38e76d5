CREATE TABLE organization_members (
    org_id    uuid        NOT NULL REFERENCES organizations (id),
    user_id   uuid        NOT NULL REFERENCES users (id),
    role      text        NOT NULL,
    joined_at timestamptz NOT NULL,
    version   bigint      NOT NULL,
    PRIMARY KEY (org_id, user_id)
);

-- The order of the list.
CREATE INDEX organization_members_order ON organization_members (org_id, joined_at, user_id);

-- What a user is a member of.
CREATE INDEX organization_members_user ON organization_members (user_id, org_id);

-- How many owners there are.
CREATE INDEX organization_members_role ON organization_members (org_id, role);

-- The members of projects, all of whom are members of the projects' organizations.
CREATE TABLE project_members (
    project_id uuid        NOT NULL REFERENCES projects (id),
    user_id    uuid        NOT NULL,
    -- The organization of the project.
    org_id     uuid        NOT NULL,
    role       text        NOT NULL,
    joined_at  timestamptz NOT NULL,
    version    bigint      NOT NULL,
    PRIMARY KEY (project_id, user_id),
    -- Not to the user itself: whoever adds a member has locked its membership of the organization, and not the user.
    FOREIGN KEY (org_id, user_id) REFERENCES organization_members (org_id, user_id)
);

CREATE INDEX project_members_order ON project_members (project_id, joined_at, user_id);
CREATE INDEX project_members_user ON project_members (user_id, org_id);
CREATE INDEX project_members_role ON project_members (project_id, role);
