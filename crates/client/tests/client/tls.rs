//! TLS: whom the client trusts.

use std::sync::Arc;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use tenancy_client::RetryPolicy;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpListener,
};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{self, ServerConfig, pki_types::PrivatePkcs8KeyDer},
};

use crate::quick;

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\nConnection: close\r\n\r\n{\"status\":\"ok\"}";

/// A server with a certificate that it made by itself: its URL, and the certificate in PEM.
async fn serve() -> (String, String) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key.into())
        .unwrap();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://localhost:{}", listener.local_addr().unwrap().port());
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            // Who does not trust it goes away.
            let Ok(mut stream) = acceptor.accept(stream).await else { continue };
            let mut head = [0; 4096];
            let _ = stream.read(&mut head).await.unwrap();
            stream.write_all(ANSWER).await.unwrap();
            stream.shutdown().await.unwrap();
        }
    });
    (url, cert.pem())
}

#[tokio::test]
async fn a_certificate_authority_of_ones_own_is_trusted_once_it_is_given() {
    let (url, certificate) = serve().await;
    let builder = || quick(&url).retry(RetryPolicy::none());
    let trusting = builder().root_certificates(certificate.as_bytes()).build().unwrap();
    trusting.operations().livez().await.unwrap();

    // A machine without any authorities trusts nobody either, and says so at once.
    if let Ok(stranger) = builder().build() {
        assert!(stranger.operations().livez().await.unwrap_err().is_connect());
    }
}
