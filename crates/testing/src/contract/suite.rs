//! How the suite is run: what it asks of a storage, and the macro that makes a test of each rule.

use std::{panic::resume_unwind, sync::Arc, time::Duration};

use tenancy_domain::{
    api_keys::{ApiKeyRepository, CredentialNotices},
    audit_log::{AuditLogRepository, AuditRetention, ChainKeyRepository},
    idempotency::IdempotencyRepository,
    members::MemberRepository,
    organizations::OrganizationRepository,
    owners::OwnerRepository,
    ports::StorageHealth,
    projects::ProjectRepository,
    sealing::MasterKeyRepository,
    unit_of_work::UnitOfWork,
    users::UserRepository,
};
use tokio::runtime::{Builder, Runtime};

use crate::doubles::PredictableMac;

/// Everything that storage implements, in one.
pub trait Storage:
    OrganizationRepository
    + ProjectRepository
    + UserRepository
    + MemberRepository
    + OwnerRepository
    + ApiKeyRepository
    + CredentialNotices
    + AuditLogRepository
    + AuditRetention
    + ChainKeyRepository
    + MasterKeyRepository
    + IdempotencyRepository
    + UnitOfWork
    + StorageHealth
    + 'static
{
}

impl<S> Storage for S where
    S: OrganizationRepository
        + ProjectRepository
        + UserRepository
        + MemberRepository
        + OwnerRepository
        + ApiKeyRepository
        + CredentialNotices
        + AuditLogRepository
        + AuditRetention
        + ChainKeyRepository
        + MasterKeyRepository
        + IdempotencyRepository
        + UnitOfWork
        + StorageHealth
        + 'static
{
}

/// How long one rule may take.
const PATIENCE: Duration = Duration::from_mins(1);

