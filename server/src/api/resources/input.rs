//! What comes in: bodies and query parameters, read strictly. Whatever cannot be taken is named, with what to do.

use super::super::{extract::Body, problem::Problem};
use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{StatusCode, request::Parts},
};
use chrono::{DateTime, Utc};
use domain::access::Realm;
use engine::{
    EngineError,
    api::{Order, Paging},
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::{Map, Value};
use serde_path_to_error::{Path, Segment};
use std::str::FromStr;
use store::api::Sort;

/// Rows on a page, unless the request says otherwise; and at most.
const LIMIT: i64 = 25;
const LIMIT_MAX: i64 = 100;
/// Longest text of a query parameter, in characters.
const LONGEST: usize = 200;
const LONGEST_CURSOR: usize = 2_000;

/// A JSON body, and its bytes as they came. Unknown fields are refused.
pub struct Json<T> {
    pub value: T,
    pub bytes: Bytes,
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;
    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let Body { value, bytes } = Body::<Value>::from_request(request, state).await?;
        let value = serde_path_to_error::deserialize(value).map_err(|e| {
            let (pointer, code, message) = explain(e.path(), &e.inner().to_string());
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "The body does not have the form described.")
                .code("invalid_body")
                .field(pointer, code, message)
        })?;
        Ok(Self { value, bytes })
    }
}

/// The query string as a struct of texts. Unknown parameters and repeated ones are refused.
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Query<T> {
    type Rejection = Problem;
    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut all = Map::new();
        let axum::extract::Query(pairs) =
            axum::extract::Query::<Vec<(String, String)>>::try_from_uri(&parts.uri)
                .map_err(|_| Problem::bad_request("The query string cannot be read."))?;
        for (name, value) in pairs {
            if all.contains_key(&name) {
                let message = "Give it once; several words are separated by commas.";
                return Err(Problem::parameter(&short(&name), message));
            }
            let longest = if name == "cursor" { LONGEST_CURSOR } else { LONGEST };
            if value.chars().count() > longest {
                return Err(Problem::parameter(&short(&name), format!("Use at most {longest} characters.")));
            }
            if value.chars().any(char::is_control) {
                return Err(Problem::parameter(&short(&name), "Leave out control characters."));
            }
            all.insert(name, Value::String(value));
        }
        serde_path_to_error::deserialize(Value::Object(all)).map(Self).map_err(|e| {
            let (pointer, _, message) = explain(e.path(), &e.inner().to_string());
            Problem::parameter(&short(pointer.trim_start_matches('/')), message)
        })
    }
}

fn short(text: &str) -> String {
    text.chars().take(64).collect()
}

/// JSON pointer, word and sentence of what a body or a query has wrong.
fn explain(path: &Path, said: &str) -> (String, &'static str, String) {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Map { key } => pointer.push_str(&format!("/{}", escaped(key))),
            Segment::Seq { index } => pointer.push_str(&format!("/{index}")),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    let quoted = said.split('`').nth(1).unwrap_or_default();
    let ends_with_it = pointer.rsplit('/').next() == Some(&escaped(quoted));
    if said.starts_with("unknown field") {
        if !ends_with_it {
            pointer.push_str(&format!("/{}", escaped(quoted)));
        }
        let known = said.split_once("expected ").map(|(_, known)| known.replace('`', ""));
        let known = known.map(|known| format!(" Known: {}.", known.trim_start_matches("one of ")));
        return (pointer, "unknown", format!("There is no such field.{}", known.unwrap_or_default()));
    }
    if said.starts_with("missing field") {
        pointer.push_str(&format!("/{}", escaped(quoted)));
        return (pointer, "missing", "This field is needed.".into());
    }
    let mut message: String = said.chars().take(300).collect();
    if !message.ends_with('.') {
        message.push('.');
    }
    (pointer, "invalid", message)
}

/// A name as a part of a JSON pointer.
fn escaped(name: &str) -> String {
    short(name).replace('~', "~0").replace('/', "~1")
}

/// A field that is there: `null` is a wrong value of it, not its absence.
pub fn given<'de, D: Deserializer<'de>, T: Deserialize<'de>>(d: D) -> Result<Option<T>, D::Error> {
    T::deserialize(d).map(Some)
}

/// A text that can be taken away: `null` does what an empty one does.
pub fn clearable<'de, D: Deserializer<'de>>(d: D) -> Result<Option<String>, D::Error> {
    Ok(Some(Option::<String>::deserialize(d)?.unwrap_or_default()))
}

