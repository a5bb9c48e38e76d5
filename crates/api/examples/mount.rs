//! Mounts the API in an `App` of one's own, beneath a prefix, with storage in memory:
//! `cargo run -p tenancy-api --example mount`.
//!
//! It prints a request to try, with a key that may do everything, and forgets all when it ends. With another storage in
//! the place of the one in memory it is a service that keeps what it is told.
#![expect(clippy::print_stdout, reason = "what it prints is what it is for")]

use actix_web::{App, HttpResponse, HttpServer, web};
use tenancy_adapters::{
    memory,
    system::{MonotonicIds, OsRandom, SystemClock},
};
use tenancy_api::{ApiBuilder, Envelope};
use tenancy_domain::DisplayName;

#[actix_web::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let memory = memory::ephemeral()?;
    let api = ApiBuilder::new(memory.storage, memory.sealer, SystemClock, MonotonicIds::new(), OsRandom).build();
    let key = api.issue_system_key(DisplayName::parse("example")?).await?;

    let server = HttpServer::new(move || {
        App::new()
            .service(
                web::scope("/tenancy").wrap(Envelope::new(api.clone())).configure(tenancy_api::configure(api.clone())),
            )
            .route("/", web::get().to(|| async { HttpResponse::Ok().body("The rest of the program.") }))
    });
    let server = server.bind("127.0.0.1:0")?;
    for address in server.addrs() {
        println!("curl -H 'Authorization: Bearer {}' http://{address}/tenancy/admin/v1/organizations", key.expose());
    }
    server.run().await?;
    Ok(())
}
