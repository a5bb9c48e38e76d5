//! What commands print, as the page shows it, and as it is compared.

use std::sync::LazyLock;

use regex_lite::Regex;

/// The headers that a page shows: those that tell something of the one answer.
const SHOWN: &[&str] =
    &["allow", "etag", "idempotency-replayed", "link", "location", "retry-after", "www-authenticate", "x-request-id"];

/// What a block of commands printed, with the headers alone that tell something, by their names, and without carriage
/// returns. (No two runs of the service have to write them in one order.)
pub(super) fn as_shown(printed: &str) -> String {
    let mut shown = Vec::new();
    let mut lines = printed.lines().map(str::trim_end);
    while let Some(line) = lines.next() {
        shown.push(line);
        if line.starts_with("HTTP/1.1 ") {
            let is_shown = |header: &&str| header.split_once(':').is_some_and(|(name, _)| SHOWN.contains(&name));
            let mut headers: Vec<_> = lines.by_ref().take_while(|line| !line.is_empty()).filter(is_shown).collect();
            headers.sort_unstable();
            shown.extend(headers);
            shown.push("");
        }
    }
    shown.iter().flat_map(|line| [line, "\n"]).collect()
}

/// The same with all that is another one each time replaced by what it is.
pub(super) fn without_chance(answers: &str) -> String {
    static CHANCES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
        [
            ("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "<id>"),
            (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", "<time>"),
            ("tny_[0-9A-Za-z]{49}", "<key>"),
            (r#""key_prefix":"[0-9A-Za-z]{8}""#, r#""key_prefix":"<prefix>""#),
            (r#"(cursor"?[=:]"?)[A-Za-z0-9_-]+"#, "${1}<cursor>"),
            (r#"(?m)^etag: ".*"$"#, "etag: <tag>"),
            (r#""hash":"[^"]*""#, r#""hash":"<hash>""#),
        ]
        .into_iter()
        // They are written here, and read by a test.
        .filter_map(|(pattern, name)| Some((Regex::new(pattern).ok()?, name)))
        .collect()
    });
    CHANCES.iter().fold(answers.to_owned(), |text, (pattern, name)| pattern.replace_all(&text, *name).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_the_headers_some_are_shown() {
        let printed = "HTTP/1.1 201 Created\r\nlocation: /a\r\ncontent-length: 2\r\netag: \"1\"\r\n\r\n{}\n{\"a\":1}\n";
        assert_eq!(as_shown(printed), "HTTP/1.1 201 Created\netag: \"1\"\nlocation: /a\n\n{}\n{\"a\":1}\n");
        assert_eq!(as_shown("content-length: 2\n"), "content-length: 2\n");
    }

    #[test]
    fn what_is_another_one_each_time_is_the_same() {
        let answers = concat!(
            "etag: \"3-x\"\n",
            r#"{"id":"01a20ab8-cc69-7423-95c8-1c28f0dd64ee","created_at":"2026-11-23T23:23:32.841Z","#,
            r#""key_prefix":"cpkY6Npr","key":"tny_cpkY6NprochSg2UoK4zLqEZU1saMKRwnt7AjqRtci4L3Xwidh","#,
            r#""next_cursor":"MTc5","hash":"ab="}"#,
            "\nlink: </admin/v1/organizations?limit=2&cursor=MTc5&direction=forward>\n",
        );
        let expected = concat!(
            "etag: <tag>\n",
            r#"{"id":"<id>","created_at":"<time>","key_prefix":"<prefix>","key":"<key>","#,
            r#""next_cursor":"<cursor>","hash":"<hash>"}"#,
            "\nlink: </admin/v1/organizations?limit=2&cursor=<cursor>&direction=forward>\n",
        );
        assert_eq!(without_chance(answers), expected);
    }
}
