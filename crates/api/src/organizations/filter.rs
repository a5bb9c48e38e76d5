//! The parameters `q` and `external_id` of the query.

use tenancy_api_types::fields::schema;
use tenancy_domain::{ExternalId, organizations::OrganizationFilter};
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{error::ApiError, extract::Query, openapi::parameters::query_parameter, search::SearchParameter};

const EXTERNAL_ID: &str = "external_id";

/// Which organizations are asked for.
pub(super) struct FilterParameters;

impl FilterParameters {
    /// Takes them from `query`.
    ///
    /// # Errors
    /// 400 for what no organization can have: a search for it is a mistake, and nothing found would not tell.
    pub(super) fn take(query: &mut Query<'_>) -> Result<OrganizationFilter, ApiError> {
        Ok(OrganizationFilter {
            search: SearchParameter::take(query)?,
            external_id: query.take_parsed(EXTERNAL_ID, |text| ExternalId::parse(text))?,
        })
    }
}

impl IntoParams for FilterParameters {
    fn into_params(parameter_in: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut parameters = SearchParameter::into_params(parameter_in);
        parameters.push(query_parameter(
            EXTERNAL_ID,
            "The one live organization that is called this elsewhere; with `include_deleted`, deleted ones too.",
            schema::external_id_of_organization(),
        ));
        parameters
    }
}
