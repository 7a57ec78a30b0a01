//! `/postback` and `/px`: a report is answered when its record is on disk.

use crate::{
    lane::Lane,
    pixel, query,
    report::{self, Parameters, Verdict},
    respond, visitor,
};
use axum::body::Body;
use domain::{
    click_id::{ClickKey, ClickRef},
    event::{self, Conversion},
    reason::Reason,
    status::ConversionMethod,
};
use http::{Method, Request, Response, StatusCode, header, request::Parts};
use serde_json::json;

/// Largest body of a report in bytes.
const MAX_BODY: usize = 64 * 1024;

/// Answers `GET` and `POST /postback`.
pub(crate) async fn postback(lane: &Lane, request: Request<Body>) -> Response<Body> {
    let (parts, body) = request.into_parts();
    if parts.method != Method::GET && parts.method != Method::POST {
        return respond::method_not_allowed("GET, POST");
    }
    let text = parts.uri.query().unwrap_or("");
    if text.len() > query::MAX_QUERY {
        return refused(StatusCode::URI_TOO_LONG, "too_long", "the query has more than 8,192 characters");
    }
    let mut parameters = Parameters::default();
    for (name, value) in query::pairs(text) {
        parameters.take(&name, value);
    }
    if parts.method == Method::POST {
        let Ok(bytes) = axum::body::to_bytes(body, MAX_BODY).await else {
            return refused(
                StatusCode::PAYLOAD_TOO_LARGE,
                "too_long",
                "the body has more than 65,536 bytes or broke off",
            );
        };
        if let Err(message) = read_body(&parts, &bytes, &mut parameters) {
            return refused(StatusCode::BAD_REQUEST, "body_invalid", message);
        }
    }
    let Some(answer) = take(lane, &parts, &parameters, ConversionMethod::Postback).await else {
        return unavailable();
    };
    match answer.verdict.reason {
        None => {
            let mut body = json!({ "status": "accepted", "conversion_id": answer.verdict.id.to_string() });
            if answer.duplicate {
                body["duplicate"] = json!(true);
            }
            respond::json(StatusCode::OK, &body)
        }
        Some(reason) => refused(status_of(reason), reason.code(), reason.sentence()),
    }
}

/// Answers `GET /px`: the click comes from a cookie, the answer is always the GIF.
pub(crate) async fn pixel(lane: &Lane, parts: &Parts) -> Response<Body> {
    let text = parts.uri.query().unwrap_or("");
    if text.len() > query::MAX_QUERY || visitor::is_prefetch(&parts.headers) || parts.method != Method::GET {
        return respond::gif();
    }
    let mut parameters = Parameters::default();
    for (name, value) in query::pairs(text) {
        parameters.take(&name, value);
    }
    if parameters.click_id.is_empty() {
        parameters.click_id = click_of_cookies(lane, parts, &parameters.campaign).unwrap_or_default();
    }
    // A page of the advertiser's that nobody reached through a link is no report at all.
    if !parameters.click_id.is_empty() {
        take(lane, parts, &parameters, ConversionMethod::Pixel).await;
    }
    respond::gif()
}

/// The newest click that the cookies prove.
fn click_of_cookies(lane: &Lane, parts: &Parts, campaign: &str) -> Option<String> {
    let wanted = campaign.parse().ok();
    if !campaign.is_empty() && wanted.is_none() {
        return None;
    }
    let key = ClickKey::new(lane.shared.index.load().snapshot.click_key);
    pixel::click_ids(&parts.headers, wanted)
        .into_iter()
        .filter_map(|text| ClickRef::verify(text, &key).ok().map(|click| (click.ts_ms, text)))
        .max()
        .map(|(_, text)| text.to_owned())
}

struct Answer {
    verdict: Verdict,
    duplicate: bool,
}

/// Judges a report and puts it on disk. `None` where it cannot be taken now and must be sent again.
async fn take(
    lane: &Lane,
    parts: &Parts,
    parameters: &Parameters,
    method: ConversionMethod,
) -> Option<Answer> {
    let shared = &lane.shared;
    let now_us = lane.now_us();
    let verdict = {
        let index = shared.index.load();
        if index.snapshot.version == 0 {
            shared.meters.unavailable.increment(1);
            return None;
        }
        report::judge(parameters, &index, now_us / 1000)
    };
    if verdict.reason.is_none() && shared.recent.knows(&verdict) {
        return Some(Answer { verdict, duplicate: true });
    }
    let record = Conversion {
        id: verdict.id,
        method,
        reported: verdict.reported,
        reason: verdict.reason,
        attributed: verdict.attributed,
        received_ms: now_us / 1000,
        click_id: &parameters.click_id,
        txid: &verdict.txid,
        amount: &parameters.amount,
        amount_minor: verdict.amount_minor,
        goal: &parameters.goal,
        coupon: &parameters.coupon,
        adv: std::array::from_fn(|n| parameters.adv[n].as_str()),
        ip: visitor::address(visitor::peer(parts), &parts.headers, &shared.config),
        user_agent: visitor::text(&parts.headers, header::USER_AGENT, 256),
    };
    let mut payload = Vec::with_capacity(256);
    event::encode_into(&record, &mut payload);
    if let Err(error) =
        shared.reports.append(now_us.max(0) as u64, event::kind::CONVERSION, event::VERSION, payload).await
    {
        tracing::error!(%error, "conversion report not spooled, sender told to try again");
        shared.meters.unavailable.increment(1);
        return None;
    }
    if verdict.reason.is_none() {
        shared.meters.accepted.increment(1);
        shared.recent.remember(&verdict);
    } else {
        shared.meters.rejected.increment(1);
    }
    Some(Answer { verdict, duplicate: false })
}

/// Reads a form or a flat JSON object.
fn read_body(parts: &Parts, bytes: &[u8], parameters: &mut Parameters) -> Result<(), &'static str> {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|v| v.to_str().ok()).unwrap_or("");
    if bytes.is_empty() {
        return Ok(());
    }
    if kind.starts_with("application/json") {
        let object: serde_json::Map<String, serde_json::Value> =
            serde_json::from_slice(bytes).map_err(|_| "the body is not a JSON object")?;
        for (name, value) in &object {
            match value {
                serde_json::Value::String(text) => parameters.take(name, text.into()),
                serde_json::Value::Number(n) => parameters.take(name, n.to_string().into()),
                serde_json::Value::Null => {}
                _ => return Err("every value of the JSON object must be a text or a number"),
            }
        }
        return Ok(());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "the body is not UTF-8 text")?;
    for (name, value) in query::pairs(text) {
        parameters.take(&name, value);
    }
    Ok(())
}

fn status_of(reason: Reason) -> StatusCode {
    match reason {
        Reason::ClickMissing
        | Reason::ClickMalformed
        | Reason::AmountInvalid
        | Reason::StatusUnknown
        | Reason::TxidInvalid => StatusCode::BAD_REQUEST,
        Reason::TokenInvalid => StatusCode::FORBIDDEN,
        Reason::ClickForged | Reason::ClickUnknown => StatusCode::NOT_FOUND,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    }
}

fn refused(status: StatusCode, code: &str, message: &str) -> Response<Body> {
    respond::json(status, &json!({ "status": "rejected", "code": code, "message": message }))
}

fn unavailable() -> Response<Body> {
    let message = "the report could not be stored; send it again in a few seconds";
    respond::json(
        StatusCode::SERVICE_UNAVAILABLE,
        &json!({ "status": "unavailable", "code": "unavailable", "message": message }),
    )
}
