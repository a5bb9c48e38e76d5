//! Queries on `providers`.

use std::collections::BTreeMap;

use async_trait::async_trait;
use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Error, ProviderId, ResourceType, UserId, Violation,
    authorization::{Reach, TenantScope},
    owners::{Holder, Owner},
    pagination::{Page, PageRequest},
    providers::{DynamicProvider, ProviderFilter, ProviderWriter},
    sealing::{MasterKeyId, SealedSecret, SealingContext, StoredSecret},
};
use uuid::Uuid;

use super::{
    super::dialect::{Conn, Db, RunQueryDsl, database_error},
    Asked, SqlTransaction, members,
    page::load_page,
};
use crate::sql::{
    any_of::AnyOf,
    constraint::UniqueConstraint,
    row_lock::ForUpdate,
    rows::{EditableProviderRow, ProviderRow, ProviderSecretRow},
    schema::{organization_members, organizations, projects, providers},
    types::SqlId,
    update::update_rows,
};

/// The names of each kind of owner.
const NAMES: [UniqueConstraint; 3] = [
    UniqueConstraint { index: "providers_organization_name", column: "providers.org_id, providers.name" },
    UniqueConstraint { index: "providers_project_name", column: "providers.project_id, providers.name" },
    UniqueConstraint { index: "providers_user_name", column: "providers.user_id, providers.name" },
];

type Rows = dsl::IntoBoxed<'static, dsl::Select<providers::table, dsl::AsSelect<ProviderRow, Db>>, Db>;

/// The providers within the scope whose owners, and all that those are beneath, are live: where every query starts but those
/// for their keys. Those of suspended organizations are there for who reaches everything. Users are not deleted softly: a provider of one is there as long as the user.
fn within(scope: TenantScope, asked: Asked) -> Rows {
    // None that is deleted, as for API keys.
    let deleted_organization = organizations::table
        .filter(organizations::id.nullable().eq(providers::org_id))
        .filter(organizations::deleted_at.is_not_null());
    let deleted_project = projects::table
        .filter(projects::id.nullable().eq(providers::project_id))
        .filter(projects::deleted_at.is_not_null());
    let rows = providers::table
        .select(ProviderRow::as_select())
        .filter(dsl::not(dsl::exists(deleted_organization)))
        .filter(dsl::not(dsl::exists(deleted_project)))
        .into_boxed();
    let suspended_organization = organizations::table
        .filter(organizations::id.nullable().eq(providers::org_id))
        .filter(organizations::suspended_at.is_not_null());
    let active = || dsl::not(dsl::exists(suspended_organization));
    match scope.reach() {
        Reach::Everything => rows,
        Reach::Organization(own) => rows.filter(active()).filter(providers::org_id.eq(SqlId(own.uuid()))),
        Reach::Project { project, .. } => rows.filter(active()).filter(providers::project_id.eq(SqlId(project.uuid()))),
        Reach::User(user) => {
            let rows = rows.filter(active());
            let is_own = providers::user_id.eq(SqlId(user.uuid()));
            match asked {
                Asked::Row => {
                    let membership = organization_members::table
                        .filter(organization_members::org_id.nullable().eq(providers::org_id))
                        .filter(organization_members::user_id.eq(SqlId(user.uuid())));
                    rows.filter(is_own.or(dsl::exists(membership)))
                }
                Asked::List => rows.filter(is_own.or(AnyOf(providers::org_id, members::organizations_of(user)))),
            }
        }
    }
}

fn found_or_missing(found: QueryResult<ProviderRow>) -> Result<DynamicProvider, Error> {
    let row = found.optional().map_err(database_error)?;
    row.ok_or(Error::NotFound(ResourceType::DynamicProvider))?.try_into()
}

/// The provider with this id within `scope`.
pub(super) async fn find(mut conn: Conn<'_>, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error> {
    let query = within(scope, Asked::Row).filter(providers::id.eq(SqlId(id.uuid())));
    found_or_missing(query.get_result(&mut conn).await)
}

/// A page of the providers within `scope` that `filter` lets through.
pub(super) async fn list(
    mut conn: Conn<'_>,
    scope: TenantScope,
    filter: ProviderFilter,
    request: &PageRequest,
) -> Result<Page<DynamicProvider>, Error> {
    use providers::{created_at, id, org_id, project_id, user_id};

    // The installation has none.
    if filter == ProviderFilter::Owner(Owner::System) {
        return Ok(Page::from_travel(request, Vec::new(), false));
    }
    let list = || {
        let rows = within(scope, Asked::List);
        match filter {
            ProviderFilter::All | ProviderFilter::Owner(Owner::System) => rows,
            ProviderFilter::Owner(Owner::Organization(organization)) => {
                rows.filter(org_id.eq(SqlId(organization.uuid()))).filter(project_id.is_null())
            }
            ProviderFilter::Owner(Owner::Project { project, .. }) => rows.filter(project_id.eq(SqlId(project.uuid()))),
            ProviderFilter::Owner(Owner::User(user)) => rows.filter(user_id.eq(SqlId(user.uuid()))),
        }
    };
    load_page!(
        &mut conn, request, list,
        by: (created_at, id),
        select: ProviderRow::as_select(),
        read: DynamicProvider::try_from,
    )
}

