//! Whose key a request shows.

use std::sync::Arc;

use tenancy_api_types::{
    owner::Owner,
    verification::{Verification, VerificationCode},
};
use time::OffsetDateTime;
use uuid::Uuid;

/// Whose valid key a request shows, and what the key may be used for. A clone is cheap.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller(Arc<Facts>);

#[derive(Debug, PartialEq, Eq)]
struct Facts {
    key_id: Uuid,
    owner: Owner,
    org_id: Option<Uuid>,
    project_id: Option<Uuid>,
    user_id: Option<Uuid>,
    scopes: Vec<String>,
    expires_at: Option<OffsetDateTime>,
}

impl Caller {
    /// Who `verification` tells of; `None` where it does not say that a key is valid, and whose it is.
    #[must_use]
    pub fn of(verification: Verification) -> Option<Self> {
        if !verification.valid || verification.code != VerificationCode::Valid {
            return None;
        }
        Some(Self(Arc::new(Facts {
            key_id: verification.key_id?,
            owner: verification.owner?,
            org_id: verification.org_id,
            project_id: verification.project_id,
            user_id: verification.user_id,
            scopes: verification.scopes?,
            expires_at: verification.expires_at,
        })))
    }

    /// The id of the key.
    #[must_use]
    pub fn key_id(&self) -> Uuid {
        self.0.key_id
    }

    /// Whose key it is.
    #[must_use]
    pub fn owner(&self) -> Owner {
        self.0.owner
    }

    /// The organization that the owner is, or is beneath.
    #[must_use]
    pub fn org_id(&self) -> Option<Uuid> {
        self.0.org_id
    }

    /// The project that the owner is.
    #[must_use]
    pub fn project_id(&self) -> Option<Uuid> {
        self.0.project_id
    }

    /// The user that the owner is.
    #[must_use]
    pub fn user_id(&self) -> Option<Uuid> {
        self.0.user_id
    }

    /// What the key may be used for.
    #[must_use]
    pub fn scopes(&self) -> &[String] {
        &self.0.scopes
    }

    /// Whether this very scope is among [`scopes`](Self::scopes). One that begins with `admin:` may be covered by
    /// another; to have it judged, it is asked for in the verification.
    #[must_use]
    pub fn has_scope(&self, scope: &str) -> bool {
        self.0.scopes.iter().any(|own| own == scope)
    }

    /// When the key stops working by itself; `None` for never.
    #[must_use]
    pub fn expires_at(&self) -> Option<OffsetDateTime> {
        self.0.expires_at
    }
}
