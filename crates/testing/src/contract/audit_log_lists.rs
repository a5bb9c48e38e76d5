//! The rules of `AuditLogRepository` for single entries and for lists of them.

use std::sync::Arc;

use tenancy_domain::{
    AuditEntryId, Error, OrganizationId, ResourceType, Timestamp,
    audit_log::{ActorType, AuditAction, AuditEntry, AuditLogFilter, AuditRecord},
    authorization::{Act, AuditLogsRead, TenantScope},
    members::{MemberOf, Role},
    owners::Owner,
    pagination::{Cursor, Direction, PageRequest, PageSize, Positioned},
};
use uuid::Uuid;

use super::{
    Storage,
    steps::{
        assert_fails, at, chain_of, entries, everything, fresh_id, insert, insert_member, insert_user, leave, member,
        organization, record, update_member, user,
    },
    use_cases::UseCases,
};

/// The entries that `filter` asks for within `scope`, newest first: all of them, whichever way they are asked for.
pub(super) async fn listed(storage: &dyn Storage, scope: TenantScope, filter: &AuditLogFilter) -> Vec<AuditEntry> {
    let mut all = Vec::new();
    for direction in [Direction::Forward, Direction::Backward] {
        let request = PageRequest { size: PageSize::MAX, direction, cursor: None };
        let page = storage.list_audit_entries(scope, filter, &request).await.unwrap();
        assert!(!page.has_more());
        all.push(page.into_items());
    }
    assert_eq!(all[0], all[1]);
    let count = storage.count_audit_entries(scope, filter, Cursor::NEWEST).await.unwrap();
    assert_eq!(count, all[0].len() as u64);
    all.swap_remove(0)
}

/// The ids of entries, in their order.
fn ids<'e>(entries: impl IntoIterator<Item = &'e AuditEntry>) -> Vec<AuditEntryId> {
    entries.into_iter().map(|entry| entry.record.id).collect()
}

/// An entry is found by its id, with its place in its chain.
pub async fn entries_are_found_by_id(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    leave(&*storage, vec![record(AuditAction::ApiKeyCreate, &acme), record(AuditAction::ApiKeyRevoke, &acme)]).await;
    let all = entries(&*storage, chain_of(&acme)).await;
    assert_eq!(all.len(), 3);
    for entry in &all {
        assert_eq!(storage.find_audit_entry(everything(), entry.record.id).await.unwrap(), *entry);
    }
    let missing = storage.find_audit_entry(everything(), AuditEntryId::new(fresh_id())).await;
    assert_fails!(missing, Error::NotFound(ResourceType::AuditLog));
}

/// Records that differ in everything that may be asked for, each in the millisecond after the one before it.
fn different() -> Vec<AuditRecord> {
    let (organizations, things) = ([(); 2].map(|()| fresh_id()), [(); 2].map(|()| fresh_id()));
    let (actors, mut records) = ([None, Some(fresh_id()), Some(fresh_id())], Vec::new());
    for actor_id in actors {
        for action in [AuditAction::ProjectCreate, AuditAction::ProjectDelete, AuditAction::UserUpdate] {
            for org_id in [None, Some(organizations[0]), Some(organizations[1])] {
                for resource_id in things {
                    let id = AuditEntryId::new(fresh_id());
                    records.push(AuditRecord {
                        id,
                        timestamp: at(i64::try_from(records.len()).unwrap()),
                        actor_type: if actor_id.is_some() { ActorType::ApiKey } else { ActorType::CommandLine },
                        actor_id,
                        action,
                        resource_id,
                        org_id: org_id.map(OrganizationId::new),
                        ..record(action, &organization("x"))
                    });
                }
            }
        }
    }
    records
}

/// Sees to it that a filter gives those records for which `meets` is true.
async fn assert_gives(
    storage: &dyn Storage,
    records: &[AuditRecord],
    filter: AuditLogFilter,
    meets: impl Fn(&AuditRecord) -> bool,
) {
    let expected: Vec<AuditEntryId> =
        records.iter().rev().filter(|record| meets(record)).map(|record| record.id).collect();
    assert!(!expected.is_empty() && expected.len() < records.len(), "{filter:?} tells nothing apart");
    assert_eq!(ids(&listed(storage, everything(), &filter).await), expected, "{filter:?}");
}

