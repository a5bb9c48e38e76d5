//! The rules of `ProjectRepository` and `ProjectWriter`; those of restoration are in `restoration`.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, Error, Metadata, OrganizationId, ProjectId, ResourceType,
    organizations::Organization,
    pagination::{Direction, PageRequest, PageSize},
    projects::{Project, ProjectFilter, ProjectRef},
};

use super::{
    Storage,
    steps::{
        assert_fails, at, delete, delete_project, everything, find_project, fresh_id, insert, insert_project, name,
        no_project, organization, project, restore, slug, update_project, within_unit,
    },
};

/// Two organizations.
async fn organizations(storage: &dyn Storage) -> (Organization, Organization) {
    let (acme, other) = (organization("acme"), organization("other"));
    insert(storage, &acme).await.unwrap();
    insert(storage, &other).await.unwrap();
    (acme, other)
}

/// The project of an organization that has this slug.
async fn find_by_slug(storage: &dyn Storage, of: &Organization, text: &str) -> Result<Project, Error> {
    storage.find_project(everything(), of.id, &ProjectRef::Slug(slug(text)), Deleted::Hidden).await
}

/// The first page of the projects of an organization.
async fn list(storage: &dyn Storage, of: OrganizationId, deleted: Deleted) -> Vec<Project> {
    storage
        .list_projects(everything(), of, &ProjectFilter::default(), &PageRequest::default(), deleted)
        .await
        .unwrap()
        .into_items()
}

/// The error of a slug that another live project of the organization has.
macro_rules! slug_taken {
    () => {
        Error::AlreadyExists { resource: ResourceType::Project, field: "slug" }
    };
}

/// A live project is found by its id and by its slug, in its own organization alone.
pub async fn are_found_by_id_and_by_slug_in_their_organization(storage: Arc<dyn Storage>) {
    let (acme, other) = organizations(&*storage).await;
    let (web, app, others_web) = (project(&acme, "web"), project(&acme, "app"), project(&other, "web"));
    for project in [&web, &app, &others_web] {
        insert_project(&*storage, project).await.unwrap();
        assert_eq!(find_project(&*storage, project).await.unwrap(), *project);
    }
    assert_eq!(find_by_slug(&*storage, &acme, "web").await.unwrap(), web);
    assert_eq!(find_by_slug(&*storage, &other, "web").await.unwrap(), others_web);
    assert_fails!(find_by_slug(&*storage, &other, "app").await, no_project!());
    for deleted in [Deleted::Hidden, Deleted::Included] {
        let elsewhere = storage.find_project(everything(), other.id, &ProjectRef::Id(web.id), deleted).await;
        assert_fails!(elsewhere, no_project!());
    }
}

/// What is not there is not found, whichever way it is named.
pub async fn unknown_ones_are_not_found(storage: Arc<dyn Storage>) {
    let (acme, _) = organizations(&*storage).await;
    insert_project(&*storage, &project(&acme, "web")).await.unwrap();
    let nowhere = OrganizationId::new(fresh_id());
    for reference in [ProjectRef::Id(ProjectId::new(fresh_id())), ProjectRef::Slug(slug("app"))] {
        for (organization, deleted) in
            [(acme.id, Deleted::Hidden), (acme.id, Deleted::Included), (nowhere, Deleted::Included)]
        {
            let found = storage.find_project(everything(), organization, &reference, deleted).await;
            assert_fails!(found, no_project!());
        }
    }
    assert_eq!(list(&*storage, nowhere, Deleted::Included).await, []);
}

/// A deleted project is found by its id where deleted ones are included, and not otherwise; by its slug never.
pub async fn deleted_ones_are_found_by_id_where_they_are_asked_for(storage: Arc<dyn Storage>) {
    let (acme, _) = organizations(&*storage).await;
    let web = project(&acme, "web");
    insert_project(&*storage, &web).await.unwrap();
    let deleted = delete_project(&*storage, &web).await.unwrap();
    assert_eq!(deleted.deleted_at, Some(at(1_000)));

    let by_id = ProjectRef::Id(web.id);
    assert_eq!(storage.find_project(everything(), acme.id, &by_id, Deleted::Included).await.unwrap(), deleted);
    assert_fails!(find_project(&*storage, &web).await, no_project!());
    for heeded in [Deleted::Hidden, Deleted::Included] {
        let found = storage.find_project(everything(), acme.id, &ProjectRef::Slug(slug("web")), heeded).await;
        assert_fails!(found, no_project!());
    }
}

