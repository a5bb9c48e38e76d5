//! What organizations and projects are found by: words, and what they are called elsewhere.

use std::sync::Arc;

use tenancy_domain::{
    Deleted, Error, Metadata, OrganizationId, Search, Slug,
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    pagination::{PageRequest, PageSize},
    projects::{Project, ProjectFilter},
};

use super::{
    Storage,
    steps::{
        assert_fails, delete, delete_project, everything, external_id, find, find_project, insert, insert_project,
        name, organization, project, purge, restore, slug, update, update_project,
    },
};

fn by_words(text: &str) -> OrganizationFilter {
    OrganizationFilter { search: Some(Search::parse(text).unwrap()), ..OrganizationFilter::default() }
}

fn by_external_id(text: &str) -> OrganizationFilter {
    OrganizationFilter { external_id: Some(external_id(text)), ..OrganizationFilter::default() }
}

async fn found(storage: &dyn Storage, filter: OrganizationFilter, deleted: Deleted) -> Vec<OrganizationId> {
    let request = PageRequest { size: PageSize::for_wish(1_000).unwrap(), ..PageRequest::default() };
    let page = storage.list_organizations(everything(), &filter, &request, deleted).await.unwrap();
    page.into_items().into_iter().map(|organization| organization.id).collect()
}

async fn found_live(storage: &dyn Storage, text: &str) -> Vec<OrganizationId> {
    found(storage, by_words(text), Deleted::Hidden).await
}

fn called(text: &str, called: &str) -> Organization {
    Organization { name: name(called), ..organization(text) }
}

/// By the beginning of the slug or of a word of the name, in whatever case and script, and by nothing else: each storage
/// compares as the core does.
pub async fn words_find_what_begins_with_them(storage: Arc<dyn Storage>) {
    let names = [
        ("acme-web", "Acme, Inc."),
        ("acme", "ÄCME Straße"),
        ("globex", "Globex (Acme) O'Neil-Smith"),
        ("percent", r"100% _under \back"),
        ("script", "Ελλάς Москва 日本語 🦀x"),
        ("z", "acmz acm"),
    ];
    let mut rows = Vec::new();
    for (slug, name) in names {
        let row = called(slug, name);
        insert(&*storage, &row).await.unwrap();
        // The newest first.
        rows.insert(0, row);
    }
    for text in [
        "acme",
        "ACME",
        "acm",
        "acme-",
        "acme-w",
        "inc",
        "Inc. ACME",
        "äcme",
        "ÄC",
        "straß",
        "STRASSE",
        "neil",
        "o'n",
        "smith",
        "web",
        "100",
        "100%",
        "%",
        "_under",
        "under",
        "back",
        "_",
        "ελλ",
        "МОСК",
        "日本",
        "x",
        "🦀x",
        "z",
        "acmz",
        "acme globex",
        "none",
        "a",
        "'; --x",
    ] {
        let Ok(search) = Search::parse(text) else { continue };
        let expected: Vec<_> = rows
            .iter()
            .filter(|row| search.finds(&tenancy_domain::terms_of(&row.slug, &row.name)))
            .map(|row| row.id)
            .collect();
        assert_eq!(found_live(&*storage, text).await, expected, "{text}");
    }
    assert_eq!(found_live(&*storage, "acme").await.len(), 3);
}

