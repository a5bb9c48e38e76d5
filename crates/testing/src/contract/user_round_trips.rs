//! What is stored of users, projects and members comes back as it was, whatever it is.

use std::sync::Arc;

use tenancy_domain::{
    ExternalId, Slug, Timestamp,
    members::{Member, MemberOf, Role},
    organizations::Organization,
    owners::Owner,
    pagination::PageRequest,
    projects::Project,
    users::{Email, User, UserFilter},
};

use super::{
    Storage,
    round_trips::names,
    steps::{
        all_members, api_key_of, at, email, everything, external_id, find_by_hash, find_project, insert, insert_key,
        insert_member, insert_members, insert_project, insert_user, member, members_of, organization, owner_of,
        project, slug, user,
    },
};

async fn the_user(storage: &dyn Storage, filter: UserFilter) -> User {
    let page = storage.list_users(everything(), &filter, &PageRequest::default()).await.unwrap();
    let [user] = page.items() else { panic!("{filter:?} finds {}", page.items().len()) };
    user.clone()
}

/// Ids that other systems give, of any script and of the full length; each is found by itself alone.
pub async fn external_ids_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let texts = [
        "a",
        "A",
        "auth0|5f7c8ec7c33c6c004bbafe82",
        "Grüße aus Köln",
        "é",
        "e\u{301}",
        "日本語 العربية 🦀👩‍👩‍👧‍👦",
        r#"%_\'"`;--/*$1?:name{}[]<>&"#,
        "'; DROP TABLE users; --",
        r"\0 \n \x00",
        "NULL",
        "1e3",
        "0",
        "00",
    ];
    let long = ["a", "ß", "🦀"].map(|character| character.repeat(ExternalId::MAX_LENGTH));
    let ids = texts.into_iter().map(str::to_owned).chain(long);
    let users: Vec<User> =
        ids.map(|id| User { external_id: external_id(&id), email: None, name: None, ..user("x") }).collect();
    for user in &users {
        insert_user(&*storage, user).await.unwrap();
    }
    for user in users {
        assert_eq!(storage.find_user(everything(), user.id).await.unwrap(), user);
        let filter = UserFilter { external_id: Some(user.external_id.clone()), email: None };
        assert_eq!(the_user(&*storage, filter).await, user);
    }
}

/// Addresses come back as they were written, and are found in whatever case.
pub async fn addresses_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let long = format!("{}@{}.example", "a".repeat(64), ["b".repeat(60), "c".repeat(60), "d".repeat(58)].join("."));
    assert!(long.len() <= Email::MAX_LENGTH);
    let texts = [
        "a@b",
        "Ada.Lovelace+tag@Example.COM",
        "!#$%&'*+/=?^_`{|}~-@example.com",
        "o'brien@example.com",
        "100%_@example.com",
        &long,
    ];
    for (n, text) in texts.into_iter().enumerate() {
        let user = User { email: Some(email(text)), ..user(&format!("user-{n}")) };
        insert_user(&*storage, &user).await.unwrap();
        assert_eq!(storage.find_user(everything(), user.id).await.unwrap(), user);
        for shown in [text.to_owned(), text.to_lowercase(), text.to_uppercase()] {
            let filter = UserFilter { external_id: None, email: Some(email(&shown)) };
            assert_eq!(the_user(&*storage, filter).await, user, "{shown}");
        }
    }
}

/// Names of users and of projects come back character by character.
pub async fn names_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    for (n, name) in names().into_iter().enumerate() {
        let user = User { name: Some(name.clone()), ..user(&format!("user-{n}")) };
        insert_user(&*storage, &user).await.unwrap();
        assert_eq!(storage.find_user(everything(), user.id).await.unwrap(), user);
        let project = Project { name, ..project(&acme, &format!("project-{n}")) };
        insert_project(&*storage, &project).await.unwrap();
        assert_eq!(find_project(&*storage, &project).await.unwrap(), project);
    }
    for text in ["a", "0", "null", &"z".repeat(Slug::MAX_LENGTH)] {
        let project = Project { slug: slug(text), ..project(&acme, "x") };
        insert_project(&*storage, &project).await.unwrap();
        assert_eq!(find_project(&*storage, &project).await.unwrap(), project);
    }
}

/// Times come back to the millisecond, from the first to the last that there is, and versions up to the largest.
pub async fn times_and_versions_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let unix = |milliseconds| Timestamp::from_unix_milliseconds(milliseconds).unwrap();
    let acme = organization("acme");
    insert(&*storage, &acme).await.unwrap();
    let times = [Timestamp::MIN, unix(-1), unix(0), unix(1), at(0), at(1), at(999), Timestamp::MAX];
    let versions = [1, i64::from(i32::MAX) + 1, i64::MAX];
    let of = MemberOf::Organization(acme.id);
    let mut expected = Vec::new();
    for (n, time) in times.into_iter().enumerate() {
        let version = versions[n % versions.len()];
        let user = User { created_at: time, updated_at: time, version, ..user(&format!("user-{n}")) };
        insert_user(&*storage, &user).await.unwrap();
        assert_eq!(storage.find_user(everything(), user.id).await.unwrap(), user);
        let live = Project { created_at: time, updated_at: time, version, ..project(&acme, &format!("project-{n}")) };
        insert_project(&*storage, &live).await.unwrap();
        assert_eq!(find_project(&*storage, &live).await.unwrap(), live);
        let joined = Member { joined_at: time, version, ..member(&user, of, Role::Member) };
        insert_member(&*storage, &joined).await.unwrap();
        expected.insert(0, joined);
    }
    assert_eq!(all_members(&*storage, of).await, expected);
}

/// Every role, and keys of every kind of owner.
pub async fn roles_and_owners_come_back_as_they_were(storage: Arc<dyn Storage>) {
    let acme: Organization = organization("acme");
    let web = project(&acme, "web");
    insert(&*storage, &acme).await.unwrap();
    insert_project(&*storage, &web).await.unwrap();
    for role in Role::ALL {
        let user = user(role.as_str());
        insert_user(&*storage, &user).await.unwrap();
        let both = [MemberOf::Organization(acme.id), members_of(&web)].map(|of| member(&user, of, role));
        insert_members(&*storage, &both).await.unwrap();
        for member in both {
            assert_eq!(storage.find_member(everything(), member.of, user.id).await.unwrap(), member);
        }
        for owner in [owner_of(&web), Owner::User(user.id)] {
            let (key, hash) = api_key_of(owner, "key");
            insert_key(&*storage, &key, &hash).await.unwrap();
            assert_eq!(find_by_hash(&*storage, &hash).await, Some(key));
        }
    }
}
