//! The page, as text, commands and answers.

use anyhow::{Result, bail};

/// A page of Markdown whose blocks of commands are followed by what they print.
pub(super) struct Page {
    parts: Vec<Part>,
}

enum Part {
    /// All else: kept as it is.
    Text(String),
    Commands(String),
    Answers(String),
}

const COMMANDS: &str = "```sh";
const ANSWERS: &str = "```text";
const END: &str = "```";

impl Page {
    /// Takes a page apart.
    ///
    /// # Errors
    ///
    /// When a block does not end, or answers follow no commands.
    pub(super) fn parse(text: &str) -> Result<Self> {
        let (mut parts, mut lines) = (Vec::new(), text.split_inclusive('\n'));
        let mut other = String::new();
        while let Some(line) = lines.next() {
            let kind: fn(String) -> Part = match line.trim_end() {
                COMMANDS => Part::Commands,
                ANSWERS => Part::Answers,
                _ => {
                    other += line;
                    continue;
                }
            };
            let block: Vec<&str> = lines.by_ref().take_while(|line| line.trim_end() != END).collect();
            parts.push(Part::Text(std::mem::take(&mut other)));
            parts.push(kind(block.concat()));
        }
        parts.push(Part::Text(other));
        let page = Self { parts };
        if page.answers().count() == 0 {
            bail!("the page has no answers");
        }
        Ok(page)
    }

    /// Each block of commands.
    pub(super) fn commands(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Commands(commands) => Some(commands.as_str()),
            Part::Text(_) | Part::Answers(_) => None,
        })
    }

    /// What follows each block of commands: what it printed when the page was written.
    pub(super) fn answers(&self) -> impl Iterator<Item = &str> {
        let mut parts = self.parts.iter().filter(|part| !matches!(part, Part::Text(_))).peekable();
        std::iter::from_fn(move || {
            loop {
                if let Part::Commands(_) = parts.next()? {
                    return Some(match parts.peek() {
                        Some(Part::Answers(answers)) => answers.as_str(),
                        _ => "",
                    });
                }
            }
        })
    }

    /// The page with `found` as what its blocks of commands print. A block that prints nothing is followed by nothing.
    ///
    /// # Errors
    ///
    /// When there are not as many answers as blocks of commands.
    pub(super) fn with_answers(&self, found: &[String]) -> Result<String> {
        if self.commands().count() != found.len() {
            bail!("{} blocks of commands printed {} blocks of answers", self.commands().count(), found.len());
        }
        let mut found = found.iter();
        let mut text = String::new();
        for part in &self.parts {
            match part {
                Part::Text(other) => text += other,
                Part::Answers(_) => {
                    // What it was is in no part any more: so is the empty line before it.
                    text.truncate(text.trim_end().len());
                    text.push('\n');
                }
                Part::Commands(commands) => {
                    text.extend([COMMANDS, "\n", commands, END, "\n"]);
                    if let Some(answers) = found.next().filter(|answers| !answers.is_empty()) {
                        text.extend(["\n", ANSWERS, "\n", answers, END, "\n"]);
                    }
                }
            }
        }
        Ok(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "# Page\n\n```sh\na=1\n```\n\nThen:\n\n```sh\necho $a\n```\n\n```text\n1\n```\n\nThe end.\n";

    #[test]
    fn a_page_is_what_it_was_with_the_answers_that_it_had() {
        let page = Page::parse(PAGE).unwrap();
        assert_eq!(page.commands().collect::<Vec<_>>(), ["a=1\n", "echo $a\n"]);
        let answers: Vec<_> = page.answers().map(str::to_owned).collect();
        assert_eq!(answers, ["", "1\n"]);
        assert_eq!(page.with_answers(&answers).unwrap(), PAGE);
    }

    #[test]
    fn answers_take_the_place_of_those_before_them() {
        let page = Page::parse(PAGE).unwrap();
        let written = page.with_answers(&["x\n".to_owned(), "2\n".to_owned()]).unwrap();
        assert_eq!(
            written,
            PAGE.replace("a=1\n```\n", "a=1\n```\n\n```text\nx\n```\n").replace("text\n1\n", "text\n2\n")
        );
        assert!(page.with_answers(&[]).is_err());
    }
}