/// What was changed is found by what it is called by now, and no more by what it was.
pub async fn what_is_renamed_is_found_by_its_new_words(storage: Arc<dyn Storage>) {
    let acme = called("acme", "Anvils");
    insert(&*storage, &acme).await.unwrap();
    let renamed = |current: &Organization| Organization {
        slug: slug("globex"),
        name: name("Anvils and Rockets"),
        version: 2,
        ..current.clone()
    };
    update(&*storage, OrganizationRef::Id(acme.id), renamed).await.unwrap();
    for (text, is_found) in [("acme", false), ("glob", true), ("anvil", true), ("rocket", true)] {
        assert_eq!(found_live(&*storage, text).await == [acme.id], is_found, "{text}");
    }
    let web = project(&acme, "web");
    insert_project(&*storage, &web).await.unwrap();
    let renamed = |current: &Project| Project { name: name("Shop"), version: 2, ..current.clone() };
    update_project(&*storage, &web, renamed).await.unwrap();
    for (text, is_found) in [("web", true), ("shop", true), ("the", false)] {
        assert_eq!(
            found_projects(&*storage, &acme, text, Deleted::Hidden).await == [web.clone().id],
            is_found,
            "{text}"
        );
    }
}

/// What is deleted is found among deleted ones, as long as it is there.
pub async fn what_is_deleted_is_found_with_deleted_ones(storage: Arc<dyn Storage>) {
    let acme = Organization { external_id: Some(external_id("cus_1")), ..organization("acme") };
    insert(&*storage, &acme).await.unwrap();
    delete(&*storage, acme.id).await.unwrap();
    for filter in [by_words("acm"), by_external_id("cus_1")] {
        assert_eq!(found(&*storage, filter.clone(), Deleted::Hidden).await, []);
        assert_eq!(found(&*storage, filter.clone(), Deleted::Included).await, [acme.id]);
    }
    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(found_live(&*storage, "acm").await, [acme.id]);
    delete(&*storage, acme.id).await.unwrap();
    purge(&*storage, acme.id).await.unwrap();
    assert_eq!(found(&*storage, by_words("acm"), Deleted::Included).await, []);
}

async fn found_projects(
    storage: &dyn Storage,
    of: &Organization,
    text: &str,
    deleted: Deleted,
) -> Vec<tenancy_domain::ProjectId> {
    let filter = ProjectFilter { search: Some(Search::parse(text).unwrap()) };
    let page = storage.list_projects(everything(), of.id, &filter, &PageRequest::default(), deleted).await.unwrap();
    page.into_items().into_iter().map(|project| project.id).collect()
}

/// The projects of one organization alone.
pub async fn projects_are_found_in_their_organization(storage: Arc<dyn Storage>) {
    let (acme, other) = (organization("acme"), organization("other"));
    let (web, app, others_web) = (project(&acme, "web"), project(&acme, "app"), project(&other, "web"));
    for organization in [&acme, &other] {
        insert(&*storage, organization).await.unwrap();
    }
    for project in [&web, &app, &others_web] {
        insert_project(&*storage, project).await.unwrap();
    }
    assert_eq!(found_projects(&*storage, &acme, "we", Deleted::Hidden).await, [web.id]);
    assert_eq!(found_projects(&*storage, &other, "WEB", Deleted::Hidden).await, [others_web.id]);
    delete_project(&*storage, &web).await.unwrap();
    assert_eq!(found_projects(&*storage, &acme, "we", Deleted::Hidden).await, []);
    assert_eq!(found_projects(&*storage, &acme, "we", Deleted::Included).await, [web.id]);
}

/// Very many are found in the order of their list, a page at a time, as few are.
pub async fn very_many_are_found_in_their_order(storage: Arc<dyn Storage>) {
    const MANY: usize = 5_000;
    let rows: Vec<_> = (0..MANY)
        .map(|number| {
            let found = if number % 2 == 0 { "Berlin" } else { "Paris" };
            called(&format!("o-{number}"), &format!("{found} {number}"))
        })
        .collect();
    insert_all(&*storage, rows.clone()).await;
    let newest_first = rows.iter().rev().filter(|row| row.name.as_str().starts_with("Berlin"));
    let expected: Vec<_> = newest_first.map(|row| row.id).collect();
    let mut walked = Vec::new();
    let mut request = PageRequest { size: PageSize::for_wish(700).unwrap(), ..PageRequest::default() };
    loop {
        let page = storage.list_organizations(everything(), &by_words("ber"), &request, Deleted::Hidden).await.unwrap();
        request.cursor = page.next_cursor();
        walked.extend(page.into_items().into_iter().map(|row| row.id));
        if request.cursor.is_none() {
            break;
        }
    }
    assert_eq!(walked, expected);
    assert_eq!(found_live(&*storage, "paris 4321").await, [rows[4_321].id]);
}

