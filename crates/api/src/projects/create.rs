//! `POST /admin/v1/organizations/{slug}/projects`

use tenancy_api_types::projects::{CreateProject, Project};
use tenancy_domain::{
    DisplayName, Slug,
    authorization::{Act, Level, ProjectsWrite},
    idempotency::IdempotencyKey,
    projects::NewProject,
};

use super::{COLLECTION, TAG, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    metadata,
    openapi::{examples, responses},
    organizations::OrganizationPath,
    reach::within_reach,
};

/// Create a project.
///
/// Its slug must be that of no other live project of the organization; the slug of a deleted one is free. A user's key
/// takes the role `admin` in the organization; a project's key makes no projects.
#[utoipa::path(
    post,
    path = COLLECTION,
    operation_id = "create_project",
    tag = TAG,
    params(OrganizationPath),
    request_body(
        content = CreateProject,
        description = "What the project is made from.",
        example = json!({"slug": "web", "name": "Web", "metadata": {"stage": "production"}}),
    ),
    responses(
        (
            status = 201,
            description = "The new project.",
            body = Project,
            headers(("Location" = String, description = "The path of the new project.")),
            example = json!(examples::project()),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::ConflictOrQuotaExceeded,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn create(
    api: Api,
    grant: Authorized<ProjectsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    let organization = request.organization()?;
    let new = parse(&mut request).await;
    let reach = api.access().organization(&grant, &organization, Level::Organization, Act::Write);
    let (new, key) = within_reach(new, reach).await?;
    let list = request.path().to_owned();
    request
        .once(&grant, key, api.projects().create(&grant, &organization, new), move |made| {
            Answer::of(made.clone(), to_wire).created(&list, &made.slug)
        })
        .await
}

async fn parse(request: &mut Unread) -> Result<(NewProject, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: CreateProject = request.json().await?;
    let slug = Slug::parse(body.slug).map_err(|violation| violation.of("slug"))?;
    let name = DisplayName::parse(&body.name).map_err(|violation| violation.of("name"))?;
    let metadata = metadata::from_wire(body.metadata)?;
    Ok((NewProject { slug, name, metadata }, request.idempotency_key()?))
}
