//! What the page shows, read from the description.

use super::example::{kind, of, resolve};
use serde_json::Value;

/// Plain, bold and code parts of a sentence.
#[derive(Debug, PartialEq, Eq)]
pub enum Piece {
    Plain(String),
    Bold(String),
    Code(String),
}

pub type Paragraph = Vec<Piece>;

/// Operations about one thing.
pub struct Group {
    pub name: String,
    pub anchor: String,
    pub what: Paragraph,
    pub operations: Vec<Operation>,
}

pub struct Operation {
    pub id: String,
    pub method: String,
    pub path: String,
    pub summary: String,
    pub description: Vec<Paragraph>,
    pub scope: String,
    pub parameters: Vec<Field>,
    pub body: Option<Body>,
    pub answers: Vec<Answer>,
    pub curl: String,
}

pub struct Body {
    pub kind: Kind,
    pub example: String,
}

pub struct Answer {
    pub status: String,
    pub what: Paragraph,
    pub kind: Option<Kind>,
    /// Only of those that worked.
    pub example: String,
    pub good: bool,
}

/// A parameter, or a field of an object.
pub struct Field {
    pub name: String,
    pub place: String,
    pub kind: Kind,
    pub needed: bool,
    pub what: Vec<Paragraph>,
    pub bounds: String,
}

/// What a value is: words, and the object they lead to where there is one.
pub struct Kind {
    pub before: String,
    pub object: String,
    pub after: String,
}

/// An object of the description.
pub struct Object {
    pub name: String,
    pub what: Vec<Paragraph>,
    pub fields: Vec<Field>,
    /// What a value that is no object is.
    pub value: String,
}

/// A word and what it means.
pub struct Term {
    pub word: &'static str,
    pub what: &'static str,
}

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Operations by their tags, in the order of the tags.
pub fn groups(api: &Value, server: &str) -> Vec<Group> {
    let tags = api["tags"].as_array().into_iter().flatten();
    let group = |tag: &Value| {
        let name = text(tag, "name");
        let mut operations = Vec::new();
        for (path, item) in api["paths"].as_object().into_iter().flatten() {
            for method in METHODS {
                let Some(operation) = item.get(method) else { continue };
                if operation["tags"][0] == tag["name"] {
                    operations.push(operation_of(api, server, method, path, operation));
                }
            }
        }
        let anchor = format!("about-{}", name.to_lowercase());
        Group { anchor, what: pieces(&text(tag, "description")), name, operations }
    };
    tags.map(group).collect()
}

fn operation_of(api: &Value, server: &str, method: &str, path: &str, o: &Value) -> Operation {
    let body = o.pointer("/requestBody/content/application~1json/schema");
    let answers = o["responses"].as_object().into_iter().flatten();
    Operation {
        id: text(o, "operationId"),
        method: method.to_uppercase(),
        path: path.to_owned(),
        summary: text(o, "summary"),
        description: paragraphs(&text(o, "description")),
        scope: o.pointer("/security/0/key/0").and_then(Value::as_str).unwrap_or_default().to_owned(),
        parameters: o["parameters"].as_array().into_iter().flatten().map(|p| parameter(api, p)).collect(),
        body: body.map(|schema| Body { kind: kind_of(schema), example: pretty(&of(api, schema)) }),
        answers: answers.map(|(status, answer)| answer_of(api, status, answer)).collect(),
        curl: curl(api, server, method, path, o),
    }
}

fn answer_of(api: &Value, status: &str, answer: &Value) -> Answer {
    let good = status.starts_with('2');
    let content = answer["content"].as_object().and_then(|all| all.values().next());
    let schema = content.map(|c| &c["schema"]);
    Answer {
        status: status.to_owned(),
        what: pieces(&text(answer, "description")),
        kind: schema.map(kind_of),
        example: schema.filter(|_| good).map(|schema| pretty(&of(api, schema))).unwrap_or_default(),
        good,
    }
}

fn parameter(api: &Value, p: &Value) -> Field {
    let schema = resolve(api, &p["schema"]);
    let said = text(p, "description");
    let said = if said.is_empty() { text(schema, "description") } else { said };
    Field {
        name: text(p, "name"),
        place: text(p, "in"),
        kind: kind_of(&p["schema"]),
        needed: p["required"] == true,
        what: paragraphs(&said),
        bounds: bounds(schema),
    }
}

