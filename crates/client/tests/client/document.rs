//! The client against `openapi.json`: each operation is sent as it stands there, and each example of an answer is read,
//! with more in it than this version knows.

use std::{
    collections::{BTreeMap, BTreeSet},
    pin::Pin,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tenancy_client::{
    Client, Error,
    types::{
        api_keys::{CreateApiKey, RotateApiKey, UpdateApiKey},
        json::JsonObject,
        members::{AddMember, Role, UpdateMember},
        organizations::{CreateOrganization, RestoreOrganization, UpdateOrganization},
        owner::{Owner, OwnerType, ProviderOwner},
        patch::Patch,
        projects::{CreateProject, RestoreProject, UpdateProject},
        providers::{CreateDynamicProvider, UpdateDynamicProvider},
        users::{CreateUser, UpdateUser},
        verification::VerifyApiKey,
    },
};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    client,
    script::{Asked, Script, Step},
};

/// `openapi.json`, which `cargo xtask check` compares to the program's.
pub(crate) fn document() -> Value {
    serde_json::from_str(include_str!("../../../../openapi.json")).unwrap()
}

/// An operation of the document.
pub(crate) struct Operation {
    pub(crate) method: String,
    /// With its gaps: `/admin/v1/users/{user_id}`.
    pub(crate) path: String,
    about: Value,
}

/// Every operation of the document.
pub(crate) fn operations() -> impl Iterator<Item = Operation> {
    let document = document();
    let paths = document["paths"].as_object().unwrap().clone();
    paths.into_iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().clone();
        methods.into_iter().map(move |(method, about)| Operation {
            method: method.to_uppercase(),
            path: path.clone(),
            about,
        })
    })
}

impl Operation {
    fn id(&self) -> String {
        self.about["operationId"].as_str().unwrap().to_owned()
    }

    /// Whether this is what was asked for.
    fn is(&self, asked: &Asked) -> bool {
        let path = asked.target.split('?').next().unwrap();
        let (own, other) = (self.path.split('/'), path.split('/'));
        self.method == asked.method
            && own.clone().count() == other.clone().count()
            && own.zip(other).all(|(own, other)| own == other || own.starts_with('{'))
    }

    /// The names of the parameters that stand in `place`.
    fn parameters(&self, place: &str) -> BTreeSet<String> {
        let parameters = self.about["parameters"].as_array().into_iter().flatten();
        let names = parameters.filter(|parameter| parameter["in"] == place).map(|parameter| &parameter["name"]);
        names.map(|name| name.as_str().unwrap().to_owned()).collect()
    }

    /// The members that the body may have.
    fn members(&self) -> BTreeSet<String> {
        let reference = self.about["requestBody"]["content"]["application/json"]["schema"]["$ref"].as_str();
        let Some(name) = reference.and_then(|reference| reference.rsplit('/').next()) else { return BTreeSet::new() };
        // A body that has nothing to say has no properties.
        let schema = &document()["components"]["schemas"][name];
        schema["properties"].as_object().into_iter().flat_map(serde_json::Map::keys).cloned().collect()
    }

    /// Its status when it succeeds, and the examples of that answer with their names, if they have any.
    fn answers(&self) -> (u16, Vec<(String, Value)>) {
        let responses = self.about["responses"].as_object().unwrap();
        let (status, response) = responses.iter().find(|(status, _)| status.starts_with('2')).unwrap();
        let content = response["content"].as_object().unwrap().values().next().unwrap();
        let examples = if let Some(example) = content.get("example") {
            vec![(String::new(), example.clone())]
        } else {
            let examples = content["examples"].as_object().unwrap().iter();
            examples.map(|(name, example)| (name.clone(), example["value"].clone())).collect()
        };
        (status.parse().unwrap(), examples)
    }
}

type Outcome = Pin<Box<dyn Future<Output = Result<(), Error>> + Send>>;
type Ask = fn(Client) -> Outcome;

macro_rules! table {
    ($($id:literal => |$client:ident| $call:expr;)*) => {
        /// Every operation of the client by its id in the document, with every parameter and member that it takes.
        /// Where there is another way to ask, for another answer, the name of that answer's example follows.
        fn table() -> BTreeMap<&'static str, Ask> {
            BTreeMap::from([$(($id, (|$client| Box::pin(async move { $call.await.map(drop) })) as Ask),)*])
        }
    };
}

const ID: Uuid = Uuid::from_u128(0x0193_9f6b_8a00_7c3e_9d5f_2b8a_4c6e_1f70);

fn text(text: &str) -> String {
    text.to_owned()
}

fn now() -> OffsetDateTime {
    OffsetDateTime::now_utc()
}

