//! What rules make before they ask, over HTTP with the key that may do everything, and what they ask of it.

#![expect(clippy::must_use_candidate, reason = "that something is there may be all that is asked of it")]

use serde_json::{Value, json};

use super::{Answer, ORGANIZATIONS, Service};

/// The path of the list of users, and of the making of one.
pub const USERS: &str = "/admin/v1/users";
/// The path of the list of API keys, and of the making of one.
pub const API_KEYS: &str = "/admin/v1/api-keys";
/// The path of the list of dynamic providers, and of the making of one.
pub const PROVIDERS: &str = "/admin/v1/dynamic-providers";
/// The path of the verification of a key.
pub const VERIFY: &str = "/admin/v1/api-keys/verify";
/// The path of the caller itself.
pub const ME: &str = "/admin/v1/me";
/// An id that nothing has.
pub const ABSENT: &str = "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70";
/// A key that is well-formed, and of nobody; the checksum is that of 43 zeros.
pub const UNKNOWN: &str = "tny_00000000000000000000000000000000000000000002CZclj";

/// Makes what `body` says in the list at `path`, and gives it back.
pub fn make(service: &Service, path: &str, body: &Value) -> Value {
    service.request("POST", path).json(body).send().expect(201)
}

/// Makes a project of the organization with this slug, `The <slug>` by name.
pub fn project(service: &Service, organization: &str, slug: &str) -> Value {
    let body = json!({"slug": slug, "name": format!("The {slug}")});
    make(service, &format!("{ORGANIZATIONS}/{organization}/projects"), &body)
}

/// Makes a user that is called this elsewhere, without an e-mail address or a name.
pub fn user(service: &Service, external_id: &str) -> Value {
    make(service, USERS, &json!({"external_id": external_id}))
}

/// Makes a user a member of the organization, or the project, whose path is `of`.
pub fn member(service: &Service, of: &str, user: &Value, role: &str) -> Value {
    make(service, &format!("{of}/members"), &json!({"user_id": user["id"], "role": role}))
}

/// Makes a key from `body`, and gives back the answer with its secret.
pub fn issue(service: &Service, body: &Value) -> Value {
    make(service, API_KEYS, body)
}

/// Makes a key of `owner`.
pub fn key_of(service: &Service, owner: &Value, scopes: &[&str]) -> Value {
    issue(service, &json!({"name": "test", "owner": owner, "scopes": scopes}))
}

/// Makes a system key.
pub fn system_key(service: &Service, scopes: &[&str]) -> Value {
    key_of(service, &json!({"type": "system"}), scopes)
}

/// Makes a key of an organization.
pub fn organization_key(service: &Service, organization: &Value, scopes: &[&str]) -> Value {
    key_of(service, &organization_as_owner(organization), scopes)
}

/// Makes a key of a project.
pub fn project_key(service: &Service, project: &Value, scopes: &[&str]) -> Value {
    key_of(service, &project_as_owner(project), scopes)
}

/// Makes a key of a user.
pub fn user_key(service: &Service, user: &Value, scopes: &[&str]) -> Value {
    key_of(service, &user_as_owner(user), scopes)
}

/// Makes a dynamic provider of `owner`, with a URL and a key.
pub fn provider(service: &Service, owner: &Value, name: &str) -> Value {
    let body = json!({
        "name": name, "owner": owner, "provider_type": "openai", "base_url": "https://api.example.com/v1",
        "api_key": "sk-0123456789abcdef", "config": {"region": "eu"}, "models": ["large"],
    });
    make(service, PROVIDERS, &body)
}

/// The path of a dynamic provider.
pub fn provider_path(provider: &Value) -> String {
    format!("{PROVIDERS}/{}", text(provider, "id"))
}

/// An organization as the owner of a key.
pub fn organization_as_owner(organization: &Value) -> Value {
    json!({"type": "organization", "org_id": organization["id"]})
}

/// A project as the owner of a key.
pub fn project_as_owner(project: &Value) -> Value {
    json!({"type": "project", "project_id": project["id"]})
}

/// A user as the owner of a key.
pub fn user_as_owner(user: &Value) -> Value {
    json!({"type": "user", "user_id": user["id"]})
}

/// A member that is a text.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap()
}

/// The secret of a key that was just issued.
pub fn secret(issued: &Value) -> &str {
    text(issued, "key")
}

/// The path of a key.
pub fn key_path(key: &Value) -> String {
    format!("{API_KEYS}/{}", text(key, "id"))
}

/// The key of the answer that issued it, as it is shown from then on.
pub fn without_secret(issued: &Value) -> Value {
    without(issued, "key")
}

/// `value` without one of its members, which must be there.
pub fn without(value: &Value, member: &str) -> Value {
    let mut value = value.clone();
    value.as_object_mut().unwrap().remove(member).unwrap();
    value
}

/// `value` with these members in the place of its own of the same names, and beside its others.
pub fn with(value: &Value, members: &Value) -> Value {
    let mut value = value.clone();
    for (name, member) in members.as_object().unwrap() {
        value[name] = member.clone();
    }
    value
}

/// The ids of the rows of a page.
pub fn ids(page: &Value) -> Vec<&str> {
    page["data"].as_array().unwrap().iter().map(|row| text(row, "id")).collect()
}

/// What the verification of a key comes to.
pub fn verdict(service: &Service, key: &str) -> String {
    let answer = service.request("POST", VERIFY).json(&json!({"key": key})).send().expect(200);
    text(&answer, "code").to_owned()
}

/// Whether a key lets its bearer in.
pub fn lets_in(service: &Service, key: &str) -> bool {
    let answer = service.get(ME).key(key).send();
    if answer.status == 401 {
        answer.expect_error(401, "invalid_api_key", None);
        return false;
    }
    answer.expect(200);
    true
}

/// The answer but for what differs between any two: the date, and the order of the headers. Each request must have been
/// sent with the same id.
pub fn whole(answer: &Answer) -> (u16, Vec<(String, String)>, Vec<u8>) {
    let mut headers = answer.headers.clone();
    headers.retain(|(name, _)| name != "date");
    headers.sort();
    (answer.status, headers, answer.body.clone())
}
