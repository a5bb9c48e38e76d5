//! Pages of lists.

use serde::{Deserialize, Serialize};

/// How many rows a page holds when no `limit` is asked for.
pub const DEFAULT_LIMIT: u16 = 100;
/// The most rows that a page holds; who asks for more is given this many.
pub const MAX_LIMIT: u16 = 1000;
/// What every cursor matches: base64url, read with padding or without.
pub const CURSOR_PATTERN: &str = "^[A-Za-z0-9_-]+={0,2}$";

/// One page of a list, newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The rows, newest first.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::rows::<T>))]
    pub data: Vec<T>,
    /// What lies beside the page.
    pub pagination: Pagination,
}

/// What lies beside a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Pagination {
    /// How many rows the page would hold if there were enough: the `limit` asked for, as it is served.
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::served_limit))]
    pub limit: u16,
    /// Whether more rows remain in the direction of travel.
    pub has_more: bool,
    /// The last row's key; left out when no older rows remain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::next_cursor, required = false))]
    pub next_cursor: Option<String>,
    /// The first row's key; left out when no newer rows remain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(schema_with = schema::prev_cursor, required = false))]
    pub prev_cursor: Option<String>,
}

/// Which way a walk through a list goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum Direction {
    /// From newer rows to older ones.
    #[default]
    Forward,
    /// From older rows to newer ones; each page is still newest first.
    Backward,
}

/// The schemas of the parameters and fields of pages, for `schema_with`.
#[cfg(feature = "openapi")]
pub mod schema {
    use serde_json::json;
    use utoipa::{
        ToSchema,
        openapi::{ArrayBuilder, KnownFormat, ObjectBuilder, Ref, SchemaFormat, schema::Type},
    };

    use super::{CURSOR_PATTERN, DEFAULT_LIMIT, MAX_LIMIT};

    /// `data`: the rows by the name of their schema. Derived, it would write that out in each page, and the clients that
    /// are made from the document would have two types for one thing.
    #[must_use]
    pub fn rows<T: ToSchema>() -> ArrayBuilder {
        ArrayBuilder::new().items(Ref::from_schema_name(T::name())).description(Some("The rows, newest first."))
    }

    fn cursor(description: &str) -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .description(Some(description))
            .min_length(Some(1))
            .pattern(Some(CURSOR_PATTERN))
            .examples([json!("MTczMzU4MDgwMDAwMDphYmMxMjM0NS02Nzg5LTAxMjMtNDU2Ny0wMTIzNDU2Nzg5YWI")])
    }

    fn integer(format: KnownFormat) -> ObjectBuilder {
        ObjectBuilder::new()
            .schema_type(Type::Integer)
            .format(Some(SchemaFormat::KnownFormat(format)))
            .minimum(Some(1))
            .examples([json!(DEFAULT_LIMIT)])
    }

    /// The parameter `limit`. It has no maximum: what is above [`MAX_LIMIT`] is served as that.
    #[must_use]
    pub fn limit() -> ObjectBuilder {
        integer(KnownFormat::Int64).default(Some(json!(DEFAULT_LIMIT)))
    }

    /// The parameter `cursor`.
    #[must_use]
    pub fn cursor_parameter() -> ObjectBuilder {
        cursor("A `next_cursor` or `prev_cursor` of the same list.")
    }

    /// `limit` as it was served.
    #[must_use]
    pub fn served_limit() -> ObjectBuilder {
        integer(KnownFormat::Int32)
            .description(Some("How many rows the page would hold if there were enough."))
            .maximum(Some(MAX_LIMIT))
    }

    /// `next_cursor`
    #[must_use]
    pub fn next_cursor() -> ObjectBuilder {
        cursor("The last row's key; left out when no older rows remain.")
    }

    /// `prev_cursor`
    #[must_use]
    pub fn prev_cursor() -> ObjectBuilder {
        cursor("The first row's key; left out when no newer rows remain.")
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_cursor_that_is_not_there_is_left_out() {
        let pagination = Pagination { limit: 100, has_more: false, next_cursor: None, prev_cursor: None };
        let page = Page::<u8> { data: vec![], pagination };
        let written = json!({"data": [], "pagination": {"limit": 100, "has_more": false}});
        assert_eq!(serde_json::to_value(&page).unwrap(), written);
        assert_eq!(serde_json::from_value::<Page<u8>>(written).unwrap(), page);
    }
}
