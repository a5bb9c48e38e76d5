//! The rules of `UnitOfWork`: all or nothing, and nothing before its time.

use std::{
    sync::{Arc, mpsc},
    time::Duration,
};

use tenancy_domain::{
    Deleted, Error,
    api_keys::{ApiKey, SecretHash},
    audit_log::{AuditAction, ChainId},
    organizations::{Organization, OrganizationFilter, OrganizationRef},
    pagination::PageRequest,
    unit_of_work::{Outcome, Transaction, UnitOfWorkExt},
};

use super::{
    Storage,
    steps::{
        all_keys, api_key, assert_fails, at, chain_of, entries, everything, find, find_by_hash, find_by_slug, insert,
        insert_key, name, no_organization, organization, record, update,
    },
};

/// What a unit of work writes, it reads.
pub async fn see_their_own_writes(storage: Arc<dyn Storage>) {
    let acme = organization("acme");
    let (key, hash) = api_key("key");
    let (first, record) = (acme.clone(), record(AuditAction::OrganizationCreate, &acme));
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            let by_slug = OrganizationRef::Slug(first.slug.clone());
            transaction.insert_organization(&first).await?;
            assert_eq!(transaction.lock_organization(everything(), &by_slug).await?, first);
            transaction.update_organization(&first.deleted(at(1))).await?;
            assert_fails!(transaction.lock_organization(everything(), &by_slug).await, no_organization!());
            transaction.insert_organization(&organization("acme")).await?;
            transaction.insert_api_key(&key, &hash).await?;
            assert_eq!(transaction.lock_api_key(everything(), key.id).await?, key);
            Ok(Outcome::Changed("the value of the unit", record.into()))
        })
    });
    assert_eq!(unit.await.unwrap(), "the value of the unit");
    assert_ne!(find_by_slug(&*storage, &acme.slug).await.unwrap().id, acme.id);
}

/// What there is before and after a unit of work that leaves nothing.
struct Untouched {
    organization: Organization,
    key: ApiKey,
    hash: SecretHash,
    unwritten: (ApiKey, SecretHash),
}

impl Untouched {
    async fn new(storage: &dyn Storage) -> Self {
        let organization = organization("acme");
        let (key, hash) = api_key("key");
        insert(storage, &organization).await.unwrap();
        insert_key(storage, &key, &hash).await.unwrap();
        Self { organization, key, hash, unwritten: api_key("unwritten") }
    }

    /// A write of every kind, for a unit of work that is going to leave nothing.
    fn writes(&self) -> Writes {
        Writes { organization: self.organization.clone(), key: self.key.clone(), unwritten: self.unwritten.clone() }
    }

    /// Nothing of [`Writes`] is to be seen, the chains have not moved, and the storage still works.
    async fn verify(self, storage: &dyn Storage) {
        let list = storage
            .list_organizations(
                everything(),
                &OrganizationFilter::default(),
                &PageRequest::default(),
                Deleted::Included,
            )
            .await
            .unwrap();
        assert_eq!(list.into_items(), std::slice::from_ref(&self.organization));
        assert_eq!(all_keys(storage).await, std::slice::from_ref(&self.key));
        assert_eq!(find(storage, self.organization.id).await.unwrap(), self.organization);
        assert_fails!(find_by_slug(storage, &organization("unwritten").slug).await, no_organization!());
        assert_eq!(find_by_hash(storage, &self.hash).await, Some(self.key));
        assert_eq!(find_by_hash(storage, &self.unwritten.1).await, None);

        assert_eq!(entries(storage, chain_of(&self.organization)).await.len(), 1);
        assert_eq!(entries(storage, ChainId::INSTALLATION).await.len(), 1);
        insert(storage, &organization("unwritten")).await.unwrap();
        update(storage, OrganizationRef::Id(self.organization.id), Organization::clone).await.unwrap();
        assert_eq!(entries(storage, chain_of(&self.organization)).await.len(), 2);
    }
}

struct Writes {
    organization: Organization,
    key: ApiKey,
    unwritten: (ApiKey, SecretHash),
}

