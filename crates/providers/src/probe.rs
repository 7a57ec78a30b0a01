//! Looking at a host from outside: its addresses, its certificate, whether it answers.
//!
//! Only the address that was resolved and judged before is called, so that a name cannot change its mind in between;
//! nothing is followed, nothing is sent but a handshake or a request for headers, and every call has its bound.

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use engine::network::domains::{Certificate, Prober};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
    client::{
        WebPkiServerVerifier,
        danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    },
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use std::{
    collections::BTreeSet,
    net::{IpAddr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpStream, lookup_host},
    time::timeout,
};
use tokio_rustls::TlsConnector;
use x509_parser::{extensions::GeneralName, prelude::*};

/// The longest one step may take.
const PATIENCE: Duration = Duration::from_secs(5);
/// Most addresses of a name that are looked at.
const ADDRESSES_MAX: usize = 16;
const NO_ANSWER: &str = "no answer within 5 seconds";

/// Looks over the network of this machine, and trusts what browsers trust.
#[derive(Debug, Clone)]
pub struct NetProber {
    /// Why there is none: a mistake of the build.
    verifier: Result<Arc<WebPkiServerVerifier>, String>,
}

impl NetProber {
    /// Looks at nothing yet.
    #[must_use]
    pub fn new() -> Self {
        let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        let provider = Arc::new(ring::default_provider());
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), provider)
            .build()
            .map_err(|e| e.to_string());
        Self { verifier }
    }
}

impl Default for NetProber {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Prober for NetProber {
    async fn resolve(&self, host: &str) -> Result<Vec<IpAddr>, String> {
        if let Ok(ip) = host.parse() {
            return Ok(vec![ip]);
        }
        let found = match timeout(PATIENCE, lookup_host((host, 0))).await {
            Ok(Ok(found)) => found,
            // What the system's resolver says of an unknown name and of a failed server is the same kind of error.
            Ok(Err(_)) => return Ok(Vec::new()),
            Err(_) => return Err(NO_ANSWER.to_owned()),
        };
        let all: BTreeSet<IpAddr> = found.map(|a| a.ip().to_canonical()).take(ADDRESSES_MAX).collect();
        Ok(all.into_iter().collect())
    }

    async fn certificate(
        &self,
        host: &str,
        at: SocketAddr,
        now: DateTime<Utc>,
    ) -> Result<Certificate, String> {
        let name =
            ServerName::try_from(host.to_owned()).map_err(|_| "not a name certificates have".to_owned())?;
        let inner = self.verifier.clone()?;
        let seen = Arc::new(Seen { inner, shown: Mutex::default(), now });
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|e| e.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&seen) as Arc<dyn ServerCertVerifier>)
            .with_no_client_auth();
        let stream = connect(at).await?;
        let shaken = timeout(PATIENCE, TlsConnector::from(Arc::new(config)).connect(name, stream)).await;
        let shown = seen.shown.lock().unwrap_or_else(PoisonError::into_inner).take();
        match (shown, shaken) {
            (Some(certificate), _) => certificate,
            (None, Ok(Ok(_))) => Err("no certificate was shown".to_owned()),
            (None, Ok(Err(e))) => Err(format!("port {} does not speak TLS ({})", at.port(), e.kind())),
            (None, Err(_)) => Err(NO_ANSWER.to_owned()),
        }
    }

    async fn plain(&self, host: &str, at: SocketAddr) -> Result<u16, String> {
        let mut stream = connect(at).await?;
        let ask = format!(
            "HEAD / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: millrace-check\r\nConnection: close\r\n\r\n"
        );
        let answer = async {
            stream.write_all(ask.as_bytes()).await?;
            let mut start = Vec::new();
            // `HTTP/1.1 404`: more is not read.
            while start.len() < 12 {
                let mut part = [0; 12];
                match stream.read(&mut part).await? {
                    0 => break,
                    n => start.extend_from_slice(&part[..n]),
                }
            }
            Ok::<_, std::io::Error>(start)
        };
        let start = match timeout(PATIENCE, answer).await {
            Ok(Ok(start)) => start,
            Ok(Err(e)) => return Err(format!("port {} broke off ({})", at.port(), e.kind())),
            Err(_) => return Err(NO_ANSWER.to_owned()),
        };
        let text = String::from_utf8_lossy(&start);
        text.strip_prefix("HTTP/1.")
            .and_then(|rest| rest.get(2..5)?.parse().ok())
            .ok_or_else(|| format!("port {} does not speak HTTP", at.port()))
    }
}