/// The command that asks the same: path parameters are examples, a body is one too.
fn curl(api: &Value, server: &str, method: &str, path: &str, o: &Value) -> String {
    let mut path = path.to_owned();
    for p in o["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
        let given = p.get("example").cloned().unwrap_or_else(|| of(api, &p["schema"]));
        path = path.replace(&format!("{{{}}}", text(p, "name")), given.as_str().unwrap_or_default());
    }
    let verb = if method == "get" { String::new() } else { format!("-X {} ", method.to_uppercase()) };
    let mut lines = vec![format!("curl {verb}'{server}{path}'")];
    lines.push("  -H \"Authorization: Bearer $MILLRACE_KEY\"".to_owned());
    let repeats = o["parameters"].as_array().into_iter().flatten().any(|p| p["name"] == "Idempotency-Key");
    if repeats {
        lines.push("  -H \"Idempotency-Key: $(uuidgen)\"".to_owned());
    }
    if let Some(schema) = o.pointer("/requestBody/content/application~1json/schema") {
        let body = pretty(&of(api, schema)).replace('\'', "'\\''");
        lines.push(format!("  --json '{body}'"));
    }
    lines.join(" \\\n")
}

/// Every object of the description, by name.
pub fn objects(api: &Value) -> Vec<Object> {
    let all = api.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
    all.map(|(name, schema)| {
        let mut fields = Vec::new();
        let variants = schema["oneOf"].as_array().into_iter().flatten();
        for part in std::iter::once(schema).chain(variants) {
            for (field, value) in part["properties"].as_object().into_iter().flatten() {
                let needed = part["required"].as_array().is_some_and(|all| all.iter().any(|n| n == field));
                fields.push(field_of(api, field, value, needed));
            }
        }
        let plain = fields.is_empty().then(|| format!("{} {}", kind(schema), bounds(schema)));
        Object {
            name: name.clone(),
            what: paragraphs(&text(schema, "description")),
            fields,
            value: plain.unwrap_or_default(),
        }
    })
    .collect()
}

fn field_of(api: &Value, name: &str, schema: &Value, needed: bool) -> Field {
    let own = text(schema, "description");
    let said = if own.is_empty() { text(resolve(api, schema), "description") } else { own };
    Field {
        name: name.to_owned(),
        place: String::new(),
        kind: kind_of(schema),
        needed,
        what: paragraphs(&said),
        bounds: bounds(schema),
    }
}

/// `array of Campaign or null`.
fn kind_of(schema: &Value) -> Kind {
    if let Some(name) = schema["$ref"].as_str().and_then(|r| r.rsplit('/').next()) {
        return Kind { before: String::new(), object: name.to_owned(), after: String::new() };
    }
    if let Some(choices) = schema["oneOf"].as_array() {
        let nullable = choices.iter().any(|c| c["type"] == "null");
        let mut kind = choices.iter().find(|c| c["type"] != "null").map_or_else(plain_value, kind_of);
        if nullable {
            kind.after.push_str(" or null");
        }
        return kind;
    }
    let nullable = schema["type"].as_array().is_some_and(|all| all.iter().any(|t| t == "null"));
    let after = if nullable { " or null" } else { "" };
    match kind(schema) {
        "array" => {
            let mut items = kind_of(&schema["items"]);
            items.before = format!("list of {}", items.before);
            items.after.push_str(after);
            items
        }
        "" => Kind { after: after.to_owned(), ..plain_value() },
        word => Kind { before: word.to_owned(), object: String::new(), after: after.to_owned() },
    }
}

fn plain_value() -> Kind {
    Kind { before: "any value".into(), object: String::new(), after: String::new() }
}

