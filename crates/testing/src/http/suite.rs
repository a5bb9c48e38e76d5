//! How the suite is run: the macro that makes a test of each rule.

use super::Service;

/// Runs one rule on a service of its own. What `start` gives beside the service is dropped after it: a process, say.
///
/// # Panics
/// When the rule is broken.
pub fn run<G>(start: impl FnOnce() -> (Service, G), rule: impl FnOnce(&Service)) {
    let (service, _guard) = start();
    rule(&service);
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
            organizations {
                an_organization_is_made_found_renamed_and_deleted,
                a_change_of_nothing_keeps_the_time,
                a_slug_is_taken_once_and_free_again_after_deletion,
                a_deleted_organization_is_shown_by_id_to_who_asks_for_deleted_ones,
                the_rules_of_the_fields,
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
            }
            paths {
                a_path_that_is_not_there_is_404_with_and_without_a_key,
                what_cannot_be_a_slug_or_an_id_names_nothing,
                a_path_answers_the_same_whether_nothing_is_there_or_nothing_can_be,
                head_is_answered_as_get_is_but_for_the_body,
                another_method_is_405_and_allow_names_those_that_are_taken,
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
                of_many_writers_one_is_the_last,
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
