//! From what was seen of a host to what it is worth and what to change.

use chrono::{DateTime, Utc};
use domain::{network::is_public, status::DomainState};
use std::net::IpAddr;
use store::config::domains::CheckResult;

/// A certificate that ends sooner is worth a word.
const ENDS_SOON_DAYS: i64 = 14;

/// A certificate as a handshake showed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    /// Names it is good for.
    pub names: Vec<String>,
    pub expires_at: DateTime<Utc>,
    /// Why browsers would refuse it, if they would.
    pub refused: Option<String>,
}

/// What was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Seen {
    /// Addresses of the edge.
    pub expected: Vec<IpAddr>,
    /// Addresses of the host.
    pub addresses: Vec<IpAddr>,
    /// Why the host's addresses could not be found out; else empty.
    pub dns_error: String,
    /// The address that was called, if any could be.
    pub called: Option<IpAddr>,
    pub tls: Option<Result<Certificate, String>>,
    /// Status of an answer over plain HTTP, asked where TLS did not do.
    pub plain: Option<Result<u16, String>>,
}

/// State, whether links may begin with `https://`, and the sentences for people.
#[must_use]
pub fn judge(
    host: &str,
    expected: &str,
    seen: &Seen,
    now: DateTime<Utc>,
) -> (DomainState, bool, CheckResult) {
    use DomainState as S;
    let mut result = CheckResult::default();
    let kind = record(expected);
    let point = format!("Create {kind} record for {host} that points to {expected}, then check again.");
    if seen.addresses.is_empty() {
        let why =
            if seen.dns_error.is_empty() { "DNS knows no address of this name" } else { &seen.dns_error };
        result.found.push(format!("DNS: {why}."));
        result.fix = point;
        return (S::WrongDns, false, result);
    }
    result.found.push(format!("DNS: {host} has {}.", listed(&seen.addresses)));
    if !seen.addresses.iter().any(|ip| seen.expected.contains(ip)) {
        let here =
            if seen.expected.is_empty() { "no address at all".to_owned() } else { listed(&seen.expected) };
        result.found.push(format!("DNS: {expected}, where it has to lead, has {here}."));
        if seen.called.is_none() {
            result.found.push("These addresses are private; they are not called.".to_owned());
        }
        result.fix = point;
        return (S::WrongDns, false, result);
    }
    if let Some(certificate) = seen.tls.as_ref().and_then(|t| t.as_ref().ok()) {
        result.expires_at = Some(certificate.expires_at);
        result.found.push(described(certificate, now));
        if certificate.refused.is_none() {
            if (certificate.expires_at - now).num_days() < ENDS_SOON_DAYS {
                result.fix = "The certificate ends soon; see that it is renewed.".to_owned();
            }
            return (S::Verified, true, result);
        }
    } else if let Some(Err(why)) = &seen.tls {
        result.found.push(format!("TLS: {why}."));
    }
    let plain = match &seen.plain {
        Some(Ok(status)) => {
            result.found.push(format!("Plain HTTP: answers with {status}."));
            true
        }
        Some(Err(why)) => {
            result.found.push(format!("Plain HTTP: {why}."));
            false
        }
        None => false,
    };
    if let Some(Ok(_)) = &seen.tls {
        result.fix = format!("Install a certificate for {host} that browsers accept.");
        return (S::BadTls, false, result);
    }
    if plain {
        result.fix = if seen.called.is_some_and(is_public) {
            format!(
                "Install a certificate for {host}: browsers warn of addresses without TLS, and referrers are lost."
            )
        } else {
            "Good for a trial on this machine or network; the public internet needs TLS.".to_owned()
        };
        return (S::Plain, false, result);
    }
    result.fix = format!("DNS is right, but nothing answers. Open ports 80 and 443 of {expected}.");
    (S::Unreachable, false, result)
}

/// The kind of DNS record that leads to the edge, with its article.
#[must_use]
pub fn record(expected: &str) -> &'static str {
    match expected.parse() {
        Ok(IpAddr::V4(_)) => "an A",
        Ok(IpAddr::V6(_)) => "an AAAA",
        Err(_) => "a CNAME",
    }
}

