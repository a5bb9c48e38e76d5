//! Members: which users belong to an organization or a project, and in which role.

mod member;
mod repository;
mod role;
mod service;

pub(crate) use member::membership_fields;
pub use member::{Member, MemberOf};
pub use repository::{MemberRepository, MemberWriter};
pub use role::Role;
pub use service::{MemberOfRef, MemberService, MemberServiceParts};
