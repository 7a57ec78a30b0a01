//! A click, from the request's head to the redirect.

use crate::{lane::Lane, query, respond, visitor};
use axum::body::Body;
use domain::{
    click_id::{ClickIdText, ClickKey, ClickRef},
    clicks,
    event::{self, Click},
    macros::{self, Macro, Values},
    reason::Reason,
    snapshot::{CampaignEntry, Index, LinkEntry},
};
use http::{HeaderName, HeaderValue, Method, Response, header, request::Parts};
use std::{borrow::Cow, net::IpAddr};

const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

const EMPTY: Cow<'static, str> = Cow::Borrowed("");

/// Query parameters of a click.
#[derive(Default)]
struct Parameters<'a> {
    subs: [Cow<'a, str>; 10],
    source: Cow<'a, str>,
    ext_click_id: Cow<'a, str>,
    url: Cow<'a, str>,
    cost: Cow<'a, str>,
    /// `cons=0`, or `gdpr=1` without a consent string.
    no_consent: bool,
    unknown: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Parameters<'a> {
    fn read(text: &'a str, keep_unknown: bool) -> Self {
        let mut p = Self::default();
        let (mut gdpr, mut consent) = (false, false);
        for (name, value) in query::pairs(text) {
            if value.is_empty() {
                continue;
            }
            match name.as_ref() {
                "source" => p.source = query::clean(value, 128),
                "ext_click_id" => p.ext_click_id = query::clean(value, 255),
                "url" => p.url = value,
                "cost" => p.cost = value,
                "cons" => p.no_consent |= value == "0",
                "gdpr" => gdpr = value == "1",
                "gdpr_consent" => consent = true,
                _ => match sub_number(&name) {
                    Some(n) => p.subs[n] = query::clean(value, 255),
                    None if keep_unknown => {
                        p.unknown.push((query::clean(name, 64), query::clean(value, 512)))
                    }
                    None => {}
                },
            }
        }
        p.no_consent |= gdpr && !consent;
        p
    }
}

/// `sub1` … `sub10` → 0 … 9.
fn sub_number(name: &str) -> Option<usize> {
    let digits = name.strip_prefix("sub")?;
    match digits.as_bytes() {
        [d @ b'1'..=b'9'] => Some(usize::from(d - b'1')),
        b"10" => Some(9),
        _ => None,
    }
}

/// Answers `GET` and `HEAD /c/{code}`.
pub(crate) fn handle(lane: &Lane, parts: &Parts, peer: Option<IpAddr>) -> Response<Body> {
    let head = parts.method == Method::HEAD;
    if !head && parts.method != Method::GET {
        return respond::method_not_allowed("GET, HEAD");
    }
    let text = parts.uri.query().unwrap_or("");
    if text.len() > query::MAX_QUERY {
        return respond::too_long();
    }
    let meters = &lane.shared.meters;
    let index = lane.shared.index.load();
    let code = parts.uri.path().strip_prefix("/c/").unwrap_or("");
    let Some(link) = index.link(code) else {
        meters.unknown.increment(1);
        return elsewhere(&index);
    };
    let campaign = index.campaign(link);
    let parameters = Parameters::read(text, campaign.pass_through);
    let deep_link = match deep_link(&parameters.url, campaign) {
        DeepLink::Hostile => return respond::bad_link(),
        DeepLink::None => None,
        DeepLink::To(url) => Some(url),
    };
    let user_agent = visitor::text(&parts.headers, header::USER_AGENT, 512);
    let stopped = stopped(link, campaign);
    let reason = stopped.or_else(|| clicks::is_robot(user_agent.as_bytes()).then_some(Reason::Bot));
    let now_us = lane.now_us();
    let visit = Visit {
        lane,
        link,
        campaign,
        parameters: &parameters,
        user_agent,
        ip: visitor::address(peer, &parts.headers, &lane.shared.config),
        ts_ms: now_us / 1000,
        key: ClickKey::new(index.snapshot.click_key),
    };
    let click_id = if head || visitor::is_prefetch(&parts.headers) {
        meters.uncounted.increment(1);
        visit.id(0)
    } else {
        visit.record(now_us, reason, visitor::text(&parts.headers, header::REFERER, 512), deep_link.is_some())
    };
    if stopped.is_some() {
        return elsewhere(&index);
    }
    let language = clicks::language(visitor::text(&parts.headers, header::ACCEPT_LANGUAGE, 64));
    let location = visit.destination(&index, click_id.as_str(), language, deep_link);
    let cookie = (!parameters.no_consent && reason.is_none() && !head)
        .then(|| crate::pixel::cookie(campaign, click_id.as_str(), secure(parts)))
        .flatten();
    respond::redirect(location, cookie)
}