fn listed(ips: &[IpAddr]) -> String {
    let mut shown: Vec<_> = ips.iter().take(4).map(ToString::to_string).collect();
    if ips.len() > shown.len() {
        shown.push(format!("{} more", ips.len() - 4));
    }
    shown.join(", ")
}

fn described(c: &Certificate, now: DateTime<Utc>) -> String {
    let mut names: Vec<_> = c.names.iter().take(4).map(String::as_str).collect();
    if c.names.len() > names.len() {
        names.push("…");
    }
    let days = (c.expires_at - now).num_days();
    let until = c.expires_at.format("%Y-%m-%d");
    let end = match days {
        ..0 => format!("ended on {until}"),
        0 | 1 => format!("ends on {until}, within two days"),
        _ => format!("good until {until}, {days} days"),
    };
    let verdict = c.refused.as_ref().map(|why| format!("; refused: {why}")).unwrap_or_default();
    format!("TLS: certificate for {}, {end}{verdict}.", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::Duration;

    fn now() -> DateTime<Utc> {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn seen(address: &str) -> Seen {
        Seen {
            expected: vec![ip("8.8.4.4")],
            addresses: vec![ip(address)],
            called: Some(ip(address)),
            ..Seen::default()
        }
    }

    fn certificate(days: i64, refused: Option<&str>) -> Certificate {
        Certificate {
            names: vec!["go.example.com".into()],
            expires_at: now() + Duration::days(days),
            refused: refused.map(str::to_owned),
        }
    }

    fn judged(seen: &Seen) -> (DomainState, bool, CheckResult) {
        judge("go.example.com", "edge.example.com", seen, now())
    }

    #[test]
    fn a_host_without_addresses_needs_a_record() {
        let (state, https, result) = judged(&Seen { expected: vec![ip("8.8.4.4")], ..Seen::default() });
        assert_eq!((state, https), (DomainState::WrongDns, false));
        assert!(result.fix.contains("a CNAME record for go.example.com that points to edge.example.com"));
        assert_eq!((record("192.0.2.1"), record("2001:db8::1")), ("an A", "an AAAA"));
    }

    #[test]
    fn a_host_that_leads_elsewhere_says_where() {
        let (state, _, result) = judged(&seen("9.9.9.9"));
        assert_eq!(state, DomainState::WrongDns);
        assert!(
            result.found[0].contains("9.9.9.9") && result.found[1].contains("8.8.4.4"),
            "{:?}",
            result.found
        );
    }

    #[test]
    fn a_good_certificate_verifies_and_one_that_ends_soon_is_mentioned() {
        let good = |days| Seen { tls: Some(Ok(certificate(days, None))), ..seen("8.8.4.4") };
        let (state, https, result) = judged(&good(80));
        assert_eq!((state, https, result.fix.as_str()), (DomainState::Verified, true, ""));
        assert!(result.found[1].contains("go.example.com") && result.found[1].contains("80 days"));
        assert!(judged(&good(5)).2.fix.contains("ends soon"));
    }

    #[test]
    fn a_refused_certificate_is_no_better_than_none() {
        let bad =
            Seen { tls: Some(Ok(certificate(-3, Some("expired")))), plain: Some(Ok(404)), ..seen("8.8.4.4") };
        let (state, https, result) = judged(&bad);
        assert_eq!((state, https), (DomainState::BadTls, false));
        assert!(result.found[1].contains("ended on") && result.found[1].contains("refused: expired"));
    }

    #[test]
    fn plain_http_works_and_is_said_to_be_plain() {
        let plain =
            Seen { tls: Some(Err("nothing listens".into())), plain: Some(Ok(404)), ..seen("8.8.4.4") };
        assert_eq!(judged(&plain).0, DomainState::Plain);
        let dead = Seen { tls: Some(Err("x".into())), plain: Some(Err("y".into())), ..seen("8.8.4.4") };
        assert_eq!(judged(&dead).0, DomainState::Unreachable);
    }
}
