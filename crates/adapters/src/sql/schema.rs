//! The tables, as the migrations make them on both databases.

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql::types::{Id, Instant};

    organizations (id) {
        id -> Id,
        slug -> Text,
        name -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        deleted_at -> Nullable<Instant>,
        version -> BigInt,
        suspended_at -> Nullable<Instant>,
        external_id -> Nullable<Text>,
        metadata -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::Id;

    organization_terms (term, org_id) {
        term -> Text,
        org_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::{Id, Instant};

    organization_aliases (slug) {
        slug -> Text,
        org_id -> Id,
        reserved_until -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql::types::{Id, Instant};

    projects (id) {
        id -> Id,
        org_id -> Id,
        slug -> Text,
        name -> Text,
        created_at -> Instant,
        updated_at -> Instant,
        deleted_at -> Nullable<Instant>,
        version -> BigInt,
        metadata -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::Id;

    project_terms (org_id, term, project_id) {
        org_id -> Id,
        term -> Text,
        project_id -> Id,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql::types::{Id, Instant};

    users (id) {
        id -> Id,
        external_id -> Text,
        email -> Nullable<Text>,
        email_folded -> Nullable<Text>,
        name -> Nullable<Text>,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::sql::types::{Id, Instant};

    organization_members (org_id, user_id) {
        org_id -> Id,
        user_id -> Id,
        role -> Text,
        joined_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Text};
    use crate::sql::types::{Id, Instant};

    project_members (project_id, user_id) {
        project_id -> Id,
        user_id -> Id,
        org_id -> Id,
        role -> Text,
        joined_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Nullable, Text};
    use crate::sql::types::{Id, Instant};

    api_keys (id) {
        id -> Id,
        name -> Text,
        key_prefix -> Text,
        owner_type -> Text,
        org_id -> Nullable<Id>,
        project_id -> Nullable<Id>,
        user_id -> Nullable<Id>,
        scopes -> Text,
        expires_at -> Nullable<Instant>,
        created_at -> Instant,
        updated_at -> Instant,
        last_used_at -> Nullable<Instant>,
        revoked_at -> Nullable<Instant>,
        rotated_at -> Nullable<Instant>,
        rotation_grace_until -> Nullable<Instant>,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Bool, Nullable};
    use crate::sql::types::{Id, Instant};

    api_key_secrets (hash) {
        hash -> Binary,
        api_key_id -> Id,
        valid_until -> Nullable<Instant>,
        is_replaced -> Bool,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary};
    use crate::sql::types::Id;

    audit_chains (id) {
        id -> Id,
        head_sequence -> BigInt,
        head_hash -> Binary,
        base_sequence -> BigInt,
        base_hash -> Binary,
        last_unkeyed -> BigInt,
        seal -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{Binary, Text};
    use crate::sql::types::{Id, Instant};

    audit_keys (id) {
        id -> Id,
        master_key_id -> Text,
        sealed_key -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::sql::types::{Id, Instant};

    audit_log (chain_id, sequence) {
        chain_id -> Id,
        sequence -> BigInt,
        id -> Id,
        timestamp -> Instant,
        actor_type -> Text,
        actor_id -> Nullable<Id>,
        action -> Text,
        resource_type -> Text,
        resource_id -> Id,
        org_id -> Nullable<Id>,
        project_id -> Nullable<Id>,
        request_id -> Nullable<Text>,
        ip_address -> Nullable<Text>,
        user_agent -> Nullable<Text>,
        details -> Text,
        hash -> Binary,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Text};
    use crate::sql::types::Instant;

    master_keys (id) {
        id -> Text,
        number -> BigInt,
        check_value -> Binary,
        created_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Nullable, Text};
    use crate::sql::types::{Id, Instant};

    idempotency_records (id) {
        id -> Id,
        api_key_id -> Id,
        key -> Text,
        fingerprint -> Binary,
        created_at -> Instant,
        head -> Nullable<Text>,
        body -> Nullable<Text>,
        secret_of -> Nullable<Id>,
        secret_position -> Nullable<BigInt>,
        secret -> Nullable<Binary>,
        master_key_id -> Nullable<Text>,
    }
}

diesel::table! {
    use diesel::sql_types::{BigInt, Binary, Bool, Nullable, Text};
    use crate::sql::types::{Id, Instant};

    providers (id) {
        id -> Id,
        name -> Text,
        org_id -> Nullable<Id>,
        project_id -> Nullable<Id>,
        user_id -> Nullable<Id>,
        provider_type -> Text,
        base_url -> Nullable<Text>,
        api_key -> Nullable<Binary>,
        api_key_master_key -> Nullable<Text>,
        api_key_last4 -> Nullable<Text>,
        config -> Text,
        models -> Text,
        is_enabled -> Bool,
        created_at -> Instant,
        updated_at -> Instant,
        version -> BigInt,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::{Id, Instant};

    leases (name) {
        name -> Text,
        holder -> Id,
        ends_at -> Instant,
    }
}

diesel::table! {
    use diesel::sql_types::Text;
    use crate::sql::types::Id;

    backfills (name) {
        name -> Text,
        after_id -> Id,
    }
}

diesel::joinable!(api_key_secrets -> api_keys (api_key_id));
diesel::joinable!(api_keys -> organizations (org_id));
diesel::joinable!(api_keys -> projects (project_id));
diesel::joinable!(organization_aliases -> organizations (org_id));
diesel::joinable!(organization_members -> organizations (org_id));
diesel::joinable!(organization_members -> users (user_id));
diesel::joinable!(project_members -> projects (project_id));
diesel::joinable!(project_members -> users (user_id));
diesel::joinable!(providers -> projects (project_id));

diesel::allow_tables_to_appear_in_same_query!(
    api_key_secrets,
    api_keys,
    audit_chains,
    audit_log,
    organization_aliases,
    organization_members,
    organization_terms,
    organizations,
    project_members,
    project_terms,
    projects,
    providers,
    users,
);
