//! The rules of `UnitOfWork::create_organization`: of many that are asked for at once, each is made or not made by itself.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, Error, Metadata, OrganizationId, ResourceType, Search,
    audit_log::{AuditAction, ChainHead},
    organizations::{Organization, OrganizationCreation, OrganizationFilter, OrganizationRef},
    pagination::{PageRequest, PageSize},
};

use super::{
    Storage,
    concurrency::{at_once, becomes_whole},
    round_trips::names,
    steps::{
        assert_fails, at, chain_of, delete, entries, everything, external_id, find, find_by_slug, insert, led_to,
        no_organization, organization, record, rename, slug_taken, update,
    },
};
use crate::doubles::PredictableMac;

/// How many are asked for at once: more than one transaction takes.
const MANY: usize = 150;

fn creation(organization: &Organization) -> OrganizationCreation {
    let record = record(AuditAction::OrganizationCreate, organization);
    OrganizationCreation { organization: organization.clone(), record }
}

async fn create(storage: &dyn Storage, organization: &Organization) -> Result<(), Error> {
    storage.create_organization(creation(organization)).await
}

/// Asks for all of them at once, and gives what each came to.
async fn create_all(storage: &Arc<dyn Storage>, all: &[Organization]) -> Vec<(Organization, Result<(), Error>)> {
    at_once(all.len(), |n| {
        let (storage, organization) = (Arc::clone(storage), all[n].clone());
        async move {
            let made = create(&*storage, &organization).await;
            (organization, made)
        }
    })
    .await
}

/// Those that were made and those that were not, each with why.
fn parted(made: Vec<(Organization, Result<(), Error>)>) -> (Vec<Organization>, Vec<(Organization, Error)>) {
    let (mut there, mut refused) = (Vec::new(), Vec::new());
    for (organization, made) in made {
        match made {
            Ok(()) => there.push(organization),
            Err(error) => refused.push((organization, error)),
        }
    }
    (there, refused)
}

async fn found_by(storage: &dyn Storage, word: &str) -> Vec<OrganizationId> {
    let filter = OrganizationFilter { search: Some(Search::parse(word).unwrap()), ..OrganizationFilter::default() };
    let request = PageRequest { size: PageSize::for_wish(1_000).unwrap(), ..PageRequest::default() };
    let page = storage.list_organizations(everything(), &filter, &request, Deleted::Included).await.unwrap();
    let mut ids: Vec<_> = page.into_items().into_iter().map(|organization| organization.id).collect();
    ids.sort_unstable();
    ids
}

/// Nothing of an organization is there.
async fn assert_nothing_is_left(storage: &dyn Storage, organization: &Organization) {
    assert_fails!(find(storage, organization.id).await, no_organization!());
    assert_eq!(entries(storage, chain_of(organization)).await, []);
    assert!(!found_by(storage, organization.slug.as_str()).await.contains(&organization.id));
}

/// Each comes back as it was, is found by its words, and has the record that it was given as the first entry of its chain.
pub async fn many_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let metadata: Metadata = Metadata::parse([("tier".to_owned(), "gold \"1\"".to_owned())].into()).unwrap();
    let mut all: Vec<_> = (0..MANY).map(|n| organization(&format!("acme-{n}"))).collect();
    for (n, name) in names().into_iter().enumerate() {
        let made = Organization { name, ..organization(&format!("named-{n}")) };
        let noted = Organization {
            external_id: Some(external_id(&format!("crm-{n}"))),
            metadata: metadata.clone(),
            created_at: at(5),
            updated_at: at(7),
            ..organization(&format!("noted-{n}"))
        };
        all.extend([made, noted]);
    }
    let creations: Vec<_> = all.iter().map(creation).collect();
    let made = at_once(all.len(), |n| {
        let (storage, creation) = (Arc::clone(&storage), creations[n].clone());
        async move { storage.create_organization(creation).await }
    });
    assert!(made.await.iter().all(Result::is_ok));
    for (organization, creation) in all.iter().zip(creations) {
        assert_eq!(find(&*storage, organization.id).await.unwrap(), *organization);
        assert_eq!(find_by_slug(&*storage, &organization.slug).await.unwrap(), *organization);
        let first = ChainHead::EMPTY.append(&PredictableMac, creation.record);
        assert_eq!(entries(&*storage, chain_of(organization)).await, [first]);
        assert!(found_by(&*storage, organization.slug.as_str()).await.contains(&organization.id));
    }
    assert_eq!(found_by(&*storage, "acme-1").await.len(), 1 + 10 + 50, "acme-1, acme-10 to -19, acme-100 to -149");
    // They are changed as others are.
    update(&*storage, OrganizationRef::Id(all[0].id), Organization::clone).await.unwrap();
    assert_eq!(entries(&*storage, chain_of(&all[0])).await.len(), 2);
}