/// Whether the visitor's browser came over TLS, as the proxy in front says.
fn secure(parts: &Parts) -> bool {
    parts.headers.get(FORWARDED_PROTO).is_some_and(|v| v == "https")
}

/// Where visitors go when a link is unknown or stopped.
fn elsewhere(index: &Index) -> Response<Body> {
    match &index.snapshot.fallback_url {
        Some(url) => respond::redirect(url.clone(), None),
        None => respond::not_found(),
    }
}

fn stopped(link: &LinkEntry, campaign: &CampaignEntry) -> Option<Reason> {
    if !campaign.active {
        Some(Reason::CampaignPaused)
    } else if !link.active {
        Some(Reason::LinkPaused)
    } else if !link.affiliate_active {
        Some(Reason::AffiliateInactive)
    } else {
        None
    }
}

enum DeepLink {
    None,
    To(String),
    Hostile,
}

/// Reads the `url` parameter. An address the campaign does not allow falls back to the campaign's own destination,
/// because the visitor is innocent; what is no web address at all is refused.
fn deep_link(text: &str, campaign: &CampaignEntry) -> DeepLink {
    if text.is_empty() {
        return DeepLink::None;
    }
    if text.len() > 2000 || text.chars().any(char::is_control) {
        return DeepLink::Hostile;
    }
    let Ok(url) = url::Url::parse(text.trim()) else { return DeepLink::Hostile };
    if !matches!(url.scheme(), "http" | "https") || !url.username().is_empty() || url.password().is_some() {
        return DeepLink::Hostile;
    }
    match url.host_str() {
        Some(host) if clicks::host_allowed(host, &campaign.deep_link_hosts) => DeepLink::To(url.into()),
        _ => DeepLink::None,
    }
}

/// A click while it is being answered.
struct Visit<'a> {
    lane: &'a Lane,
    link: &'a LinkEntry,
    campaign: &'a CampaignEntry,
    parameters: &'a Parameters<'a>,
    user_agent: &'a str,
    ip: Option<IpAddr>,
    ts_ms: i64,
    key: ClickKey,
}

impl Visit<'_> {
    fn id(&self, seq: u64) -> ClickIdText {
        ClickRef {
            link: self.link.id,
            ts_ms: self.ts_ms,
            node: self.lane.shared.config.node,
            shard: self.lane.number,
            seq_low: seq as u32,
        }
        .issue(&self.key)
    }

    /// Hands the click to the spool. Where the spool cannot take it, the visitor goes on all the same: the id itself
    /// says enough to pay for a conversion, and the loss is counted.
    fn record(&self, now_us: i64, reason: Option<Reason>, referrer: &str, deep_link: bool) -> ClickIdText {
        let p = self.parameters;
        let mut id = None;
        let appended = self.lane.append(now_us, event::kind::CLICK, |seq, out| {
            let click_id = self.id(seq);
            let click = Click {
                click_id: click_id.as_str(),
                link: self.link.id,
                campaign: self.campaign.id,
                affiliate: self.link.affiliate,
                advertiser: self.campaign.advertiser,
                ts_ms: self.ts_ms,
                reason,
                ip: self.ip,
                user_agent: self.user_agent,
                referrer,
                source: &p.source,
                ext_click_id: &p.ext_click_id,
                subs: std::array::from_fn(|n| p.subs[n].as_ref()),
                cost_micros: cost_micros(&p.cost),
                deep_link,
            };
            event::encode_into(&click, out);
            id = Some(click_id);
        });
        let meters = &self.lane.shared.meters;
        match appended {
            Ok(_) => meters.clicks.increment(1),
            Err(error) => {
                meters.unspooled.increment(1);
                tracing::error!(%error, shard = self.lane.number, "click not spooled");
            }
        }
        id.unwrap_or_else(|| self.id(0))
    }

    fn destination(
        &self,
        index: &Index,
        click_id: &str,
        language: &str,
        deep_link: Option<String>,
    ) -> String {
        let template = index.template(self.link);
        let values = ClickValues { visit: self, click_id, language };
        let mut out = String::with_capacity(256);
        template.expand(&values, &mut out, &mut String::with_capacity(64));
        if let Some(deep) = deep_link {
            out = with_query_of(deep, &out);
        }
        for (name, value) in &self.parameters.unknown {
            let first = !out.contains('?');
            macros::push_parameter(&mut out, first, name, value);
        }
        out
    }
}

