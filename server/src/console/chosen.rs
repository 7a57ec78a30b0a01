//! Remembers a period that was chosen without JavaScript: the picker's links and its button say so in the address.
//!
//! That is taken out of the address again at once, so that nobody copies it; and it counts only where the browser comes
//! from one of our own pages. With JavaScript the picker tells the server by itself.

use super::confirm::own_referer;
use app::{
    ctx::{Caller, Deps},
    ui::query::CHOSEN,
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, Method, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::view::ListQuery;
use engine::people;

/// The layer; the gate around it says who asks.
pub async fn remember(State(deps): State<Deps>, request: Request, next: Next) -> Response {
    let query = request.uri().query().unwrap_or_default();
    let caller = request.extensions().get::<Caller>();
    let Some((caller, rest)) = caller.zip(without(query)).filter(|_| request.method() == Method::GET) else {
        return next.run(request).await;
    };
    let path = request.uri().path();
    let to = if rest.is_empty() { path.to_owned() } else { format!("{path}?{rest}") };
    if caller.viewing.is_none() && own_referer(request.headers()).is_some() {
        let word = ListQuery::parse(query).period;
        // Own days and nonsense are not remembered; the page says what is wrong with them.
        if let Err(error) = people::remember_period(&deps.db, &caller.actor(), &word).await {
            tracing::debug!(%error, "a period is not remembered");
        }
    }
    match HeaderValue::from_str(&to) {
        Ok(location) => (StatusCode::SEE_OTHER, [(header::LOCATION, location)]).into_response(),
        Err(_) => next.run(request).await,
    }
}

/// The query without the key; nothing where it does not have it.
fn without(query: &str) -> Option<String> {
    let is_key = |pair: &&str| pair.split('=').next() == Some(CHOSEN);
    query.split('&').any(|pair| is_key(&pair)).then(|| {
        let rest: Vec<_> = query.split('&').filter(|pair| !is_key(pair) && !pair.is_empty()).collect();
        rest.join("&")
    })
}

#[cfg(test)]
mod tests {
    use super::without;

    #[test]
    fn only_the_key_goes() {
        assert_eq!(without("period=7d&chosen=1&q=a%20b"), Some("period=7d&q=a%20b".to_owned()));
        assert_eq!(without("chosen"), Some(String::new()));
        for other in ["", "period=7d", "q=chosen", "unchosen=1"] {
            assert_eq!(without(other), None, "{other}");
        }
    }
}
