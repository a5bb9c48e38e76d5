-- One entry by its id.
CREATE UNIQUE INDEX audit_log_id ON audit_log (id);

-- The order of the list, and that of what each filter leaves of it. A kind of actor or of thing has none of its own: there
-- are few kinds, and many entries of each.
CREATE INDEX audit_log_order ON audit_log (timestamp, id);
CREATE INDEX audit_log_organization_order ON audit_log (org_id, timestamp, id) WHERE org_id IS NOT NULL;
CREATE INDEX audit_log_project_order ON audit_log (project_id, timestamp, id) WHERE project_id IS NOT NULL;
CREATE INDEX audit_log_actor_order ON audit_log (actor_id, timestamp, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_log_resource_order ON audit_log (resource_id, timestamp, id);
CREATE INDEX audit_log_action_order ON audit_log (action, timestamp, id);