/// A deep link keeps the parameters that the campaign's destination carries, the click id among them.
fn with_query_of(deep: String, destination: &str) -> String {
    let query = destination.split('#').next().and_then(|d| d.split_once('?')).map_or("", |d| d.1);
    if query.is_empty() {
        return deep;
    }
    let (base, fragment) = deep.split_once('#').map_or((deep.as_str(), None), |(b, f)| (b, Some(f)));
    let joint = if base.contains('?') { '&' } else { '?' };
    let fragment = fragment.map(|f| format!("#{f}")).unwrap_or_default();
    format!("{base}{joint}{query}{fragment}")
}

/// `0.25` → 250,000 millionths. What cannot be read is left out: the cost is the affiliate's own note.
fn cost_micros(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if text.is_empty() || whole.len() > 9 || fraction.len() > 6 || !digits(whole) || !digits(fraction) {
        return None;
    }
    format!("{whole}{fraction:0<6}").parse().ok()
}

struct ClickValues<'a> {
    visit: &'a Visit<'a>,
    click_id: &'a str,
    language: &'a str,
}

impl Values for ClickValues<'_> {
    fn write(&self, which: Macro, out: &mut String) {
        use std::fmt::Write as _;
        let v = self.visit;
        // Writing to a String cannot fail.
        let _ = match which {
            Macro::ClickId => out.write_str(self.click_id),
            Macro::CampaignId => write!(out, "{}", v.campaign.id),
            Macro::AffiliateId => write!(out, "{}", v.link.affiliate),
            Macro::LinkCode => out.write_str(&v.link.code),
            Macro::Source => out.write_str(&v.parameters.source),
            Macro::ExtClickId => out.write_str(&v.parameters.ext_click_id),
            Macro::Sub(n) => out.write_str(v.parameters.subs.get(usize::from(n)).unwrap_or(&EMPTY)),
            Macro::Device => out.write_str(clicks::device(v.user_agent)),
            Macro::Os => out.write_str(clicks::os(v.user_agent)),
            Macro::Browser => out.write_str(clicks::browser(v.user_agent)),
            Macro::Language => out.write_str(self.language),
            Macro::Ip => v.ip.map_or(Ok(()), |ip| write!(out, "{ip}")),
            Macro::Ts => write!(out, "{}", v.ts_ms / 1000),
            // The tag at the end of the id is as good as chance for whoever lacks the key.
            Macro::Random => out.write_str(&self.click_id[self.click_id.len().saturating_sub(12)..]),
            // No location database is built in.
            Macro::Country | Macro::Region | Macro::City | Macro::Date(_) => Ok(()),
        };
    }

    fn unix_secs(&self) -> i64 {
        self.visit.ts_ms / 1000
    }
}

/// Parsed once so that the cookie never fails on a click.
pub(crate) fn header_value(text: String) -> Option<HeaderValue> {
    HeaderValue::from_maybe_shared(bytes::Bytes::from(text)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_read() {
        let p = Parameters::read("sub1=a&sub10=z&sub11=x&source=s%0D%0A&foo=1&gdpr=1", true);
        assert_eq!((p.subs[0].as_ref(), p.subs[9].as_ref(), p.source.as_ref()), ("a", "z", "s"));
        assert_eq!(p.unknown.len(), 2);
        assert!(p.no_consent);
        assert!(Parameters::read("foo=1", false).unknown.is_empty());
    }

    #[test]
    fn costs() {
        assert_eq!(cost_micros("0.25"), Some(250_000));
        assert_eq!(cost_micros("12"), Some(12_000_000));
        for bad in ["", "-1", "1e9", "0.1234567", "x", "99999999999"] {
            assert_eq!(cost_micros(bad), None, "{bad}");
        }
    }

    #[test]
    fn deep_links_keep_the_campaigns_parameters() {
        assert_eq!(
            with_query_of("https://a.example/x#f".into(), "https://b.example/?c=1"),
            "https://a.example/x?c=1#f"
        );
        assert_eq!(
            with_query_of("https://a.example/?q=2".into(), "https://b.example/?c=1"),
            "https://a.example/?q=2&c=1"
        );
        assert_eq!(with_query_of("https://a.example/".into(), "https://b.example/"), "https://a.example/");
    }
}
