//! `cargo xtask walk`: the walk through the API in `docs/http-api.md`, with the answers as they really come.
//!
//! The commands of the page are run as a reader runs them: in one shell, against the program as it starts for the first
//! time. What each block of commands prints is the block below it.

mod answers;
mod page;

use std::{env, fs, path::PathBuf, process::Stdio};

use anyhow::{Context as _, Result, bail};

use crate::{packages, process, service::Service};

use self::page::Page;

/// The command that mends what [`compare`] finds.
pub(crate) const MEND: &str = "cargo xtask walk, and read the difference";

/// The address in the page, which stands for the one that the service of this run has.
const ADDRESS_IN_THE_PAGE: &str = "127.0.0.1:8080";

/// What comes between the answers of one block of commands and those of the next.
const SEPARATOR: char = '\u{1e}';

/// Writes the answers of this moment into the page.
///
/// # Errors
///
/// When the program does not build, or the page cannot be read, walked or written.
pub(crate) fn write() -> Result<()> {
    let page = read()?;
    let answers = walk(&page)?;
    fs::write(file(), page.with_answers(&answers)?).with_context(|| format!("could not write {}", file().display()))
}

/// Insists that the page has the answers that the program gives, but for what is another one each time: ids, times, keys.
///
/// # Errors
///
/// When an answer is another one, or the program does not build, or the page cannot be read or walked.
pub(crate) fn compare() -> Result<()> {
    let page = read()?;
    let found = walk(&page)?;
    for (kept, found) in page.answers().zip(&found) {
        let (kept, found) = (answers::without_chance(kept), answers::without_chance(found));
        if kept != found {
            bail!("{} has\n\n{kept}\nand the program answers\n\n{found}", file().display());
        }
    }
    Ok(())
}

fn file() -> PathBuf {
    process::root().join("docs/http-api.md")
}

fn read() -> Result<Page> {
    let text = fs::read_to_string(file()).with_context(|| format!("could not read {}", file().display()))?;
    Page::parse(&text)
}

/// What the commands of the page print, block by block.
fn walk(page: &Page) -> Result<Vec<String>> {
    for tool in ["curl", "jq"] {
        if !process::succeeds(process::command(tool).arg("--version")) {
            packages::install(tool)?;
        }
    }
    process::run(&mut process::cargo(&["build", "--quiet", "--package", "tenancy-server"]))?;
    // Cargo puts the workspace's programs side by side.
    let program = env::current_exe()?.with_file_name("tenancy");
    let folder = tempfile::tempdir().context("could not make a folder for the data")?;
    let service = Service::start_fresh(&program, folder.path())?;
    let address = service.address().to_string();

    // Not silent about failures, silent about progress; and each answer ends its line, as a prompt after it would.
    let begin = "curl() { command curl --silent --show-error \"$@\"; echo; }\n".to_owned();
    let blocks = page.commands().map(|commands| format!("printf '{SEPARATOR}'\n{commands}"));
    let script: String = [begin].into_iter().chain(blocks).collect();
    let script = script.replace(ADDRESS_IN_THE_PAGE, &address);
    let mut shell = process::command("bash");
    let printed = process::output(shell.args(["-euc", &script]).current_dir(folder.path()).stdin(Stdio::null()))?;
    let blocks = printed.replace(&address, ADDRESS_IN_THE_PAGE);
    Ok(blocks.split(SEPARATOR).skip(1).map(answers::as_shown).collect())
}
