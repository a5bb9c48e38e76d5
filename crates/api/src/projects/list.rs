//! `GET /admin/v1/organizations/{slug}/projects`

use tenancy_api_types::{pagination::Page, projects::Project};
use tenancy_domain::{
    Deleted,
    authorization::{Act, Level, ProjectsRead},
    pagination::PageRequest,
    projects::ProjectFilter,
};

use super::{COLLECTION, TAG, to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Query, Unread},
    include_deleted::IncludeDeleted,
    openapi::{examples, responses},
    organizations::OrganizationPath,
    pagination::{self, ListAnswer, PageParameters},
    reach::within_reach,
    search::SearchParameter,
};

/// List an organization's projects.
///
/// Those that the key reaches (of a project's key, that one alone), by `created_at` descending, then `id` descending.
#[utoipa::path(
    get,
    path = COLLECTION,
    operation_id = "list_projects",
    tag = TAG,
    params(OrganizationPath, PageParameters, SearchParameter, IncludeDeleted),
    responses(
        (
            status = 200,
            description = "A page of projects, newest first.",
            body = Page<Project>,
            headers(
                ("Link" = String, description = "The pages beside this one (RFC 8288): `rel=\"next\"` older, \
                                                 `rel=\"prev\"` newer. Each is there when there are such rows."),
            ),
            example = json!(examples::page(&examples::project())),
        ),
        responses::Guarded,
        responses::BadQuery,
        responses::NotFound,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn list(api: Api, grant: Authorized<ProjectsRead>, request: Unread) -> Result<ListAnswer, ApiError> {
    let organization = request.organization()?;
    let reach = api.access().organization(&grant, &organization, Level::Row, Act::Read);
    let (query, filter, page, deleted) = within_reach(parse(&request), reach).await?;
    let found = api.projects().list(&grant, &organization, &filter, &page, deleted).await?;
    pagination::answer(found, request.path(), &query, to_wire)
}

fn parse(request: &Unread) -> Result<(Query<'_>, ProjectFilter, PageRequest, Deleted), ApiError> {
    let mut query = request.query()?;
    let page = PageParameters::take(&mut query)?;
    let filter = ProjectFilter { search: SearchParameter::take(&mut query)? };
    let deleted = IncludeDeleted::take(&mut query)?;
    query.finish()?;
    Ok((query, filter, page, deleted))
}
