//! Users: people and machines that can be members of organizations and projects.

mod email;
mod repository;
mod service;
mod user;

pub use email::Email;
pub use repository::{OrganizationOfUser, RemovedWithUser, UserFilter, UserRepository, UserWriter};
pub use service::{DeletedUser, UserService};
pub use user::{NewUser, User, UserChanges};