async fn insert_all(storage: &dyn Storage, rows: Vec<Organization>) {
    use tenancy_domain::{
        audit_log::AuditAction,
        unit_of_work::{Outcome, UnitOfWorkExt},
    };

    let record = super::steps::record(AuditAction::OrganizationCreate, &rows[0]);
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            for row in &rows {
                transaction.insert_organization(row).await?;
            }
            Ok(Outcome::Changed((), record.into()))
        })
    });
    unit.await.unwrap();
}

/// No two live organizations are called the same elsewhere; it is free with deletion, and not given back when it is taken.
pub async fn an_external_id_is_of_one_live_organization(storage: Arc<dyn Storage>) {
    let called = |text: &str, id: &str| Organization { external_id: Some(external_id(id)), ..organization(text) };
    let acme = called("acme", "cus_1");
    insert(&*storage, &acme).await.unwrap();
    insert(&*storage, &called("other", "CUS_1")).await.unwrap();
    insert(&*storage, &organization("nothing")).await.unwrap();
    insert(&*storage, &organization("nothing-too")).await.unwrap();
    assert_eq!(found(&*storage, by_external_id("cus_1"), Deleted::Included).await, [acme.id]);
    assert_fails!(insert(&*storage, &called("twin", "cus_1")).await, Error::AlreadyExists { field: "external_id", .. });
    let taken = |current: &Organization| Organization { external_id: Some(external_id("cus_1")), ..current.clone() };
    let other = OrganizationRef::Slug(Slug::parse("other").unwrap());
    assert_fails!(update(&*storage, other, taken).await, Error::AlreadyExists { field: "external_id", .. });

    delete(&*storage, acme.id).await.unwrap();
    let heir = called("heir", "cus_1");
    insert(&*storage, &heir).await.unwrap();
    assert_fails!(restore(&*storage, acme.id).await, Error::AlreadyExists { field: "external_id", .. });
    let nothing = |current: &Organization| Organization { external_id: None, ..current.clone() };
    update(&*storage, OrganizationRef::Id(heir.id), nothing).await.unwrap();
    restore(&*storage, acme.id).await.unwrap();
    assert_eq!(found(&*storage, by_external_id("cus_1"), Deleted::Hidden).await, [acme.id]);
}

/// Pairs come back as they were, whatever stands in them.
pub async fn metadata_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let many = (0..Metadata::MAX_PAIRS).map(|number| (format!("k{number}"), number.to_string()));
    let longest = ("🦀".repeat(Metadata::KEY_MAX_LENGTH), "ß".repeat(Metadata::VALUE_MAX_LENGTH));
    let odd = [("a.b", r#"{"x":[1,null]}"#), ("'", "'; DROP TABLE organizations; --"), (" ", ""), (r"\u0000", r"\0")];
    let odd = odd.map(|(key, value)| (key.to_owned(), value.to_owned()));
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    for (number, pairs) in [many.collect(), [longest].into(), odd.into(), [].into()].into_iter().enumerate() {
        let metadata = Metadata::parse(pairs).unwrap();
        let row = Organization { metadata: metadata.clone(), ..organization(&format!("o-{number}")) };
        insert(&*storage, &row).await.unwrap();
        assert_eq!(find(&*storage, row.id).await.unwrap(), row);
        let row = Project { metadata, ..project(&acme, &format!("p-{number}")) };
        insert_project(&*storage, &row).await.unwrap();
        assert_eq!(find_project(&*storage, &row).await.unwrap(), row);
    }
}