impl Writes {
    async fn perform(&self, transaction: &mut (dyn Transaction + '_)) -> Result<(), Error> {
        transaction.lock_organization(everything(), &OrganizationRef::Id(self.organization.id)).await?;
        transaction.update_organization(&self.organization.deleted(at(1))).await?;
        transaction.insert_organization(&organization("acme")).await?;
        transaction.insert_organization(&organization("unwritten")).await?;
        transaction.lock_api_key(everything(), self.key.id).await?;
        transaction.update_api_key(&ApiKey { name: name("renamed"), ..self.key.clone() }).await?;
        transaction.replace_api_key_secret(self.key.id, &api_key("other").1, None).await?;
        transaction.insert_api_key(&self.unwritten.0, &self.unwritten.1).await
    }
}

/// A unit of work that fails gives back its own error, leaves nothing, and stands in nobody's way.
pub async fn a_failed_one_leaves_nothing(storage: Arc<dyn Storage>) {
    let untouched = Untouched::new(&*storage).await;
    let writes = untouched.writes();
    let unit = storage.execute::<(), _>(move |transaction| {
        Box::pin(async move {
            writes.perform(transaction).await?;
            Err(Error::Conflict("changed its mind".into()))
        })
    });
    let error = unit.await.unwrap_err();
    assert!(matches!(&error, Error::Conflict(text) if text == "changed its mind"), "{error:?}");
    untouched.verify(&*storage).await;

    // A write that fails takes the ones before it along.
    let (fresh, taken) = (organization("fresh"), organization("acme"));
    let id = fresh.id;
    let unit = storage.execute::<(), _>(move |transaction| {
        Box::pin(async move {
            transaction.insert_organization(&fresh).await?;
            transaction.insert_organization(&taken).await?;
            Ok(Outcome::Unchanged(()))
        })
    });
    unit.await.unwrap_err();
    assert_fails!(find(&*storage, id).await, no_organization!());
}

/// A unit of work that says it changed nothing gives back its value and leaves nothing.
pub async fn an_unchanged_one_leaves_nothing(storage: Arc<dyn Storage>) {
    let untouched = Untouched::new(&*storage).await;
    let writes = untouched.writes();
    let unit = storage.execute(move |transaction| {
        Box::pin(async move {
            writes.perform(transaction).await?;
            Ok(Outcome::Unchanged(42))
        })
    });
    assert_eq!(unit.await.unwrap(), 42);
    untouched.verify(&*storage).await;
}

/// A unit of work that panics leaves nothing, and the storage goes on working.
pub async fn one_that_panics_leaves_nothing(storage: Arc<dyn Storage>) {
    let untouched = Untouched::new(&*storage).await;
    let (writes, shared) = (untouched.writes(), Arc::clone(&storage));
    let unit = tokio::spawn(async move {
        let unit = shared.execute::<(), _>(move |transaction| {
            Box::pin(async move {
                writes.perform(transaction).await?;
                panic!("on purpose");
            })
        });
        unit.await
    });
    // A storage may hand the panic on, or report it as an error.
    assert!(!matches!(unit.await, Ok(Ok(()))));
    untouched.verify(&*storage).await;
}

/// Readers see what is committed and nothing else, and do not wait for a unit of work that is under way.
pub async fn nobody_sees_what_is_not_committed(storage: Arc<dyn Storage>) {
    const LONG: Duration = Duration::from_secs(20);

    let untouched = Untouched::new(&*storage).await;
    let (before, writes) = (untouched.organization.clone(), untouched.writes());
    let (written, wait_written) = mpsc::channel();
    let (read, wait_read) = mpsc::channel();
    let shared = Arc::clone(&storage);
    let unit = tokio::spawn(async move {
        let unit = shared.execute::<(), _>(move |transaction| {
            Box::pin(async move {
                writes.perform(transaction).await?;
                written.send(()).map_err(Error::internal)?;
                // It may await nothing but its transaction, so it blocks; in this way other tasks find another thread.
                tokio::task::block_in_place(|| wait_read.recv_timeout(LONG)).map_err(Error::internal)?;
                Err(Error::Conflict("only looked at".into()))
            })
        });
        unit.await
    });
    tokio::task::block_in_place(|| wait_written.recv_timeout(LONG)).unwrap();

    assert_eq!(find(&*storage, before.id).await.unwrap(), before);
    assert_eq!(find_by_slug(&*storage, &before.slug).await.unwrap(), before);
    for deleted in [Deleted::Hidden, Deleted::Included] {
        let list = storage
            .list_organizations(everything(), &OrganizationFilter::default(), &PageRequest::default(), deleted)
            .await
            .unwrap();
        assert_eq!(list.into_items(), std::slice::from_ref(&before));
    }
    assert_eq!(find_by_hash(&*storage, &untouched.hash).await.as_ref(), Some(&untouched.key));
    assert_eq!(entries(&*storage, chain_of(&before)).await.len(), 1);

    read.send(()).unwrap();
    assert_fails!(unit.await.unwrap(), Error::Conflict(_));
    untouched.verify(&*storage).await;
}
