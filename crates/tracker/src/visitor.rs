//! What the request's head says about the visitor.

use crate::TrackerConfig;
use axum::extract::ConnectInfo;
use http::{HeaderMap, HeaderName, request::Parts};
use std::net::{IpAddr, SocketAddr};

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Where browsers, old and new, say that nobody has clicked yet.
const PREFETCH: [HeaderName; 4] = [
    HeaderName::from_static("sec-purpose"),
    HeaderName::from_static("purpose"),
    HeaderName::from_static("x-moz"),
    HeaderName::from_static("x-purpose"),
];

/// Who is at the other end of the connection, as far as the server in front of the router told.
pub(crate) fn peer(parts: &Parts) -> Option<IpAddr> {
    parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip())
}

/// The visitor's address: the peer's, or, where the peer is a trusted proxy, the last address in
/// `X-Forwarded-For` that is not one itself.
pub(crate) fn address(peer: Option<IpAddr>, headers: &HeaderMap, config: &TrackerConfig) -> Option<IpAddr> {
    let peer = peer.map(|ip| ip.to_canonical());
    if config.trusted_proxies.is_empty() {
        return peer;
    }
    let trusted = |ip: &IpAddr| config.trusted_proxies.iter().any(|net| net.contains(ip));
    if !peer.is_some_and(|ip| trusted(&ip)) {
        return peer;
    }
    let mut forwarded =
        headers.get_all(FORWARDED_FOR).iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>();
    forwarded.reverse();
    for list in forwarded {
        for entry in list.rsplit(',') {
            match entry.trim().parse::<IpAddr>() {
                Ok(ip) if trusted(&ip) => {}
                Ok(ip) => return Some(ip.to_canonical()),
                // What stands left of nonsense was written by a stranger.
                Err(_) => return peer,
            }
        }
    }
    peer
}

/// The browser fetches ahead of a visit that may never happen.
pub(crate) fn is_prefetch(headers: &HeaderMap) -> bool {
    PREFETCH.iter().filter_map(|name| headers.get(name)).any(|value| {
        memchr::memmem::find(value.as_bytes(), b"prefetch").is_some()
            || memchr::memmem::find(value.as_bytes(), b"preview").is_some()
    })
}

pub(crate) fn text(headers: &HeaderMap, name: HeaderName, max: usize) -> &str {
    headers.get(name).and_then(|v| v.to_str().ok()).map_or("", |v| domain::clicks::cut(v, max))
}
