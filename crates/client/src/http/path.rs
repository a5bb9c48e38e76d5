//! Where the service is, and the paths beneath.

use std::fmt;

use reqwest::Url;

use crate::error::InputError;

/// Where the service is: what comes before `/admin/v1`.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BaseUrl(Url);

impl BaseUrl {
    /// Reads a base URL. Whether it ends with a slash is all one.
    ///
    /// # Errors
    /// When it is none, or has what a base cannot: credentials, a query, a fragment.
    pub(crate) fn parse(text: &str) -> Result<Self, InputError> {
        let refuse = |why: &str| Err(InputError::new("the base URL", why));
        let Ok(url) = Url::parse(text) else { return refuse("is no URL") };
        if !matches!(url.scheme(), "http" | "https") {
            return refuse("must begin with http:// or https://");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return refuse("must not have a user's name or a password");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return refuse("must not have a query or a fragment");
        }
        Ok(Self(url))
    }

    /// Whether it is spoken to over TLS.
    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The URL of a path beneath.
    ///
    /// # Errors
    /// When a segment cannot be one: it would name another thing than was meant.
    pub(crate) fn join(&self, path: &Path) -> Result<Url, InputError> {
        if path.0.iter().any(|segment| matches!(segment.as_str(), "" | "." | "..")) {
            return Err(InputError::new("a slug or id", "must not be empty, or consist of dots"));
        }
        let mut url = self.0.clone();
        url.path_segments_mut()
            .map_err(|()| InputError::new("the base URL", "takes no paths"))?
            .pop_if_empty()
            .extend(&path.0);
        Ok(url)
    }
}

impl fmt::Debug for BaseUrl {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str())
    }
}

/// The segments of a path beneath the base URL. They are encoded when it becomes a URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path(Vec<String>);

impl Path {
    /// A path of the API itself.
    pub(crate) fn api(resource: &str) -> Self {
        Self::beside("admin").then("v1").then(resource)
    }

    /// A path beside the API.
    pub(crate) fn beside(segment: &str) -> Self {
        Self(vec![segment.to_owned()])
    }

    /// The path with one more segment.
    pub(crate) fn then(mut self, segment: impl fmt::Display) -> Self {
        self.0.push(segment.to_string());
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(base: &str, path: &Path) -> String {
        BaseUrl::parse(base).unwrap().join(path).unwrap().into()
    }

    #[test]
    fn a_base_has_any_prefix_with_a_slash_at_its_end_or_without() {
        for (base, url) in [
            ("http://tenancy:8080", "http://tenancy:8080/admin/v1/me"),
            ("http://tenancy:8080/", "http://tenancy:8080/admin/v1/me"),
            ("https://example.com/a/b", "https://example.com/a/b/admin/v1/me"),
            ("https://example.com/a/b/", "https://example.com/a/b/admin/v1/me"),
        ] {
            assert_eq!(joined(base, &Path::api("me")), url);
        }
    }

    #[test]
    fn what_cannot_be_a_base_is_refused_without_being_repeated() {
        for none in [
            "",
            "tenancy:8080",
            "/admin",
            "ftp://tenancy",
            "http://user@tenancy",
            "http://user:hunter2@tenancy",
            "http://tenancy/?key=hunter2",
            "http://tenancy/#hunter2",
        ] {
            let error = BaseUrl::parse(none).unwrap_err().to_string();
            assert!(!error.contains("hunter2"), "{none}: {error}");
        }
    }

    #[test]
    fn a_segment_stays_one_segment() {
        for (segment, url) in [
            ("a/b", "http://t/admin/v1/organizations/a%2Fb"),
            ("a?b#c", "http://t/admin/v1/organizations/a%3Fb%23c"),
            ("%2e%2e", "http://t/admin/v1/organizations/%252e%252e"),
            ("ä", "http://t/admin/v1/organizations/%C3%A4"),
        ] {
            assert_eq!(joined("http://t", &Path::api("organizations").then(segment)), url);
        }
        for none in ["", ".", ".."] {
            assert!(BaseUrl::parse("http://t").unwrap().join(&Path::api("organizations").then(none)).is_err());
        }
    }
}