/// Limits and words of a value, in a sentence.
fn bounds(schema: &Value) -> String {
    let mut all = Vec::new();
    let schema = if kind(schema) == "array" {
        if let Some(most) = schema["maxItems"].as_u64() {
            all.push(format!("at most {most}"));
        }
        &schema["items"]
    } else {
        schema
    };
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<&str> = words.iter().filter_map(Value::as_str).collect();
        all.push(words.join(", "));
    }
    match (schema["minimum"].as_f64(), schema["maximum"].as_f64()) {
        (Some(least), Some(most)) => all.push(format!("{least} to {most}")),
        (Some(least), None) => all.push(format!("at least {least}")),
        _ => {}
    }
    match (schema["minLength"].as_u64(), schema["maxLength"].as_u64()) {
        (Some(least), Some(most)) => all.push(format!("{least} to {most} characters")),
        (None, Some(most)) => all.push(format!("at most {most} characters")),
        _ => {}
    }
    if let Some(format) = schema["format"].as_str().filter(|f| *f == "date-time") {
        all.push(format.to_owned());
    }
    all.join("; ")
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}

/// Paragraphs stand apart by an empty line.
pub fn paragraphs(text: &str) -> Vec<Paragraph> {
    text.split("\n\n").map(str::trim).filter(|p| !p.is_empty()).map(pieces).collect()
}

/// The little of Markdown that descriptions use: `**bold**` and code.
fn pieces(text: &str) -> Paragraph {
    let mut out = Vec::new();
    for (n, part) in text.split('`').enumerate() {
        if n % 2 == 1 {
            out.push(Piece::Code(part.to_owned()));
            continue;
        }
        for (n, part) in part.split("**").enumerate().filter(|(_, part)| !part.is_empty()) {
            let part = part.replace('\n', " ");
            out.push(if n % 2 == 1 { Piece::Bold(part) } else { Piece::Plain(part) });
        }
    }
    out
}

/// The words of problems, for the addresses that problems carry.
pub fn problems() -> Vec<Term> {
    const ALL: &[(&str, &str)] = &[
        ("bad_request", "The request cannot be read."),
        (
            "invalid_parameter",
            "A query parameter is unknown, given twice or cannot be read; errors names it.",
        ),
        ("invalid_json", "The body is no JSON."),
        (
            "invalid_body",
            "The body has a field that is unknown, missing or of the wrong type; errors names it.",
        ),
        ("invalid", "Some values cannot be taken; errors names each with what to do."),
        ("unauthenticated", "There is no key. Send Authorization: Bearer mr_live_…."),
        ("invalid_key", "The key is mistyped or unknown."),
        ("key_expired", "The key's time is over; create another."),
        ("key_revoked", "The key was revoked; create another."),
        ("forbidden", "This is not for this account to do."),
        ("insufficient_scope", "The key lacks the scope that the operation needs."),
        ("address_not_allowed", "The key may not come from this address."),
        ("account_closed", "The account of the key is closed."),
        (
            "creator_disabled",
            "Whoever created the key can no longer sign in; somebody else has to rotate it.",
        ),
        ("not_found", "There is no such object or address, or it is not this key's to see."),
        (
            "method_not_allowed",
            "The address does not take that method; the Allow header lists those it takes.",
        ),
        ("not_acceptable", "Not available in the form that was asked for."),
        ("conflict", "It contradicts the present state, such as approving what was rejected."),
        ("idempotency_key_invalid", "The Idempotency-Key is empty, too long, or has spaces in it."),
        ("idempotency_key_missing", "This write needs an Idempotency-Key."),
        ("idempotency_key_reused", "The Idempotency-Key was used for another request."),
        ("idempotency_running", "A request with this Idempotency-Key still runs; ask again in a moment."),
        ("payload_too_large", "The body is larger than the server takes."),
        ("uri_too_long", "The address is too long."),
        ("unsupported_media_type", "The body has to be application/json."),
        ("rate_limited", "Too many requests; Retry-After says how many seconds to wait."),
        ("unavailable", "A database is away; try again after Retry-After. Tracking goes on meanwhile."),
        ("internal", "Something went wrong on our side; the log has it under the request id."),
    ];
    ALL.iter().map(|(word, what)| Term { word, what }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_have_bold_and_code() {
        assert_eq!(
            pieces("**Keys** are `a*b` here"),
            [
                Piece::Bold("Keys".into()),
                Piece::Plain(" are ".into()),
                Piece::Code("a*b".into()),
                Piece::Plain(" here".into())
            ]
        );
        assert_eq!(paragraphs("a\nb\n\nc").len(), 2);
    }
}
