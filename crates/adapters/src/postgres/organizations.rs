//! Look-ups of organizations, which nearly every request begins with.

use std::sync::Arc;

use diesel::{QueryResult, prelude::*, sql_types::Text};
use diesel_async::AsyncPgConnection;
use futures_util::future::try_join_all;
use tenancy_domain::{
    Error,
    authorization::TenantScope,
    organizations::{Organization, OrganizationRef},
};

use super::{
    PostgresStorage,
    dialect::{RunQueryDsl, database_error},
    repositories::{Asked, organizations as queries},
    unnested::Unnested,
};
use crate::sql::{
    any_of::AnyOf,
    look_ups::{LookUps, Named},
    rows::OrganizationRow,
    schema::organizations,
    types::{Id, SqlId},
};

impl PostgresStorage {
    /// Answers look-ups.
    pub(super) fn look_up_organizations(&self, way: LookUps) {
        let storage = self.clone();
        way.answer(move |named| {
            let storage = storage.clone();
            async move { storage.live_organizations(named).await.ok() }
        });
    }

    /// What there is of `named`, in their order.
    async fn live_organizations(&self, named: Vec<Named>) -> Result<Vec<Option<Organization>>, Error> {
        let mut statements: Vec<Statement> = Vec::new();
        for (scope, reference) in &named {
            if !statements.iter_mut().any(|statement| statement.takes(*scope, reference)) {
                statements.push(Statement::new(*scope, reference));
            }
        }
        let found = try_join_all(statements.iter().map(async |statement| {
            let read = |connection: Arc<_>| async move { statement.load(&connection).await };
            self.0.readers.read(read).await.map(|found| (statement.scope, found))
        }));
        let found = found.await?;
        let find = |(scope, reference): &Named| {
            let mut of_scope = found.iter().filter(|(other, _)| other == scope).flat_map(|(_, found)| found);
            of_scope.find(|organization| is_named(organization, reference)).cloned()
        };
        Ok(named.iter().map(find).collect())
    }
}

fn is_named(organization: &Organization, reference: &OrganizationRef) -> bool {
    match reference {
        OrganizationRef::Id(id) => organization.id == *id,
        OrganizationRef::Slug(slug) => organization.slug == *slug,
    }
}

/// One statement: what a scope lets through is a condition of it, and so is what things are named by.
struct Statement {
    scope: TenantScope,
    names: Names,
}

enum Names {
    Ids(Vec<SqlId>),
    Slugs(Vec<String>),
}

impl Statement {
    fn new(scope: TenantScope, reference: &OrganizationRef) -> Self {
        let names = match reference {
            OrganizationRef::Id(id) => Names::Ids(vec![SqlId(id.uuid())]),
            OrganizationRef::Slug(slug) => Names::Slugs(vec![slug.as_str().to_owned()]),
        };
        Self { scope, names }
    }

    /// Whether it looks for `reference` within `scope` as well from now on.
    fn takes(&mut self, scope: TenantScope, reference: &OrganizationRef) -> bool {
        match (&mut self.names, reference) {
            _ if self.scope != scope => return false,
            (Names::Ids(ids), OrganizationRef::Id(id)) => ids.push(SqlId(id.uuid())),
            (Names::Slugs(slugs), OrganizationRef::Slug(slug)) => slugs.push(slug.as_str().to_owned()),
            (Names::Ids(_), OrganizationRef::Slug(_)) | (Names::Slugs(_), OrganizationRef::Id(_)) => return false,
        }
        true
    }

    async fn load(&self, mut connection: &AsyncPgConnection) -> Result<Vec<Organization>, Error> {
        let live = queries::within(self.scope, Asked::Row).filter(organizations::deleted_at.is_null());
        let query = match &self.names {
            Names::Ids(ids) => live.filter(AnyOf(organizations::id, Unnested::<Id, _>::from(ids.clone()))),
            Names::Slugs(slugs) => live.filter(AnyOf(organizations::slug, Unnested::<Text, _>::from(slugs.clone()))),
        };
        let found: QueryResult<Vec<OrganizationRow>> = query.load(&mut connection).await;
        found.map_err(database_error)?.into_iter().map(Organization::try_from).collect()
    }
}
