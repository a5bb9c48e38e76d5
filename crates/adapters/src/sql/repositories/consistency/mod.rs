//! Looks at the database as a whole.

mod terms;

use diesel::{dsl, prelude::*};
use tenancy_domain::{
    Error, OrganizationId, ProjectId,
    api_keys::ApiKey,
    members::{MemberOf, Role},
    organizations::{Organization, SlugAlias},
    projects::Project,
    providers::DynamicProvider,
    users::User,
};
use uuid::Uuid;

use super::super::dialect::{Conn, RunQueryDsl, database_error};
use crate::sql::{
    keyset::{After, keyset_of},
    rows::{AliasRow, ApiKeyRow, OrganizationRow, ProjectRow, ProviderRow, UserRow, role},
    schema::{
        api_keys, audit_log, organization_aliases, organization_members, organizations, project_members, projects,
        providers, users,
    },
    types::SqlId,
};

/// How many rows are read at a time.
const BATCH: i64 = 1_000;

/// Reads every row of a table and adds what is broken to `findings`.
macro_rules! read_all {
    ($conn:expr, $table:ident, $row:ty as $thing:ty, $findings:ident) => {
        let mut after = SqlId(Uuid::nil());
        loop {
            let query = $table::table
                .filter($table::id.gt(after))
                .order($table::id)
                .limit(BATCH)
                .select(($table::id, <$row>::as_select()));
            let rows: QueryResult<Vec<(SqlId, $row)>> = query.load($conn).await;
            let rows = rows.map_err(database_error)?;
            let Some((last, _)) = rows.last() else { break };
            after = *last;
            $findings.extend(rows.into_iter().filter_map(|(_, row)| broken(<$thing>::try_from(row))));
        }
    };
}

/// Reads every role of one of the tables of members, whose key is `$of` and the user, and adds what is broken to
/// `findings`.
macro_rules! read_all_roles {
    ($conn:expr, $table:ident by $of:ident, $member_of:expr, $findings:ident) => {
        let mut after = (SqlId(Uuid::nil()), SqlId(Uuid::nil()));
        loop {
            let key = ($table::$of, $table::user_id);
            let query = $table::table.filter(keyset_of(After, key.0, key.1, after)).order(key).limit(BATCH).select((
                key,
                $table::org_id,
                $table::role,
            ));
            let rows: QueryResult<Vec<((SqlId, SqlId), SqlId, String)>> = query.load($conn).await;
            let rows = rows.map_err(database_error)?;
            let Some((last, ..)) = rows.last() else { break };
            after = *last;
            let member_of = $member_of;
            let roles = rows.iter().map(|((of, _), organization, name)| role(member_of(*organization, *of), name));
            $findings.extend(roles.filter_map(broken::<Role>));
        }
    };
}

/// Reads every row that is no entry of the audit log, and holds rows against each other. Gives what it finds, in words.
pub(in super::super) async fn check(mut conn: Conn<'_>) -> Result<Vec<String>, Error> {
    let mut findings = Vec::new();
    read_all!(&mut conn, organizations, OrganizationRow as Organization, findings);
    read_all!(&mut conn, projects, ProjectRow as Project, findings);
    read_all!(&mut conn, users, UserRow as User, findings);
    read_all!(&mut conn, api_keys, ApiKeyRow as ApiKey, findings);
    read_all!(&mut conn, providers, ProviderRow as DynamicProvider, findings);
    let organization = |organization: SqlId, _| MemberOf::Organization(OrganizationId::new(organization.0));
    read_all_roles!(&mut conn, organization_members by org_id, organization, findings);
    let project = |organization: SqlId, project: SqlId| MemberOf::Project {
        organization: OrganizationId::new(organization.0),
        project: ProjectId::new(project.0),
    };
    read_all_roles!(&mut conn, project_members by project_id, project, findings);
    findings.extend(terms::findings(&mut conn).await?);
    findings.extend(unequal_audit_trails(&mut conn).await?);
    findings.extend(strayed_aliases(&mut conn).await?);
    findings.extend(strayed_keys(&mut conn).await?);
    findings.extend(strayed_providers(&mut conn).await?);
    findings.extend(strayed_members(&mut conn).await?);
    Ok(findings)
}