async fn connect(at: SocketAddr) -> Result<TcpStream, String> {
    match timeout(PATIENCE, TcpStream::connect(at)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(e)) => Err(format!("port {} cannot be reached ({})", at.port(), e.kind())),
        Err(_) => Err(format!("port {} gives {NO_ANSWER}", at.port())),
    }
}

/// Looks at the certificate, judges it as a browser would, and lets the handshake go on: nothing is sent afterwards.
#[derive(Debug)]
struct Seen {
    inner: Arc<WebPkiServerVerifier>,
    shown: Mutex<Option<Result<Certificate, String>>>,
    now: DateTime<Utc>,
}

impl ServerCertVerifier for Seen {
    fn verify_server_cert(
        &self,
        end: &CertificateDer<'_>,
        between: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        let secs = u64::try_from(self.now.timestamp()).unwrap_or_default();
        let now = UnixTime::since_unix_epoch(Duration::from_secs(secs));
        let judged = self.inner.verify_server_cert(end, between, name, ocsp, now);
        let refused = judged.err().map(|e| why(&e));
        *self.shown.lock().unwrap_or_else(PoisonError::into_inner) = Some(read(end, refused));
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls12_signature(message, cert, dss)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.inner.verify_tls13_signature(message, cert, dss)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.inner.supported_verify_schemes()
    }
}

/// Why browsers would refuse it, in words.
fn why(error: &TlsError) -> String {
    use CertificateError as C;
    match error {
        TlsError::InvalidCertificate(C::Expired | C::ExpiredContext { .. }) => "it has ended".to_owned(),
        TlsError::InvalidCertificate(C::NotValidYet | C::NotValidYetContext { .. }) => {
            "it is not valid yet".to_owned()
        }
        TlsError::InvalidCertificate(C::NotValidForName | C::NotValidForNameContext { .. }) => {
            "it is for other names".to_owned()
        }
        TlsError::InvalidCertificate(C::UnknownIssuer) => {
            "no trusted authority issued it, or the chain is incomplete".to_owned()
        }
        TlsError::InvalidCertificate(C::Revoked) => "it was revoked".to_owned(),
        other => other.to_string().chars().take(120).collect(),
    }
}

/// Names and end of a certificate.
fn read(der: &CertificateDer<'_>, refused: Option<String>) -> Result<Certificate, String> {
    let (_, cert) =
        X509Certificate::from_der(der).map_err(|_| "the certificate cannot be read".to_owned())?;
    let mut names: Vec<String> = match cert.subject_alternative_name() {
        Ok(Some(san)) => san
            .value
            .general_names
            .iter()
            .filter_map(|n| if let GeneralName::DNSName(name) = n { Some(clean(name)) } else { None })
            .take(20)
            .collect(),
        _ => Vec::new(),
    };
    if names.is_empty() {
        names.extend(cert.subject().iter_common_name().filter_map(|n| n.as_str().ok()).map(clean).take(1));
    }
    if names.is_empty() {
        names.push("no name".to_owned());
    }
    let expires_at = DateTime::from_timestamp(cert.validity().not_after.timestamp(), 0)
        .ok_or_else(|| "the certificate's end cannot be read".to_owned())?;
    Ok(Certificate { names, expires_at, refused })
}

/// What a stranger's certificate calls itself, shortened and without control characters.
fn clean(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::net::TcpListener;

    #[tokio::test]
    async fn plain_answers_are_read_and_other_talk_is_not_http() {
        for (says, expected) in
            [("HTTP/1.1 404 Not Found\r\n\r\n", Ok(404)), ("SSH-2.0-OpenSSH\r\n", Err(())), ("", Err(()))]
        {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let at = listener.local_addr().unwrap();
            tokio::spawn(async move {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut heard = [0; 256];
                let _ = stream.read(&mut heard).await;
                let _ = stream.write_all(says.as_bytes()).await;
            });
            let got = NetProber::new().plain("x.example", at).await;
            assert_eq!(got.map_err(|_| ()), expected, "{says:?}");
        }
    }

    #[tokio::test]
    async fn a_port_without_tls_is_no_certificate() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let at = listener.local_addr().unwrap();
        tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        });
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let why = NetProber::new().certificate("x.example", at, now).await.unwrap_err();
        assert!(why.contains("does not speak TLS"), "{why}");
    }

    #[tokio::test]
    async fn names_of_this_machine_resolve() {
        let all = NetProber::new().resolve("localhost").await.unwrap();
        assert!(all.iter().any(IpAddr::is_loopback), "{all:?}");
    }
}
