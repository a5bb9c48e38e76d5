//! The parameters of lists, and the answer with one page.

use actix_web::{
    HttpResponse,
    http::header::{ContentType, HeaderValue, LINK},
    web::Bytes,
};
use serde::Serialize;
use tenancy_api_types::pagination::{self, Pagination, schema};
use tenancy_domain::pagination::{Cursor, Direction, Page, PageRequest, PageSize, Positioned};
use utoipa::{
    IntoParams, PartialSchema,
    openapi::{
        RefOr, Schema,
        path::{Parameter, ParameterIn},
    },
};

use crate::{
    error::ApiError,
    extract::{Query, Unread},
    openapi::parameters::query_parameter,
};

const LIMIT: &str = "limit";
const CURSOR: &str = "cursor";
const DIRECTION: &str = "direction";

/// About as many bytes as a row takes as JSON.
const ROW_BYTES: usize = 256;

/// The parameters `limit`, `cursor` and `direction`, which every list takes.
pub(crate) struct PageParameters;

impl PageParameters {
    /// Takes them from `query`.
    ///
    /// # Errors
    /// 400, naming the one that is at fault.
    pub(crate) fn take(query: &mut Query<'_>) -> Result<PageRequest, ApiError> {
        let size = query.take(LIMIT)?.map(|text| {
            let wish = text.parse().map_err(|_| ApiError::bad_parameter(LIMIT, "must be a 64-bit integer"))?;
            PageSize::for_wish(wish).map_err(|violation| ApiError::bad_parameter(LIMIT, violation))
        });
        let size = size.transpose()?.unwrap_or_default();
        let cursor = query
            .take(CURSOR)?
            .map(|text| Cursor::parse(text).map_err(|violation| ApiError::bad_parameter(CURSOR, violation)));
        let cursor = cursor.transpose()?;
        let direction = match query.take(DIRECTION)? {
            None | Some("forward") => Direction::Forward,
            Some("backward") => Direction::Backward,
            Some(_) => return Err(ApiError::bad_parameter(DIRECTION, "must be forward or backward")),
        };
        Ok(PageRequest { size, direction, cursor })
    }

    /// Reads the query of a list that takes no others.
    ///
    /// # Errors
    /// 400, naming the parameter that is at fault.
    pub(crate) fn alone(request: &Unread) -> Result<(Query<'_>, PageRequest), ApiError> {
        let mut query = request.query()?;
        let page = Self::take(&mut query)?;
        query.finish()?;
        Ok((query, page))
    }
}

impl IntoParams for PageParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let limit = format!("How many rows to answer with. More than {} is served as that.", pagination::MAX_LIMIT);
        vec![
            query_parameter(LIMIT, &limit, schema::limit()),
            query_parameter(
                CURSOR,
                "The position that the page begins beside. It names a position, not a row: it goes on working after \
                 its row is deleted. Without one, the page is the newest (`forward`) or the oldest (`backward`).",
                schema::cursor_parameter(),
            ),
            query_parameter(
                DIRECTION,
                "`forward`: rows older than the cursor. `backward`: the rows just newer than it, still newest first.",
                with_default(pagination::Direction::schema(), &pagination::Direction::default()),
            ),
        ]
    }
}

/// `schema`, with what stands for a value that is left out.
fn with_default(mut schema: RefOr<Schema>, default: &impl Serialize) -> RefOr<Schema> {
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.default = serde_json::to_value(default).ok();
    }
    schema
}

/// An answer with one page, for as many as are given it.
#[derive(Debug, Clone)]
pub(crate) struct ListAnswer {
    /// Of each page beside this one, a value of `Link`.
    pub(crate) links: Vec<HeaderValue>,
    /// JSON.
    pub(crate) body: Bytes,
}

impl From<ListAnswer> for HttpResponse {
    fn from(answer: ListAnswer) -> Self {
        let mut response = Self::Ok();
        for link in answer.links {
            response.append_header((LINK, link));
        }
        response.content_type(ContentType::json()).body(answer.body)
    }
}

/// The answer with `page`, each row of it as `to_wire` writes it. `path` and `query` are those of the request.
///
/// # Errors
/// 500 for a path that no header can hold; actix-web lets none pass.
pub(crate) fn answer<T: Positioned, W: Serialize>(
    page: Page<T>,
    path: &str,
    query: &Query<'_>,
    mut to_wire: impl FnMut(T) -> W,
) -> Result<ListAnswer, ApiError> {
    try_answer(page, path, query, |row| Ok(to_wire(row)))
}

/// [`answer`] for rows that may turn out to be none.
///
/// # Errors
/// Those of [`answer`] and of `to_wire`.
pub(crate) fn try_answer<T: Positioned, W: Serialize>(
    page: Page<T>,
    path: &str,
    query: &Query<'_>,
    to_wire: impl FnMut(T) -> Result<W, ApiError>,
) -> Result<ListAnswer, ApiError> {
    let limit = page.size().get();
    let pagination = Pagination {
        limit,
        has_more: page.has_more(),
        next_cursor: page.next_cursor().map(Cursor::encode),
        prev_cursor: page.prev_cursor().map(Cursor::encode),
    };
    let mut links = Vec::new();
    for (relation, cursor, direction) in
        [("next", &pagination.next_cursor, "forward"), ("prev", &pagination.prev_cursor, "backward")]
    {
        if let Some(cursor) = cursor {
            let link = format!("<{path}?{}>; rel=\"{relation}\"", beside(query, limit, cursor, direction));
            let link = HeaderValue::from_str(&link).map_err(|error| ApiError::internal(error.to_string()))?;
            links.push(link);
        }
    }
    let data = page.into_items().into_iter().map(to_wire).collect::<Result<Vec<_>, _>>()?;
    let page = pagination::Page { data, pagination };
    // A body that grew would be copied each time.
    let mut body = Vec::with_capacity(ROW_BYTES * (page.data.len() + 1));
    serde_json::to_writer(&mut body, &page).map_err(|error| ApiError::internal(error.to_string()))?;
    Ok(ListAnswer { links, body: body.into() })
}

/// The query for the page beside `cursor`: all else stays as it was asked for, and `limit` as it was served.
fn beside(query: &Query<'_>, limit: u16, cursor: &str, direction: &str) -> String {
    let others = query.iter().filter(|(name, _)| ![LIMIT, CURSOR, DIRECTION].contains(name));
    form_urlencoded::Serializer::new(String::new())
        .extend_pairs(others)
        .append_pair(LIMIT, &limit.to_string())
        .append_pair(CURSOR, cursor)
        .append_pair(DIRECTION, direction)
        .finish()
}

#[cfg(test)]
mod tests {
    use tenancy_domain::Slug;

    use super::*;

    /// The numbers stand in the domain, which rules, and in the wire types, which only tell: they must agree.
    #[test]
    fn the_wire_types_tell_the_domains_bounds() {
        use tenancy_api_types::fields;
        use tenancy_domain::DisplayName;

        assert_eq!(pagination::DEFAULT_LIMIT, PageSize::DEFAULT.get());
        assert_eq!(pagination::MAX_LIMIT, PageSize::MAX.get());
        assert_eq!(fields::SLUG_MAX_LENGTH, Slug::MAX_LENGTH);
        assert_eq!(fields::SLUG_PATTERN, Slug::PATTERN);
        assert_eq!(fields::NAME_MAX_LENGTH, DisplayName::MAX_LENGTH);
    }
}
