//! Makes an organization and lists all of them. The service's key is in `KEY`:
//!
//! `KEY=$(cat tenancy-data/admin.key) cargo run -p tenancy-client --example first_steps`
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use std::env;

use tenancy_client::{Client, types::organizations::CreateOrganization};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let url = env::var("URL").unwrap_or("http://127.0.0.1:8080".to_owned());
    let client = Client::new(&url, env::var("KEY")?)?;

    let acme = client.organizations().create(&CreateOrganization::new("acme", "Acme, Inc.")).await?;
    println!("made {} at {}", acme.id, acme.created_at);

    let mut organizations = client.organizations().list().rows();
    while let Some(organization) = organizations.try_next().await? {
        println!("{}: {}", organization.slug, organization.name);
    }
    Ok(())
}