table! {
    "list_organizations" =>
        |client| client.organizations().list().search("acm").external_id("42").include_deleted().limit(1).cursor("x").backward().page();
    "create_organization" => |client| client.organizations().create(&CreateOrganization {
        external_id: Some(text("42")), metadata: [("plan", text("gold"))].into(), ..CreateOrganization::new("acme", "Acme")
    });
    "get_organization" => |client| client.organizations().get("acme").include_deleted();
    "update_organization" =>
        |client| client.organizations().update("acme", &UpdateOrganization {
            name: Some(text("Acme")), slug: Some(text("acme")), external_id: Patch::Null, metadata: Patch::Null,
        });
    "delete_organization" => |client| client.organizations().delete("acme");
    "delete_organization dry_run" => |client| client.organizations().delete("acme").dry_run();
    "suspend_organization" => |client| client.organizations().suspend("acme");
    "resume_organization" => |client| client.organizations().resume("acme");
    "purge_organization" => |client| client.organizations().purge("acme");
    "purge_organization dry_run" => |client| client.organizations().purge("acme").dry_run();
    "restore_organization" => |client| client.organizations().restore(ID, &RestoreOrganization { slug: Some(text("acme")) });

    "list_projects" =>
        |client| client.projects("acme").list().search("web").include_deleted().limit(1).cursor("x").backward().page();
    "create_project" => |client| client.projects("acme").create(&CreateProject {
        metadata: [("stage", text("production"))].into(), ..CreateProject::new("web", "Web")
    });
    "get_project" => |client| client.projects("acme").get("web").include_deleted();
    "update_project" => |client| client.projects("acme").update("web", &UpdateProject {
        name: Some(text("Web")), metadata: Patch::Null,
    });
    "delete_project" => |client| client.projects("acme").delete("web");
    "delete_project dry_run" => |client| client.projects("acme").delete("web").dry_run();
    "restore_project" => |client| client.projects("acme").restore(ID, &RestoreProject { slug: Some(text("web")) });

    "list_users" => |client| {
        client.users().list().external_id("42").email("ada@example.com").limit(1).cursor("x").backward().page()
    };
    "create_user" => |client| client.users().create(&CreateUser {
        external_id: text("42"), email: Some(text("ada@example.com")), name: Some(text("Ada")),
    });
    "get_user" => |client| client.users().get(ID);
    "update_user" => |client| client.users().update(ID, &UpdateUser {
        email: Patch::Null, name: Patch::Value(text("Ada")),
    });
    "delete_user" => |client| client.users().delete(ID);
    "delete_user dry_run" => |client| client.users().delete(ID).dry_run();
    "list_user_organizations" => |client| client.users().organizations(ID).limit(1).cursor("x").backward().page();

    "list_members" => |client| client.members("acme").list().limit(1).cursor("x").backward().page();
    "add_member" => |client| client.members("acme").add(&AddMember::new(ID).with_role(Role::Admin));
    "get_member" => |client| client.members("acme").get(ID);
    "update_member" => |client| client.members("acme").update(ID, &UpdateMember { role: Some(Role::Admin) });
    "remove_member" => |client| client.members("acme").remove(ID);
    "remove_member dry_run" => |client| client.members("acme").remove(ID).dry_run();
    "list_project_members" =>
        |client| client.project_members("acme", "web").list().limit(1).cursor("x").backward().page();
    "add_project_member" =>
        |client| client.project_members("acme", "web").add(&AddMember::new(ID).with_role(Role::Admin));
    "get_project_member" => |client| client.project_members("acme", "web").get(ID);
    "update_project_member" =>
        |client| client.project_members("acme", "web").update(ID, &UpdateMember { role: Some(Role::Admin) });
    "remove_project_member" => |client| client.project_members("acme", "web").remove(ID);
    "remove_project_member dry_run" => |client| client.project_members("acme", "web").remove(ID).dry_run();

    "list_api_keys" =>
        |client| client.api_keys().list_owned_by(OwnerType::User).limit(1).cursor("x").backward().page();
    "list_organization_api_keys" =>
        |client| client.api_keys().list_of_organization("acme").limit(1).cursor("x").backward().page();
    "list_project_api_keys" =>
        |client| client.api_keys().list_of_project("acme", "web").limit(1).cursor("x").backward().page();
    "list_user_api_keys" => |client| client.api_keys().list_of_user(ID).limit(1).cursor("x").backward().page();
    "create_api_key" => |client| client.api_keys().create(&CreateApiKey {
        expires_at: Some(now()), ..CreateApiKey::new("ci", Owner::System).with_scopes(["billing"])
    });
    "get_api_key" => |client| client.api_keys().get(ID);
    "update_api_key" => |client| client.api_keys().update(ID, &UpdateApiKey {
        name: Some(text("ci")), scopes: Some(vec![]), expires_at: Patch::Value(now()),
    });
    "revoke_api_key" => |client| client.api_keys().revoke(ID);
    "revoke_api_key dry_run" => |client| client.api_keys().revoke(ID).dry_run();
    "rotate_api_key" => |client| client.api_keys().rotate(ID, &RotateApiKey { grace_period_seconds: Some(0) });
    "verify_api_key" => |client| client.api_keys().verify(&VerifyApiKey::new("tny_x").with_scope("billing"));

    "list_dynamic_providers" =>
        |client| client.dynamic_providers().list().limit(1).cursor("x").backward().page();
    "list_organization_dynamic_providers" =>
        |client| client.dynamic_providers().list_of_organization("acme").limit(1).cursor("x").backward().page();
    "list_project_dynamic_providers" =>
        |client| client.dynamic_providers().list_of_project("acme", "web").limit(1).cursor("x").backward().page();
    "list_user_dynamic_providers" =>
        |client| client.dynamic_providers().list_of_user(ID).limit(1).cursor("x").backward().page();
    "create_dynamic_provider" => |client| client.dynamic_providers().create(&CreateDynamicProvider {
        is_enabled: Some(true),
        ..CreateDynamicProvider::new("main", ProviderOwner::User { user_id: ID }, "openai")
            .with_base_url("https://api.example.com/v1")
            .with_api_key("sk-0")
    });
    "get_dynamic_provider" => |client| client.dynamic_providers().get(ID);
    "update_dynamic_provider" => |client| client.dynamic_providers().update(ID, &UpdateDynamicProvider {
        name: Some(text("main")), base_url: Patch::Null, api_key: Patch::Null, config: Some(JsonObject::default()),
        models: Some(vec![]), is_enabled: Some(false),
    });
    "delete_dynamic_provider" => |client| client.dynamic_providers().delete(ID);
    "delete_dynamic_provider dry_run" => |client| client.dynamic_providers().delete(ID).dry_run();
    "reveal_dynamic_provider" => |client| client.dynamic_providers().reveal(ID);

    "list_audit_log" => |client| {
        let entries = client.audit_log().list().actor_type("api_key").actor(ID).action("user.create");
        let entries = entries.resource_type("user").resource(ID).organization(ID).from(now()).to(now());
        entries.limit(1).cursor("x").backward().page()
    };
    "get_audit_log_entry" => |client| client.audit_log().get(ID);

    "get_me" => |client| client.me();
    "get_livez" => |client| client.operations().livez();
    "get_readyz" => |client| client.operations().readyz();
    "get_health" => |client| client.operations().health();
    "get_health_live" => |client| client.operations().health_live();
    "get_health_ready" => |client| client.operations().health_ready();
    "get_metrics" => |client| client.operations().metrics();
    "get_openapi" => |client| client.operations().openapi();
    "get_docs" => |client| client.operations().docs();
    "get_docs_file" => |client| client.operations().docs_file("index.css");
}

