//! Lists that one caller asks for several times at once, read once.
//!
//! Many instances of one service that show, or follow, the same list ask the same again and again. While a read is under way,
//! whoever asks the same gathers for the next one, which begins when that is over: so each is answered by a read that began
//! after it asked, and there is one at a time, however many ask. A worker shares among its own requests, and needs no
//! locks for that.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use actix_web::{Handler, HttpResponse, http::Uri};
use futures_util::{
    FutureExt as _,
    future::{LocalBoxFuture, Shared, WeakShared},
};
use tenancy_domain::authorization::{Actor, Permission, TenantScope};

use crate::{
    api::Api,
    error::ApiError,
    extract::{Authorized, Unread},
    pagination::ListAnswer,
};

type Answer = Result<ListAnswer, ApiError>;
type Reading = LocalBoxFuture<'static, Answer>;

/// What is asked: by whom, with what reach, and for which path and query. Whether they may ask was found out before.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Question {
    actor: Actor,
    scope: TenantScope,
    uri: Uri,
}

/// One read. It belongs to those that wait for it, and ends when all of these have gone away.
struct Read {
    number: u64,
    reading: WeakShared<Reading>,
}

/// The reads of one question.
struct Reads {
    current: Read,
    /// Begins when the current one is over.
    next: Option<Read>,
}

/// The lists that are being read on this worker.
#[derive(Clone, Default)]
pub(crate) struct SharedReads(Rc<RefCell<All>>);

#[derive(Default)]
struct All {
    /// How many reads there were.
    count: u64,
    reads: HashMap<Question, Reads>,
}

impl SharedReads {
    /// What `read` gives, or another one for the same question that has not begun yet.
    async fn answer(&self, question: Question, read: impl Future<Output = Answer> + 'static) -> Answer {
        let reading = self.join(question, read);
        reading.await
    }

    fn join(&self, question: Question, read: impl Future<Output = Answer> + 'static) -> Shared<Reading> {
        let mut all = self.0.borrow_mut();
        let begun = all.reads.get(&question);
        if let Some(next) = begun.and_then(|reads| reads.next.as_ref()?.reading.upgrade()) {
            return next;
        }
        let current = begun.and_then(|reads| reads.current.reading.upgrade());
        let (number, is_next) = (all.count, current.is_some());
        all.count += 1;
        let over = Over { reads: self.clone(), question: question.clone(), number };
        let reading = async move {
            let _over = over;
            if let Some(current) = current {
                // How that one ends is the matter of those that wait for it.
                let _ = current.await;
            }
            read.await
        };
        let reading = reading.boxed_local().shared();
        if let Some(weak) = reading.downgrade() {
            let read = Read { number, reading: weak };
            match all.reads.get_mut(&question) {
                Some(reads) if is_next => reads.next = Some(read),
                _ => drop(all.reads.insert(question, Reads { current: read, next: None })),
            }
        }
        reading
    }
}

/// Makes way when a read is over, or given up.
struct Over {
    reads: SharedReads,
    question: Question,
    number: u64,
}

impl Drop for Over {
    fn drop(&mut self) {
        let mut all = self.reads.0.borrow_mut();
        let Some(reads) = all.reads.get_mut(&self.question) else { return };
        if reads.next.as_ref().is_some_and(|next| next.number == self.number) {
            reads.next = None;
        } else if reads.current.number == self.number {
            match reads.next.take() {
                Some(next) => reads.current = next,
                None => drop(all.reads.remove(&self.question)),
            }
        }
    }
}

