//! The macro that makes a test of each rule.

mod ports;
mod services;

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
        $crate::contract_rules_of_ports!($fresh, $left_out);
        $crate::contract_rules_of_services!($fresh, $left_out);

        mod pagination {
            use super::*;

            $crate::contract_suite! { @laws $fresh, $cases, $left_out;
                the_law_holds_for_live_organizations,
                the_law_holds_for_all_organizations,
                the_law_holds_for_live_projects,
                the_law_holds_for_all_projects,
                the_law_holds_for_organizations_found,
                the_law_holds_for_users,
                the_law_holds_for_a_users_organizations,
                the_law_holds_for_an_organizations_members,
                the_law_holds_for_a_projects_members,
                the_law_holds_for_api_keys,
                the_law_holds_for_an_organizations_api_keys,
                the_law_holds_for_a_projects_api_keys,
                the_law_holds_for_a_users_api_keys,
                the_law_holds_for_api_keys_within_reach,
                the_law_holds_for_providers,
                the_law_holds_for_an_organizations_providers,
                the_law_holds_for_a_projects_providers,
                the_law_holds_for_a_users_providers,
                the_law_holds_for_providers_within_reach,
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
