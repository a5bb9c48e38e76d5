//! The domain's errors as the operator reads them: with the cause, which callers over the network never see.

use tenancy_domain::Error;

/// Turns a result of the domain into one for the operator.
pub(crate) trait OperatorResult<T> {
    /// The same, with the cause of a failure in its text.
    fn for_operator(self) -> anyhow::Result<T>;
}

impl<T> OperatorResult<T> for Result<T, Error> {
    fn for_operator(self) -> anyhow::Result<T> {
        self.map_err(|error| match error.cause() {
            Some(cause) => anyhow::anyhow!("{error}: {cause:#}"),
            None => error.into(),
        })
    }
}
