//! Every operation, with a real service: what the client sends is understood, and so is what it is answered.

use std::collections::BTreeSet;

use serde_json::Value;
use tenancy_client::{
    Client, ErrorCode,
    types::{
        api_keys::{CreateApiKey, RotateApiKey, UpdateApiKey},
        members::{AddMember, Role, UpdateMember},
        organizations::{CreateOrganization, RestoreOrganization, UpdateOrganization},
        owner::{Owner, OwnerType, ProviderOwner},
        patch::Patch,
        projects::{CreateProject, RestoreProject, UpdateProject},
        providers::{CreateDynamicProvider, UpdateDynamicProvider},
        users::{CreateUser, UpdateUser},
        verification::{VerificationCode, VerifyApiKey},
    },
};
use uuid::Uuid;

use crate::{document, service};

/// Each operation that the document has is carried out with success, and no other: the two lists are compared.
#[tokio::test]
async fn every_operation_of_the_document_is_carried_out() {
    let service = service::start();
    let client = Client::new(&service.url, service.key.as_str()).unwrap();

    organizations(&client).await;
    let user = users(&client).await;
    projects(&client).await;
    members(&client, user).await;
    api_keys(&client, user).await;
    dynamic_providers(&client, user).await;
    audit_log(&client).await;
    beside_the_api(&client).await;

    let documented: BTreeSet<String> =
        document::operations().map(|operation| format!("{} {}", operation.method, operation.path)).collect();
    assert_eq!(*service.answered.lock().unwrap(), documented);
}

async fn organizations(client: &Client) {
    let organizations = client.organizations();
    let acme = organizations.create(&CreateOrganization::new("acme", "Acme")).await.unwrap();
    assert_eq!((acme.slug.as_str(), acme.name.as_str(), acme.is_replayed()), ("acme", "Acme", false));
    organizations.create(&CreateOrganization::new("globex", "Globex")).await.unwrap();

    assert_eq!(*organizations.get("acme").await.unwrap(), *acme);
    assert_eq!(*organizations.get(acme.id).await.unwrap(), *acme);
    let changes = UpdateOrganization { name: Some("Acme, Inc.".to_owned()), ..UpdateOrganization::default() };
    assert_eq!(organizations.update("acme", &changes).await.unwrap().name, "Acme, Inc.");
    // Under its former slug it is found too.
    let changes = UpdateOrganization { slug: Some("acme-2".to_owned()), ..UpdateOrganization::default() };
    let moved = organizations.update("acme", &changes).await.unwrap();
    assert_eq!(*organizations.get("acme").await.unwrap(), *moved);
    let changes = UpdateOrganization { slug: Some("acme".to_owned()), ..UpdateOrganization::default() };
    organizations.update("acme-2", &changes).await.unwrap();

    assert!(organizations.suspend("acme").await.unwrap().suspended_at.is_some());
    assert_eq!(organizations.resume("acme").await.unwrap().suspended_at, None);

    let rehearsed = organizations.delete("acme").dry_run().await.unwrap();
    assert_eq!((rehearsed.affected.organizations, rehearsed.affected.projects), (1, 0));
    let deleted = organizations.delete("acme").await.unwrap();
    assert!(deleted.deleted_at.is_some());
    assert!(organizations.get("acme").await.unwrap_err().is_not_found());
    assert_eq!(*organizations.get(acme.id).include_deleted().await.unwrap(), *deleted);
    assert_eq!(organizations.list().page().await.unwrap().data.len(), 1);
    assert_eq!(organizations.list().include_deleted().page().await.unwrap().data.len(), 2);
    let restored = organizations.restore(acme.id, &RestoreOrganization::default()).await.unwrap();
    assert_eq!((restored.id, restored.deleted_at), (acme.id, None));

    let globex = organizations.delete("globex").await.unwrap().id;
    assert_eq!(organizations.purge(globex).dry_run().await.unwrap().affected.organizations, 1);
    assert_eq!(organizations.purge(globex).await.unwrap().org_id, globex);
    assert_eq!(organizations.list().include_deleted().all().await.unwrap().len(), 1);
}

