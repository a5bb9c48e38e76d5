-- The slugs that live organizations had before, and that still lead to them: none that a live organization has.
CREATE TABLE organization_aliases (
    slug           text        COLLATE "C" NOT NULL PRIMARY KEY,
    org_id         uuid        NOT NULL REFERENCES organizations (id),
    -- Until then no other organization can take the slug.
    reserved_until timestamptz NOT NULL
);

-- Those of one organization: how many are reserved, and all of them to be ended.
CREATE INDEX organization_aliases_organization ON organization_aliases (org_id, reserved_until);
