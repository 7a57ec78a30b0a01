//! What the request's head says about the visitor.

use crate::TrackerConfig;
use axum::extract::ConnectInfo;
use http::{HeaderMap, header, request::Parts};
use std::net::{IpAddr, SocketAddr};

/// The visitor's address: the peer's, or, where the peer is a trusted proxy, the last address in
/// `X-Forwarded-For` that is not one itself.
pub(crate) fn address(parts: &Parts, config: &TrackerConfig) -> Option<IpAddr> {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip().to_canonical());
    if config.trusted_proxies.is_empty() {
        return peer;
    }
    let trusted = |ip: &IpAddr| config.trusted_proxies.iter().any(|net| net.contains(ip));
    if !peer.is_some_and(|ip| trusted(&ip)) {
        return peer;
    }
    let mut forwarded =
        parts.headers.get_all("x-forwarded-for").iter().filter_map(|v| v.to_str().ok()).collect::<Vec<_>>();
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
    let says = |name: &str| {
        headers.get(name).is_some_and(|v| {
            memchr::memmem::find(v.as_bytes(), b"prefetch").is_some()
                || memchr::memmem::find(v.as_bytes(), b"preview").is_some()
        })
    };
    says("sec-purpose") || says("purpose") || says("x-moz") || says("x-purpose")
}

pub(crate) fn text(headers: &HeaderMap, name: header::HeaderName, max: usize) -> &str {
    headers.get(name).and_then(|v| v.to_str().ok()).map_or("", |v| domain::clicks::cut(v, max))
}
