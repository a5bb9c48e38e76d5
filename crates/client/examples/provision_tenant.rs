//! Sets a tenant up: its organization, a first project, its owner, and a key for its program. It can be run again, also
//! where an earlier run was cut off: what is there already is taken as it is, and nothing is made twice.
//!
//! `KEY=$(cat tenancy-data/admin.key) cargo run -p tenancy-client --example provision_tenant -- acme ada@example.com`
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::env;

use anyhow::{Context as _, Result};
use tenancy_client::{
    Answer, Client, Error,
    types::{
        api_keys::CreateApiKey,
        members::{AddMember, Role},
        organizations::CreateOrganization,
        owner::Owner,
        projects::CreateProject,
        users::{CreateUser, User},
    },
};

#[tokio::main]
async fn main() -> Result<()> {
    let mut arguments = env::args().skip(1);
    let slug = arguments.next().context("usage: provision_tenant SLUG EMAIL")?;
    let email = arguments.next().context("usage: provision_tenant SLUG EMAIL")?;
    let url = env::var("URL").unwrap_or("http://127.0.0.1:8080".to_owned());
    let client = Client::builder(&url)
        .key(env::var("KEY").context("KEY holds no key")?)
        .user_agent("provision-tenant/1.0")
        .build()?;
    provision(&client, &slug, &email).await
}

async fn provision(client: &Client, slug: &str, email: &str) -> Result<()> {
    let organizations = client.organizations();
    let organization = match unless_it_exists(organizations.create(&CreateOrganization::new(slug, slug)).await)? {
        Some(made) => made.into_inner(),
        None => organizations.get(slug).await?.into_inner(),
    };
    println!("organization: {} ({})", organization.slug, organization.id);

    let projects = client.projects(organization.id);
    let project = match unless_it_exists(projects.create(&CreateProject::new("main", "Main")).await)? {
        Some(made) => made.into_inner(),
        None => projects.get("main").await?.into_inner(),
    };
    println!("project: {} ({})", project.slug, project.id);

    let owner = user(client, email).await?;
    let as_owner = AddMember::new(owner.id).with_role(Role::Owner);
    unless_it_exists(client.members(organization.id).add(&as_owner).await)?;
    println!("owner: {email} ({})", owner.id);

    // A secret is shown once. Within a day, who comes with the same idempotency key is shown the same one again.
    let new = CreateApiKey::new("program", Owner::Project { project_id: project.id }).with_scopes(["billing:read"]);
    let issued = client.api_keys().create(&new).idempotency_key(format!("provision-{slug}")).await?;
    println!("key: {}", issued.key.expose());
    Ok(())
}

/// The user with this e-mail address: the one that is there, or a new one.
async fn user(client: &Client, email: &str) -> Result<User, Error> {
    let users = client.users();
    if let Some(user) = users.list().email(email).rows().try_next().await? {
        return Ok(user);
    }
    let new = CreateUser { email: Some(email.to_owned()), ..CreateUser::new(email) };
    Ok(users.create(&new).await?.into_inner())
}

/// What was made, or nothing where it is there already.
fn unless_it_exists<T>(made: Result<Answer<T>, Error>) -> Result<Option<Answer<T>>, Error> {
    match made {
        Ok(made) => Ok(Some(made)),
        Err(error) if error.is_conflict() => Ok(None),
        Err(error) => Err(error),
    }
}
