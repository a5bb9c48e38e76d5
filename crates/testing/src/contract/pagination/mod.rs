//! The law of pagination, on random lists, and a walk through a long one.
//!
//! For any rows with any ties in time, walking forward from the first page to the end visits each row once; walking
//! back from any page with its `prev_cursor` gives exactly the pages of the walk forward in reverse; and no row that
//! stood throughout a walk is skipped or repeated while others are inserted or deleted.

mod cases;
mod lists;
mod model;
mod walks;

use std::sync::Arc;

use proptest::test_runner::{Config, TestCaseResult, TestRunner};
use tenancy_domain::pagination::{Cursor, Direction, PageSize};
use tokio::task::JoinSet;
use uuid::Uuid;

use self::{
    cases::{Case, cases},
    lists::{
        All, ApiKeys, AuditLog, Between, Everything, List, Members, OfActor, OfOrganization, OfProject, OfUser,
        Organizations, OrganizationsFound, OrganizationsOfUser, Projects, Providers, ReachedByUser, Users,
        WithinOrganization, WithinProject, WithinReach, insert_organizations,
    },
    model::request,
    walks::Walks,
};
use super::{
    Storage,
    run::{keyed, runtime},
    steps::at,
};

/// Makes a rule of the law for each list.
macro_rules! laws {
    ($($(#[$doc:meta])* $rule:ident = $list:ty;)+) => {$(
        $(#[$doc])*
        pub fn $rule<S: Storage, G>(fresh: impl AsyncFn() -> (S, G), property_cases: u32) {
            the_law_holds::<$list, S, G>(fresh, property_cases);
        }
    )+};
}

laws! {
    /// The law, for the organizations that are not deleted.
    the_law_holds_for_live_organizations = Organizations<false>;
    /// The law, for the organizations with the deleted ones among them.
    the_law_holds_for_all_organizations = Organizations<true>;
    /// The law, for the projects of an organization that are not deleted.
    the_law_holds_for_live_projects = Projects<false>;
    /// The law, for the projects of an organization with the deleted ones among them.
    the_law_holds_for_all_projects = Projects<true>;
    /// The law, for the organizations that a search finds, among those that it does not.
    the_law_holds_for_organizations_found = OrganizationsFound;
    /// The law, for the users.
    the_law_holds_for_users = Users;
    /// The law, for the organizations of a user.
    the_law_holds_for_a_users_organizations = OrganizationsOfUser;
    /// The law, for the members of an organization.
    the_law_holds_for_an_organizations_members = Members<false>;
    /// The law, for the members of a project.
    the_law_holds_for_a_projects_members = Members<true>;
    /// The law, for all API keys.
    the_law_holds_for_api_keys = ApiKeys<All>;
    /// The law, for the API keys of one organization.
    the_law_holds_for_an_organizations_api_keys = ApiKeys<OfOrganization>;
    /// The law, for the API keys of one project.
    the_law_holds_for_a_projects_api_keys = ApiKeys<OfProject>;
    /// The law, for the API keys of one user.
    the_law_holds_for_a_users_api_keys = ApiKeys<OfUser>;
    /// The law, for the API keys within the scope of one user.
    the_law_holds_for_api_keys_within_reach = ApiKeys<ReachedByUser>;
    /// The law, for all dynamic providers.
    the_law_holds_for_providers = Providers<All>;
    /// The law, for the dynamic providers of one organization.
    the_law_holds_for_an_organizations_providers = Providers<OfOrganization>;
    /// The law, for the dynamic providers of one project.
    the_law_holds_for_a_projects_providers = Providers<OfProject>;
    /// The law, for the dynamic providers of one user.
    the_law_holds_for_a_users_providers = Providers<OfUser>;
    /// The law, for the dynamic providers within the scope of one user.
    the_law_holds_for_providers_within_reach = Providers<ReachedByUser>;
    /// The law, for all audit entries.
    the_law_holds_for_audit_entries = AuditLog<Everything>;
    /// The law, for the audit entries within the scope of one organization.
    the_law_holds_for_an_organizations_audit_entries = AuditLog<WithinOrganization>;
    /// The law, for the audit entries within the scope of one project.
    the_law_holds_for_a_projects_audit_entries = AuditLog<WithinProject>;
    /// The law, for the audit entries within the scope of one user.
    the_law_holds_for_audit_entries_within_reach = AuditLog<WithinReach>;
    /// The law, for the audit entries of one actor.
    the_law_holds_for_audit_entries_of_an_actor = AuditLog<OfActor>;
    /// The law, for the audit entries between two times.
    the_law_holds_for_audit_entries_between_times = AuditLog<Between>;
}

fn the_law_holds<L: List, S: Storage, G>(fresh: impl AsyncFn() -> (S, G), property_cases: u32) {
    let runtime = runtime();
    let config = Config { cases: property_cases, failure_persistence: None, ..Config::default() };
    let outcome = TestRunner::new(config).run(&cases(), |case| {
        runtime.block_on(async {
            let (storage, _guard) = fresh().await;
            try_case(L::of(keyed(Arc::new(storage))).await, &case).await
        })
    });
    if let Err(error) = outcome {
        panic!("{error}");
    }
}

async fn try_case<L: List>(list: L, case: &Case) -> TestCaseResult {
    let mut walks = Walks::begin(list, case).await;
    walks.stand_still().await?;
    walks.probe(&case.probes).await?;
    walks.among_writes(Direction::Forward, &case.writes).await?;
    walks.among_writes(Direction::Backward, &case.writes).await?;
    walks.stand_still().await
}

/// How many rows of the long list one unit of work adds.
const BATCH: usize = 1_000;
/// How many units of work add them at once: few enough for any pool of connections.
const WRITERS: usize = 4;

/// A list of `rows` organizations, a thousand in each millisecond, is walked to its end and back in the largest pages,
/// and every row is seen once each way.
///
/// That the walk ends in good time is a rule as well: a page at the far end must cost no more than the first.
pub fn a_long_list_is_walked_both_ways<S: Storage, G>(fresh: impl AsyncFn() -> (S, G), rows: usize) {
    runtime().block_on(async {
        let (storage, _guard) = fresh().await;
        let storage = keyed(Arc::new(storage));
        let mut expected = fill(&storage, rows).await;

        expected.sort_unstable();
        assert!(
            walk(&storage, Direction::Backward, rows).await == expected,
            "the walk backward does not see each row once"
        );
        expected.reverse();
        assert!(
            walk(&storage, Direction::Forward, rows).await == expected,
            "the walk forward does not see each row once"
        );
    });
}

/// Adds the rows of the long list, in an order that has nothing to do with that of the list.
async fn fill(storage: &Arc<dyn Storage>, rows: usize) -> Vec<Cursor> {
    // An odd factor maps no two numbers to one, and spreads them over all bits.
    let id = |n: usize| Uuid::from_u128((n as u128 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15_F39C_C060_5CED_C835));
    let time = |n: usize| at(i64::try_from(n % rows.div_ceil(1_000)).unwrap());
    let positions: Vec<Cursor> = (0..rows).map(|n| Cursor::new(time(n), id(n))).collect();

    let mut writers = JoinSet::new();
    for writer in 0..WRITERS {
        let batches: Vec<Vec<Cursor>> =
            positions.chunks(BATCH).skip(writer).step_by(WRITERS).map(<[_]>::to_vec).collect();
        let storage = Arc::clone(storage);
        writers.spawn(async move {
            for batch in batches {
                insert_organizations(&*storage, &batch).await;
            }
        });
    }
    writers.join_all().await;
    positions
}

/// Where the rows stand that a walk sees, in the order of travel. Ends when it has seen more than `rows`, too.
async fn walk(storage: &Arc<dyn Storage>, direction: Direction, rows: usize) -> Vec<Cursor> {
    let list = Organizations::<false>::of(Arc::clone(storage)).await;
    let (mut seen, mut cursor) = (Vec::new(), None);
    loop {
        let page = list.page(&request(PageSize::MAX, direction, cursor)).await;
        cursor = page.onward(direction);
        seen.extend(page.travelled(direction));
        if cursor.is_none() || seen.len() > rows {
            return seen;
        }
    }
}
