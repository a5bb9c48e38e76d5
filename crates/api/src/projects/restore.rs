//! `POST /admin/v1/organizations/{slug}/projects/{project}/restore`

use serde_json::json;
use tenancy_api_types::projects::{Project, RestoreProject};
use tenancy_domain::{Precondition, Slug, authorization::ProjectsWrite, idempotency::IdempotencyKey};

use super::{RESTORE, TAG, path::ProjectPath, to_wire};
use crate::{
    answer::Answer,
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::{examples, responses},
    organizations::OrganizationPath,
    reach::within_reach,
};

/// Restore a project.
///
/// Brings back what its deletion hid: the project, its members and its API keys. It is named by its id, or by its slug
/// while one deleted project alone of the organization has it. It is 409 for a project that is live, and when another
/// one has taken its slug since: `slug` gives it another one. A user's key takes the role `admin` in the organization.
/// No body at all stands for `{}`.
#[utoipa::path(
    post,
    path = RESTORE,
    operation_id = "restore_project",
    tag = TAG,
    params(OrganizationPath, ProjectPath),
    // By reference, for a body that may be left out: an `Option` would let it be null as well.
    request_body(
        content = ref("#/components/schemas/RestoreProject"),
        description = "How the project is to be restored.",
        example = json!({"slug": "web-2"}),
    ),
    responses(
        (
            status = 200,
            description = "The project, live again.",
            body = Project,
            example = json!(examples::with(
                examples::project(),
                json!({"slug": "web-2", "updated_at": "2024-12-07T16:00:00.000Z"})
            )),
        ),
        responses::Guarded,
        responses::BadBody,
        responses::NotFound,
        responses::PreconditionFailed,
        responses::ConflictOrQuotaExceeded,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn restore(
    api: Api,
    grant: Authorized<ProjectsWrite>,
    mut request: Unread,
) -> Result<Answer, ApiError> {
    let (organization, reference) = (request.organization()?, request.project()?);
    let slug = parse(&mut request).await;
    let reach = api.projects().ensure_to_restore(&grant, &organization, reference.clone());
    let (slug, precondition, key) = within_reach(slug, reach).await?;
    let use_case = api.projects().restore(&grant.provided(precondition), &organization, reference, slug);
    request.once(&grant, key, use_case, |restored| Answer::of(restored.clone(), to_wire)).await
}

async fn parse(request: &mut Unread) -> Result<(Option<Slug>, Precondition, Option<IdempotencyKey>), ApiError> {
    request.no_query()?;
    let body: RestoreProject = request.json_or_default().await?;
    let slug = body.slug.map(|slug| Slug::parse(slug).map_err(|violation| violation.of("slug")));
    Ok((slug.transpose()?, request.precondition()?, request.idempotency_key()?))
}
