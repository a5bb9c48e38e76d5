//! The parameters that say which entries are asked for.

use tenancy_api_types::{audit_logs::schema as own, fields::schema};
use tenancy_domain::{
    OrganizationId, ResourceType, Timestamp, Violation,
    audit_log::{ActorType, AuditAction, AuditLogFilter},
};
use utoipa::{
    IntoParams,
    openapi::{
        ObjectBuilder,
        path::{Parameter, ParameterIn},
    },
};

use crate::{error::ApiError, extract::Query, openapi::parameters::query_parameter};

const ACTOR_TYPE: &str = "actor_type";
const ACTOR_ID: &str = "actor_id";
const ACTION: &str = "action";
const RESOURCE_TYPE: &str = "resource_type";
const RESOURCE_ID: &str = "resource_id";
const ORG_ID: &str = "org_id";
const FROM: &str = "from";
const TO: &str = "to";

/// Which entries are asked for.
pub(super) struct FilterParameters;

impl FilterParameters {
    /// Takes them from `query`.
    ///
    /// # Errors
    /// 400, naming the one that no entry can meet.
    pub(super) fn take(query: &mut Query<'_>) -> Result<AuditLogFilter, ApiError> {
        // The ids of things of any kind are written alike.
        let id = |text: &str| OrganizationId::parse(text);
        Ok(AuditLogFilter {
            actor_type: query.take_parsed(ACTOR_TYPE, |text| one_of(ActorType::ALL, ActorType::as_str, text))?,
            actor_id: query.take_parsed(ACTOR_ID, id)?.map(OrganizationId::uuid),
            action: query.take_parsed(ACTION, |text| one_of(AuditAction::ALL, AuditAction::as_str, text))?,
            resource_type: query
                .take_parsed(RESOURCE_TYPE, |text| one_of(&resource_types(), ResourceType::as_str, text))?,
            resource_id: query.take_parsed(RESOURCE_ID, id)?.map(OrganizationId::uuid),
            organization: query.take_parsed(ORG_ID, id)?,
            from: query.take_parsed(FROM, Timestamp::parse_bound)?,
            to: query.take_parsed(TO, Timestamp::parse_bound)?,
        })
    }
}

/// The one of `all` that is called `text`.
fn one_of<T: Copy>(all: &[T], name: fn(T) -> &'static str, text: &str) -> Result<T, Violation> {
    let found = all.iter().copied().find(|one| name(*one) == text);
    found.ok_or_else(|| {
        let names: Vec<&str> = all.iter().map(|one| name(*one)).collect();
        Violation::new(format!("must be one of {}", names.join(", ")))
    })
}

/// The kinds of things that actions are done to.
fn resource_types() -> Vec<ResourceType> {
    let mut types: Vec<ResourceType> = AuditAction::ALL.iter().map(|action| action.resource_type()).collect();
    // Those of one kind stand together.
    types.dedup();
    types
}

impl IntoParams for FilterParameters {
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        fn named<T: Copy>(schema: ObjectBuilder, all: &[T], name: fn(T) -> &'static str) -> ObjectBuilder {
            schema.enum_values(Some(all.iter().map(|one| name(*one))))
        }
        vec![
            query_parameter(
                ACTOR_TYPE,
                "Who acted, by kind.",
                named(own::actor_type(), ActorType::ALL, ActorType::as_str),
            ),
            query_parameter(ACTOR_ID, "Who acted, by the id of its key.", schema::id()),
            query_parameter(ACTION, "What was done.", named(own::action(), AuditAction::ALL, AuditAction::as_str)),
            query_parameter(
                RESOURCE_TYPE,
                "What kind of thing it was done to.",
                named(own::resource_type(), &resource_types(), ResourceType::as_str),
            ),
            query_parameter(RESOURCE_ID, "The thing that it was done to; of a membership, the user.", schema::id()),
            query_parameter(ORG_ID, "The organization that it concerns.", schema::id()),
            query_parameter(FROM, "Not before this time: RFC 3339, with any offset.", own::bound()),
            query_parameter(TO, "Before this time, and not at it: RFC 3339, with any offset.", own::bound()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_kind_of_thing_is_named_once() {
        let types = resource_types();
        assert_eq!(types.iter().copied().collect::<HashSet<_>>().len(), types.len());
    }
}