/// What is wrong with query parameters, collected.
#[derive(Default)]
pub struct Wrong(Vec<(&'static str, String)>);

impl Wrong {
    pub fn add(&mut self, name: &'static str, message: impl Into<String>) {
        self.0.push((name, message.into()));
    }

    /// 400 naming every wrong parameter.
    ///
    /// # Errors
    /// If there is one.
    pub fn check(self) -> Result<(), Problem> {
        let mut all = self.0.into_iter();
        let Some((name, message)) = all.next() else { return Ok(()) };
        let first = Problem::parameter(name, message);
        Err(all.fold(first, |problem, (name, message)| problem.field(format!("?{name}"), "invalid", message)))
    }

    /// An id, a number, a word: whatever can be read from a text.
    pub fn one<T: FromStr>(&mut self, name: &'static str, text: Option<&String>, form: &str) -> Option<T> {
        let text = text.filter(|t| !t.is_empty())?;
        let read = text.parse().ok();
        if read.is_none() {
            self.add(name, format!("Give {form}."));
        }
        read
    }

    /// Words separated by commas, such as `pending,approved`.
    pub fn words<T>(
        &mut self,
        name: &'static str,
        text: Option<&String>,
        known: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Vec<T>
    where
        T: Copy,
    {
        let mut found = Vec::new();
        for part in text.iter().flat_map(|t| t.split(',')).map(str::trim).filter(|p| !p.is_empty()) {
            match known.iter().find(|k| word(**k) == part) {
                Some(one) => found.push(*one),
                None => {
                    let all: Vec<_> = known.iter().map(|k| word(*k)).collect();
                    self.add(name, format!("Use words of: {}.", all.join(", ")));
                    return Vec::new();
                }
            }
        }
        found
    }

    /// A moment.
    pub fn moment(&mut self, name: &'static str, text: Option<&String>) -> Option<DateTime<Utc>> {
        let text = text.filter(|t| !t.is_empty())?;
        // In a query, a plus sign means a space.
        let read = DateTime::parse_from_rfc3339(&text.replace(' ', "+")).ok().map(|at| at.to_utc());
        let sane = read.filter(|at| (1970..=2200).contains(&chrono::Datelike::year(at)));
        if sane.is_none() {
            self.add(name, "Give a time such as 2026-03-01T00:00:00Z.");
        }
        sane
    }

    pub fn paging(&mut self, page: &Page<'_>) -> Paging {
        let limit = match page.limit.filter(|t| !t.is_empty()).map(|t| t.parse::<i64>()) {
            None => LIMIT,
            Some(Ok(n)) if (1..=LIMIT_MAX).contains(&n) => n,
            Some(_) => {
                self.add("limit", format!("Give a whole number from 1 to {LIMIT_MAX}."));
                LIMIT
            }
        };
        let total = self.words("include", page.include, &["total"], |w| w);
        Paging { limit, cursor: page.cursor.filter(|t| !t.is_empty()).cloned(), total: !total.is_empty() }
    }

    /// `created`, `-created`, `name`, `-name`; newest first where nothing is asked for.
    pub fn order(&mut self, text: Option<&String>, names: bool) -> Order {
        let newest = Order { sort: Sort::Created, descending: true };
        match text.map_or("", String::as_str) {
            "" | "-created" => newest,
            "created" => Order { sort: Sort::Created, descending: false },
            "name" if names => Order { sort: Sort::Name, descending: false },
            "-name" if names => Order { sort: Sort::Name, descending: true },
            _ => {
                let known = if names { "created, -created, name, -name" } else { "created, -created" };
                self.add("sort", format!("Use one of: {known}."));
                newest
            }
        }
    }
}

/// The parameters that every list has.
pub struct Page<'a> {
    pub limit: Option<&'a String>,
    pub cursor: Option<&'a String>,
    pub include: Option<&'a String>,
}

/// Defines the query parameters of a list: its own, and those of every list.
macro_rules! list_params {
    ($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Default, serde::Deserialize, utoipa::IntoParams)]
        #[serde(default, deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: Option<String>,)*
            /// Most objects on a page; 25 unless given.
            #[param(value_type = Option<i64>, minimum = 1, maximum = 100, example = 25)]
            pub limit: Option<String>,
            /// `next_cursor` of the page before. It belongs to the filters and the order it was given for.
            #[param(max_length = 2000)]
            pub cursor: Option<String>,
            /// What else to tell: `total` counts the objects on all pages.
            #[param(style = Form, explode = false, value_type = Option<Vec<crate::api::resources::schema::Included>>)]
            pub include: Option<String>,
        }

        impl $name {
            fn page(&self) -> crate::api::resources::input::Page<'_> {
                crate::api::resources::input::Page {
                    limit: self.limit.as_ref(),
                    cursor: self.cursor.as_ref(),
                    include: self.include.as_ref(),
                }
            }
        }
    };
}
pub(crate) use list_params;

