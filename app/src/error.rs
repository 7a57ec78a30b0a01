//! The one error that reaches a browser: a code, a sentence, what is wrong with which field. No internals.
//!
//! On the server, [`crate::ctx::fail`] adds the request id and sets the HTTP status.

use leptos::server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};

/// What kind of failure; decides the status and the page shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// Something entered cannot be taken; `fields` says what.
    Invalid,
    /// Nobody is signed in, or the session has ended.
    SignedOut,
    Forbidden,
    /// Allowed, once the person has given a password or a code again.
    StepUp,
    /// Does not exist, or is not the asker's to see.
    NotFound,
    /// Not possible in the present state.
    Conflict,
    /// Too many attempts; wait.
    TooMany,
    /// A database does not answer.
    Unavailable,
    /// The browser could not reach the server.
    Network,
    Internal,
}

impl ErrorCode {
    /// The HTTP status that goes with it.
    #[must_use]
    pub fn status(self) -> u16 {
        match self {
            Self::Invalid => 422,
            Self::SignedOut => 401,
            Self::Forbidden | Self::StepUp => 403,
            Self::NotFound => 404,
            Self::Conflict => 409,
            Self::TooMany => 429,
            Self::Unavailable | Self::Network => 503,
            Self::Internal => 500,
        }
    }
}

/// See the module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AppError {
    pub code: ErrorCode,
    /// A sentence for the person: what happened, what is safe, what to do.
    pub message: String,
    /// Field of the form → what is wrong with it.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
    /// What had been entered, so that a form sent without JavaScript comes back filled in. Never a password.
    #[serde(default)]
    pub values: BTreeMap<String, String>,
    #[serde(default)]
    pub request_id: Option<String>,
}

impl AppError {
    /// An error without field messages.
    #[must_use]
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            fields: BTreeMap::new(),
            values: BTreeMap::new(),
            request_id: None,
        }
    }

    /// The thing does not exist for the asker.
    #[must_use]
    pub fn not_found() -> Self {
        Self::new(ErrorCode::NotFound, "There is nothing at this address.")
    }

    /// Adds what had been entered: the text fields of a draft, by name.
    #[must_use]
    pub fn with_values<T: Serialize>(mut self, draft: &T) -> Self {
        use leptos::serde_json::Value;
        if let Ok(Value::Object(all)) = leptos::serde_json::to_value(draft) {
            for (name, value) in all {
                let text = match value {
                    Value::String(s) => s,
                    Value::Bool(b) => b.to_string(),
                    Value::Number(n) => n.to_string(),
                    Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" "),
                    _ => continue,
                };
                if !name.contains("password") {
                    self.values.insert(name, text);
                }
            }
        }
        self
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for AppError {}

impl FromServerFnError for AppError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(e: ServerFnErrorErr) -> Self {
        let (code, message) = match e {
            ServerFnErrorErr::Request(_) => (
                ErrorCode::Network,
                "The server could not be reached. Nothing was changed; check the connection and try again.",
            ),
            // In the browser it is the answer that makes no sense: something else answered in the server's place.
            ServerFnErrorErr::Deserialization(_) if !cfg!(feature = "ssr") => {
                (ErrorCode::Unavailable, "The server gave no proper answer. Try again in a moment.")
            }
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_) => {
                (ErrorCode::Invalid, "The form was incomplete. Reload the page and try again.")
            }
            _ => {
                (ErrorCode::Internal, "Something went wrong on our side. It is in the log; please try again.")
            }
        };
        let error = Self::new(code, message);
        #[cfg(feature = "ssr")]
        let error = crate::ctx::fail(error);
        error
    }
}
