//! `POST /admin/v1/api-keys/verify`

use actix_web::HttpResponse;
use tenancy_api_types::{
    secret::Secret,
    verification::{Verification, VerificationCode, VerifyApiKey},
};
use tenancy_domain::{
    ApiKeyId, OrganizationId, ProjectId, UserId,
    api_keys::{Verdict, VerdictCode},
    authorization::{ApiKeysVerify, Scope},
};

use super::{TAG, VERIFY, owner_to_wire, scopes_to_wire};
use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    openapi::responses,
    timestamp::to_wire_time,
};

/// Verify an API key.
///
/// What another service asks to authenticate its own callers: whether the key that one of them showed is valid, has the
/// scope that is asked for, and whose it is. That it is not is an answer (200), not an error. A key out of the caller's
/// reach is `unknown`. Every member is always there; where the key is not valid all are null but `valid`, `code` and, for
/// a known key, `key_id`.
#[utoipa::path(
    post,
    path = VERIFY,
    operation_id = "verify_api_key",
    tag = TAG,
    request_body(
        content = VerifyApiKey,
        description = "What was shown, and what it is to be good for.",
        example = json!({"key": "tny_Zk3vQ9xB00000000000000000000000000000000000000000", "scope": "billing"}),
    ),
    responses(
        (
            status = 200,
            description = "Whether the key is valid, and whose it is.",
            body = Verification,
            examples(
                ("valid" = (value = json!({
                    "valid": true,
                    "code": "valid",
                    "key_id": "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81",
                    "owner": {"type": "organization", "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70"},
                    "org_id": "01939f6b-8a00-7c3e-9d5f-2b8a4c6e1f70",
                    "project_id": null,
                    "user_id": null,
                    "scopes": ["admin:organizations:read", "billing"],
                    "expires_at": "2099-01-01T00:00:00.000Z",
                }))),
                ("revoked" = (value = json!({
                    "valid": false,
                    "code": "revoked",
                    "key_id": "01939f6b-9a11-7d4f-8e6a-3c9b5d7f2a81",
                    "owner": null,
                    "org_id": null,
                    "project_id": null,
                    "user_id": null,
                    "scopes": null,
                    "expires_at": null,
                }))),
            ),
        ),
        responses::Guarded,
        responses::BadBody,
    ),
    security(("api_key" = [])),
)]
pub(crate) async fn verify(
    api: Api,
    grant: Authorized<ApiKeysVerify>,
    mut request: Unread,
) -> Result<HttpResponse, ApiError> {
    let (key, scope) = parse(&mut request).await?;
    let verdict = api.api_keys().verify(&grant, key.expose(), scope.as_ref()).await?;
    Ok(HttpResponse::Ok().json(to_wire(verdict)))
}

async fn parse(request: &mut Unread) -> Result<(Secret, Option<Scope>), ApiError> {
    request.no_query()?;
    let body: VerifyApiKey = request.json().await?;
    let scope = body.scope.map(|scope| Scope::parse(scope).map_err(|violation| violation.of("scope")));
    Ok((body.key, scope.transpose()?))
}

fn to_wire(verdict: Verdict) -> Verification {
    let code = code_to_wire(verdict.code());
    match verdict {
        Verdict::Invalid { key_id, .. } => Verification {
            valid: false,
            code,
            key_id: key_id.map(ApiKeyId::uuid),
            owner: None,
            org_id: None,
            project_id: None,
            user_id: None,
            scopes: None,
            expires_at: None,
        },
        Verdict::Valid(key) => Verification {
            valid: true,
            code,
            key_id: Some(key.id.uuid()),
            owner: Some(owner_to_wire(key.owner)),
            org_id: key.owner.organization().map(OrganizationId::uuid),
            project_id: key.owner.project().map(ProjectId::uuid),
            user_id: key.owner.user().map(UserId::uuid),
            scopes: Some(scopes_to_wire(&key.scopes)),
            expires_at: key.expires_at.map(to_wire_time),
        },
    }
}

fn code_to_wire(code: VerdictCode) -> VerificationCode {
    match code {
        VerdictCode::Valid => VerificationCode::Valid,
        VerdictCode::Malformed => VerificationCode::Malformed,
        VerdictCode::Unknown => VerificationCode::Unknown,
        VerdictCode::Revoked => VerificationCode::Revoked,
        VerdictCode::Expired => VerificationCode::Expired,
        VerdictCode::OwnerSuspended => VerificationCode::OwnerSuspended,
        VerdictCode::OwnerDeleted => VerificationCode::OwnerDeleted,
        VerdictCode::InsufficientScope => VerificationCode::InsufficientScope,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names stand in the domain and in the wire types: they must agree.
    #[test]
    fn every_code_has_the_domains_name() {
        for code in VerdictCode::ALL {
            assert_eq!(serde_json::to_value(code_to_wire(code)).unwrap(), code.as_str());
        }
    }
}