/// Removes all providers of a user, and gives them.
pub(super) async fn delete_all_of_user(conn: &mut Conn<'_>, user: UserId) -> Result<Vec<DynamicProvider>, Error> {
    let of_user = providers::table.filter(providers::user_id.eq(SqlId(user.uuid())));
    // Locked first: what is told of is what is removed, and not what it was before a change that is under way.
    let rows = ForUpdate(of_user.order(providers::id).select(ProviderRow::as_select())).load(conn).await;
    let rows: Vec<ProviderRow> = rows.map_err(database_error)?;
    diesel::delete(of_user).execute(conn).await.map_err(database_error)?;
    rows.into_iter().map(DynamicProvider::try_from).collect()
}

/// How many keys are sealed under each master key.
pub(super) async fn count_secrets(mut conn: Conn<'_>) -> Result<BTreeMap<MasterKeyId, u64>, Error> {
    let query = providers::table
        .filter(providers::api_key_master_key.is_not_null())
        .group_by(providers::api_key_master_key)
        .select((providers::api_key_master_key.assume_not_null(), dsl::count_star()));
    let counted: QueryResult<Vec<(String, i64)>> = query.load(&mut conn).await;
    let read = |(id, count): (String, i64)| {
        let id = MasterKeyId::parse(&id).map_err(|reason: Violation| {
            Error::internal(anyhow::anyhow!("providers has a broken api_key_master_key, which {reason}"))
        })?;
        Ok((id, count.unsigned_abs()))
    };
    counted.map_err(database_error)?.into_iter().map(read).collect()
}

/// The first keys that are sealed under `master_key` and come after a place. There is but one table of them.
pub(super) async fn secrets_under(
    mut conn: Conn<'_>,
    master_key: MasterKeyId,
    after: Option<SealingContext>,
    limit: u16,
) -> Result<Vec<StoredSecret>, Error> {
    let after = SqlId(after.map_or(Uuid::nil(), |place| place.row_id));
    let query = providers::table
        .filter(providers::api_key_master_key.eq(master_key.to_string()))
        .filter(providers::id.gt(after))
        .order(providers::id)
        .limit(limit.into())
        .select(ProviderSecretRow::as_select());
    let found: QueryResult<Vec<ProviderSecretRow>> = query.load(&mut conn).await;
    found.map_err(database_error)?.into_iter().map(StoredSecret::try_from).collect()
}

/// Puts `new` in the place of a sealed key that is there as it is given; tells whether it was.
pub(super) async fn replace_secret(
    mut conn: Conn<'_>,
    former: &StoredSecret,
    new: &SealedSecret,
) -> Result<bool, Error> {
    let StoredSecret { place, sealed } = former;
    if (place.table, place.column) != ("providers", "api_key") {
        return Ok(false);
    }
    let as_it_was = providers::table
        .filter(providers::id.eq(SqlId(place.row_id)))
        .filter(providers::api_key_master_key.eq(sealed.master_key_id().to_string()))
        .filter(providers::api_key.eq(sealed.as_bytes().to_vec()));
    let new = (
        providers::api_key.eq(Some(new.as_bytes().to_vec())),
        providers::api_key_master_key.eq(Some(new.master_key_id().to_string())),
    );
    let replaced = match place.org_id {
        Some(id) => {
            let row = as_it_was.filter(providers::org_id.eq(SqlId(id.uuid())));
            update_rows(row, new).execute(&mut conn).await
        }
        None => update_rows(as_it_was.filter(providers::org_id.is_null()), new).execute(&mut conn).await,
    };
    Ok(replaced.map_err(database_error)? == 1)
}

/// What the failure of a write means.
fn write_error(error: diesel::result::Error) -> Error {
    if NAMES.iter().any(|constraint| constraint.is_broken_by(&error)) {
        Error::AlreadyExists { resource: ResourceType::DynamicProvider, field: "name" }
    } else {
        database_error(error)
    }
}

#[async_trait]
impl ProviderWriter for SqlTransaction<'_> {
    async fn count_providers(&mut self, holder: Holder) -> Result<u64, Error> {
        let all = providers::table.select(dsl::count_star()).into_boxed::<Db>();
        let query = match holder {
            // Those of its projects have it there as well.
            Holder::Organization(organization) => all.filter(providers::org_id.eq(SqlId(organization.uuid()))),
            Holder::User(user) => all.filter(providers::user_id.eq(SqlId(user.uuid()))),
        };
        let count: QueryResult<i64> = query.get_result(&mut self.conn).await;
        Ok(count.map_err(database_error)?.unsigned_abs())
    }

    async fn lock_provider(&mut self, scope: TenantScope, id: ProviderId) -> Result<DynamicProvider, Error> {
        let query = within(scope, Asked::Row).filter(providers::id.eq(SqlId(id.uuid())));
        found_or_missing(ForUpdate(query).get_result(&mut self.conn).await)
    }

    async fn insert_provider(&mut self, provider: &DynamicProvider) -> Result<(), Error> {
        let insert = diesel::insert_into(providers::table).values(ProviderRow::from(provider));
        insert.execute(&mut self.conn).await.map_err(write_error)?;
        Ok(())
    }

    async fn update_provider(&mut self, provider: &DynamicProvider) -> Result<(), Error> {
        let row = providers::table.find(SqlId(provider.id.uuid()));
        let update = update_rows(row, EditableProviderRow::from(provider));
        match update.execute(&mut self.conn).await.map_err(write_error)? {
            1 => Ok(()),
            _ => Err(Error::NotFound(ResourceType::DynamicProvider)),
        }
    }

    async fn delete_provider(&mut self, id: ProviderId) -> Result<(), Error> {
        let delete = diesel::delete(providers::table.find(SqlId(id.uuid())));
        match delete.execute(&mut self.conn).await.map_err(database_error)? {
            1 => Ok(()),
            _ => Err(Error::NotFound(ResourceType::DynamicProvider)),
        }
    }
}
