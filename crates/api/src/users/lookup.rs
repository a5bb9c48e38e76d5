//! The parameters `external_id` and `email` of the query.

use tenancy_api_types::fields::schema;
use tenancy_domain::{
    ExternalId,
    users::{Email, UserFilter},
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
            external_id: query.take_parsed(EXTERNAL_ID, |text| ExternalId::parse(text))?,
            email: query.take_parsed(EMAIL, |text| Email::parse(text))?,
        })
    }
}

impl IntoParams for LookupParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        vec![
            query_parameter(EXTERNAL_ID, "The one user that is called this elsewhere.", schema::external_id()),
            query_parameter(EMAIL, "The one user with this e-mail address, in whatever case.", schema::email()),
        ]
    }
}
