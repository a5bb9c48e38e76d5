//! The parameters `external_id` and `email` of the query.

use tenancy_api_types::fields::schema;
use tenancy_domain::{
    Violation,
    users::{Email, ExternalId, UserFilter},
};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{error::ApiError, extract::Query, openapi::parameters::query_parameter};

const EXTERNAL_ID: &str = "external_id";
const EMAIL: &str = "email";

/// Which user is looked up.
pub(super) struct LookupParameters;

impl LookupParameters {
    /// Takes them from `query`.
    ///
    /// # Errors
    /// 400 for what no user can have: a search for it is a mistake, and nothing found would not tell.
    pub(super) fn take(query: &mut Query<'_>) -> Result<UserFilter, ApiError> {
        Ok(UserFilter {
            external_id: take(query, EXTERNAL_ID, |text| ExternalId::parse(text))?,
            email: take(query, EMAIL, |text| Email::parse(text))?,
        })
    }
}

fn take<T>(
    query: &mut Query<'_>,
    name: &str,
    parse: impl FnOnce(&str) -> Result<T, Violation>,
) -> Result<Option<T>, ApiError> {
    query.take(name)?.map(parse).transpose().map_err(|violation| ApiError::bad_parameter(name, violation))
}

impl IntoParams for LookupParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            query_parameter(EXTERNAL_ID, "The one user that is called this elsewhere.", schema::external_id()),
            query_parameter(EMAIL, "The one user with this e-mail address, in whatever case.", schema::email()),
        ]
    }
}
