//! The rules that the use cases keep over a storage.

/// A part of [`contract_suite!`](crate::contract_suite): a test of every rule of the use cases.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_rules_of_services {
    ($fresh:expr, $left_out:expr) => {
        $crate::contract_suite! { @rules $fresh, $left_out;
            access {
                a_standing_is_that_of_key_and_role,
                what_is_missing_goes_before_what_is_forbidden,
                reaches_what_is_beneath,
            }
            callers {
                a_system_key_does_everything,
                an_organizations_key_does_all_within,
                a_projects_key_does_all_within,
                a_users_key_does_what_its_role_allows,
                a_user_beyond_finds_nothing,
                a_suspended_organization_is_the_systems_alone,
            }
            escalation {
                an_admin_makes_no_key_that_does_an_owners_work,
                a_role_gives_no_scopes,
                a_projects_key_makes_keys_of_its_own,
                nobody_has_a_users_keys_but_the_user,
                a_key_is_verified_within_reach,
                a_lost_role_is_lost_at_once,
            }
            organization_service {
                makes_changes_and_deletes,
                what_changes_nothing_writes_nothing,
                times_do_not_step_back_with_the_clock,
                refuses_what_is_taken_or_missing,
                details_tell_before_and_after,
                lists_and_gets_what_is_there,
            }
            organization_restoration {
                brings_back_what_was_beneath,
                refuses_what_is_taken_live_or_missing,
                takes_a_system_key,
            }
            organization_renaming {
                leaves_the_former_slug_as_an_alias,
                reads_are_led_on_and_writes_are_not,
                a_former_slug_is_nobody_elses_in_its_cool_down,
                after_the_cool_down_it_leads_on_until_it_is_taken,
                the_organization_may_take_it_back,
                aliases_end_with_deletion,
                an_organization_has_so_many,
            }
            organization_suspension {
                suspends_and_resumes,
                what_changes_nothing_writes_nothing,
                refuses_what_is_missing,
                takes_a_system_key,
                cuts_keys_off_and_gives_them_back,
                outlasts_deletion,
            }
            organization_purging {
                destroys_and_tells_how_much,
                refuses_what_is_live_or_missing,
                takes_a_system_key,
                leaves_users_without_the_duty_to_stay,
            }
            preconditions {
                a_change_is_made_to_the_state_that_it_is_provided_for,
                what_was_read_is_restored_and_rotated,
                of_many_who_change_one_state_one_does,
            }
            idempotent_requests {
                what_was_done_is_not_done_again,
                what_was_so_already_is_not_made_so_again,
                a_secret_is_given_again_and_kept_sealed,
                a_secret_that_was_replaced_is_not_given_again,
                a_secret_that_does_not_open_is_not_given_again,
                what_is_over_is_forgotten_in_parts,
            }
            rehearsals {
                tell_what_the_deletion_of_an_organization_would_hide,
                tell_what_a_purge_would_destroy,
                tell_what_the_deletion_of_a_project_would_hide,
                tell_what_would_go_with_a_user,
                tell_what_would_go_with_a_member,
                tell_whether_a_key_would_be_revoked,
                tell_that_a_provider_would_go,
            }
            project_service {
                makes_changes_deletes_and_restores,
                what_changes_nothing_writes_nothing,
                refuses_what_is_taken_or_missing,
                lists_and_gets_what_is_there,
                a_restoration_brings_back_what_was_beneath,
                an_organization_has_so_many,
            }
            user_service {
                makes_changes_and_removes,
                what_changes_nothing_writes_nothing,
                refuses_what_is_taken_or_missing,
                lists_and_gets_what_is_there,
                the_last_owner_is_not_removed,
                a_removal_is_told_everywhere,
                takes_a_system_key,
            }
            member_service {
                adds_changes_and_removes,
                what_changes_nothing_writes_nothing,
                refuses_what_is_taken_or_missing,
                the_last_owner_stays,
                a_removal_takes_the_projects_along,
                an_organization_has_so_many,
            }
            api_key_service {
                makes_and_revokes,
                changes_what_is_asked_for,
                an_end_must_lie_ahead,
                lists_and_gets_what_is_there,
                tells_of_an_organizations_key_in_its_chain,
                details_never_hold_a_secret,
                a_system_key_is_made_once,
                a_system_key_does_not_come_back,
                writes_uses_once_a_minute,
            }
            api_key_permissions {
                an_owner_must_be_there,
                an_organizations_key_makes_keys_of_its_own,
                nobody_gives_more_than_they_have,
                nobody_takes_over_more_than_they_have,
                what_is_beyond_reach_is_not_there,
                an_organization_has_so_many_keys,
                deletion_of_an_organization_cuts_off_its_keys,
            }
            api_key_rotation {
                keeps_the_key_and_for_a_while_its_former_secret,
                waits_for_the_end_of_a_grace,
                without_a_grace_ends_all_older_secrets,
                of_what_works_no_more_is_refused,
            }
            api_key_verification {
                tells_whether_a_key_is_valid,
                tells_whether_a_scope_is_there,
                knows_nothing_of_a_key_beyond_reach,
                is_a_use_of_a_valid_key,
            }
            provider_service {
                makes_changes_and_removes,
                what_changes_nothing_writes_nothing,
                refuses_what_is_taken_or_missing,
                lists_and_gets_what_is_there,
                another_host_takes_the_key_again,
                the_machine_itself_is_reached_where_that_is_allowed,
                an_organization_has_so_many,
            }
            provider_reveal {
                shows_the_key_and_tells_of_it,
                the_audit_log_never_holds_a_key,
                what_is_not_there_or_does_not_open_is_not_revealed,
                takes_the_scope_and_the_role,
                a_key_opens_in_its_own_row_alone,
            }
            authenticator {
                lets_in_whom_it_should_and_tells_why_not,
                names_the_key_in_the_audit_log,
                lets_an_organizations_key_reach_it,
                tells_the_weightiest_reason,
            }
            credential_cache {
                is_asked_in_the_place_of_storage,
                is_told_of_what_ends_a_key,
                is_told_of_what_ends_many_keys,
                knows_at_once_what_is_new_or_back,
                is_told_of_what_was_abandoned,
                of_each_subscriber_is_told,
            }
            credential_cache_agreement {
                with_storage_whatever_is_done,
                with_storage_while_many_use_and_end_keys,
            }
            master_key_registry {
                the_first_master_key_is_let_in_and_known_from_then_on,
                a_successor_needs_the_one_before_it_at_hand,
                an_outdated_one_needs_its_successor_at_hand,
                a_master_key_that_does_not_open_its_check_value_is_refused,
                a_master_key_that_a_secret_hangs_on_is_asked_for,
            }
            rewrapper {
                wraps_anew_what_former_master_keys_hold,
                goes_on_where_it_was_cut_off,
                leaves_all_as_it_is_without_the_newest_master_key,
                passes_over_what_is_damaged,
                is_left_to_who_holds_the_lease,
            }
            audit_log_service {
                shows_everyone_what_they_reach,
                a_role_must_suffice,
                what_is_deleted_is_left_to_system_keys,
                an_export_is_what_there_was_at_its_beginning,
                an_export_heeds_filter_and_reach,
            }
            audit_verification {
                finds_nothing_wrong_with_what_was_written,
                another_key_does_not_do,
                heads_that_were_kept_elsewhere_are_held_against_it,
                what_the_retention_deletes_meanwhile_is_not_missed,
            }
        }

        $crate::contract_suite! { @unkeyed $fresh, $left_out;
            chain_keys {
                without_one_nothing_is_written,
                the_first_start_makes_one_and_all_others_have_it,
                one_is_added_once,
                one_is_sealed_anew_under_the_next_master_key,
                one_that_does_not_open_stops_the_start,
                chains_that_are_there_are_adopted,
            }
        }
    };
}
