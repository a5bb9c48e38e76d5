//! Whether a member of a configuration looks like a secret.

use std::{mem, sync::LazyLock};

use regex::Regex;
use serde_json::Value;

/// What the names of secrets end with, squeezed: in small letters, with nothing but letters and digits.
const ENDINGS: [&str; 21] = [
    "accesskey",
    "accountkey",
    "adminkey",
    "apikey",
    "apptoken",
    "authkey",
    "authorization",
    "clientkey",
    "encryptionkey",
    "licensekey",
    "masterkey",
    "privatekey",
    "pwd",
    "secretkey",
    "servicekey",
    "sharedkey",
    "signingkey",
    "sshkey",
    "storagekey",
    "subscriptionkey",
    "webhookkey",
];

/// What says so anywhere in a name, unless the name ends with one of [`ABOUT`].
const WORDS: [&str; 5] = ["secret", "password", "passwd", "passphrase", "credential"];

/// What makes a name one of something that is only about a secret: where it is kept, or what it must be like.
const ABOUT: [&str; 15] = [
    "arn",
    "count",
    "env",
    "field",
    "file",
    "header",
    "length",
    "name",
    "path",
    "policy",
    "provider",
    "ref",
    "reference",
    "type",
    "url",
];

/// The word before `token` where it is a piece of text that a model reads, or a place in a list.
const HARMLESS_TOKENS: [&str; 22] = [
    "bos",
    "cls",
    "continuation",
    "end",
    "eos",
    "first",
    "image",
    "last",
    "mask",
    "max",
    "min",
    "newline",
    "next",
    "pad",
    "page",
    "per",
    "sep",
    "skip",
    "special",
    "start",
    "stop",
    "unk",
];

/// What comes before `tokens` where they let somebody in.
const TOKENS_THAT_LET_IN: [&str; 5] = ["access", "api", "auth", "bearer", "refresh"];

/// Whether a member with this name and this value looks like a secret, by the one or by the other. Switches and nulls
/// hold none, whatever they are called, nor do numbers of tokens.
pub(super) fn looks_like_a_secret(name: &str, value: &Value) -> bool {
    match value {
        Value::Bool(_) | Value::Null => false,
        Value::Number(_) => names_a_secret(name) && !words(name).concat().ends_with("token"),
        Value::String(text) => names_a_secret(name) || is_a_secret(text),
        Value::Array(_) | Value::Object(_) => names_a_secret(name),
    }
}

