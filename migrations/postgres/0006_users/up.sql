CREATE TABLE users (
    id           uuid        NOT NULL PRIMARY KEY,
    external_id  text        COLLATE "C" NOT NULL,
    email        text,
    -- The address in lower case, in the core's sense of it: no two databases agree on what that is.
    email_folded text        COLLATE "C",
    name         text,
    created_at   timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL,
    version      bigint      NOT NULL
);

-- No two users are called the same elsewhere, and no two have one address, in whatever case.
CREATE UNIQUE INDEX users_external_id ON users (external_id);
CREATE UNIQUE INDEX users_email ON users (email_folded);

-- The order of the list.
CREATE INDEX users_order ON users (created_at, id);
