//! All the ports of one storage, under one name.

use crate::{
    api_keys::{ApiKeyRepository, CredentialNotices},
    audit_log::{AuditLogRepository, AuditRetention, ChainKeyRepository},
    idempotency::IdempotencyRepository,
    leases::LeaseRepository,
    members::MemberRepository,
    organizations::OrganizationRepository,
    owners::OwnerRepository,
    ports::StorageHealth,
    projects::ProjectRepository,
    providers::ProviderRepository,
    sealing::{MasterKeyRepository, StoredSecretRepository},
    unit_of_work::UnitOfWork,
    users::UserRepository,
};

/// What implements every port of storage. Whatever does so is a `Storage`: there is nothing else to implement.
pub trait Storage:
    OrganizationRepository
    + ProjectRepository
    + UserRepository
    + MemberRepository
    + OwnerRepository
    + ApiKeyRepository
    + CredentialNotices
    + ProviderRepository
    + AuditLogRepository
    + AuditRetention
    + ChainKeyRepository
    + MasterKeyRepository
    + StoredSecretRepository
    + LeaseRepository
    + IdempotencyRepository
    + UnitOfWork
    + StorageHealth
    + 'static
{
}

impl<S> Storage for S where
    S: OrganizationRepository
        + ProjectRepository
        + UserRepository
        + MemberRepository
        + OwnerRepository
        + ApiKeyRepository
        + CredentialNotices
        + ProviderRepository
        + AuditLogRepository
        + AuditRetention
        + ChainKeyRepository
        + MasterKeyRepository
        + StoredSecretRepository
        + LeaseRepository
        + IdempotencyRepository
        + UnitOfWork
        + StorageHealth
        + 'static
{
}