/// A second live project of one slug is refused in the same organization; in another, and once the first is deleted, the
/// slug is free.
pub async fn a_live_slug_is_taken_in_its_organization(storage: Arc<dyn Storage>) {
    let (acme, other) = organizations(&*storage).await;
    let web = project(&acme, "web");
    insert_project(&*storage, &web).await.unwrap();
    let second = project(&acme, "web");
    assert_fails!(insert_project(&*storage, &second).await, slug_taken!());
    assert_fails!(find_project(&*storage, &second).await, no_project!());
    assert_eq!(find_by_slug(&*storage, &acme, "web").await.unwrap(), web);
    insert_project(&*storage, &project(&other, "web")).await.unwrap();

    for _ in 0..2 {
        let live = find_by_slug(&*storage, &acme, "web").await.unwrap();
        delete_project(&*storage, &live).await.unwrap();
        let next = project(&acme, "web");
        insert_project(&*storage, &next).await.unwrap();
        assert_eq!(find_by_slug(&*storage, &acme, "web").await.unwrap(), next);
    }
}

/// Nor can a slug be changed to that of another live project of the organization; those of others are free.
pub async fn a_slug_cannot_be_changed_to_a_live_one(storage: Arc<dyn Storage>) {
    let (acme, other) = organizations(&*storage).await;
    let (web, app, gone) = (project(&acme, "web"), project(&acme, "app"), project(&acme, "gone"));
    for project in [&web, &app, &gone, &project(&other, "theirs")] {
        insert_project(&*storage, project).await.unwrap();
    }
    delete_project(&*storage, &gone).await.unwrap();

    let rename = |to: &'static str| move |current: &Project| Project { slug: slug(to), ..current.clone() };
    assert_fails!(update_project(&*storage, &web, rename("app")).await, slug_taken!());
    assert_eq!(find_project(&*storage, &web).await.unwrap(), web);
    for free in ["gone", "theirs", "theirs"] {
        update_project(&*storage, &web, rename(free)).await.unwrap();
        assert_eq!(find_by_slug(&*storage, &acme, free).await.unwrap().id, web.id);
    }
    assert_fails!(find_by_slug(&*storage, &acme, "web").await, no_project!());
}

/// A write replaces every editable field, and touches no other row.
pub async fn every_editable_field_is_written(storage: Arc<dyn Storage>) {
    let (acme, other) = organizations(&*storage).await;
    let (web, app, others_web) = (project(&acme, "web"), project(&acme, "app"), project(&other, "web"));
    for project in [&web, &app, &others_web] {
        insert_project(&*storage, project).await.unwrap();
    }
    let change = |current: &Project| Project {
        slug: slug("site"),
        name: name("The site"),
        metadata: Metadata::parse([("stage".to_owned(), "production".to_owned())].into()).unwrap(),
        updated_at: at(7),
        version: 2,
        ..current.clone()
    };
    let written = update_project(&*storage, &web, change).await.unwrap();
    assert_eq!(written, change(&web));
    assert_eq!(find_project(&*storage, &web).await.unwrap(), written);
    assert_eq!(find_by_slug(&*storage, &acme, "site").await.unwrap(), written);
    for untouched in [app, others_web] {
        assert_eq!(find_project(&*storage, &untouched).await.unwrap(), untouched);
    }
}

