//! How the suite is run: the macro that makes a test of each rule.

use super::{Service, leaks};

/// Runs one rule on a service of its own, and then searches all that the service left behind for the secrets that it
/// gave out. What `start` gives beside the service is dropped after it: a process, say.
///
/// # Panics
/// When the rule is broken, or a secret is found.
pub fn run<G>(start: impl FnOnce() -> (Service, G), rule: impl FnOnce(&Service)) {
    let (service, _guard) = start();
    rule(&service);
    leaks::expect_none(&service);
}

/// Makes a test of every rule, in modules that are named as those of [`http`](crate::http).
///
/// The first argument is a function or closure that starts a service without organizations, and gives beside it a value
/// that keeps it running: `|| (Service::new(address, keys), process)`. Each test calls it once.
///
/// Where `unless` is true when a test begins, that test does nothing: for a storage that a run was told to leave out.
#[macro_export]
macro_rules! http_suite {
    ($start:expr $(,)?) => {
        $crate::http_suite!($start, unless: false);
    };
    ($start:expr, unless: $left_out:expr $(,)?) => {
        $crate::http_suite! { @rules $start, $left_out;
            operations {
                a_service_lives_and_is_ready,
                requests_are_counted_by_their_routes,
                the_document_lists_the_endpoints,
            }
            docs {
                the_page_loads_from_this_service_alone,
                the_files_of_the_page_are_sent_once,
            }
            organizations {
                an_organization_is_made_found_renamed_and_deleted,
                a_change_of_nothing_keeps_the_time,
                a_slug_is_taken_once_and_free_again_after_deletion,
                a_deleted_organization_is_shown_by_id_to_who_asks_for_deleted_ones,
                the_rules_of_the_fields,
            }
            projects {
                a_project_is_made_found_renamed_and_deleted,
                a_change_of_nothing_keeps_the_time,
                a_slug_is_taken_once_in_an_organization_and_free_again_after_deletion,
                a_deleted_project_is_shown_by_id_to_who_asks_for_deleted_ones,
                the_rules_of_the_fields,
                a_project_is_found_beneath_its_own_organization_alone,
            }
            metadata {
                metadata_are_set_and_removed_pair_by_pair,
                the_rules_of_metadata,
                an_external_id_is_of_one_live_organization,
                the_audit_log_tells_what_was_noted,
                words_find_within_reach,
                what_is_found_has_pages,
            }
            users {
                a_user_is_made_found_changed_and_deleted,
                what_is_left_out_is_null,
                an_external_id_and_an_email_are_of_one_user,
                users_are_looked_up,
                the_rules_of_the_fields,
                a_users_organizations_are_listed_with_its_role_in_each,
                a_users_memberships_and_keys_go_with_it,
                the_last_owner_of_an_organization_is_not_deleted,
                only_system_keys_do_anything_with_users,
            }
            members {
                a_member_is_added_found_given_another_role_and_removed,
                a_user_is_added_once,
                a_member_of_a_project_is_one_of_its_organization,
                who_leaves_an_organization_leaves_its_projects,
                the_last_owner_stays,
                the_rules_of_the_fields,
                only_system_keys_add_to_an_organization,
                a_user_belongs_to_many_organizations,
            }
            restoration {
                a_restored_organization_has_all_that_its_deletion_hid,
                a_restored_project_has_all_that_its_deletion_hid,
                what_was_gone_before_stays_gone,
                a_deleted_thing_is_named_by_its_slug_while_it_alone_has_it,
                a_slug_that_was_taken_since_is_a_conflict_and_another_may_be_picked,
                the_rules_of_the_body,
                organizations_are_restored_by_system_keys_alone,
            }
            suspension {
                an_organization_is_suspended_and_resumed,
                the_keys_of_a_suspended_organization_are_refused,
                a_members_key_reaches_a_suspended_organization_no_more,
                system_keys_go_on_writing_beneath_a_suspended_organization,
                suspension_takes_a_system_key_and_no_body,
            }
            aliases {
                who_looks_by_a_former_slug_is_led_on,
                who_writes_by_a_former_slug_finds_nothing,
                who_may_not_see_the_organization_is_not_led_to_it,
                a_former_slug_is_kept_for_its_organization,
                former_slugs_end_with_the_organization,
                the_rules_of_a_new_slug,
            }
            purging {
                a_purged_organization_is_gone_with_all_beneath_it,
                only_what_is_deleted_is_purged,
                a_purge_lets_its_last_owner_go,
                a_purge_takes_a_system_key_and_no_body,
            }
            dry_runs {
                a_dry_run_tells_how_much_and_changes_nothing,
                a_dry_run_is_refused_what_the_deletion_is,
            }
            roles {
                each_role_may_do_what_it_allows,
                the_role_goes_after_reach_and_before_body_and_query,
                a_users_key_sees_its_organizations_alone,
                a_role_holds_from_its_change_on,
            }
            reach {
                a_foreign_organization_and_none_give_the_same_answer,
                a_sibling_project_and_none_give_the_same_answer,
                a_projects_key_reaches_its_project_and_its_organizations_row,
                a_projects_key_makes_keys_for_its_project_alone,
            }
            isolation {
                every_operation_has_a_row,
                every_operation_answers_every_caller_as_its_row_says,
                what_is_beyond_reach_is_answered_as_what_is_absent,
                what_a_body_refers_to_is_absent_beyond_the_callers_reach,
                each_caller_is_shown_all_that_it_reaches_and_nothing_else,
                every_operation_is_done_by_whom_its_row_lets,
            }
            secrets {
                wherever_a_key_is_put_it_stays_nowhere,
                no_text_that_is_kept_holds_a_key,
            }
            lists {
                a_page_with_nothing_beside_it_has_no_cursors_and_no_links,
                backward_without_a_cursor_is_the_oldest_page,
                a_cursor_goes_on_working_after_its_row_is_deleted_and_with_padding,
                a_limit_is_echoed_as_it_is_served,
                each_bad_parameter_is_named,
            }
            walks {
                rows_of_one_instant_are_walked_both_ways,
                deleted_rows_are_walked_both_ways,
                links_keep_what_was_asked_for,
                a_walk_is_not_disturbed_by_what_comes_and_goes,
                new_rows_are_found_by_walking_back,
                lists_of_every_kind_are_walked_both_ways,
            }
            api_keys {
                a_key_needs_a_name_and_an_owner_and_has_no_scopes_of_itself,
                the_scopes_of_a_key_hold_from_their_change_on,
                the_rules_of_the_fields,
            }
            api_key_grants {
                a_key_is_given_no_scope_that_its_maker_lacks,
                a_key_is_changed_to_no_scope_that_the_caller_lacks,
                a_key_that_is_greater_than_the_caller_is_not_taken_over_by_rotation,
                only_system_keys_make_system_keys_and_organizations,
                a_system_key_grants_no_more_than_it_has,
            }
            api_key_lists {
                keys_are_listed_by_their_kind_of_owner,
                an_organizations_keys_are_listed_beneath_it,
                the_keys_of_projects_and_users_are_listed_beneath_them,
                a_list_of_keys_is_walked_with_what_was_asked_for,
            }
            api_key_reach {
                anothers_key_and_none_give_the_same_answer,
                an_organizations_key_lists_the_keys_of_its_organization_alone,
                an_owner_out_of_reach_and_none_give_the_same_answer,
                the_order_of_the_checks,
                with_its_organization_a_key_and_all_that_is_told_of_it_are_gone,
                an_organizations_key_sees_its_organization_alone,
            }
            api_key_rotation {
                while_a_grace_runs_only_a_rotation_without_one_is_taken_and_it_ends_all_older_secrets,
                a_body_that_is_there_is_read_as_strictly_as_any,
                a_revocation_ends_the_former_secret_too,
            }
            api_key_verification {
                a_valid_key_is_told_of,
                the_scope_that_is_asked_for_must_be_covered,
                a_key_out_of_reach_is_unknown,
                it_takes_a_scope_of_its_own,
                what_was_shown_is_repeated_in_no_answer,
            }
            providers {
                a_provider_is_made_found_changed_and_deleted,
                what_is_left_out_is_as_it_is_documented,
                a_change_of_nothing_keeps_the_time,
                a_name_is_taken_once_by_each_owner,
                the_rules_of_the_fields,
                a_configuration_holds_no_secrets_and_no_member_twice,
                another_host_takes_the_key_again,
                providers_are_listed_beneath_their_owners,
            }
            provider_keys {
                a_key_is_revealed_as_it_was_sent,
                without_a_key_there_is_nothing_to_reveal,
                a_key_is_in_no_other_answer,
                it_takes_a_scope_of_its_own_and_the_role_to_write,
                a_users_providers_go_with_it,
            }
            provider_reach {
                anothers_provider_and_none_give_the_same_answer,
                an_owner_out_of_reach_and_none_give_the_same_answer,
                the_order_of_the_checks,
                a_key_lists_what_it_reaches,
                providers_go_and_come_with_their_owners,
            }
            audit_log {
                an_entry_tells_who_did_what_and_from_where,
                an_entry_is_found_by_its_id,
                every_change_leaves_its_entry_and_what_is_refused_none,
                the_log_is_filtered,
                filters_are_combined,
                times_are_bounded_below_and_above,
                each_bad_filter_is_named,
                the_log_is_walked_both_ways_with_what_was_asked_for,
            }
            audit_log_reach {
                a_key_sees_what_concerns_its_owner,
                a_role_decides_what_a_user_sees,
                an_entry_out_of_reach_and_none_give_the_same_answer,
                the_entries_of_a_deleted_organization_are_for_system_keys,
            }
            audit_export {
                an_export_has_all_entries_oldest_first,
                an_export_is_asked_for_by_name,
                an_export_takes_filters_and_no_page,
                an_export_without_entries_is_empty,
                the_head_of_an_export_is_that_of_its_get,
            }
            me {
                a_caller_is_told_of_its_key,
                it_takes_a_valid_key_and_no_scope,
            }
            paths {
                a_path_that_is_not_there_is_404_with_and_without_a_key,
                what_cannot_be_a_slug_or_an_id_names_nothing,
                a_path_answers_the_same_whether_nothing_is_there_or_nothing_can_be,
                head_is_answered_as_get_is_but_for_the_body,
                another_method_is_405_and_allow_names_those_that_are_taken,
            }
            preconditions {
                a_tag_names_the_state_of_a_thing,
                what_was_made_has_a_tag,
                what_holds_a_secret_has_no_tag,
                what_is_no_thing_has_no_tag,
                a_caller_has_a_tag,
                what_the_caller_has_is_not_given_again,
                what_has_changed_since_it_was_read_is_left_alone,
                an_act_heeds_the_tag,
                a_members_tag_changes_with_its_user,
                what_took_a_things_place_has_another_tag,
                a_header_that_cannot_be_read_is_named,
                the_state_is_asked_for_last,
                of_many_who_change_one_state_one_does,
            }
            idempotency {
                what_is_sent_again_is_answered_as_before,
                a_request_without_a_body_is_sent_again_too,
                an_answer_outlives_its_thing,
                a_key_is_for_one_request,
                a_key_is_its_callers_own,
                a_failure_is_not_kept,
                the_rules_of_the_header,
                a_secret_is_given_again_as_long_as_it_is_the_keys_own,
                a_secret_goes_with_its_user,
                whoever_may_no_more_is_not_answered_as_before,
                of_many_twins_one_is_carried_out,
                of_many_twins_that_fail_none_is_kept,
                the_document_tells_which_requests_take_a_key,
            }
            bodies {
                what_is_not_json_is_a_bad_request,
                a_field_that_is_at_fault_is_named,
                no_answer_repeats_the_value_of_a_field,
                only_plain_json_in_utf8_is_read,
                a_body_may_have_64_kibibytes_and_no_more,
                a_body_that_does_not_tell_its_length_is_cut_off_too,
                an_endless_body_ends_with_its_answer,
                a_connection_is_kept_after_a_body_that_was_read,
                a_body_that_breaks_off_changes_nothing,
            }
            authentication {
                whatever_is_wrong_with_a_key_the_answer_is_the_same,
                the_scheme_is_read_in_any_case,
                the_order_of_the_checks,
                a_mistake_about_a_thing_that_is_not_there_is_told_of_as_404,
            }
            authorization {
                scopes_bound_what_a_key_may_do,
                a_refusal_names_the_scope_that_is_missing,
                every_operation_asks_for_a_scope,
            }
            envelope {
                every_answer_has_an_id_and_the_security_headers,
                the_callers_id_comes_back_if_it_is_a_good_one,
                a_head_that_is_too_large_is_refused_before_anything_else,
                who_asks_for_problems_is_given_the_same_facts_as_one,
            }
            concurrency {
                a_slug_is_given_once,
                an_organization_is_deleted_once,
                a_former_slug_is_given_to_nobody_else,
                of_many_writers_one_is_the_last,
                a_user_becomes_a_member_once,
                a_providers_name_is_given_once,
                an_organization_keeps_an_owner,
                a_key_is_rotated_once,
            }
        }
    };
    (@rules $start:expr, $left_out:expr; $($module:ident { $($rule:ident,)+ })+) => {
        $(
            mod $module {
                use super::*;

                $(
                    #[test]
                    fn $rule() {
                        if $left_out {
                            return;
                        }
                        $crate::http::run($start, $crate::http::$module::$rule);
                    }
                )+
            }
        )+
    };
}
