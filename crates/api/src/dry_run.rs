//! The parameter `dry_run` of the query, and the answer to who sent it.

use serde_json::json;
use tenancy_api_types::dry_run as wire;
use tenancy_domain::{Affected, Precondition};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder, Type,
        path::{Parameter, ParameterIn},
    },
};

use crate::{answer::Answer, error::ApiError, extract::Unread, openapi::parameters::query_parameter};

const NAME: &str = "dry_run";

/// Whether a deletion is only to tell what it would take along.
pub(crate) struct DryRun;

impl DryRun {
    /// Reads the query of a deletion, which takes nothing else, and what it asks of the state of the thing.
    ///
    /// # Errors
    /// 400 for anything but `true` and `false`, and for any other parameter; those of [`Unread::precondition`].
    pub(crate) fn alone(request: &Unread) -> Result<(bool, Precondition), ApiError> {
        let mut query = request.query()?;
        let is_asked_for = query.take_flag(NAME)?;
        query.finish()?;
        Ok((is_asked_for, request.precondition()?))
    }
}

impl IntoParams for DryRun {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema =
            ObjectBuilder::new().schema_type(Type::Boolean).default(Some(json!(false))).examples([json!(true)]);
        let description = "Whether only to tell what would be taken along: nothing is changed, and what the deletion would \
                           be refused for, this is too.";
        vec![query_parameter(NAME, description, schema)]
    }
}

/// The answer that tells what a deletion would take along.
pub(crate) fn answer(affected: Affected) -> Answer {
    let Affected { organizations, projects, users, memberships, api_keys, providers } = affected;
    let affected =
        wire::Affected { organizations, projects, users, memberships, api_keys, dynamic_providers: providers };
    Answer::untagged(&wire::DryRun { dry_run: true, affected })
}
