//! Answers that lead elsewhere.

use reqwest::{StatusCode, redirect::Policy};

/// How many are followed, one after the other.
const MOST: usize = 3;

/// Follows what keeps the method, within the service: an organization that has another slug by now is found at the new
/// one. The key goes to nobody else, and no `POST` becomes a `GET` on its way.
pub(crate) fn redirects() -> Policy {
    Policy::custom(|attempt| {
        let keeps_method = matches!(attempt.status(), StatusCode::TEMPORARY_REDIRECT | StatusCode::PERMANENT_REDIRECT);
        let stays = attempt.previous().first().is_some_and(|first| first.origin() == attempt.url().origin());
        if keeps_method && stays && attempt.previous().len() <= MOST { attempt.follow() } else { attempt.stop() }
    })
}
