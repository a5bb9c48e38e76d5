//! The answers of the health checks. A check that fails is answered by the error envelope.

use serde::{Deserialize, Serialize};

/// A health check that passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Health {
    /// Always `ok`.
    pub status: HealthStatus,
}

impl Health {
    /// All is well.
    pub const OK: Self = Self { status: HealthStatus::Ok };
}

/// How a health check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum HealthStatus {
    /// It passed.
    Ok,
}
