//! What is to be restored: the rules of `lock_deleted_organization` and `lock_deleted_project`.

use std::sync::Arc;

use tenancy_domain::{
    Error, OrganizationId, ProjectId,
    organizations::{Organization, OrganizationRef},
    projects::{Project, ProjectRef},
};

use super::{
    Storage,
    steps::{
        assert_fails, delete, delete_project, everything, find, find_by_slug, find_project, fresh_id, insert,
        insert_project, no_organization, no_project, organization, project, restore, restore_project, slug, slug_taken,
        within_unit,
    },
};

async fn lock(storage: &dyn Storage, reference: OrganizationRef) -> Result<Organization, Error> {
    within_unit!(storage, |t| t.lock_deleted_organization(everything(), &reference))
}

async fn lock_project(storage: &dyn Storage, of: OrganizationId, reference: ProjectRef) -> Result<Project, Error> {
    within_unit!(storage, |t| t.lock_deleted_project(everything(), of, &reference))
}

/// A deleted organization is locked by its id, and by its slug while no other deleted one has it, whether a live one has
/// it or not; a live one is not, and what is not there neither.
pub async fn the_one_deleted_organization_of_a_name_is_locked(storage: Arc<dyn Storage>) {
    let by_slug = || OrganizationRef::Slug(slug("acme"));
    let first = organization("acme");
    assert_fails!(lock(&*storage, by_slug()).await, no_organization!());
    assert_fails!(lock(&*storage, OrganizationRef::Id(first.id)).await, no_organization!());
    insert(&*storage, &first).await.unwrap();
    for reference in [by_slug(), OrganizationRef::Id(first.id)] {
        assert_fails!(lock(&*storage, reference).await, Error::Conflict(_));
    }

    let first = delete(&*storage, first.id).await.unwrap();
    for reference in [by_slug(), OrganizationRef::Id(first.id)] {
        assert_eq!(lock(&*storage, reference).await.unwrap(), first);
    }
    let second = organization("acme");
    insert(&*storage, &second).await.unwrap();
    assert_eq!(lock(&*storage, by_slug()).await.unwrap(), first);

    let second = delete(&*storage, second.id).await.unwrap();
    assert_fails!(lock(&*storage, by_slug()).await, Error::Conflict(_));
    for organization in [&first, &second] {
        assert_eq!(lock(&*storage, OrganizationRef::Id(organization.id)).await.unwrap(), *organization);
    }
    assert_fails!(lock(&*storage, OrganizationRef::Id(OrganizationId::new(fresh_id()))).await, no_organization!());
}

/// A restored organization is found by both names again, unless a live one has its slug meanwhile.
pub async fn a_restored_organization_is_live(storage: Arc<dyn Storage>) {
    let (acme, rival) = (organization("acme"), organization("acme"));
    insert(&*storage, &acme).await.unwrap();
    delete(&*storage, acme.id).await.unwrap();
    insert(&*storage, &rival).await.unwrap();
    assert_fails!(restore(&*storage, acme.id).await, slug_taken!());
    assert_fails!(find(&*storage, acme.id).await, no_organization!());
    delete(&*storage, rival.id).await.unwrap();
    let restored = restore(&*storage, acme.id).await.unwrap();
    assert_eq!(restored.deleted_at, None);
    assert_eq!(find(&*storage, acme.id).await.unwrap(), restored);
    assert_eq!(find_by_slug(&*storage, &acme.slug).await.unwrap(), restored);
    assert_fails!(restore(&*storage, acme.id).await, Error::Conflict(_));
    assert_fails!(insert(&*storage, &organization("acme")).await, slug_taken!());
}

/// The same of a project, in its own live organization alone.
pub async fn the_one_deleted_project_of_a_name_is_locked(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &other).await.unwrap();
    let by_slug = || ProjectRef::Slug(slug("web"));
    let (first, theirs) = (project(&acme, "web"), project(&other, "web"));
    insert_project(&*storage, &theirs).await.unwrap();
    delete_project(&*storage, &theirs).await.unwrap();
    assert_fails!(lock_project(&*storage, acme.id, by_slug()).await, no_project!());
    insert_project(&*storage, &first).await.unwrap();
    for reference in [by_slug(), ProjectRef::Id(first.id)] {
        assert_fails!(lock_project(&*storage, acme.id, reference).await, Error::Conflict(_));
    }

    let first = delete_project(&*storage, &first).await.unwrap();
    for reference in [by_slug(), ProjectRef::Id(first.id)] {
        assert_eq!(lock_project(&*storage, acme.id, reference).await.unwrap(), first);
    }
    let second = project(&acme, "web");
    insert_project(&*storage, &second).await.unwrap();
    assert_eq!(lock_project(&*storage, acme.id, by_slug()).await.unwrap(), first);
    let second = delete_project(&*storage, &second).await.unwrap();
    assert_fails!(lock_project(&*storage, acme.id, by_slug()).await, Error::Conflict(_));
    assert_eq!(lock_project(&*storage, acme.id, ProjectRef::Id(second.id)).await.unwrap(), second);

    for (of, id) in [(acme.id, theirs.id), (other.id, first.id), (acme.id, ProjectId::new(fresh_id()))] {
        assert_fails!(lock_project(&*storage, of, ProjectRef::Id(id)).await, no_project!());
    }
    delete(&*storage, acme.id).await.unwrap();
    for reference in [by_slug(), ProjectRef::Id(first.id)] {
        assert_fails!(lock_project(&*storage, acme.id, reference).await, no_project!());
    }
}

/// A restored project is found again, unless a live one of its organization has its slug meanwhile.
pub async fn a_restored_project_is_live(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let (web, rival) = (project(&acme, "web"), project(&acme, "web"));
    insert_project(&*storage, &web).await.unwrap();
    delete_project(&*storage, &web).await.unwrap();
    insert_project(&*storage, &rival).await.unwrap();
    assert_fails!(restore_project(&*storage, &web).await, Error::AlreadyExists { field: "slug", .. });
    assert_fails!(find_project(&*storage, &web).await, no_project!());
    delete_project(&*storage, &rival).await.unwrap();
    let restored = restore_project(&*storage, &web).await.unwrap();
    assert_eq!(restored.deleted_at, None);
    assert_eq!(find_project(&*storage, &web).await.unwrap(), restored);
    assert_fails!(insert_project(&*storage, &project(&acme, "web")).await, Error::AlreadyExists { .. });
}
