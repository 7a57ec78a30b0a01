//! What every console request gets first: an id, the visitor's address, a line in the log, a place in the metrics.

use app::ctx::ClientIp;
use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderValue},
    middleware::Next,
    response::Response,
};
use ipnet::IpNet;
use std::{
    net::{IpAddr, SocketAddr},
    sync::Arc,
    time::Instant,
};
use tracing::Instrument as _;

pub const REQUEST_ID: &str = "x-request-id";

/// The id of a request, in its extensions.
#[derive(Debug, Clone)]
pub struct RequestId(pub String);

/// Whose `X-Forwarded-For` is believed.
#[derive(Clone)]
pub struct Proxies(Arc<[IpNet]>);

impl Proxies {
    pub fn new(nets: Vec<IpNet>) -> Self {
        Self(nets.into())
    }

    fn trusts(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|net| net.contains(&ip))
    }

    /// The address nearest to us that is none of our proxies.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let peer = peer.to_canonical();
        if !self.trusts(peer) {
            return peer;
        }
        let said: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(str::trim)
            .collect();
        let mut nearest = peer;
        for word in said.into_iter().rev() {
            let Ok(ip) = word.parse::<IpAddr>() else { break };
            nearest = ip.to_canonical();
            if !self.trusts(nearest) {
                break;
            }
        }
        nearest
    }
}

/// The outermost layer.
pub async fn identify(State(proxies): State<Proxies>, mut request: Request, next: Next) -> Response {
    let began = Instant::now();
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    let ip = peer.map(|peer| proxies.client(peer, request.headers()));
    let given = peer
        .filter(|peer| proxies.trusts(peer.to_canonical()))
        .and_then(|_| request.headers().get(REQUEST_ID)?.to_str().ok())
        .filter(|id| {
            (8..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        });
    let id = given.map_or_else(new_id, str::to_owned);
    let header = HeaderValue::from_str(&id).unwrap_or_else(|_| HeaderValue::from_static("none"));
    let route = request
        .extensions()
        .get::<MatchedPath>()
        .map_or_else(|| "other".to_owned(), |p| p.as_str().to_owned());
    let method = request.method().clone();
    request.headers_mut().insert(REQUEST_ID, header.clone());
    request.extensions_mut().insert(RequestId(id.clone()));
    request.extensions_mut().insert(ClientIp(ip));
    let span = tracing::info_span!("request", id = %id, %method, route);
    let mut response = next.run(request).instrument(span).await;
    let status = response.status();
    let took = began.elapsed().as_secs_f64();
    let labels =
        [("method", method.to_string()), ("route", route.clone()), ("status", status.as_u16().to_string())];
    metrics::counter!("millrace_http_requests_total", &labels).increment(1);
    metrics::histogram!("millrace_http_request_duration_seconds", "route" => route.clone()).record(took);
    if status.is_server_error() {
        tracing::warn!(request_id = %id, %method, route, status = status.as_u16(), took, "request failed");
    } else {
        tracing::debug!(request_id = %id, %method, route, status = status.as_u16(), took, "request");
    }
    response.headers_mut().insert(REQUEST_ID, header);
    response
}

fn new_id() -> String {
    use crate::clock::chance;
    format!("{:08x}{:08x}{:08x}{:08x}", chance(), chance(), chance(), chance())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_are_believed() {
        let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
        let ip = |text: &str| text.parse::<IpAddr>().unwrap();
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("6.6.6.6, 1.2.3.4, 10.1.1.1"));
        assert_eq!(proxies.client(ip("9.9.9.9"), &headers), ip("9.9.9.9"));
        assert_eq!(proxies.client(ip("10.0.0.1"), &headers), ip("1.2.3.4"));
        assert_eq!(proxies.client(ip("::ffff:10.0.0.1"), &headers), ip("1.2.3.4"));
        headers.insert("x-forwarded-for", HeaderValue::from_static("1.2.3.4, nonsense"));
        assert_eq!(proxies.client(ip("10.0.0.1"), &headers), ip("10.0.0.1"));
    }
}
