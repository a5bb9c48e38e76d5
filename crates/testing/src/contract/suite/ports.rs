//! The rules that the ports keep.

/// A part of [`contract_suite!`](crate::contract_suite): a test of every rule of the ports.
#[doc(hidden)]
#[macro_export]
macro_rules! contract_rules_of_ports {
    ($fresh:expr, $left_out:expr) => {
        $crate::contract_suite! { @rules $fresh, $left_out;
            organizations {
                are_found_by_id_and_by_slug,
                unknown_ones_are_not_found,
                slugs_are_compared_exactly,
                deleted_ones_are_found_by_id_where_they_are_asked_for,
                a_slug_is_free_at_once_after_deletion,
                a_live_slug_is_taken,
                a_slug_cannot_be_changed_to_a_live_one,
                every_editable_field_is_written,
                the_live_ones_alone_can_be_locked,
                deleted_ones_are_listed_where_they_are_asked_for,
            }
            organization_aliases {
                lead_to_the_live_organization,
                lie_within_a_scope_where_their_organization_does,
                are_taken_by_others_after_the_cool_down_alone,
                there_is_one_of_a_slug,
                are_counted_while_they_are_in_their_cool_down,
                end_all_at_once,
            }
            suspension {
                is_kept,
                is_told_with_a_secret,
                leaves_no_role,
                keeps_nobody_from_writing_who_reaches_everything,
            }
            purging {
                takes_everything_beneath_along,
                is_for_good,
                what_is_beneath_is_counted,
            }
            projects {
                are_found_by_id_and_by_slug_in_their_organization,
                unknown_ones_are_not_found,
                deleted_ones_are_found_by_id_where_they_are_asked_for,
                a_live_slug_is_taken_in_its_organization,
                a_slug_cannot_be_changed_to_a_live_one,
                every_editable_field_is_written,
                the_live_ones_alone_can_be_locked,
                deleted_ones_are_listed_where_they_are_asked_for,
                those_of_a_deleted_organization_are_hidden,
                the_live_ones_are_counted,
            }
            search {
                words_find_what_begins_with_them,
                what_is_renamed_is_found_by_its_new_words,
                what_is_deleted_is_found_with_deleted_ones,
                projects_are_found_in_their_organization,
                very_many_are_found_in_their_order,
                an_external_id_is_of_one_live_organization,
                metadata_come_back_as_they_were,
            }
            users {
                are_found_by_id,
                lists_are_filtered,
                external_ids_and_addresses_are_given_once,
                every_editable_field_is_written,
                their_organizations_are_listed,
            }
            user_removal {
                the_last_owner_of_an_organization_is_told,
                takes_memberships_and_keys_along,
                takes_providers_along,
                is_for_good,
            }
            members {
                are_found_where_they_joined,
                have_a_role_in_their_organization,
                are_listed_with_their_users,
                are_given_another_role,
                are_counted,
                are_removed_from_the_projects_as_well,
                those_of_what_is_deleted_are_hidden,
            }
            owners {
                live_ones_are_found_and_locked,
                those_that_are_deleted_are_none,
                of_every_kind_have_keys,
                take_their_keys_along,
                have_their_keys_counted,
            }
            restoration {
                the_one_deleted_organization_of_a_name_is_locked,
                a_restored_organization_is_live,
                the_one_deleted_project_of_a_name_is_locked,
                a_restored_project_is_live,
            }
            api_keys {
                are_found_by_id_whatever_their_state,
                are_locked_by_id_whatever_their_state,
                every_editable_field_is_written,
                an_unknown_one_is_not_written,
                are_listed_whatever_their_state,
                lists_are_filtered,
                the_last_use_is_noted,
            }
            api_key_secrets {
                lead_to_their_keys_whatever_their_state,
                belong_to_one_key,
                a_former_one_tells_its_end,
                without_a_grace_all_older_ones_end,
                an_ended_one_does_not_come_back,
            }
            providers {
                are_found_and_locked_by_id,
                a_name_is_given_once_by_each_owner,
                every_editable_field_is_written,
                an_unknown_one_is_not_written,
                are_removed_for_good,
                are_listed_by_owner,
                go_and_come_with_their_owners,
                are_counted,
            }
            reach {
                of_an_organization_has_all_beneath_it,
                of_a_project_has_the_row_above_it,
                of_a_user_has_where_it_is_a_member,
                of_the_installation_has_everything,
                of_what_is_deleted_is_empty,
                of_what_is_suspended_is_empty,
            }
            audit_log {
                an_entry_is_written_with_its_change,
                entries_are_chained_without_gaps,
                each_organization_has_a_chain_of_its_own,
                chains_are_read_in_parts_by_id,
                entries_are_read_in_parts_by_number,
            }
            audit_log_lists {
                entries_are_found_by_id,
                lists_are_filtered,
                filters_are_combined,
                times_are_bounded_below_and_above,
                entries_are_counted,
                a_user_sees_what_its_role_allows,
            }
            audit_retention {
                old_entries_are_named_with_their_chains,
                old_entries_are_deleted_from_the_front,
                a_chain_goes_on_after_all_of_it_is_deleted,
                an_older_entry_behind_a_younger_one_stays,
                a_sweep_deletes_everywhere,
            }
            master_keys {
                come_back_as_they_were_by_number,
                a_taken_id_or_number_is_left_as_it_is,
            }
            stored_secrets {
                are_counted_by_their_master_keys,
                are_found_by_their_master_keys_in_parts,
                are_replaced_if_they_are_still_there,
            }
            leases {
                are_held_by_one_until_they_end,
                are_renewed_by_who_holds_them,
                are_ended_by_who_holds_them,
            }
            idempotency {
                a_request_is_carried_out_once,
                what_changes_nothing_is_kept_too,
                what_fails_is_not_kept,
                another_request_is_refused,
                keys_are_their_callers_own,
                what_is_over_is_replaced,
                answers_come_back_as_they_were,
                answers_are_erased_with_their_secrets,
                records_go_with_their_secrets,
                the_oldest_are_forgotten_first,
                of_many_twins_one_is_carried_out,
                a_twin_waits_for_the_first,
            }
            units_of_work {
                see_their_own_writes,
                a_failed_one_leaves_nothing,
                an_unchanged_one_leaves_nothing,
                one_that_panics_leaves_nothing,
                nobody_sees_what_is_not_committed,
            }
            health {
                a_fresh_storage_is_ready,
            }
            concurrency {
                no_update_is_lost,
                a_live_slug_is_given_once,
                a_secret_is_given_once,
                a_key_is_rotated_once,
                of_many_secrets_one_remains,
                a_limit_is_not_passed,
                no_key_outlives_its_organization,
                an_organization_is_deleted_once,
                one_chain_takes_many_writers,
                an_abandoned_unit_is_whole_or_not_at_all,
                one_master_key_comes_next,
                of_different_first_master_keys_one_is_let_in,
            }
            organization_creation {
                many_come_back_as_they_were,
                what_is_taken_is_refused_alone,
                a_former_slug_is_given_after_its_cool_down,
                one_that_fails_takes_nobody_along,
                abandoned_ones_are_whole_or_not_at_all,
                a_slug_that_is_given_up_meanwhile_is_not_free,
            }
            organization_concurrency {
                a_reserved_slug_is_given_to_nobody_else,
                a_former_slug_is_given_once_after_the_cool_down,
                an_organization_is_suspended_once,
                of_purges_and_restorations_one_takes_place,
                nothing_outlives_a_purge,
            }
            member_concurrency {
                an_owner_is_left,
                a_member_joins_once,
                an_external_id_and_an_address_are_given_once,
                nothing_is_left_of_a_removed_user,
                nobody_is_a_member_of_a_project_alone,
                nothing_outlives_what_it_is_beneath,
            }
            provider_concurrency {
                a_name_is_given_once,
                nothing_outlives_its_owner,
                one_instance_holds_a_lease,
                keys_are_wrapped_anew_while_they_are_changed_and_shown,
            }
            limits {
                of_projects_is_not_passed,
                of_members_is_not_passed,
                of_a_users_keys_is_not_passed,
                of_keys_is_one_for_all_beneath,
                of_providers_is_one_for_all_beneath,
                of_a_users_providers_is_not_passed,
            }
            round_trips {
                names_come_back_as_they_were,
                slugs_come_back_as_they_were,
                times_come_back_to_the_millisecond,
                versions_come_back_as_they_were,
                keys_come_back_as_they_were,
                audit_entries_come_back_as_they_were,
            }
            user_round_trips {
                external_ids_come_back_as_they_were,
                addresses_come_back_as_they_were,
                names_come_back_as_they_were,
                times_and_versions_come_back_as_they_were,
                roles_and_owners_come_back_as_they_were,
            }
            provider_round_trips {
                names_and_models_come_back_as_they_were,
                configurations_come_back_as_they_were,
                keys_and_owners_come_back_as_they_were,
                times_and_versions_come_back_as_they_were,
            }
        }
    };
}
