ALTER TABLE organizations DROP COLUMN suspended_at;