/// Runs one rule on a fresh storage. What `fresh` gives beside the storage is dropped after it: a temporary folder, say.
///
/// # Panics
/// When the rule is broken, or takes longer than a minute.
pub fn run<S: Storage, G, F>(fresh: impl AsyncFn() -> (S, G), rule: impl FnOnce(Arc<dyn Storage>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    run_unkeyed(fresh, |storage| rule(keyed(storage)));
}

/// [`run`] on a storage that was told nothing to make its audit chains with.
///
/// # Panics
/// As [`run`] does.
pub fn run_unkeyed<S: Storage, G, F>(fresh: impl AsyncFn() -> (S, G), rule: impl FnOnce(Arc<dyn Storage>) -> F)
where
    F: Future<Output = ()> + Send + 'static,
{
    let runtime = runtime();
    let (storage, guard) = runtime.block_on(fresh());
    // In a task of its own, so that a storage which spins or has locked itself up fails instead of hanging.
    let rule = runtime.spawn(rule(Arc::new(storage)));
    let Ok(end) = runtime.block_on(async { tokio::time::timeout(PATIENCE, rule).await }) else {
        runtime.shutdown_background();
        panic!("the rule did not come to its end within {PATIENCE:?}");
    };
    if let Err(broken) = end {
        // The rule has said why when it panicked.
        resume_unwind(broken.into_panic());
    }
    drop(runtime);
    drop(guard);
}

/// A storage that may be written to: its audit chains are made with what [`PredictableMac`] is.
pub(super) fn keyed(storage: Arc<dyn Storage>) -> Arc<dyn Storage> {
    storage.use_chain_mac(Arc::new(PredictableMac));
    storage
}

/// A runtime for one test, with threads enough that what should not wait is seen not to wait.
pub(super) fn runtime() -> Runtime {
    Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
}

/// Makes a test of every rule, in modules that are named as those of [`contract`](crate::contract).
///
/// The first argument is an async function or closure that gives a storage with nothing in it, and beside it a value
/// that lives as long as the storage: `async || (MemoryStorage::new(), ())`. Each test calls it once, and the
/// properties once a case.
///
/// `property_cases` is how many random cases each property is tried with, 64 where nothing is said. `walk_rows` is the
/// length of the long list that is walked through, 100 000 where nothing is said. Where `unless` is true when a test
/// begins, that test does nothing: for a storage that a run was told to leave out.
#[macro_export]
macro_rules! contract_suite {
    ($fresh:expr $(,)?) => {
        $crate::contract_suite!($fresh, property_cases: 64, walk_rows: 100_000);
    };
    ($fresh:expr, property_cases: $cases:expr, walk_rows: $rows:expr $(,)?) => {
        $crate::contract_suite!($fresh, property_cases: $cases, walk_rows: $rows, unless: false);
    };
    ($fresh:expr, property_cases: $cases:expr, walk_rows: $rows:expr, unless: $left_out:expr $(,)?) => {
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
            idempotent_requests {
                what_was_done_is_not_done_again,
                what_was_so_already_is_not_made_so_again,
                a_secret_is_given_again_and_kept_sealed,
                a_secret_that_was_replaced_is_not_given_again,
                a_secret_that_does_not_open_is_not_given_again,
                what_is_over_is_forgotten_in_parts,
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
            preconditions {
                a_change_is_made_to_the_state_that_it_is_provided_for,
                what_was_read_is_restored_and_rotated,
                of_many_who_change_one_state_one_does,
            }
            limits {
                of_projects_is_not_passed,
                of_members_is_not_passed,
                of_a_users_keys_is_not_passed,
                of_keys_is_one_for_all_beneath,
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
            rehearsals {
                tell_what_the_deletion_of_an_organization_would_hide,
                tell_what_a_purge_would_destroy,
                tell_what_the_deletion_of_a_project_would_hide,
                tell_what_would_go_with_a_user,
                tell_what_would_go_with_a_member,
                tell_whether_a_key_would_be_revoked,
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

        mod pagination {
            use super::*;

            $crate::contract_suite! { @laws $fresh, $cases, $left_out;
                the_law_holds_for_live_organizations,
                the_law_holds_for_all_organizations,
                the_law_holds_for_live_projects,
                the_law_holds_for_all_projects,
                the_law_holds_for_users,
                the_law_holds_for_a_users_organizations,
                the_law_holds_for_an_organizations_members,
                the_law_holds_for_a_projects_members,
                the_law_holds_for_api_keys,
                the_law_holds_for_an_organizations_api_keys,
                the_law_holds_for_a_projects_api_keys,
                the_law_holds_for_a_users_api_keys,
                the_law_holds_for_api_keys_within_reach,
                the_law_holds_for_audit_entries,
                the_law_holds_for_an_organizations_audit_entries,
                the_law_holds_for_a_projects_audit_entries,
                the_law_holds_for_audit_entries_within_reach,
                the_law_holds_for_audit_entries_of_an_actor,
                the_law_holds_for_audit_entries_between_times,
            }

            #[test]
            fn a_long_list_is_walked_both_ways() {
                if $left_out {
                    return;
                }
                $crate::contract::pagination::a_long_list_is_walked_both_ways($fresh, $rows);
            }
        }
    };
    (@laws $fresh:expr, $cases:expr, $left_out:expr; $($law:ident,)+) => {
        $(
            #[test]
            fn $law() {
                if $left_out {
                    return;
                }
                $crate::contract::pagination::$law($fresh, $cases);
            }
        )+
    };
    (@unkeyed $fresh:expr, $left_out:expr; $($module:ident { $($rule:ident,)+ })+) => {
        $(
            mod $module {
                use super::*;

                $(
                    #[test]
                    fn $rule() {
                        if $left_out {
                            return;
                        }
                        $crate::contract::run_unkeyed($fresh, $crate::contract::$module::$rule);
                    }
                )+
            }
        )+
    };
    (@rules $fresh:expr, $left_out:expr; $($module:ident { $($rule:ident,)+ })+) => {
        $(
            mod $module {
                use super::*;

                $(
                    #[test]
                    fn $rule() {
                        if $left_out {
                            return;
                        }
                        $crate::contract::run($fresh, $crate::contract::$module::$rule);
                    }
                )+
            }
        )+
    };
}
