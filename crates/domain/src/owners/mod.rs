//! Owners: whom API keys and provider configurations belong to.

mod owner;
mod repository;
mod state;

pub use owner::{Holder, Owner, OwnerRef, OwnerType};
pub use repository::{OwnerRepository, OwnerWriter};
pub use state::OwnerState;
