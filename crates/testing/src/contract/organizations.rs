//! The rules of `OrganizationRepository` and `OrganizationWriter`.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, Metadata, OrganizationId,
    audit_log::AuditAction,
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    pagination::{Direction, PageRequest, PageSize},
    unit_of_work::{Outcome, UnitOfWorkExt},
};

use super::{
    Storage,
    steps::{
        assert_fails, at, delete, everything, external_id, find, find_by_slug, fresh_id, insert, name, no_organization,
        organization, record, slug, slug_taken, update,
    },
};

/// A live organization is found by its id and by its slug.
pub async fn are_found_by_id_and_by_slug(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    assert_eq!(find(&*storage, acme.id).await.unwrap(), acme);
    assert_eq!(find_by_slug(&*storage, &acme.slug).await.unwrap(), acme);
    assert_eq!(find(&*storage, other.id).await.unwrap(), other);
}

/// What is not there is not found, whichever way it is named.
pub async fn unknown_ones_are_not_found(storage: Arc<dyn Storage>) {
    insert(&*storage, &organization("acme")).await.unwrap();
    let names = [OrganizationRef::Id(OrganizationId::new(fresh_id())), OrganizationRef::Slug(slug("other"))];
    for reference in names {
        for deleted in [Deleted::Hidden, Deleted::Included] {
            assert_fails!(storage.find_organization(everything(), &reference, deleted).await, no_organization!());
        }
    }
}

/// A slug names the organization that has this very slug, and none that has a similar one.
pub async fn slugs_are_compared_exactly(storage: Arc<dyn Storage>) {
    let slugs = ["a", "aa", "a-a", "a0", "0a", "0", "00"];
    for text in slugs {
        insert(&*storage, &organization(text)).await.unwrap();
    }
    for text in slugs {
        assert_eq!(find_by_slug(&*storage, &slug(text)).await.unwrap().slug.as_str(), text);
    }
    assert_fails!(find_by_slug(&*storage, &slug("000")).await, no_organization!());
}

/// A deleted organization is found by its id where deleted ones are included, and not otherwise; by its slug never.
pub async fn deleted_ones_are_found_by_id_where_they_are_asked_for(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let deleted = delete(&*storage, acme.id).await.unwrap();
    assert_eq!(deleted.deleted_at, Some(at(1_000)));

    let (id, slug) = (OrganizationRef::Id(acme.id), OrganizationRef::Slug(acme.slug));
    let found = storage.find_organization(everything(), &id, Deleted::Included).await;
    assert_eq!(found.unwrap(), deleted);
    assert_fails!(storage.find_organization(everything(), &id, Deleted::Hidden).await, no_organization!());
    for heeded in [Deleted::Hidden, Deleted::Included] {
        assert_fails!(storage.find_organization(everything(), &slug, heeded).await, no_organization!());
    }
}

/// The slug of a deleted organization is free at once, any number of times; it names the live one.
pub async fn a_slug_is_free_at_once_after_deletion(storage: Arc<dyn Storage>) {
    let mut gone = Vec::new();
    for _ in 0..3 {
        let acme = organization("acme");
        insert(&*storage, &acme).await.unwrap();
        assert_eq!(find_by_slug(&*storage, &acme.slug).await.unwrap(), acme);
        gone.push(delete(&*storage, acme.id).await.unwrap());
    }
    let live = organization("acme");
    insert(&*storage, &live).await.unwrap();
    assert_eq!(find_by_slug(&*storage, &live.slug).await.unwrap(), live);
    for organization in gone {
        let by_id = OrganizationRef::Id(organization.id);
        let found = storage.find_organization(everything(), &by_id, Deleted::Included).await;
        assert_eq!(found.unwrap(), organization);
    }
}

/// A second live organization of one slug is refused, and leaves the first as it is.
pub async fn a_live_slug_is_taken(storage: Arc<dyn Storage>) {
    let (first, second) = (organization("acme"), organization("acme"));
    insert(&*storage, &first).await.unwrap();
    assert_fails!(insert(&*storage, &second).await, slug_taken!());
    assert_eq!(find_by_slug(&*storage, &first.slug).await.unwrap(), first);
    assert_fails!(find(&*storage, second.id).await, no_organization!());
}