/// The handler of a list that is shared, of the one that reads it.
pub(crate) fn shared<P, H>(
    list: H,
) -> impl Handler<(Api, Authorized<P>, Unread), Output = Result<HttpResponse, ApiError>>
where
    P: Permission + 'static,
    H: Handler<(Api, Authorized<P>, Unread), Output = Answer>,
{
    move |api: Api, grant: Authorized<P>, request: Unread| {
        let list = list.clone();
        async move {
            let question =
                Question { actor: grant.actor(), scope: grant.tenant_scope(), uri: request.request().uri().clone() };
            let reads = request.request().app_data::<SharedReads>().cloned();
            let reads =
                reads.ok_or_else(|| ApiError::internal("the handler is mounted without `tenancy_api::configure`"))?;
            reads.answer(question, async move { list.call((api, grant, request)).await }).await.map(Into::into)
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use actix_web::rt::task::yield_now;
    use futures_util::future::join_all;
    use tenancy_domain::{
        ApiKeyId,
        authorization::{Caller, Grant, OrganizationsRead, Origin, Principal},
        owners::Owner,
    };
    use uuid::Uuid;

    use super::*;

    /// Reads that end when they are let, and tell how many were committed to when they began.
    #[derive(Default)]
    struct Lists {
        reads: SharedReads,
        committed: Rc<Cell<u32>>,
        begun: Rc<Cell<u32>>,
        may_end: Rc<Cell<bool>>,
    }

    impl Lists {
        async fn ask(&self, question: Question) -> u32 {
            let (committed, begun) = (Rc::clone(&self.committed), Rc::clone(&self.begun));
            let may_end = Rc::clone(&self.may_end);
            let read = async move {
                begun.set(begun.get() + 1);
                let seen = committed.get();
                while !may_end.get() {
                    yield_now().await;
                }
                Ok(ListAnswer { links: Vec::new(), body: seen.to_string().into() })
            };
            let answer = self.reads.answer(question, read).await.unwrap();
            std::str::from_utf8(&answer.body).unwrap().parse().unwrap()
        }

        /// Asks, and comes so far as to wait.
        fn begin(&self, question: Question) -> LocalBoxFuture<'_, u32> {
            let mut asked = self.ask(question).boxed_local();
            assert!((&mut asked).now_or_never().is_none());
            asked
        }
    }

    fn question(uri: &'static str) -> Question {
        let caller = Caller::new(Principal::command_line(), Origin::default());
        let grant: Grant<OrganizationsRead> = caller.authorize().unwrap();
        Question { actor: grant.actor(), scope: grant.tenant_scope(), uri: Uri::from_static(uri) }
    }

    #[actix_web::test]
    async fn who_asks_the_same_at_once_shares_a_read_that_begins_after_they_asked() {
        let lists = Lists::default();
        let first = lists.begin(question("/a"));
        lists.committed.set(1);
        let later: Vec<_> = (0..10).map(|_| lists.begin(question("/a"))).collect();
        lists.may_end.set(true);
        assert_eq!((first.await, join_all(later).await), (0, vec![1; 10]));
        assert_eq!(lists.begun.get(), 2);
        assert!(lists.reads.0.borrow().reads.is_empty(), "nothing stays");
    }

    #[actix_web::test]
    async fn who_asks_something_else_or_is_someone_else_shares_nothing() {
        let lists = Lists::default();
        let actor = Actor::ApiKey { id: ApiKeyId::new(Uuid::nil()), owner: Owner::System };
        let other = Question { actor, ..question("/a") };
        let asked = [question("/a"), question("/a?limit=1"), other].map(|question| lists.begin(question));
        assert_eq!(lists.begun.get(), 3, "and nobody waits for another");
        lists.may_end.set(true);
        join_all(asked).await;
    }

    #[actix_web::test]
    async fn who_goes_away_takes_nobody_along_and_leaves_nothing_behind() {
        let lists = Lists::default();
        let mut asked: Vec<_> = (0..3).map(|_| lists.begin(question("/a"))).collect();
        let last = asked.pop().unwrap();
        drop(asked);
        lists.may_end.set(true);
        assert_eq!(last.await, 0);
        assert_eq!(lists.begun.get(), 2, "the one that was under way is read to its end");

        lists.may_end.set(false);
        for goes_first in [0, 2] {
            let mut asked: Vec<_> = (0..3).map(|_| lists.begin(question("/a"))).collect();
            drop(asked.remove(goes_first));
            drop(asked);
            assert!(lists.reads.0.borrow().reads.is_empty());
        }
        lists.may_end.set(true);
        assert_eq!(lists.ask(question("/a")).await, 0);
    }
}
