//! The rules of the aliases of organizations: of `find_renamed_organization`, `take_slug` and what goes with them.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, Error, OrganizationId, Timestamp,
    authorization::OrganizationsRead,
    members::Role,
    organizations::{Organization, OrganizationRef, SlugAlias},
    owners::Owner,
};

use super::{
    Storage,
    steps::{
        assert_fails, at, delete, end_aliases, everything, find, find_by_slug, fresh_id, insert, insert_at, led_to,
        no_organization, organization, owner_of, rename, restore, resume, slug, slug_taken, suspend, within_unit,
    },
    use_cases::UseCases,
};

/// An organization that was called `before`, and is called `now`.
async fn renamed(storage: &dyn Storage, before: &str, now: &str) -> Organization {
    let made = organization(before);
    insert(storage, &made).await.unwrap();
    rename(storage, made.id, now, at(0), at(100)).await.unwrap()
}

async fn count(storage: &dyn Storage, id: OrganizationId, now: Timestamp) -> u64 {
    within_unit!(storage, |t| t.count_reserved_aliases(id, now)).unwrap()
}

/// An alias leads to its organization under whatever slug that has, and names nothing itself; what is no alias leads
/// nowhere, a live slug neither, nor does an alias to what is deleted.
pub async fn lead_to_the_live_organization(storage: Arc<dyn Storage>) {
    let acme = renamed(&*storage, "acme", "acme-2").await;
    let other = renamed(&*storage, "other", "other-2").await;
    let acme = rename(&*storage, acme.id, "acme-3", at(1), at(100)).await.unwrap();
    for (former, expected) in [("acme", &acme), ("acme-2", &acme), ("other", &other)] {
        let found = storage.find_renamed_organization(everything(), &slug(former)).await;
        assert_eq!(found.unwrap(), *expected);
        for deleted in [Deleted::Hidden, Deleted::Included] {
            let by_alias = OrganizationRef::Slug(slug(former));
            assert_fails!(storage.find_organization(everything(), &by_alias, deleted).await, no_organization!());
        }
        let by_alias = OrganizationRef::Slug(slug(former));
        assert_fails!(within_unit!(storage, |t| t.lock_organization(everything(), &by_alias)), no_organization!());
        let by_alias = OrganizationRef::Slug(slug(former));
        let locked = within_unit!(storage, |t| t.lock_deleted_organization(everything(), &by_alias));
        assert_fails!(locked, no_organization!());
    }
    for text in ["acme-3", "nobody"] {
        assert_eq!(led_to(&*storage, text).await, None, "{text}");
    }
    delete(&*storage, acme.id).await.unwrap();
    assert_eq!(led_to(&*storage, "acme").await, None);
    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(led_to(&*storage, "acme").await, Some(acme.slug));
}

/// Who does not reach the organization is not led to it either.
pub async fn lie_within_a_scope_where_their_organization_does(storage: Arc<dyn Storage>) {
    let cases = UseCases::over(&storage);
    let (acme, other) = (cases.organization("acme").await, cases.organization("other").await);
    let (web, app) = (cases.project(&acme, "web").await, cases.project(&other, "app").await);
    let (ada, bob) = (cases.member(&acme, "ada", Role::Member).await, cases.member(&other, "bob", Role::Owner).await);
    let mut scopes = Vec::new();
    for (owner, is_within) in [
        (Owner::Organization(acme.id), true),
        (owner_of(&web), true),
        (Owner::User(ada.id), true),
        (Owner::Organization(other.id), false),
        (owner_of(&app), false),
        (Owner::User(bob.id), false),
    ] {
        scopes.push((cases.grant_of::<OrganizationsRead>(owner).await.tenant_scope(), is_within));
    }
    let acme = rename(&*storage, acme.id, "acme-2", at(0), at(100)).await.unwrap();
    let former = slug("acme");
    for (scope, is_within) in &scopes {
        let found = storage.find_renamed_organization(*scope, &former).await;
        if *is_within {
            assert_eq!(found.unwrap(), acme);
        } else {
            assert_fails!(found, no_organization!());
        }
    }
    let suspended = suspend(&*storage, acme.id).await.unwrap();
    assert_eq!(storage.find_renamed_organization(everything(), &former).await.unwrap(), suspended);
    for (scope, _) in &scopes {
        assert_fails!(storage.find_renamed_organization(*scope, &former).await, no_organization!());
    }
    resume(&*storage, acme.id).await.unwrap();
    assert!(storage.find_renamed_organization(scopes[0].0, &former).await.is_ok());
}

