//! What a visitor's request tells about the visitor: robot or person, device, system, browser.
//!
//! Deliberately coarse: it runs on every click. Robots that hide are a matter for later checks of the click log.

use memchr::memmem;

/// Words by which robots name themselves. Plain HTTP clients (curl, scripts) are not among them: server-side
/// redirects of partners look the same.
const ROBOTS: &[&str] = &[
    "bot",
    "Bot",
    "BOT",
    "crawl",
    "Crawl",
    "spider",
    "Spider",
    "slurp",
    "Slurp",
    "facebookexternalhit",
    "WhatsApp/",
    "Preview",
    "preview",
    "monitor",
    "Monitor",
    "Lighthouse",
    "archiver",
    "scanner",
    "Scanner",
    "validator",
];

/// Whether a user agent says it is a robot, or says nothing at all.
#[must_use]
pub fn is_robot(user_agent: &[u8]) -> bool {
    user_agent.is_empty() || ROBOTS.iter().any(|word| memmem::find(user_agent, word.as_bytes()).is_some())
}

/// `desktop`, `phone` or `tablet`.
#[must_use]
pub fn device(ua: &str) -> &'static str {
    if ua.contains("iPad") || ua.contains("Tablet") || (ua.contains("Android") && !ua.contains("Mobile")) {
        "tablet"
    } else if ua.contains("Mobi") || ua.contains("iPhone") {
        "phone"
    } else {
        "desktop"
    }
}

/// Operating system in one word.
#[must_use]
pub fn os(ua: &str) -> &'static str {
    let table = [
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("CrOS", "ChromeOS"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    table.iter().find(|(word, _)| ua.contains(word)).map_or("", |row| row.1)
}

/// Browser in one word.
#[must_use]
pub fn browser(ua: &str) -> &'static str {
    let table = [
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("SamsungBrowser", "Samsung"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("CriOS", "Chrome"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ];
    table.iter().find(|(word, _)| ua.contains(word)).map_or("", |row| row.1)
}

/// First language of an `Accept-Language` header, such as `en-GB`.
#[must_use]
pub fn language(accept: &str) -> &str {
    let first = accept.split([',', ';']).next().unwrap_or("").trim();
    if first.len() <= 20 && first.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        first
    } else {
        ""
    }
}

/// Whether a deep link's host is allowed: equal to an entry, or below one that begins with a dot.
#[must_use]
pub fn host_allowed(host: &str, allowed: &[String]) -> bool {
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    allowed.iter().any(|entry| match entry.strip_prefix('.') {
        Some(parent) => host == parent || host.strip_suffix(parent).is_some_and(|h| h.ends_with('.')),
        None => host == *entry,
    })
}

/// Cuts text at a character boundary so that it has at most `max` bytes.
#[must_use]
pub fn cut(text: &str, max: usize) -> &str {
    if text.len() <= max {
        return text;
    }
    let mut end = max;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use super::*;

    const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0 Mobile/15E148 Safari/604.1";

    #[test]
    fn visitors_are_told_apart() {
        assert!(is_robot(b"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"));
        assert!(is_robot(b""));
        assert!(!is_robot(PHONE.as_bytes()));
        assert!(!is_robot(b"curl/8.5.0"));
        assert_eq!((device(PHONE), os(PHONE), browser(PHONE)), ("phone", "iOS", "Safari"));
        assert_eq!(language("de-DE,de;q=0.9"), "de-DE");
        assert_eq!(language("a\r\nb"), "");
    }

    #[test]
    fn only_listed_hosts_are_allowed() {
        let allowed = vec!["shop.example".to_owned(), ".brand.example".to_owned()];
        assert!(host_allowed("Shop.Example", &allowed));
        assert!(host_allowed("brand.example", &allowed));
        assert!(host_allowed("www.brand.example.", &allowed));
        assert!(!host_allowed("evilbrand.example", &allowed));
        assert!(!host_allowed("shop.example.evil.example", &allowed));
        assert!(!host_allowed("sub.shop.example", &allowed));
    }

    #[test]
    fn cutting_keeps_whole_characters() {
        assert_eq!(cut("aäö", 2), "a");
        assert_eq!(cut("abc", 3), "abc");
    }
}
