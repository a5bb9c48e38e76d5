DROP INDEX audit_log_action_order;
DROP INDEX audit_log_resource_order;
DROP INDEX audit_log_actor_order;
DROP INDEX audit_log_project_order;
DROP INDEX audit_log_organization_order;
DROP INDEX audit_log_order;
DROP INDEX audit_log_id;
