//! An authentication with a cache says what one without says, whatever is done and whenever it is asked.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use proptest::{
    strategy::{Strategy, ValueTree},
    test_runner::TestRunner,
};
use tenancy_domain::{
    api_keys::{ApiKeyChanges, GracePeriod, IssuedApiKey, NewApiKey, Rejection},
    authorization::{ApiKeysWrite, OrganizationsWrite, ProjectsWrite},
    organizations::{Organization, OrganizationRef},
    owners::Owner,
    projects::{Project, ProjectRef},
};

use super::{
    Storage,
    concurrency::at_once,
    steps::{at, grant, scopes, system_key},
    use_cases::UseCases,
};

/// How many things are done.
const STEPS: usize = 120;
/// Something that is done, to the key that the number says.
#[derive(Debug, Clone, Copy)]
enum Step {
    Create,
    Show(usize),
    Revoke(usize),
    Rotate(usize, bool),
    Rescope(usize, bool),
    Expire(usize, bool),
    DeleteOrganization,
    RestoreOrganization,
    SuspendOrganization,
    ResumeOrganization,
    DeleteProject,
    RestoreProject,
    Wait,
}

fn any_step() -> impl Strategy<Value = Step> {
    use proptest::prelude::{Just, any, prop_oneof};

    prop_oneof![
        2 => Just(Step::Create),
        8 => any::<usize>().prop_map(Step::Show),
        1 => any::<usize>().prop_map(Step::Revoke),
        2 => any::<(usize, bool)>().prop_map(|(key, has_grace)| Step::Rotate(key, has_grace)),
        1 => any::<(usize, bool)>().prop_map(|(key, has_more)| Step::Rescope(key, has_more)),
        1 => any::<(usize, bool)>().prop_map(|(key, has_end)| Step::Expire(key, has_end)),
        1 => Just(Step::DeleteOrganization),
        1 => Just(Step::RestoreOrganization),
        1 => Just(Step::SuspendOrganization),
        1 => Just(Step::ResumeOrganization),
        1 => Just(Step::DeleteProject),
        1 => Just(Step::RestoreProject),
        2 => Just(Step::Wait),
    ]
}

struct World {
    cached: UseCases,
    asking_storage: UseCases,
    acme: Organization,
    web: Project,
    /// Every secret that was given out.
    issued: Vec<IssuedApiKey>,
    now: i64,
}

impl World {
    async fn add_key(&mut self) {
        let owner = match self.issued.len() % 3 {
            0 => Owner::System,
            1 => Owner::Organization(self.acme.id),
            _ => Owner::Project { organization: self.acme.id, project: self.web.id },
        };
        let new = NewApiKey { owner: owner.into(), scopes: scopes(&["admin:read"]), ..system_key("key") };
        // Its owner may be deleted at present.
        if let Ok(issued) = self.cached.api_keys.create(&grant::<ApiKeysWrite>(), new).await {
            self.issued.push(issued);
        }
    }

    async fn step(&mut self, step: Step) {
        if matches!(step, Step::Create) {
            return self.add_key().await;
        }
        let (write, cases) = (grant::<ApiKeysWrite>(), &self.cached);
        let one = |number: usize| &self.issued[number % self.issued.len()];
        let organization = OrganizationRef::Id(self.acme.id);
        let project = ProjectRef::Id(self.web.id);
        // What cannot be done in the present state is refused, and changes nothing.
        match step {
            Step::Create => {}
            Step::Show(number) => {
                let _ = cases.authenticator.authenticate(one(number).secret.expose()).await.unwrap();
            }
            Step::Revoke(number) => {
                let _ = cases.api_keys.revoke(&write, one(number).key.id).await;
            }
            Step::Rotate(number, has_grace) => {
                let grace = if has_grace { GracePeriod::from_seconds(3).unwrap() } else { GracePeriod::NONE };
                if let Ok(issued) = cases.api_keys.rotate(&write, one(number).key.id, grace).await {
                    self.issued.push(issued);
                }
            }
            Step::Rescope(number, has_more) => {
                let scopes = scopes(if has_more { &["admin:read", "billing"] } else { &["billing"] });
                let changes = ApiKeyChanges { scopes: Some(scopes), ..ApiKeyChanges::default() };
                let _ = cases.api_keys.update(&write, one(number).key.id, changes).await;
            }
            Step::Expire(number, has_end) => {
                let expires_at = Some(has_end.then(|| at(self.now + 2_000)));
                let changes = ApiKeyChanges { expires_at, ..ApiKeyChanges::default() };
                let _ = cases.api_keys.update(&write, one(number).key.id, changes).await;
            }
            Step::DeleteOrganization => {
                let _ = cases.organizations.delete(&grant::<OrganizationsWrite>(), organization).await;
            }
            Step::RestoreOrganization => {
                let _ = cases.organizations.restore(&grant::<OrganizationsWrite>(), organization, None).await;
            }
            Step::SuspendOrganization => {
                let _ = cases.organizations.suspend(&grant::<OrganizationsWrite>(), organization).await;
            }
            Step::ResumeOrganization => {
                let _ = cases.organizations.resume(&grant::<OrganizationsWrite>(), organization).await;
            }
            Step::DeleteProject => {
                let _ = cases.projects.delete(&grant::<ProjectsWrite>(), &organization, &project).await;
            }
            Step::RestoreProject => {
                let _ = cases.projects.restore(&grant::<ProjectsWrite>(), &organization, project, None).await;
            }
            Step::Wait => {
                self.now += 1_000;
                for cases in [&self.cached, &self.asking_storage] {
                    cases.clock.set(at(self.now));
                }
            }
        }
    }