/// Refuses a filter that would tell others than the network what they must not know.
pub fn network_filter(realm: Realm, name: &'static str, given: bool) -> Result<(), Problem> {
    if given && realm != Realm::Network {
        return Err(Problem::new(
            StatusCode::FORBIDDEN,
            format!("Only the network's keys can filter by {name}."),
        ));
    }
    Ok(())
}

/// What a use case says about parameters of a query: 400 instead of 422, and names of parameters.
pub fn in_query(e: EngineError) -> Problem {
    match e {
        EngineError::Invalid(fields) => {
            let mut wrong = Wrong::default();
            for (name, message) in fields.0 {
                wrong.add(name, message);
            }
            wrong.check().err().unwrap_or_else(Problem::internal)
        }
        other => other.into(),
    }
}

/// What a use case says about fields of its draft, at the places where the body has them.
pub fn in_body(places: &'static [(&'static str, &'static str)]) -> impl Fn(EngineError) -> Problem {
    move |e| match e {
        EngineError::Invalid(fields) => {
            let problem = Problem::from(EngineError::Invalid(engine::FieldErrors::default()));
            fields.0.into_iter().fold(problem, |problem, (field, why)| {
                let place = places.iter().find(|(name, _)| *name == field).map(|(_, place)| *place);
                problem.field(place.map_or_else(|| format!("/{field}"), str::to_owned), "invalid", why)
            })
        }
        other => other.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Inner {
        name: String,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Outer {
        #[serde(default, deserialize_with = "given")]
        count: Option<i64>,
        #[serde(default, deserialize_with = "clearable")]
        note: Option<String>,
        inner: Inner,
    }

    fn wrong(json: Value) -> (String, &'static str) {
        let e = serde_path_to_error::deserialize::<_, Outer>(json).unwrap_err();
        let (pointer, code, _) = explain(e.path(), &e.inner().to_string());
        (pointer, code)
    }

    #[test]
    fn mistakes_are_named() {
        use serde_json::json;
        assert_eq!(wrong(json!({"inner": {"name": "x"}, "odd/name": 1})), ("/odd~1name".into(), "unknown"));
        assert_eq!(wrong(json!({"inner": {"name": "x", "nam": 1}})), ("/inner/nam".into(), "unknown"));
        assert_eq!(wrong(json!({"inner": {}})), ("/inner/name".into(), "missing"));
        assert_eq!(wrong(json!({})), ("/inner".into(), "missing"));
        assert_eq!(wrong(json!({"inner": {"name": 7}})), ("/inner/name".into(), "invalid"));
        assert_eq!(wrong(json!({"inner": {"name": "x"}, "count": null})), ("/count".into(), "invalid"));
        assert_eq!(wrong(json!([])).1, "invalid");
        let clear: Outer = serde_json::from_value(json!({"inner": {"name": "x"}, "note": null})).unwrap();
        assert_eq!((clear.note.as_deref(), clear.count), (Some(""), None));
    }

    #[test]
    fn parameters_are_read_strictly() {
        let text = |t: &str| Some(t.to_owned());
        let mut wrong = Wrong::default();
        let at = wrong.moment("from", text("2026-03-01T01:00:00 01:00").as_ref());
        assert_eq!(at.map(|at| at.to_rfc3339()), Some("2026-03-01T00:00:00+00:00".into()));
        assert_eq!(wrong.words("status", text("a,b").as_ref(), &["a", "b", "c"], |w| w), ["a", "b"]);
        assert!(Wrong::default().check().is_ok());
        wrong.moment("from", text("yesterday").as_ref());
        wrong.words("status", text("a,x").as_ref(), &["a"], |w| w);
        let problem = wrong.check().unwrap_err();
        let names: Vec<_> = problem.errors.iter().map(|e| e.pointer.as_str()).collect();
        assert_eq!((problem.status.as_u16(), names), (400, vec!["?from", "?status"]));
    }
}