/// Nor can a slug be changed to that of another live organization; that of a deleted one is free.
pub async fn a_slug_cannot_be_changed_to_a_live_one(storage: Arc<dyn Storage>) {
    let (acme, other, gone) = (organization("acme"), organization("other"), organization("gone"));
    for organization in [&acme, &other, &gone] {
        insert(&*storage, organization).await.unwrap();
    }
    delete(&*storage, gone.id).await.unwrap();

    let rename = |to: &'static str| move |current: &Organization| Organization { slug: slug(to), ..current.clone() };
    assert_fails!(update(&*storage, OrganizationRef::Id(acme.id), rename("other")).await, slug_taken!());
    assert_eq!(find(&*storage, acme.id).await.unwrap(), acme);
    update(&*storage, OrganizationRef::Id(acme.id), rename("gone")).await.unwrap();
    assert_eq!(find_by_slug(&*storage, &slug("gone")).await.unwrap().id, acme.id);
    // What it was called before is free again, and what it is called now stays its own when it is written once more.
    assert_fails!(find_by_slug(&*storage, &slug("acme")).await, no_organization!());
    update(&*storage, OrganizationRef::Id(acme.id), rename("gone")).await.unwrap();
    insert(&*storage, &organization("acme")).await.unwrap();
}

/// A write replaces every editable field, and touches no other row.
pub async fn every_editable_field_is_written(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    let change = |current: &Organization| Organization {
        slug: slug("acme-2"),
        name: name("Acme, Inc."),
        updated_at: at(7),
        suspended_at: Some(at(6)),
        external_id: Some(external_id("cus_1")),
        metadata: Metadata::parse([("plan".to_owned(), "gold".to_owned())].into()).unwrap(),
        version: 2,
        ..current.clone()
    };
    let written = update(&*storage, OrganizationRef::Slug(acme.slug.clone()), change).await.unwrap();
    assert_eq!(written, change(&acme));
    assert_eq!(find(&*storage, acme.id).await.unwrap(), written);
    assert_eq!(find_by_slug(&*storage, &written.slug).await.unwrap(), written);
    assert_fails!(find_by_slug(&*storage, &acme.slug).await, no_organization!());
    assert_eq!(find(&*storage, other.id).await.unwrap(), other);
}

/// What a unit of work locks is the live organization of that name; there is no other.
pub async fn the_live_ones_alone_can_be_locked(storage: Arc<dyn Storage>) {
    let (gone, live) = (organization("acme"), organization("acme"));
    insert(&*storage, &gone).await.unwrap();
    delete(&*storage, gone.id).await.unwrap();
    for reference in [
        OrganizationRef::Id(gone.id),
        OrganizationRef::Slug(gone.slug.clone()),
        OrganizationRef::Id(OrganizationId::new(fresh_id())),
        OrganizationRef::Slug(slug("other")),
    ] {
        assert_fails!(update(&*storage, reference, Organization::clone).await, no_organization!());
    }
    insert(&*storage, &live).await.unwrap();
    for reference in [OrganizationRef::Id(live.id), OrganizationRef::Slug(live.slug.clone())] {
        assert_eq!(update(&*storage, reference, Organization::clone).await.unwrap(), live);
    }
}

/// A list shows deleted organizations where they are included, each as it is and in its place.
pub async fn deleted_ones_are_listed_where_they_are_asked_for(storage: Arc<dyn Storage>) {
    let empty = storage
        .list_organizations(everything(), &OrganizationFilter::default(), &PageRequest::default(), Deleted::Included)
        .await
        .unwrap();
    assert_eq!((empty.items().len(), empty.has_more()), (0, false));

    let organizations: Vec<Organization> = (0..3)
        .map(|n| Organization { created_at: at(n), updated_at: at(n), ..organization(&format!("acme-{n}")) })
        .collect();
    let added = organizations.clone();
    let added = storage.execute(move |transaction| {
        Box::pin(async move {
            for organization in &added {
                transaction.insert_organization(organization).await?;
            }
            let record = record(AuditAction::OrganizationCreate, &added[0]);
            Ok(Outcome::Changed((), record.into()))
        })
    });
    added.await.unwrap();
    let [oldest, middle, newest] = <[Organization; 3]>::try_from(organizations).unwrap();
    let middle = delete(&*storage, middle.id).await.unwrap();

    for direction in [Direction::Forward, Direction::Backward] {
        let request = PageRequest { size: PageSize::DEFAULT, direction, cursor: None };
        let hidden = storage
            .list_organizations(everything(), &OrganizationFilter::default(), &request, Deleted::Hidden)
            .await
            .unwrap();
        assert_eq!(hidden.into_items(), [newest.clone(), oldest.clone()]);
        let included = storage
            .list_organizations(everything(), &OrganizationFilter::default(), &request, Deleted::Included)
            .await
            .unwrap();
        assert_eq!(included.into_items(), [newest.clone(), middle.clone(), oldest.clone()]);
    }
}
