//! Projects: what an organization divides its work into.

mod project;
mod reference;
mod repository;
mod service;

pub use project::{NewProject, Project, ProjectChanges};
pub use reference::ProjectRef;
pub use repository::{ProjectRepository, ProjectWriter};
pub use service::{ProjectService, ProjectServiceParts};
