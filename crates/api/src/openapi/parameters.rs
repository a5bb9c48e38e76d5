//! The parameters of paths and queries, as the document describes them.

use utoipa::openapi::{
    RefOr, Required, Schema,
    path::{Parameter, ParameterBuilder, ParameterIn},
};

/// A parameter of a path.
pub(crate) fn path_parameter(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    parameter(name, description, schema).parameter_in(ParameterIn::Path).required(Required::True).build()
}

/// A parameter of a query that may be left out.
pub(crate) fn query_parameter(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    parameter(name, description, schema).parameter_in(ParameterIn::Query).build()
}

/// A header of a request that may be left out.
pub(super) fn header_parameter(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> Parameter {
    parameter(name, description, schema).parameter_in(ParameterIn::Header).build()
}

fn parameter(name: &str, description: &str, schema: impl Into<RefOr<Schema>>) -> ParameterBuilder {
    ParameterBuilder::new().name(name).description(Some(description)).schema(Some(schema))
}
