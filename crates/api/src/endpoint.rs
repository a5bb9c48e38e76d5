//! A path and its methods: HEAD wherever there is GET, and 405 with `Allow` for every other method.

use std::ops::Range;

use actix_web::{
    FromRequest, Handler, Responder, Route,
    dev::{AppService, HttpServiceFactory},
    guard,
    http::{Method, header::HeaderValue},
    web,
};

use crate::error::ApiError;

/// The template of the route that a request took, as `http_route` in the metrics.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RouteTemplate(pub(crate) &'static str);

impl RouteTemplate {
    /// Where in `path`, which has taken this route, the segment stands that the template has `placeholder` for. The path is
    /// the raw one, so that its segments are those that were matched: actix-web never decodes a slash. They are counted from
    /// the end, since the routes may be mounted beneath a prefix.
    pub(crate) fn find(self, placeholder: &str, path: &str) -> Option<Range<usize>> {
        let behind = self.0.rsplit('/').position(|segment| segment == placeholder)?;
        let mut end = path.len();
        for segment in path.rsplit('/').take(behind) {
            end = end.checked_sub(segment.len() + 1)?;
        }
        let start = path[..end].rfind('/')? + 1;
        Some(start..end)
    }
}

/// A path of the API.
pub(crate) struct Endpoint {
    template: &'static str,
    /// What of the template is matched where it is mounted.
    path: &'static str,
    routes: Vec<(Method, Route)>,
}

impl Endpoint {
    /// The path that matches `template`, so far without methods.
    pub(crate) const fn at(template: &'static str) -> Self {
        Self { template, path: template, routes: Vec::new() }
    }

    /// The template up to its first gap, which is the last segment of it; nothing where it is a path as it stands.
    pub(crate) fn first_gap(&self) -> Option<&'static str> {
        self.template.find('}').map(|end| &self.template[..=end])
    }

    /// The same, to be mounted beneath `prefix`.
    pub(crate) fn beneath(self, prefix: &str) -> Self {
        Self { path: self.path.strip_prefix(prefix).unwrap_or(self.path), ..self }
    }

    /// Answers `method` by `handler`; GET answers HEAD as well, with the same headers.
    pub(crate) fn on<F, Args>(mut self, method: Method, handler: F) -> Self
    where
        F: Handler<Args>,
        Args: FromRequest + 'static,
        F::Output: Responder + 'static,
    {
        let route = match method {
            Method::GET => web::route().guard(guard::Any(guard::Get()).or(guard::Head())),
            ref other => web::method(other.clone()),
        };
        self.routes.push((method, route.to(handler)));
        self
    }

    /// The value of `Allow`.
    fn allow(&self) -> String {
        let methods = self.routes.iter().flat_map(|(method, _)| match *method {
            Method::GET => vec!["GET", "HEAD"],
            ref other => vec![other.as_str()],
        });
        methods.collect::<Vec<_>>().join(", ")
    }

    /// The template and the methods, HEAD left out: what the `OpenAPI` document must list.
    #[cfg(test)]
    pub(crate) fn operations(&self) -> impl Iterator<Item = (String, &'static str)> {
        self.routes.iter().map(|(method, _)| (method.as_str().to_lowercase(), self.template))
    }
}

impl HttpServiceFactory for Endpoint {
    fn register(self, config: &mut AppService) {
        let allow = HeaderValue::from_str(&self.allow()).unwrap_or(HeaderValue::from_static(""));
        let other = web::route().to(move || {
            let error = ApiError::method_not_allowed(allow.clone());
            async move { Err::<&'static str, _>(error) }
        });
        let resource = web::resource(self.path).app_data(RouteTemplate(self.template)).default_service(other);
        self.routes.into_iter().fold(resource, |resource, (_, route)| resource.route(route)).register(config);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_found_from_the_end_of_the_path() {
        let template = RouteTemplate("/organizations/{slug}/projects/{project}");
        let find = |placeholder, path: &'static str| template.find(placeholder, path).map(|range| &path[range]);
        for path in ["/organizations/acme/projects/web", "/a/b/organizations/acme/projects/web"] {
            assert_eq!((find("{slug}", path), find("{project}", path)), (Some("acme"), Some("web")), "{path}");
        }
        assert_eq!(find("{slug}", "/organizations/%61cme/projects/a%2Fb"), Some("%61cme"));
        assert_eq!(find("{slug}", "/organizations//projects/"), Some(""));
        assert_eq!(find("{user_id}", "/organizations/acme/projects/web"), None);
        assert_eq!(find("{slug}", "acme/projects/web"), None);
        assert_eq!(find("{slug}", "web"), None);
    }

    #[test]
    fn it_is_mounted_beneath_its_first_gap() {
        let endpoint = Endpoint::at("/organizations/{slug}/projects/{project}");
        assert_eq!(endpoint.first_gap(), Some("/organizations/{slug}"));
        assert_eq!(endpoint.beneath("/organizations/{slug}").path, "/projects/{project}");
        assert_eq!(Endpoint::at("/organizations/{slug}").beneath("/organizations/{slug}").path, "");
        assert_eq!(Endpoint::at("/organizations").first_gap(), None);
    }

    #[test]
    fn head_is_allowed_where_get_is() {
        async fn handler() -> &'static str {
            ""
        }
        let endpoint = Endpoint::at("/").on(Method::GET, handler).on(Method::DELETE, handler);
        assert_eq!(endpoint.allow(), "GET, HEAD, DELETE");
        assert_eq!(Endpoint::at("/").on(Method::POST, handler).allow(), "POST");
    }
}
