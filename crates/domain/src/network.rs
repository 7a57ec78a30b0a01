//! Rules about hosts and addresses of the network: which may be tracked links' beginnings, which may be called.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address belongs to the public internet: not private, local, shared, documentation or otherwise special.
#[must_use]
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => public_v4(ip),
        IpAddr::V6(ip) => public_v6(ip),
    }
}

fn public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_multicast()
        || ip.is_documentation()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (18..20).contains(&b)))
}

fn public_v6(ip: Ipv6Addr) -> bool {
    let [a, b, ..] = ip.segments();
    // Global unicast, less the ranges for documentation, benchmarks, tunnels and addresses of version 4.
    (a & 0xe000) == 0x2000
        && !(a == 0x2001 && b < 0x0200)
        && a != 0x2002
        && !(a == 0x2001 && b == 0x0db8)
        && a != 0x3fff
}

/// A host name in lower case: letters, digits, hyphens and dots, no port, no path. `lone` allows names without a dot.
///
/// # Errors
/// A sentence for the form.
pub fn host(text: &str, lone: bool) -> Result<String, String> {
    let host = text.trim().trim_end_matches('.').to_ascii_lowercase();
    if host.is_empty() {
        return Err("Enter a host name such as go.example.com.".into());
    }
    if host.contains("://") || host.contains('/') {
        return Err("Enter the host alone, without https:// and without a path.".into());
    }
    if host.contains(':') {
        return Err("Leave out the port: visitors arrive at the usual one.".into());
    }
    let label = |l: &str| {
        (1..=63).contains(&l.len())
            && !l.starts_with('-')
            && !l.ends_with('-')
            && l.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    let dots = host.contains('.') || lone;
    // The last label of a name is never a number; that would be an address.
    let named = host.rsplit('.').next().is_some_and(|l| !l.bytes().all(|b| b.is_ascii_digit()));
    if host.len() > 253 || !dots || !named || !host.split('.').all(label) {
        return Err("Enter a host name such as go.example.com.".into());
    }
    Ok(host)
}

/// The host of an email address or web address, for finding what belongs together. Empty where there is none.
#[must_use]
pub fn host_of(text: &str) -> String {
    let rest = text.split_once("://").map_or(text, |(_, rest)| rest);
    let rest = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let host = rest.split(':').next().unwrap_or_default().trim_end_matches('.').to_ascii_lowercase();
    host.strip_prefix("www.").map_or(host.clone(), str::to_owned)
}

/// Hosts of mail that everybody uses: sharing one says nothing.
const SHARED_MAIL: &[&str] = &[
    "gmail.com",
    "googlemail.com",
    "outlook.com",
    "hotmail.com",
    "live.com",
    "yahoo.com",
    "icloud.com",
    "me.com",
    "aol.com",
    "gmx.de",
    "gmx.net",
    "web.de",
    "mail.ru",
    "yandex.ru",
    "proton.me",
    "protonmail.com",
    "qq.com",
    "163.com",
];

/// Whether a mail host belongs to a provider of mailboxes rather than to a company.
#[must_use]
pub fn is_shared_mail(host: &str) -> bool {
    SHARED_MAIL.contains(&host)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_public_internet_is_public() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "192.0.2.1",
            "198.18.0.1",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "ff02::1",
            "2001:db8::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450:4001::1"] {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn hosts_stand_alone() {
        assert_eq!(host(" Go.Example.COM. ", false).as_deref(), Ok("go.example.com"));
        assert_eq!(host("localhost", true).as_deref(), Ok("localhost"));
        for bad in [
            "",
            "localhost",
            "https://go.example.com",
            "go.example.com/x",
            "go.example.com:8080",
            "a..b",
            "-a.com",
            "10.0.0.1",
            "a b.com",
            "ä.com",
        ] {
            assert!(host(bad, false).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_belongs_together_is_found() {
        assert_eq!(host_of("https://www.Shop.example/x?y#z"), "shop.example");
        assert_eq!(host_of("ann@Shop.example"), "shop.example");
        assert_eq!(host_of("shop.example:443"), "shop.example");
        assert!(is_shared_mail("gmail.com") && !is_shared_mail("shop.example"));
    }
}
