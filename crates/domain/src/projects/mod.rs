//! Projects: what an organization divides its work into.

mod project;
mod reference;
mod repository;
mod service;

pub use project::{NewProject, Project, ProjectChanges};
pub use reference::ProjectRef;
pub use repository::{ProjectFilter, ProjectRepository, ProjectWriter};
pub use service::{ProjectService, ProjectServiceParts};
