//! Headers that every page of the portals carries.

use axum::{
    extract::{Request, State},
    http::{HeaderName, HeaderValue, header},
    middleware::Next,
    response::Response,
};
use leptos::{nonce::use_nonce, prelude::use_context};
use leptos_axum::ResponseOptions;

/// What is no page of the app runs no script, and brings its style along.
const NO_SCRIPTS: &str = "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; \
                          form-action 'self'; frame-ancestors 'none'; base-uri 'none'";

/// Nobody may frame the portals, guess at content types, learn addresses of pages, keep pages, get at the window or at
/// the device.
const ALWAYS: &[(&str, &str)] = &[
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("content-security-policy", NO_SCRIPTS),
    ("x-frame-options", "DENY"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    (
        "permissions-policy",
        "accelerometer=(), autoplay=(), bluetooth=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), \
         hid=(), magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=(), xr-spatial-tracking=()",
    ),
];

/// Adds them; what a handler has set stays. `https`: browsers are told to come over TLS only.
pub async fn security(State(https): State<bool>, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        headers.entry(HeaderName::from_static(name)).or_insert(HeaderValue::from_static(value));
    }
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    if https {
        headers
            .entry(header::STRICT_TRANSPORT_SECURITY)
            .or_insert(HeaderValue::from_static("max-age=31536000"));
    }
    response
}

/// Lets a page of the app run its own scripts: those with the page's nonce, and what they load.
///
/// Inline `style` attributes are allowed, `style` elements are not: bars and the points of charts are placed by
/// attributes, whose values are numbers of ours; with escaped texts nobody else can put an attribute into a page, and
/// one could not run a script.
pub fn allow_own_scripts(https: bool) {
    let (Some(nonce), Some(response)) = (use_nonce(), use_context::<ResponseOptions>()) else { return };
    let policy = policy(&nonce.to_string(), https);
    if let Ok(value) = HeaderValue::from_str(&policy) {
        response.insert_header(header::CONTENT_SECURITY_POLICY, value);
    }
}

fn policy(nonce: &str, https: bool) -> String {
    let upgrade = if https { "; upgrade-insecure-requests" } else { "" };
    format!(
        "default-src 'self'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; \
         frame-src 'none'; worker-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'{upgrade}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scripts_need_the_nonce() {
        let policy = policy("abc", true);
        let scripts = policy.split("; ").find(|d| d.starts_with("script-src ")).unwrap();
        assert_eq!(scripts, "script-src 'nonce-abc' 'strict-dynamic' 'wasm-unsafe-eval'");
        for directive in
            ["object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]
        {
            assert!(policy.split("; ").any(|d| d == directive), "{directive}");
        }
        assert!(!NO_SCRIPTS.contains("script-src"), "default-src decides");
        assert!(HeaderValue::from_str(&policy).is_ok());
    }
}
