//! The body of a request that has nothing to say.

use serde::{Deserialize, Serialize};

/// No fields at all: the body of a request that acts on what its path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Nothing {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_has_no_fields() {
        assert_eq!(serde_json::from_str::<Nothing>("{}").unwrap(), Nothing {});
        assert_eq!(serde_json::to_string(&Nothing {}).unwrap(), "{}");
        assert!(serde_json::from_str::<Nothing>(r#"{"name":"x"}"#).is_err());
    }
}