    /// Shows every secret to both.
    async fn agree(&self) -> usize {
        let mut let_in = 0;
        for issued in &self.issued {
            let [cached, stored] = [&self.cached, &self.asking_storage].map(|cases| async move {
                let shown = cases.authenticator.authenticate(issued.secret.expose()).await.unwrap();
                shown.map(|principal| principal.api_key().cloned().map(|key| (key.version, key.scopes, key.expires_at)))
            });
            let stored = stored.await;
            assert_eq!(cached.await, stored);
            let_in += usize::from(stored.is_ok());
        }
        let_in
    }
}

/// After each of many steps that are drawn by chance, the same in every run.
pub async fn with_storage_whatever_is_done(storage: Arc<dyn Storage>) {
    let cached = UseCases::cached(&storage, Arc::clone(&storage) as _).await;
    let acme = cached.organization("acme").await;
    let web = cached.project(&acme, "web").await;
    let asking_storage = UseCases::over(&storage);
    let mut world = World { cached, asking_storage, acme, web, issued: Vec::new(), now: 0 };
    for _ in 0..6 {
        world.add_key().await;
    }
    let mut let_in = 0;
    for step in steps() {
        world.step(step).await;
        let_in += world.agree().await;
    }
    assert!(let_in > STEPS, "hardly anybody was let in: {let_in}");
}

fn steps() -> Vec<Step> {
    let mut runner = TestRunner::deterministic();
    (0..STEPS).map(|_| any_step().new_tree(&mut runner).unwrap().current()).collect()
}

/// While many show keys without a pause, and others end them, nobody is let in who begins after the answer.
pub async fn with_storage_while_many_use_and_end_keys(storage: Arc<dyn Storage>) {
    const ENDED: usize = 120;
    const CALLERS: usize = 4;

    let cases = UseCases::cached(&storage, Arc::clone(&storage) as _).await;
    let mut keys = Vec::new();
    for _ in 0..ENDED {
        let issued = cases.issue(Owner::System, &[]).await;
        keys.push((issued, AtomicBool::new(false)));
    }
    let (keys, done) = (Arc::new(keys), Arc::new(AtomicBool::new(false)));
    let ending = {
        let (keys, done, api_keys) = (Arc::clone(&keys), Arc::clone(&done), cases.api_keys.clone());
        tokio::spawn(async move {
            for (issued, is_ended) in &*keys {
                api_keys.revoke(&grant::<ApiKeysWrite>(), issued.key.id).await.unwrap();
                is_ended.store(true, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_micros(500)).await;
            }
            done.store(true, Ordering::SeqCst);
        })
    };
    let callers = at_once(CALLERS, |caller| {
        let (keys, done, authenticator) = (Arc::clone(&keys), Arc::clone(&done), cases.authenticator.clone());
        async move {
            let (mut accepted, mut refused) = (0_usize, 0_usize);
            while !done.load(Ordering::SeqCst) || refused == 0 {
                for n in 0..keys.len() {
                    let (issued, is_ended) = &keys[(n + caller * ENDED / CALLERS) % keys.len()];
                    let was_ended = is_ended.load(Ordering::SeqCst);
                    match authenticator.authenticate(issued.secret.expose()).await.unwrap() {
                        Ok(_) if was_ended => panic!("let in after the answer"),
                        Ok(_) => accepted += 1,
                        Err(Rejection::Revoked) => refused += 1,
                        Err(other) => panic!("{other:?}"),
                    }
                }
                tokio::task::yield_now().await;
            }
            (accepted, refused)
        }
    })
    .await;
    ending.await.unwrap();
    for (accepted, refused) in callers {
        assert!(accepted > 0 && refused > 0, "{accepted} were let in and {refused} refused");
    }
}