/// The words of a name, in small letters: `x-api-key`, `apiKey` and `APIKey` have two or three.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut word) = (Vec::new(), String::new());
    let (mut before, mut characters) = (' ', name.chars().peekable());
    while let Some(character) = characters.next() {
        let ends_capitals = before.is_uppercase() && characters.peek().is_some_and(|next| next.is_lowercase());
        let begins = character.is_uppercase() && (!before.is_uppercase() || ends_capitals);
        if (begins || !character.is_alphanumeric()) && !word.is_empty() {
            words.push(mem::take(&mut word));
        }
        if character.is_alphanumeric() {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    words.push(word);
    words
}

fn names_a_secret(name: &str) -> bool {
    let words = words(name);
    let squeezed = words.concat();
    let singular = squeezed.strip_suffix('s').unwrap_or(&squeezed);
    if ENDINGS.iter().any(|ending| singular.ends_with(ending)) {
        return true;
    }
    if WORDS.iter().any(|word| squeezed.contains(word)) {
        return !ABOUT.iter().any(|about| squeezed.ends_with(about));
    }
    if squeezed.ends_with("token") {
        let last = words.iter().rev().find_map(|word| match word.strip_suffix("token") {
            Some("") => None,
            before => Some(before.unwrap_or(word)),
        });
        return !last.is_some_and(|word| HARMLESS_TOKENS.contains(&word));
    }
    let before_tokens = squeezed.strip_suffix("tokens");
    before_tokens.is_some_and(|before| TOKENS_THAT_LET_IN.iter().any(|word| before.ends_with(word)))
}

/// Whether a text is, or holds, a secret of a form that nothing else has.
pub(super) fn is_a_secret(text: &str) -> bool {
    static FORMS: LazyLock<Regex> = LazyLock::new(|| {
        let forms = [
            // A key in PEM.
            "-----BEGIN [A-Z ]*PRIVATE KEY",
            // A header.
            "^[Bb]earer +[!-~]{16,}$",
            // A user with a password in a URL.
            "[a-z]://[!-.0-9;-?A-~]*:[!-.0-?A-~]+@",
            // A signed JSON Web Token.
            r"\beyJ[0-9A-Za-z_-]{8,}\.eyJ[0-9A-Za-z_-]{8,}\.[0-9A-Za-z_-]{8,}",
            // Keys that say whose they are.
            r"\btny_[0-9A-Za-z]{49}\b",
            r"\bsk-[0-9A-Za-z_-]{16,}",
            r"\b[rs]k_(?:live|test)_[0-9A-Za-z]{16,}",
            r"\bgh[oprsu]_[0-9A-Za-z]{30,}",
            r"\bgithub_pat_[0-9A-Za-z_]{30,}",
            r"\bglpat-[0-9A-Za-z_-]{16,}",
            r"\bxox[abeoprs]-[0-9A-Za-z-]{10,}",
            r"\bAIza[0-9A-Za-z_-]{35}",
            r"\bhf_[0-9A-Za-z]{30,}",
        ];
        // Of the expression's `\b` the ASCII form is meant, which is all that this build has.
        Regex::new(&forms.map(|form| format!("(?:{})", form.replace(r"\b", r"(?-u:\b)"))).join("|"))
            .expect("the forms are valid expressions")
    });

    FORMS.is_match(text)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn secrets_are_known_by_their_names() {
        for name in [
            "api_key",
            "apiKey",
            "APIKEY",
            "x-api-key",
            "openai_api_keys",
            "secret",
            "client_secret",
            "clientSecret",
            "secret_value",
            "secrets",
            "password",
            "db.password",
            "passwd",
            "passphrase",
            "pwd",
            "credentials",
            "google_credentials",
            "private_key",
            "privateKey",
            "aws_secret_access_key",
            "access_key",
            "subscription-key",
            "Ocp-Apim-Subscription-Key",
            "Authorization",
            "token",
            "Token",
            "access_token",
            "authToken",
            "refresh_token",
            "hf_token",
            "backend_token",
            "userToken",
            "api_tokens",
            "session token",
        ] {
            for value in [json!("x"), json!(["x"]), json!({"x": 1})] {
                assert!(looks_like_a_secret(name, &value), "{name}: {value}");
            }
            for value in [json!(true), json!(null)] {
                assert!(!looks_like_a_secret(name, &value), "{name}: {value}");
            }
        }
    }

    #[test]
    fn what_is_only_called_alike_is_none() {
        for name in [
            "",
            "key",
            "keys",
            "cache_key",
            "partition_key",
            "public_key",
            "max_tokens",
            "maxOutputTokens",
            "stop_token",
            "eos_token",
            "eosToken",
            "EOSToken",
            "eostoken",
            "pad_token",
            "next_page_token",
            "price_per_token",
            "tokens",
            "tokenizer",
            "token_limit",
            "tokens_per_minute",
            "secret_name",
            "secret_arn",
            "password_policy",
            "credentials_file",
            "api_key_header",
            "access_key_id",
            "authorization_url",
            "region",
            "temperature",
            "organization",
            "description",
        ] {
            assert!(!looks_like_a_secret(name, &json!("x")), "{name}");
        }
        assert!(!looks_like_a_secret("max_token", &json!(4096)));
        assert!(!looks_like_a_secret("token", &json!(4096)));
        assert!(looks_like_a_secret("password", &json!(1234)));
    }

    #[test]
    fn secrets_are_known_by_their_form_whatever_they_are_called() {
        let jwt = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlIHRoYXQgaXM";
        for text in [
            "-----BEGIN PRIVATE KEY-----\nMIIE",
            "-----BEGIN RSA PRIVATE KEY-----",
            "Bearer 0123456789abcdef",
            "https://user:hunter2@example.com",
            "see postgres://tenancy:hunter2@db/x",
            "redis://:hunter2@cache",
            jwt,
            &format!("token={jwt}"),
            "tny_00000000000000000000000000000000000000000002CZclj",
            "sk-proj-0123456789abcdef",
            "key sk-ant-api03-0123456789",
            "sk_live_0123456789abcdef",
            &format!("ghp_{}", "a".repeat(36)),
            &format!("github_pat_{}", "a".repeat(36)),
            "glpat-0123456789abcdefghij",
            "xoxb-0123456789-abc",
            &format!("AIza{}", "a".repeat(35)),
            &format!("hf_{}", "a".repeat(34)),
        ] {
            assert!(looks_like_a_secret("x", &json!(text)), "{text}");
        }
        for text in [
            "",
            "Bearer",
            "Bearer authentication is used here",
            "Basic configuration",
            "https://example.com/a:b@c",
            "https://example.com:8443/v1",
            "mailto:ada@example.com",
            "task-0123456789abcdef",
            "disk-0123456789abcdefgh",
            "sk-learn",
            "-----BEGIN CERTIFICATE-----",
            "gpt-4o-2024-08-06",
            "arn:aws:iam::123456789012:role/x",
        ] {
            assert!(!looks_like_a_secret("x", &json!(text)), "{text}");
        }
    }
}
