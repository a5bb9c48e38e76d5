//! Where the thing is by now that a path names by a former slug of its organization.

use actix_web::{
    HttpRequest,
    http::{Method, header::HeaderValue},
};
use tenancy_domain::Slug;

use crate::endpoint::RouteTemplate;

/// The path and the query of `request` with `slug` in the place of the organization's, as they were sent otherwise: relative
/// to the root of the server, and beneath whatever prefix the routes are mounted at. `None` for who does more than look:
/// a write goes to nothing but what it names.
pub(super) fn location(request: &HttpRequest, slug: &Slug) -> Option<HeaderValue> {
    if ![Method::GET, Method::HEAD].contains(request.method()) {
        return None;
    }
    let template: RouteTemplate = *request.app_data()?;
    let (path, query) = (request.uri().path(), request.uri().query());
    let named = template.find("{slug}", path)?;
    let (above, beneath) = (&path[..named.start], &path[named.end..]);
    if above.starts_with("//") {
        // It would be read as another host.
        return None;
    }
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    HeaderValue::try_from(format!("{above}{slug}{beneath}{query}")).ok()
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn location_of(method: Method, target: &str) -> Option<String> {
        let template = RouteTemplate("/organizations/{slug}/projects/{project}");
        let request = TestRequest::with_uri(target).method(method).app_data(template).to_http_request();
        let location = location(&request, &Slug::parse("acme-2").unwrap());
        location.map(|value| value.to_str().unwrap().to_owned())
    }

    #[test]
    fn all_but_the_slug_stays_as_it_was_sent() {
        for (target, expected) in [
            ("/organizations/acme/projects/web", "/organizations/acme-2/projects/web"),
            ("/t%20x/organizations/%61cme/projects/%77eb", "/t%20x/organizations/acme-2/projects/%77eb"),
            ("/organizations/acme/projects/acme?a=%20b&a=+&c", "/organizations/acme-2/projects/acme?a=%20b&a=+&c"),
            ("/organizations/acme/projects/web?", "/organizations/acme-2/projects/web?"),
        ] {
            for method in [Method::GET, Method::HEAD] {
                assert_eq!(location_of(method, target).as_deref(), Some(expected), "{target}");
            }
        }
    }

    #[test]
    fn who_writes_is_not_led_on_and_nobody_to_another_host() {
        for method in [Method::POST, Method::PATCH, Method::DELETE, Method::PUT] {
            assert_eq!(location_of(method, "/organizations/acme/projects/web"), None);
        }
        assert_eq!(location_of(Method::GET, "//example.com/organizations/acme/projects/web"), None);
    }
}