/// Another organization takes a former slug once the cool-down is over, to the millisecond, and the alias ends; before, it is
/// told that it is taken, and nothing changes. Its own organization takes it back at any time.
pub async fn are_taken_by_others_after_the_cool_down_alone(storage: Arc<dyn Storage>) {
    let acme = renamed(&*storage, "acme", "acme-2").await;
    let other = organization("other");
    insert(&*storage, &other).await.unwrap();
    let rival = organization("acme");
    assert_fails!(insert_at(&*storage, &rival, at(99)).await, slug_taken!());
    assert_fails!(rename(&*storage, other.id, "acme", at(99), at(200)).await, slug_taken!());
    assert_fails!(find(&*storage, rival.id).await, no_organization!());
    assert_eq!(find(&*storage, other.id).await.unwrap(), other);
    assert_eq!(led_to(&*storage, "acme").await, Some(acme.slug.clone()));

    let back = rename(&*storage, acme.id, "acme", at(99), at(200)).await.unwrap();
    assert_eq!(find_by_slug(&*storage, &slug("acme")).await.unwrap(), back);
    assert_eq!((led_to(&*storage, "acme").await, led_to(&*storage, "acme-2").await), (None, Some(slug("acme"))));

    rename(&*storage, acme.id, "acme-3", at(99), at(200)).await.unwrap();
    insert_at(&*storage, &rival, at(200)).await.unwrap();
    assert_eq!(find_by_slug(&*storage, &slug("acme")).await.unwrap(), rival);
    assert_eq!((led_to(&*storage, "acme").await, led_to(&*storage, "acme-2").await), (None, Some(slug("acme-3"))));
    let renamed = rename(&*storage, other.id, "acme-2", at(200), at(300)).await.unwrap();
    assert_eq!(find_by_slug(&*storage, &slug("acme-2")).await.unwrap(), renamed);
    assert_eq!((led_to(&*storage, "acme-2").await, led_to(&*storage, "other").await), (None, Some(slug("acme-2"))));
}

/// A slug is an alias of one organization.
pub async fn there_is_one_of_a_slug(storage: Arc<dyn Storage>) {
    let (acme, other) = (renamed(&*storage, "acme", "acme-2").await, renamed(&*storage, "other", "other-2").await);
    for organization in [acme.id, other.id] {
        let alias = SlugAlias { slug: slug("acme"), organization, reserved_until: at(0) };
        assert_fails!(within_unit!(storage, |t| t.add_alias(&alias)), slug_taken!());
    }
    assert_eq!(led_to(&*storage, "acme").await, Some(acme.slug));
}

/// Those of one organization are counted as long as they are reserved, to the millisecond.
pub async fn are_counted_while_they_are_in_their_cool_down(storage: Arc<dyn Storage>) {
    let acme = renamed(&*storage, "acme", "acme-2").await;
    renamed(&*storage, "other", "other-2").await;
    rename(&*storage, acme.id, "acme-3", at(1), at(50)).await.unwrap();
    rename(&*storage, acme.id, "acme-4", at(2), Timestamp::MAX).await.unwrap();
    for (now, expected) in [(at(0), 3), (at(49), 3), (at(50), 2), (at(100), 1), (Timestamp::MAX, 0)] {
        assert_eq!(count(&*storage, acme.id, now).await, expected, "{now}");
    }
    assert_eq!(count(&*storage, OrganizationId::new(fresh_id()), at(0)).await, 0);
}

/// All aliases of an organization end together, and nobody else's do; their slugs are free.
pub async fn end_all_at_once(storage: Arc<dyn Storage>) {
    let acme = renamed(&*storage, "acme", "acme-2").await;
    rename(&*storage, acme.id, "acme-3", at(1), at(100)).await.unwrap();
    let other = renamed(&*storage, "other", "other-2").await;
    let id = acme.id;
    let ended = within_unit!(storage, |t| async move {
        t.end_aliases(id).await?;
        t.count_reserved_aliases(id, at(0)).await
    });
    assert_eq!(ended.unwrap(), 0);
    // That was undone with its unit.
    assert_eq!(count(&*storage, id, at(0)).await, 2);
    end_aliases(&*storage, &acme).await;
    for former in ["acme", "acme-2"] {
        assert_eq!(led_to(&*storage, former).await, None);
        insert_at(&*storage, &organization(former), at(0)).await.unwrap();
    }
    assert_eq!(led_to(&*storage, "other").await, Some(other.slug));
    assert_fails!(insert_at(&*storage, &organization("other"), at(0)).await, Error::AlreadyExists { .. });
}
