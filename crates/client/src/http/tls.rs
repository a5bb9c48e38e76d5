//! TLS: rustls with ring, and whom it trusts.

use std::sync::Arc;

use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::error::InputError;

/// The certificate authorities that are trusted beside the system's.
#[derive(Debug, Clone, Default)]
pub(crate) struct Roots(Vec<CertificateDer<'static>>);

impl Roots {
    /// Adds those of a text in PEM.
    ///
    /// # Errors
    /// When it holds none, or something else.
    pub(crate) fn add(&mut self, pem: &[u8]) -> Result<(), InputError> {
        let refuse = |why: String| InputError::new("the root certificates", why);
        let read = CertificateDer::pem_slice_iter(pem).collect::<Result<Vec<_>, _>>();
        let read = read.map_err(|error| refuse(error.to_string()))?;
        if read.is_empty() {
            return Err(refuse("hold no certificate in PEM".to_owned()));
        }
        self.0.extend(read);
        Ok(())
    }

    /// How to speak TLS. Where it will not be spoken, nobody is trusted, and the system is not asked.
    ///
    /// # Errors
    /// When there is nobody to trust.
    pub(crate) fn config(self, is_spoken: bool) -> Result<ClientConfig, InputError> {
        let refuse = |why: String| InputError::new("the root certificates", why);
        let mut trusted = RootCertStore::empty();
        if is_spoken {
            trusted.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            for root in self.0 {
                trusted.add(root).map_err(|error| refuse(error.to_string()))?;
            }
            if trusted.is_empty() {
                return Err(refuse(
                    "are none: the system has no certificate authorities, and none were given".to_owned(),
                ));
            }
        }
        let builder = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|error| refuse(error.to_string()))?;
        Ok(builder.with_root_certificates(trusted).with_no_client_auth())
    }
}
