//! Answers, as far as the core knows them.

use std::fmt;

use zeroize::Zeroizing;

/// An answer as its transport made it. The core keeps it and gives it again, and knows nothing of what it says.
#[derive(Clone, PartialEq, Eq)]
pub struct Answer {
    /// What comes before the body, in the transport's own words. It holds no secret.
    pub head: String,
    /// The body.
    pub body: Zeroizing<String>,
}

impl Answer {
    /// The longest answer that is kept, in bytes: much more than any use case gives.
    pub const MAX_BYTES: usize = 256 * 1024;
}

impl fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Answer({}, {} bytes)", self.head, self.body.len())
    }
}

/// What a request is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The answer.
    pub answer: Answer,
    /// Whether it was given before, and nothing was done this time.
    pub is_repeated: bool,
}
