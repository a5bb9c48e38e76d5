//! How the suite is run: what it asks of a storage, and the macro that makes a test of each rule.

use std::{panic::resume_unwind, sync::Arc, time::Duration};

use tenancy_domain::{
    api_keys::ApiKeyRepository, audit_log::AuditLogRepository, organizations::OrganizationRepository,
    ports::StorageHealth, unit_of_work::UnitOfWork,
};
use tokio::runtime::{Builder, Runtime};

/// Everything that storage implements, in one.
pub trait Storage:
    OrganizationRepository + ApiKeyRepository + AuditLogRepository + UnitOfWork + StorageHealth + 'static
{
}

impl<S> Storage for S where
    S: OrganizationRepository + ApiKeyRepository + AuditLogRepository + UnitOfWork + StorageHealth + 'static
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
            api_keys {
                are_found_by_id_whatever_their_state,
                are_locked_by_id_whatever_their_state,
                every_editable_field_is_written,
                an_unknown_one_is_not_written,
                are_listed_whatever_their_state,
                lists_are_filtered,
                those_of_a_deleted_organization_are_hidden,
                the_last_use_is_noted,
                live_owners_alone_can_be_locked,
                those_not_revoked_are_counted,
            }
            api_key_secrets {
                lead_to_their_keys_whatever_their_state,
                belong_to_one_key,
                a_former_one_tells_its_end,
                without_a_grace_all_older_ones_end,
                an_ended_one_does_not_come_back,
            }
            reach {
                of_an_organization_has_its_own_row,
                of_an_organization_has_its_own_keys,
                of_an_organization_has_itself_as_an_owner,
                of_an_organization_has_its_own_chain,
                of_a_deleted_organization_is_empty,
            }
            audit_log {
                an_entry_is_written_with_its_change,
                entries_are_chained_without_gaps,
                each_organization_has_a_chain_of_its_own,
                chains_are_read_in_parts_by_id,
                entries_are_read_in_parts_by_number,
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
            }
            round_trips {
                names_come_back_as_they_were,
                slugs_come_back_as_they_were,
                times_come_back_to_the_millisecond,
                versions_come_back_as_they_were,
                keys_come_back_as_they_were,
                audit_entries_come_back_as_they_were,
            }
            organization_service {
                makes_changes_and_deletes,
                what_changes_nothing_writes_nothing,
                times_do_not_step_back_with_the_clock,
                refuses_what_is_taken_or_missing,
                details_tell_before_and_after,
                lists_and_gets_what_is_there,
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
            audit_log_service {
                finds_nothing_wrong_with_what_was_written,
            }
        }

        mod pagination {
            use super::*;

            #[test]
            fn the_law_holds_for_live_organizations() {
                if $left_out {
                    return;
                }
                $crate::contract::pagination::the_law_holds_for_live_organizations($fresh, $cases);
            }

            #[test]
            fn the_law_holds_for_all_organizations() {
                if $left_out {
                    return;
                }
                $crate::contract::pagination::the_law_holds_for_all_organizations($fresh, $cases);
            }

            #[test]
            fn the_law_holds_for_api_keys() {
                if $left_out {
                    return;
                }
                $crate::contract::pagination::the_law_holds_for_api_keys($fresh, $cases);
            }

            #[test]
            fn the_law_holds_for_an_organizations_api_keys() {
                if $left_out {
                    return;
                }
                $crate::contract::pagination::the_law_holds_for_an_organizations_api_keys($fresh, $cases);
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
