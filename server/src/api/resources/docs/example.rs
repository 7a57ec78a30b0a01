//! Examples of what is sent and answered, put together from the examples of the parts.

use serde_json::{Map, Value, json};

/// How deep objects are followed; the description has no circles, so this only guards against one.
const DEEPEST: usize = 8;

/// What a schema is about: a reference is followed.
pub fn resolve<'a>(api: &'a Value, schema: &'a Value) -> &'a Value {
    let place = schema["$ref"].as_str().and_then(|r| r.strip_prefix('#'));
    place.and_then(|place| api.pointer(place)).unwrap_or(schema)
}

/// An example value of a schema.
pub fn of(api: &Value, schema: &Value) -> Value {
    example(api, schema, 0)
}

fn example(api: &Value, schema: &Value, depth: usize) -> Value {
    if depth > DEEPEST {
        return Value::Null;
    }
    let schema = resolve(api, schema);
    if let Some(given) = schema.get("example").or_else(|| schema.pointer("/examples/0")) {
        return given.clone();
    }
    if let Some(word) = schema.pointer("/enum/0") {
        return word.clone();
    }
    let choices = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array);
    if let Some(choices) = choices {
        let real = choices.iter().find(|c| c["type"] != "null").unwrap_or(&Value::Null);
        return example(api, real, depth + 1);
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let objects = parts.iter().map(|part| example(api, part, depth + 1));
        let fields = objects.filter_map(|part| part.as_object().cloned()).flatten();
        return Value::Object(fields.collect());
    }
    match kind(schema) {
        "object" => {
            let mut fields = Map::new();
            for (name, field) in schema["properties"].as_object().into_iter().flatten() {
                fields.insert(name.clone(), example(api, field, depth + 1));
            }
            Value::Object(fields)
        }
        "array" => json!([example(api, &schema["items"], depth + 1)]),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or(json!(0)),
        "boolean" => json!(false),
        "string" => json!(""),
        _ => Value::Null,
    }
}

/// The type of a schema that is not `null`.
pub fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(one) => one,
        Value::Array(several) => {
            several.iter().filter_map(Value::as_str).find(|t| *t != "null").unwrap_or_default()
        }
        _ if schema.get("properties").is_some() => "object",
        _ => "",
    }
}