/// Each filter gives what meets it, and nothing else.
pub async fn lists_are_filtered(storage: Arc<dyn Storage>) {
    let records = different();
    leave(&*storage, records.clone()).await;
    let all = listed(&*storage, everything(), &AuditLogFilter::default()).await;
    assert_eq!(ids(&all), records.iter().rev().map(|record| record.id).collect::<Vec<_>>());
    let (none, sample) = (AuditLogFilter::default(), &records[records.len() - 1]);

    for actor_type in [ActorType::ApiKey, ActorType::CommandLine] {
        let filter = AuditLogFilter { actor_type: Some(actor_type), ..none };
        assert_gives(&*storage, &records, filter, |record| record.actor_type == actor_type).await;
    }
    for action in [AuditAction::ProjectCreate, AuditAction::ProjectDelete, AuditAction::UserUpdate] {
        let filter = AuditLogFilter { action: Some(action), ..none };
        assert_gives(&*storage, &records, filter, |record| record.action == action).await;
    }
    for kind in [ResourceType::Project, ResourceType::User] {
        let filter = AuditLogFilter { resource_type: Some(kind), ..none };
        assert_gives(&*storage, &records, filter, |record| record.action.resource_type() == kind).await;
    }
    let filter = AuditLogFilter { actor_id: sample.actor_id, ..none };
    assert_gives(&*storage, &records, filter, |record| record.actor_id == sample.actor_id).await;
    let filter = AuditLogFilter { resource_id: Some(sample.resource_id), ..none };
    assert_gives(&*storage, &records, filter, |record| record.resource_id == sample.resource_id).await;
    let filter = AuditLogFilter { organization: sample.org_id, ..none };
    assert_gives(&*storage, &records, filter, |record| record.org_id == sample.org_id).await;
    for nothing in [
        AuditLogFilter { actor_id: Some(fresh_id()), ..none },
        AuditLogFilter { resource_id: Some(fresh_id()), ..none },
        AuditLogFilter { organization: Some(OrganizationId::new(fresh_id())), ..none },
        // Of the chain of what belongs to no organization nobody is to ask by its name.
        AuditLogFilter { organization: Some(OrganizationId::new(Uuid::nil())), ..none },
        AuditLogFilter { action: Some(AuditAction::MembershipDelete), ..none },
        AuditLogFilter { resource_type: Some(ResourceType::ApiKey), ..none },
    ] {
        assert_eq!(listed(&*storage, everything(), &nothing).await, [], "{nothing:?}");
    }
}

/// What is asked for must meet all of several filters.
pub async fn filters_are_combined(storage: Arc<dyn Storage>) {
    let records = different();
    leave(&*storage, records.clone()).await;
    let sample = records[records.len() - 1].clone();
    let mut filter = AuditLogFilter { organization: sample.org_id, ..AuditLogFilter::default() };
    assert_gives(&*storage, &records, filter, |record| filter.matches(record)).await;
    let narrow: [fn(&mut AuditLogFilter, &AuditRecord); 6] = [
        |filter, sample| filter.actor_type = Some(sample.actor_type),
        |filter, sample| filter.resource_type = Some(sample.action.resource_type()),
        |filter, sample| filter.actor_id = sample.actor_id,
        |filter, sample| filter.resource_id = Some(sample.resource_id),
        |filter, sample| filter.action = Some(sample.action),
        |filter, sample| filter.from = Some(sample.timestamp),
    ];
    for narrow in narrow {
        let before = listed(&*storage, everything(), &filter).await.len();
        narrow(&mut filter, &sample);
        assert_gives(&*storage, &records, filter, |record| filter.matches(record)).await;
        assert!(listed(&*storage, everything(), &filter).await.len() <= before);
    }
    assert_eq!(ids(&listed(&*storage, everything(), &filter).await), [sample.id]);
    filter.action = Some(AuditAction::UserCreate);
    assert_eq!(listed(&*storage, everything(), &filter).await, []);
}

