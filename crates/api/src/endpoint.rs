//! A path and its methods: HEAD wherever there is GET, and 405 with `Allow` for every other method.

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

/// A path of the API.
pub(crate) struct Endpoint {
    template: &'static str,
    routes: Vec<(Method, Route)>,
}

impl Endpoint {
    /// The path that matches `template`, so far without methods.
    pub(crate) const fn at(template: &'static str) -> Self {
        Self { template, routes: Vec::new() }
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
        let resource = web::resource(self.template).app_data(RouteTemplate(self.template)).default_service(other);
        self.routes.into_iter().fold(resource, |resource, (_, route)| resource.route(route)).register(config);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