#[test]
fn the_client_has_the_operations_of_the_document_and_no_others() {
    let documented: BTreeSet<String> = operations().map(|operation| operation.id()).collect();
    let own = table().into_keys().filter_map(|id| id.split(' ').next());
    let own: BTreeSet<String> = own.map(ToOwned::to_owned).collect();
    assert_eq!(own, documented);
}

#[tokio::test]
async fn each_operation_is_sent_as_it_is_documented_and_each_example_is_read_with_more_in_it() {
    let examples = Arc::new(Mutex::new(Vec::new()));
    let script = {
        let examples = examples.clone();
        Script::responding(move |_| {
            let (status, body): (u16, String) = examples.lock().unwrap().pop().unwrap();
            Step::Answer(status, Vec::new(), body)
        })
    };
    let client = client(&script.url);
    let table = table();
    for operation in operations() {
        let id = operation.id();
        let (status, answers) = operation.answers();
        let mut parameters = BTreeSet::new();
        for (name, example) in answers {
            let body = example.as_str().map_or_else(|| with_more(&example).to_string(), ToOwned::to_owned);
            examples.lock().unwrap().push((status, body));
            let ask = table.get(format!("{id} {name}").as_str()).unwrap_or(&table[id.as_str()]);
            ask(client.clone()).await.unwrap_or_else(|error| panic!("{id} {name}: {error}"));
            let asked = script.asked().pop().unwrap();
            compare(&operation, &asked);
            parameters.extend(asked.parameters());
        }
        assert_eq!(parameters, operation.parameters("query"), "{id}");
    }
}

/// That `asked` is what the document says of `operation`, with every member that its body may have.
fn compare(operation: &Operation, asked: &Asked) {
    let id = operation.id();
    assert!(operation.is(asked), "{id} was sent as {} {}", asked.method, asked.target);
    let members: BTreeSet<String> = match asked.body.as_str() {
        "" => BTreeSet::new(),
        body => serde_json::from_str::<Value>(body).unwrap().as_object().unwrap().keys().cloned().collect(),
    };
    assert_eq!(members, operation.members(), "{id}");
    let is_guarded = operation.about["security"].as_array().is_some_and(|security| !security.is_empty());
    assert_eq!(asked.header("authorization").is_some(), is_guarded, "{id}");
}

/// The answer as a newer service may give it: with members that nobody here knows, at every depth.
fn with_more(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            // Metadata are texts by keys of their writers' own, and nothing else can come to stand among them.
            let inner = |name: &str, value| if name == "metadata" { Value::clone(value) } else { with_more(value) };
            let mut members: serde_json::Map<_, _> =
                members.iter().map(|(name, value)| (name.clone(), inner(name, value))).collect();
            members.insert("of_a_newer_service".to_owned(), json!({"colour": [1]}));
            members.into()
        }
        Value::Array(values) => values.iter().map(with_more).collect(),
        other => other.clone(),
    }
}
