//! What a service leaves behind, where a rule looks for what must not be there.

/// What a service has written: to its database, to its log. Whoever runs the suite gives it to the
/// [`Service`](super::Service), as far as there is any of it.
pub trait Remains: Send + Sync {
    /// Every row of every table as text, in an order that the rows alone decide, but for `last_used_at`, which each
    /// request with a key may write: two that are equal were given of the same content.
    fn rows(&self) -> Vec<String>;

    /// Everything that is in files, with a name for people: the log, at its most talkative level, and where the database
    /// is made of files of the service's own, those as they are.
    fn files(&self) -> Vec<(String, Vec<u8>)>;
}
