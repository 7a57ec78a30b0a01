//! The stylesheet, fonts and browser code, from the site folder. Made beforehand: `.br` and `.gz` beside a file are
//! sent to browsers that take them.

use app::pieces::Files;
use axum::{
    Router,
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::{self, Next},
    response::Response,
};
use std::path::Path;
use tower_http::services::{ServeDir, ServeFile};

/// Files that browsers ask for at the root.
const AT_ROOT: &[&str] = &["favicon.svg", "favicon.ico", "robots.txt", "icon.svg"];

/// Serves `/pkg`, `/fonts` and a few files at the root.
pub fn router(site: &Path) -> Router {
    let folder = |name: &str| {
        ServeDir::new(site.join(name))
            .append_index_html_on_directories(false)
            .precompressed_br()
            .precompressed_gzip()
    };
    let mut router =
        Router::new().nest_service("/pkg", folder("pkg")).nest_service("/fonts", folder("fonts"));
    for name in AT_ROOT {
        router = router.route_service(&format!("/{name}"), ServeFile::new(site.join(name)));
    }
    router.layer(middleware::from_fn(caching))
}

/// Which files the pieces of the browser's code are in. Read once: a site and the binary it was made for belong together.
pub fn pieces(site: &Path) -> Files {
    Files::parse(&std::fs::read_to_string(site.join("pkg/pieces.txt")).unwrap_or_default())
}

/// A name with a hash in it never changes its content; for the others the browser asks whether it has.
async fn caching(request: Request, next: Next) -> Response {
    let hashed = is_hashed(request.uri().path());
    let mut response = next.run(request).await;
    let found = response.status().is_success() || response.status() == StatusCode::NOT_MODIFIED;
    let value = match (found, hashed) {
        (true, true) => "public, max-age=31536000, immutable",
        (true, false) => "public, no-cache",
        (false, _) => "no-store",
    };
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(value));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    response
}

/// `millrace.0a1b2c3d4e5f.css` or `millrace-0a1b2c3d4e5f.js`: eight or more hexadecimal digits between the name and
/// its ending.
fn is_hashed(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or_default();
    let Some((stem, _)) = name.rsplit_once('.') else { return false };
    let Some((_, hash)) = stem.rsplit_once(['.', '-']) else { return false };
    hash.len() >= 8 && hash.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::is_hashed;

    #[test]
    fn hashed_names_are_told_apart() {
        for (path, hashed) in [
            ("/pkg/millrace.0a1b2c3d4e5f.css", true),
            ("/pkg/millrace-0a1b2c3d4e5f.js", true),
            ("/pkg/admin.0a1b2c3d4e5f6071.wasm", true),
            ("/pkg/millrace.css", false),
            ("/fonts/inter-latin.woff2", false),
            ("/favicon.ico", false),
        ] {
            assert_eq!(is_hashed(path), hashed, "{path}");
        }
    }
}