/// Of those that want one slug one is made, and of those that want one external id; the others are told so, leave nothing, and
/// take nobody along.
pub async fn what_is_taken_is_refused_alone(storage: Arc<dyn Storage>) {
    let taken = organization("taken");
    insert(&*storage, &taken).await.unwrap();
    let mut all = Vec::new();
    for n in 0..MANY {
        all.push(match n % 5 {
            0 => organization("taken"),
            1 => organization("wanted"),
            2 => Organization { external_id: Some(external_id("wanted")), ..organization(&format!("ext-{n}")) },
            _ => organization(&format!("free-{n}")),
        });
    }
    let (made, refused) = parted(create_all(&storage, &all).await);
    assert_eq!(made.len(), 2 + MANY / 5 * 2, "one of each that is wanted, and all that are free");
    assert_eq!(made.iter().filter(|made| made.slug.as_str() == "wanted").count(), 1);
    assert_eq!(made.iter().filter(|made| made.external_id.is_some()).count(), 1);
    for made in &made {
        assert_eq!(find(&*storage, made.id).await.unwrap(), *made);
        assert_eq!(entries(&*storage, chain_of(made)).await.len(), 1);
    }
    for (organization, error) in &refused {
        let expected = if organization.external_id.is_some() { "external_id" } else { "slug" };
        assert!(
            matches!(error, Error::AlreadyExists { resource: ResourceType::Organization, field } if *field == expected),
            "{error:?}"
        );
        assert_nothing_is_left(&*storage, organization).await;
    }
    assert_eq!(find_by_slug(&*storage, &taken.slug).await.unwrap(), taken);
    // What a deleted one had is free.
    delete(&*storage, taken.id).await.unwrap();
    create(&*storage, &organization("taken")).await.unwrap();
}

/// A slug in its cool-down is nobody else's, and after it one takes it, and the alias ends; those that are asked for at once
/// with them are made.
pub async fn a_former_slug_is_given_after_its_cool_down(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let acme = rename(&*storage, acme.id, "acme-2", at(0), at(100)).await.unwrap();
    for (round, (now, is_free)) in [(at(99), false), (at(100), true)].into_iter().enumerate() {
        let of_now = |text: &str| Organization { created_at: now, updated_at: now, ..organization(text) };
        let mut all: Vec<_> = (0..40).map(|n| of_now(&format!("other-{round}-{n}"))).collect();
        all.insert(20, of_now("acme"));
        all.insert(10, of_now("acme"));
        let (made, refused) = parted(create_all(&storage, &all).await);
        assert_eq!(refused.len(), if is_free { 1 } else { 2 });
        for (organization, error) in refused {
            assert_fails!(Err::<(), _>(error), slug_taken!());
            assert_nothing_is_left(&*storage, &organization).await;
        }
        for made in made {
            assert_eq!(find(&*storage, made.id).await.unwrap(), made);
        }
        assert_eq!(led_to(&*storage, "acme").await, (!is_free).then(|| acme.slug.clone()));
    }
}

/// Who asks and goes away takes nobody along: each is there with its entry, or not at all.
pub async fn abandoned_ones_are_whole_or_not_at_all(storage: Arc<dyn Storage>) {
    let all: Vec<_> = (0..MANY).map(|n| organization(&format!("acme-{n}"))).collect();
    let tasks: Vec<_> = all
        .iter()
        .map(|organization| {
            let (storage, organization) = (Arc::clone(&storage), organization.clone());
            tokio::spawn(async move { create(&*storage, &organization).await })
        })
        .collect();
    let mut kept = Vec::new();
    for (n, task) in tasks.into_iter().enumerate() {
        if n % 2 == 0 {
            task.abort();
        }
        // One that is over by then was made as well.
        if let Ok(made) = task.await {
            made.unwrap();
            kept.push(&all[n]);
        }
    }
    assert!(kept.len() >= MANY / 2);
    for organization in kept {
        assert_eq!(find(&*storage, organization.id).await.unwrap(), *organization);
    }
    for organization in &all {
        assert!(becomes_whole(&*storage, organization).await, "{organization:?}");
    }
}

/// One that cannot be written, for a reason of its own, takes nobody along.
pub async fn one_that_fails_takes_nobody_along(storage: Arc<dyn Storage>) {
    const BAD: usize = 7;

    let first = creation(&organization("first"));
    storage.create_organization(first.clone()).await.unwrap();
    let mut creations: Vec<_> = (0..40).map(|n| creation(&organization(&format!("acme-{n}")))).collect();
    // There is an entry of that id.
    creations[BAD].record.id = first.record.id;
    let made = at_once(creations.len(), |n| {
        let (storage, creation) = (Arc::clone(&storage), creations[n].clone());
        async move { (n, storage.create_organization(creation).await) }
    });
    for (n, made) in made.await {
        let organization = &creations[n].organization;
        if n == BAD {
            assert!(becomes_whole(&*storage, organization).await);
        } else {
            made.unwrap();
            assert_eq!(find(&*storage, organization.id).await.unwrap(), *organization);
            assert_eq!(entries(&*storage, chain_of(organization)).await.len(), 1);
        }
    }
}

/// A slug that its organization gives up meanwhile is given to nobody else, since it is in its cool-down by then.
pub async fn a_slug_that_is_given_up_meanwhile_is_not_free(storage: Arc<dyn Storage>) {
    for round in 0..20 {
        let slug = format!("acme-{round}");
        let acme = organization(&slug);
        insert(&*storage, &acme).await.unwrap();
        let renaming = tokio::spawn({
            let (storage, id, new) = (Arc::clone(&storage), acme.id, format!("renamed-{round}"));
            async move { rename(&*storage, id, &new, at(0), at(1_000)).await }
        });
        let mut all: Vec<_> = (0..8).map(|n| organization(&format!("other-{round}-{n}"))).collect();
        all.extend([organization(&slug), organization(&slug)]);
        let (made, refused) = parted(create_all(&storage, &all).await);
        assert_eq!((made.len(), refused.len()), (8, 2));
        for (_, error) in refused {
            assert_fails!(Err::<(), _>(error), slug_taken!());
        }
        let renamed = renaming.await.unwrap().unwrap();
        assert_eq!(led_to(&*storage, &slug).await, Some(renamed.slug));
    }
}
