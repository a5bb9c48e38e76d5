//! `cargo xtask examples`: whether the examples of the crates do what they say.

use std::{
    env,
    io::{BufRead as _, BufReader},
    path::PathBuf,
    process::{Child, Command, Stdio},
};

use anyhow::{Context as _, Result, bail, ensure};
use ureq::Agent;

use crate::{
    each_database::each_database,
    process,
    service::{KEY, Service},
};

/// Runs the task.
///
/// # Errors
///
/// When an example fails, or prints something else than it should.
pub(crate) fn run() -> Result<()> {
    let packages = ["--package", "tenancy-adapters", "--package", "tenancy-api", "--package", "tenancy-client"];
    process::run(process::cargo(&["build", "--quiet", "--examples"]).args(packages))?;
    own_storage()?;
    mount()?;
    each_database("the examples of the client", |service| {
        first_steps(service)?;
        let key = provision_tenant(service)?;
        authenticate_callers(service, &key)
    })
}

/// Reads a storage of its own, page by page.
fn own_storage() -> Result<()> {
    let printed = process::output(&mut process::command(program("own_storage")?))?;
    let pages = "page: acme-labs, globex\npage: acme\nfound: Acme, Inc. (";
    ensure!(printed.starts_with(pages), "own_storage printed {printed}");
    Ok(())
}

/// Starts a program that the API is mounted in, and asks what it says is to be asked.
fn mount() -> Result<()> {
    let mut command = process::command(program("mount")?);
    let mut program = Callee(command.stdout(Stdio::piped()).spawn()?);
    let stdout = program.0.stdout.take().context("its output was not kept")?;
    let mut curl = String::new();
    BufReader::new(stdout).read_line(&mut curl)?;
    let key = curl.split("Bearer ").nth(1).and_then(|rest| rest.split('\'').next()).context("mount printed no key")?;
    let url = curl.trim_end().rsplit(' ').next().context("mount printed no address")?;
    let answer = ask(url, Some(key))?;
    ensure!(answer.0 == 200 && answer.1.contains("\"data\":[]"), "{url} answered {answer:?}");
    ensure!(ask(url, None)?.0 == 401, "{url} lets in who shows no key");
    let root = url.split("/tenancy/").next().context("mount is beneath no prefix")?;
    ensure!(ask(root, None)?.0 == 200, "the rest of the program does not answer");
    Ok(())
}

fn first_steps(service: &Service) -> Result<()> {
    let printed = process::output(&mut example("first_steps", service)?)?;
    ensure!(printed.contains("acme: Acme, Inc.\n"), "first_steps printed {printed}");
    Ok(())
}

/// Sets a tenant up, and again, and gives its key.
fn provision_tenant(service: &Service) -> Result<String> {
    let provision = || process::output(example("provision_tenant", service)?.args(["globex", "hank@example.com"]));
    let printed = provision()?;
    let again = provision()?;
    let things = |printed: &str| -> Vec<String> {
        printed.lines().filter(|line| !line.starts_with("key: ")).map(ToOwned::to_owned).collect()
    };
    ensure!(things(&printed) == things(&again), "provision_tenant made something twice:\n{printed}\n{again}");
    let key = printed.lines().find_map(|line| line.strip_prefix("key: ")).context("provision_tenant printed no key")?;
    Ok(key.to_owned())
}

/// Starts a service that authenticates its callers, and comes to it as several.
fn authenticate_callers(service: &Service, key: &str) -> Result<()> {
    let mut command = example("authenticate_callers", service)?;
    let mut callee = Callee(command.stdout(Stdio::piped()).spawn()?);
    let stdout = callee.0.stdout.take().context("its output was not kept")?;
    let mut url = String::new();
    BufReader::new(stdout).read_line(&mut url)?;
    let url = url.trim_end();

    // The key that may do everything here has no scope for bills.
    for (shown, path, status, says) in [
        (Some(key), "/invoices", 200, "no invoices of the organization "),
        (Some(key), "/whoami", 200, "billing:read"),
        (Some(KEY), "/whoami", 200, "admin:*"),
        (Some(KEY), "/invoices", 403, "\"forbidden\""),
        (Some("tny_nobodys"), "/invoices", 401, "\"invalid_api_key\""),
        (None, "/whoami", 401, "\"missing_credentials\""),
    ] {
        let answer = ask(&format!("{url}{path}"), shown)?;
        ensure!(
            answer.0 == status && answer.1.contains(says),
            "{path} should say {status} {says}, and says {answer:?}"
        );
    }
    match callee.0.try_wait()? {
        None => Ok(()),
        Some(status) => bail!("authenticate_callers ended by itself ({status})"),
    }
}

/// The status and the text that whoever shows this key is answered.
fn ask(url: &str, key: Option<&str>) -> Result<(u16, String)> {
    let agent: Agent = Agent::config_builder().http_status_as_error(false).build().into();
    let mut request = agent.get(url);
    if let Some(key) = key {
        request = request.header("Authorization", format!("Bearer {key}"));
    }
    let mut response = request.call()?;
    Ok((response.status().as_u16(), response.body_mut().read_to_string()?))
}

/// An example of the client, with the key that may do everything.
fn example(name: &str, service: &Service) -> Result<Command> {
    let mut command = process::command(program(name)?);
    command.env("URL", format!("http://{}", service.address())).env("KEY", KEY);
    Ok(command)
}

/// The program of an example, which Cargo puts in a folder beside the other programs.
fn program(name: &str) -> Result<PathBuf> {
    Ok(env::current_exe()?.with_file_name("examples").join(name))
}

/// A service that ends with the value.
struct Callee(Child);

impl Drop for Callee {
    fn drop(&mut self) {
        // If it has ended already there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