/// Each write of an organization raises its version by one and leaves one entry: the two must be equal.
async fn unequal_audit_trails(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    let entries = audit_log::table
        .filter(audit_log::chain_id.eq(organizations::id))
        .filter(audit_log::resource_id.eq(organizations::id))
        .select(dsl::count_star())
        .single_value()
        .assume_not_null();
    let query = organizations::table
        .filter(organizations::version.ne(entries))
        .order(organizations::id)
        .limit(BATCH)
        .select((organizations::id, organizations::version));
    let unequal: QueryResult<Vec<(SqlId, i64)>> = query.load(conn).await;
    let words = |(id, version): (SqlId, i64)| {
        format!("the organization {} has version {version}, and another number of audit entries", id.0)
    };
    Ok(unequal.map_err(database_error)?.into_iter().map(words).collect())
}

/// An alias leads to a live organization, and no live organization has its slug.
async fn strayed_aliases(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    use organization_aliases::{org_id, slug};

    let (mut findings, mut after) = (Vec::new(), String::new());
    loop {
        let live = || organizations::table.filter(organizations::deleted_at.is_null());
        let leads_somewhere = live().filter(organizations::id.eq(org_id));
        let is_taken = live().filter(organizations::slug.eq(slug));
        let query = organization_aliases::table.filter(slug.gt(after.clone())).order(slug).limit(BATCH).select((
            slug,
            AliasRow::as_select(),
            dsl::exists(leads_somewhere),
            dsl::exists(is_taken),
        ));
        let rows: QueryResult<Vec<(String, AliasRow, bool, bool)>> = query.load(conn).await;
        let rows = rows.map_err(database_error)?;
        let Some((last, ..)) = rows.last() else { return Ok(findings) };
        after.clone_from(last);
        for (text, row, leads_somewhere, is_taken) in rows {
            findings.extend(broken(SlugAlias::try_from(row)));
            if !leads_somewhere {
                findings.push(format!("the former slug {text} leads to no live organization"));
            }
            if is_taken {
                findings.push(format!("the former slug {text} is that of a live organization as well"));
            }
        }
    }
}

/// The key of a project has the project's organization beside it.
async fn strayed_keys(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    let query = api_keys::table
        .inner_join(projects::table)
        .filter(api_keys::org_id.ne(projects::org_id.nullable()))
        .order(api_keys::id)
        .limit(BATCH)
        .select((api_keys::id, projects::id));
    let strayed: QueryResult<Vec<(SqlId, SqlId)>> = query.load(conn).await;
    let words = |(key, project): (SqlId, SqlId)| {
        format!("the API key {} is one of the project {}, and has another organization", key.0, project.0)
    };
    Ok(strayed.map_err(database_error)?.into_iter().map(words).collect())
}

/// So has the dynamic provider of a project.
async fn strayed_providers(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    let query = providers::table
        .inner_join(projects::table)
        .filter(providers::org_id.ne(projects::org_id.nullable()))
        .order(providers::id)
        .limit(BATCH)
        .select((providers::id, projects::id));
    let strayed: QueryResult<Vec<(SqlId, SqlId)>> = query.load(conn).await;
    let words = |(provider, project): (SqlId, SqlId)| {
        format!("the dynamic provider {} is one of the project {}, and has another organization", provider.0, project.0)
    };
    Ok(strayed.map_err(database_error)?.into_iter().map(words).collect())
}

/// So has the membership of a project.
async fn strayed_members(conn: &mut Conn<'_>) -> Result<Vec<String>, Error> {
    let query = project_members::table
        .inner_join(projects::table)
        .filter(project_members::org_id.ne(projects::org_id))
        .order((project_members::project_id, project_members::user_id))
        .limit(BATCH)
        .select((project_members::project_id, project_members::user_id));
    let strayed: QueryResult<Vec<(SqlId, SqlId)>> = query.load(conn).await;
    let words = |(project, user): (SqlId, SqlId)| {
        format!("the user {} is a member of the project {} in another organization", user.0, project.0)
    };
    Ok(strayed.map_err(database_error)?.into_iter().map(words).collect())
}

fn broken<T>(row: Result<T, Error>) -> Option<String> {
    let error = row.err()?;
    Some(error.cause().map_or_else(|| error.to_string(), ToString::to_string))
}