/// What a unit of work locks is the live project of that name in that organization; there is no other.
pub async fn the_live_ones_alone_can_be_locked(storage: Arc<dyn Storage>) {
    let (acme, other) = organizations(&*storage).await;
    let (gone, live) = (project(&acme, "web"), project(&acme, "web"));
    insert_project(&*storage, &gone).await.unwrap();
    delete_project(&*storage, &gone).await.unwrap();
    insert_project(&*storage, &live).await.unwrap();
    let (acme, other) = (acme.id, other.id);
    for (organization, reference, found) in [
        (acme, ProjectRef::Id(gone.id), None),
        (acme, ProjectRef::Slug(slug("app")), None),
        (acme, ProjectRef::Id(ProjectId::new(fresh_id())), None),
        (other, ProjectRef::Id(live.id), None),
        (other, ProjectRef::Slug(slug("web")), None),
        (acme, ProjectRef::Id(live.id), Some(live.clone())),
        (acme, ProjectRef::Slug(slug("web")), Some(live)),
    ] {
        let locked = within_unit!(storage, |t| t.lock_project(everything(), organization, &reference));
        if let Some(found) = found {
            assert_eq!(locked.unwrap(), found);
        } else {
            assert_fails!(locked, no_project!());
        }
    }
}

/// A list shows the projects of one organization, the deleted ones where they are included, each in its place.
pub async fn deleted_ones_are_listed_where_they_are_asked_for(storage: Arc<dyn Storage>) {
    let (acme, other) = organizations(&*storage).await;
    let [oldest, middle, newest] =
        [0, 1, 2].map(|n| Project { created_at: at(n), updated_at: at(n), ..project(&acme, &format!("project-{n}")) });
    for project in [&middle, &newest, &oldest, &project(&other, "theirs")] {
        insert_project(&*storage, project).await.unwrap();
    }
    let middle = delete_project(&*storage, &middle).await.unwrap();
    for direction in [Direction::Forward, Direction::Backward] {
        let request = PageRequest { size: PageSize::DEFAULT, direction, cursor: None };
        let list = async |deleted| {
            storage.list_projects(everything(), acme.id, &ProjectFilter::default(), &request, deleted).await.unwrap()
        };
        assert_eq!(list(Deleted::Hidden).await.items(), [newest.clone(), oldest.clone()]);
        assert_eq!(list(Deleted::Included).await.items(), [newest.clone(), middle.clone(), oldest.clone()]);
    }
}

/// With its organization every project is gone, however it is asked for; with it every one comes back as it was, and the
/// deleted ones stay deleted.
pub async fn those_of_a_deleted_organization_are_hidden(storage: Arc<dyn Storage>) {
    let (acme, _) = organizations(&*storage).await;
    let (web, gone) = (project(&acme, "web"), project(&acme, "gone"));
    insert_project(&*storage, &web).await.unwrap();
    insert_project(&*storage, &gone).await.unwrap();
    let gone = delete_project(&*storage, &gone).await.unwrap();
    let before = list(&*storage, acme.id, Deleted::Included).await;
    delete(&*storage, acme.id).await.unwrap();

    let by_slug = ProjectRef::Slug(web.slug.clone());
    for reference in [ProjectRef::Id(web.id), ProjectRef::Id(gone.id), by_slug] {
        for deleted in [Deleted::Hidden, Deleted::Included] {
            let found = storage.find_project(everything(), acme.id, &reference, deleted).await;
            assert_fails!(found, no_project!());
        }
        let id = acme.id;
        assert_fails!(within_unit!(storage, |t| t.lock_project(everything(), id, &reference)), no_project!());
    }
    for deleted in [Deleted::Hidden, Deleted::Included] {
        assert_eq!(list(&*storage, acme.id, deleted).await, []);
    }

    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(find_project(&*storage, &web).await.unwrap(), web);
    assert_fails!(find_project(&*storage, &gone).await, no_project!());
    assert_eq!(list(&*storage, acme.id, Deleted::Included).await, before);
}

/// The live projects of one organization are counted.
pub async fn the_live_ones_are_counted(storage: Arc<dyn Storage>) {
    let (acme, other) = organizations(&*storage).await;
    let count = async |of: OrganizationId| within_unit!(storage, |t| t.count_projects(of)).unwrap();
    assert_eq!(count(acme.id).await, 0);
    let projects = ["web", "app", "gone"].map(|text| project(&acme, text));
    for project in &projects {
        insert_project(&*storage, project).await.unwrap();
    }
    delete_project(&*storage, &projects[2]).await.unwrap();
    insert_project(&*storage, &project(&other, "web")).await.unwrap();
    assert_eq!((count(acme.id).await, count(other.id).await), (2, 1));
}