async fn users(client: &Client) -> Uuid {
    let users = client.users();
    let ada = CreateUser { email: Some("ada@example.com".to_owned()), ..CreateUser::new("42") };
    let ada = users.create(&ada).await.unwrap().into_inner();
    assert_eq!(*users.get(ada.id).await.unwrap(), ada);
    let changes = UpdateUser { name: Patch::Value("Ada".to_owned()), email: Patch::Null };
    let renamed = users.update(ada.id, &changes).await.unwrap();
    assert_eq!((renamed.name.as_deref(), renamed.email.as_deref()), (Some("Ada"), None));

    let passing = users.create(&CreateUser::new("43")).await.unwrap();
    assert_eq!(users.list().external_id("43").all().await.unwrap(), [passing.into_inner()]);
    assert_eq!(users.list().email("nobody@example.com").all().await.unwrap(), []);
    let passing = users.list().page().await.unwrap().data[0].id;
    let gone = users.delete(passing).await.unwrap();
    assert_eq!((gone.user_id, gone.deleted), (passing, true));
    ada.id
}

async fn projects(client: &Client) {
    let projects = client.projects("acme");
    let web = projects.create(&CreateProject::new("web", "Web")).await.unwrap();
    assert_eq!(*projects.get("web").await.unwrap(), *web);
    let changes = UpdateProject { name: Some("The web".to_owned()), ..UpdateProject::default() };
    assert_eq!(projects.update(web.id, &changes).await.unwrap().name, "The web");
    projects.delete("web").await.unwrap();
    assert!(projects.get(web.id).include_deleted().await.unwrap().deleted_at.is_some());
    assert_eq!(projects.list().page().await.unwrap().data, []);
    assert_eq!(projects.list().include_deleted().page().await.unwrap().data.len(), 1);
    let restored = projects.restore("web", &RestoreProject::default()).await.unwrap();
    assert_eq!(restored.id, web.id);
}

async fn members(client: &Client, user: Uuid) {
    for members in [client.members("acme"), client.project_members("acme", "web")] {
        let added = members.add(&AddMember::new(user).with_role(Role::Owner)).await.unwrap();
        assert_eq!((added.user.id, added.role), (user, Role::Owner));
        assert_eq!(*members.get(user).await.unwrap(), *added);
        assert_eq!(members.list().all().await.unwrap(), [added.into_inner()]);
    }
    // The last owner stays, so that another comes first.
    let other = client.users().create(&CreateUser::new("44")).await.unwrap().id;
    for members in [client.members("acme"), client.project_members("acme", "web")] {
        members.add(&AddMember::new(other).with_role(Role::Owner)).await.unwrap();
    }
    let of_user = client.users().organizations(user).all().await.unwrap();
    assert_eq!((of_user[0].organization.slug.as_str(), of_user[0].role), ("acme", Role::Owner));

    for members in [client.project_members("acme", "web"), client.members("acme")] {
        let changed = members.update(user, &UpdateMember { role: Some(Role::Member) }).await.unwrap();
        assert_eq!(changed.role, Role::Member);
        assert_eq!(members.remove(user).await.unwrap().user.id, user);
        assert!(members.get(user).await.unwrap_err().is_not_found());
    }
}

async fn api_keys(client: &Client, user_id: Uuid) {
    let keys = client.api_keys();
    let org_id = client.organizations().get("acme").await.unwrap().id;
    let project_id = client.projects("acme").get("web").await.unwrap().id;
    let owner = Owner::Organization { org_id };
    let issued = keys.create(&CreateApiKey::new("ci", owner).with_scopes(["billing"])).await.unwrap();
    let id = issued.api_key.id;
    for owner in [Owner::Project { project_id }, Owner::User { user_id }] {
        keys.create(&CreateApiKey::new("ci", owner)).await.unwrap();
    }
    assert_eq!(*keys.get(id).await.unwrap(), issued.api_key);
    let changes = UpdateApiKey { name: Some("deploy".to_owned()), ..UpdateApiKey::default() };
    assert_eq!(keys.update(id, &changes).await.unwrap().name, "deploy");

    assert_eq!(keys.list().all().await.unwrap().len(), 4);
    for (list, count) in [
        (keys.list_owned_by(OwnerType::System), 1),
        (keys.list_of_organization("acme"), 1),
        (keys.list_of_project("acme", "web"), 1),
        (keys.list_of_user(user_id), 1),
    ] {
        assert_eq!(list.all().await.unwrap().len(), count);
    }

    let shown = VerifyApiKey::new(issued.key.clone());
    let verified = keys.verify(&shown.clone().with_scope("billing")).await.unwrap();
    assert_eq!((verified.valid, verified.org_id), (true, Some(org_id)));
    let lacking = keys.verify(&shown.clone().with_scope("shipping")).await.unwrap();
    assert_eq!((lacking.valid, lacking.code), (false, VerificationCode::InsufficientScope));

    let rotated = keys.rotate(id, &RotateApiKey { grace_period_seconds: Some(0) }).await.unwrap();
    assert_eq!(keys.verify(&shown).await.unwrap().code, VerificationCode::Unknown);
    // What was issued is a key that opens.
    let of_the_key = client.with_key(rotated.key.clone()).unwrap().me().await.unwrap();
    assert_eq!((of_the_key.key_id, of_the_key.owner), (id, owner));
    assert!(keys.revoke(id).await.unwrap().revoked_at.is_some());
    let refused = client.with_key(rotated.key.clone()).unwrap().me().await.unwrap_err();
    assert_eq!(refused.code(), Some(ErrorCode::InvalidApiKey));
}

