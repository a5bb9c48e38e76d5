-- When the organization was suspended; NULL for one that is not.
ALTER TABLE organizations ADD COLUMN suspended_at INTEGER;
