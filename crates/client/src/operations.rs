//! What is beside the API: health, metrics, the OpenAPI document and its page.

use tenancy_api_types::health::Health;

use crate::{
    call::{self, Call, kind},
    client::Client,
    http::Path,
};

/// What is beside the API. The client's key is not sent, and the checks of health are never asked again by themselves:
/// a check that fails is an error at once.
#[derive(Debug, Clone)]
pub struct Operations {
    client: Client,
}

impl Operations {
    pub(crate) const fn new(client: Client) -> Self {
        Self { client }
    }

    /// Whether the process answers. `GET /livez`
    pub fn livez(&self) -> Call<Health, kind::Read> {
        self.check(&Path::beside("livez"))
    }

    /// Whether the service can serve. `GET /readyz`
    pub fn readyz(&self) -> Call<Health, kind::Read> {
        self.check(&Path::beside("readyz"))
    }

    /// The same as [`readyz`](Self::readyz). `GET /health`
    pub fn health(&self) -> Call<Health, kind::Read> {
        self.check(&Path::beside("health"))
    }

    /// The same as [`livez`](Self::livez). `GET /health/live`
    pub fn health_live(&self) -> Call<Health, kind::Read> {
        self.check(&Path::beside("health").then("live"))
    }

    /// The same as [`readyz`](Self::readyz). `GET /health/ready`
    pub fn health_ready(&self) -> Call<Health, kind::Read> {
        self.check(&Path::beside("health").then("ready"))
    }

    /// The metrics, as Prometheus reads them. `GET /metrics`
    pub fn metrics(&self) -> Call<String, kind::Read> {
        self.client.read_beside(&Path::beside("metrics"), call::text)
    }

    /// The OpenAPI document of what runs there, as JSON. `GET /openapi.json`
    pub fn openapi(&self) -> Call<String, kind::Read> {
        self.client.read_beside(&Path::beside("openapi.json"), call::text)
    }

    /// The page to read the document and to try it, in HTML. `GET /docs`
    pub fn docs(&self) -> Call<String, kind::Read> {
        self.client.read_beside(&Path::beside("docs"), call::text)
    }

    /// A file of the page: its style, its script, or an image. `GET /docs/{file}`
    pub fn docs_file(&self, file: &str) -> Call<Vec<u8>, kind::Read> {
        self.client.read_beside(&Path::beside("docs").then(file), call::bytes)
    }

    fn check(&self, path: &Path) -> Call<Health, kind::Read> {
        self.client.read_beside(path, call::json).without_retries()
    }
}