/// `from` is within, `to` is without; either may be the first or the last time that there is.
pub async fn times_are_bounded_below_and_above(storage: Arc<dyn Storage>) {
    let times = [Timestamp::MIN, at(-1), at(0), at(0), at(1), at(2), Timestamp::MAX];
    let at_time = |timestamp| AuditRecord { timestamp, ..record(AuditAction::UserCreate, &organization("x")) };
    leave(&*storage, times.map(at_time).to_vec()).await;
    let bounds =
        [None, Some(Timestamp::MIN), Some(at(-1)), Some(at(0)), Some(at(1)), Some(at(3)), Some(Timestamp::MAX)];
    for from in bounds {
        for to in bounds {
            let filter = AuditLogFilter { from, to, ..AuditLogFilter::default() };
            let found = listed(&*storage, everything(), &filter).await;
            let found: Vec<Timestamp> = found.iter().rev().map(|entry| entry.record.timestamp).collect();
            let within = |time: &&Timestamp| from.is_none_or(|from| **time >= from) && to.is_none_or(|to| **time < to);
            assert_eq!(found, times.iter().filter(within).copied().collect::<Vec<_>>(), "{filter:?}");
            // From any position, in and out of what is asked for.
            for cursor in times.map(|time| Cursor::new(time, Uuid::from_u128(5))) {
                for direction in [Direction::Forward, Direction::Backward] {
                    let request = PageRequest { size: PageSize::MAX, direction, cursor: Some(cursor) };
                    let page = storage.list_audit_entries(everything(), &filter, &request).await.unwrap();
                    let beside = |time: &&Timestamp| match direction {
                        Direction::Forward => **time < cursor.time(),
                        // The ids of the rows are greater than that of the position.
                        Direction::Backward => **time >= cursor.time(),
                    };
                    let rows = times.iter().filter(within).filter(beside).copied().collect::<Vec<_>>();
                    let found: Vec<Timestamp> = page.items().iter().rev().map(|entry| entry.record.timestamp).collect();
                    assert_eq!(found, rows, "{filter:?} {request:?}");
                    let behind = times.iter().filter(within).any(|time| !beside(&time));
                    let (next, prev) = (page.next_cursor().is_some(), page.prev_cursor().is_some());
                    let expected = behind && !rows.is_empty();
                    match direction {
                        Direction::Forward => assert_eq!((next, prev), (false, expected), "{filter:?} {request:?}"),
                        Direction::Backward => assert_eq!((next, prev), (expected, false), "{filter:?} {request:?}"),
                    }
                }
            }
        }
    }
}

/// Entries are counted up to and including a position.
pub async fn entries_are_counted(storage: Arc<dyn Storage>) {
    let records = different();
    leave(&*storage, records.clone()).await;
    let filter = AuditLogFilter { action: Some(AuditAction::ProjectDelete), ..AuditLogFilter::default() };
    let matching: Vec<AuditEntry> = listed(&*storage, everything(), &filter).await.into_iter().rev().collect();
    for (number, entry) in matching.iter().enumerate() {
        let count = storage.count_audit_entries(everything(), &filter, entry.position()).await.unwrap();
        assert_eq!(count, number as u64 + 1);
    }
    assert_eq!(storage.count_audit_entries(everything(), &filter, Cursor::OLDEST).await.unwrap(), 0);
}

/// Of a user's organizations, the entries of those are listed in which its role suffices; each of them is found by its id
/// where the user is a member at all.
pub async fn a_user_sees_what_its_role_allows(storage: Arc<dyn Storage>) {
    let ada = user("ada");
    insert_user(&*storage, &ada).await.unwrap();
    let mut organizations = Vec::new();
    for (text, role) in [("member", Role::Member), ("admin", Role::Admin), ("owner", Role::Owner)] {
        let organization = organization(text);
        insert(&*storage, &organization).await.unwrap();
        insert_member(&*storage, &member(&ada, MemberOf::Organization(organization.id), role)).await.unwrap();
        organizations.push((organization, role));
    }
    let alien = organization("alien");
    insert(&*storage, &alien).await.unwrap();
    let scope = UseCases::over(&storage).grant_of::<AuditLogsRead>(Owner::User(ada.id)).await.tenant_scope();
    let mut expected = Vec::new();
    for (organization, role) in &organizations {
        let all = entries(&*storage, chain_of(organization)).await;
        let filter = AuditLogFilter { organization: Some(organization.id), ..AuditLogFilter::default() };
        let shown = listed(&*storage, scope, &filter).await;
        if *role >= Act::Audit.least_role() {
            assert_eq!(ids(shown.iter().rev()), ids(&all), "{role:?}");
            expected.extend(all.clone());
        } else {
            assert_eq!(shown, [], "{role:?}");
        }
        for entry in all {
            assert_eq!(storage.find_audit_entry(scope, entry.record.id).await.unwrap(), entry);
        }
    }
    expected.sort_by_key(|entry| std::cmp::Reverse(entry.position()));
    assert_eq!(listed(&*storage, scope, &AuditLogFilter::default()).await, expected);
    for entry in entries(&*storage, chain_of(&alien)).await {
        assert_fails!(storage.find_audit_entry(scope, entry.record.id).await, Error::NotFound(ResourceType::AuditLog));
    }
    for (organization, _) in &organizations {
        update_member(&*storage, MemberOf::Organization(organization.id), ada.id, Role::Member).await.unwrap();
    }
    assert_eq!(listed(&*storage, scope, &AuditLogFilter::default()).await, []);
}