async fn dynamic_providers(client: &Client, user_id: Uuid) {
    let providers = client.dynamic_providers();
    let org_id = client.organizations().get("acme").await.unwrap().id;
    let project_id = client.projects("acme").get("web").await.unwrap().id;
    let owner = ProviderOwner::Organization { org_id };
    let new = CreateDynamicProvider::new("main", owner, "openai").with_api_key("sk-0123456789abcdef");
    let made = providers.create(&new.with_base_url("https://api.example.com/v1")).await.unwrap();
    assert_eq!((made.owner, made.has_api_key, made.api_key_last4.as_deref()), (owner, true, Some("cdef")));
    for owner in [ProviderOwner::Project { project_id }, ProviderOwner::User { user_id }] {
        providers.create(&CreateDynamicProvider::new("main", owner, "openai")).await.unwrap();
    }
    assert_eq!(providers.list().all().await.unwrap().len(), 3);
    for list in [
        providers.list_of_organization("acme"),
        providers.list_of_project("acme", "web"),
        providers.list_of_user(user_id),
    ] {
        assert_eq!(list.all().await.unwrap().len(), 1);
    }
    assert_eq!(*providers.get(made.id).await.unwrap(), *made);
    assert_eq!(providers.reveal(made.id).await.unwrap().api_key.expose(), "sk-0123456789abcdef");

    let elsewhere = Patch::Value("https://other.example.com".to_owned());
    let changes = UpdateDynamicProvider { base_url: elsewhere, ..UpdateDynamicProvider::default() };
    let refusal = providers.update(made.id, &changes).await.unwrap_err();
    assert_eq!((refusal.code(), refusal.param()), (Some(ErrorCode::ValidationError), Some("api_key")));
    let changes = UpdateDynamicProvider { api_key: Patch::Null, ..changes };
    let moved = providers.update(made.id, &changes).if_unchanged(&made).await.unwrap();
    assert_eq!((moved.base_url.as_deref(), moved.has_api_key), (Some("https://other.example.com"), false));
    assert!(providers.delete(made.id).if_unchanged(&made).await.unwrap_err().is_precondition_failed());
    assert_eq!(providers.delete(made.id).await.unwrap().id, made.id);
    assert!(providers.get(made.id).await.unwrap_err().is_not_found());
}

async fn audit_log(client: &Client) {
    let acme = client.organizations().get("acme").await.unwrap().id;
    let log = client.audit_log();
    let created = log.list().action("organization.create").resource(acme).all().await.unwrap();
    assert_eq!(created.len(), 1);
    assert_eq!(*log.get(created[0].id).await.unwrap(), created[0]);
    let me = client.me().await.unwrap().key_id;
    let since = || log.list().organization(acme).actor(me).from(created[0].timestamp);
    let mut listed = since().limit(3).all().await.unwrap();
    let mut export = since().export().await.unwrap();
    assert_eq!(export.total(), u64::try_from(listed.len()).ok());
    // Oldest first, where pages are newest first.
    while let Some(entry) = export.try_next().await.unwrap() {
        assert_eq!(listed.pop(), Some(entry));
    }
    assert_eq!(listed, []);
}

async fn beside_the_api(client: &Client) {
    let operations = client.operations();
    for check in [
        operations.livez(),
        operations.readyz(),
        operations.health(),
        operations.health_live(),
        operations.health_ready(),
    ] {
        check.await.unwrap();
    }
    assert!(operations.metrics().await.unwrap().contains("http_server_request_duration_seconds"));
    assert!(operations.docs().await.unwrap().starts_with("<!"));
    assert!(!operations.docs_file("index.css").await.unwrap().is_empty());
    let document: Value = serde_json::from_str(&operations.openapi().await.unwrap()).unwrap();
    assert!(document == document::document(), "openapi.json is not the program's: cargo xtask openapi");
}
