//! The answers of a use case that did not work out.

use std::{collections::BTreeMap, fmt};
use store::StoreError;

/// What is wrong with a form: the field's name in the draft and a sentence for the person who filled it in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FieldErrors(pub BTreeMap<&'static str, String>);

impl FieldErrors {
    /// One field.
    #[must_use]
    pub fn one(field: &'static str, message: impl Into<String>) -> Self {
        let mut all = Self::default();
        all.add(field, message);
        all
    }

    /// Notes a message; the first one of a field stays.
    pub fn add(&mut self, field: &'static str, message: impl Into<String>) {
        self.0.entry(field).or_insert_with(|| message.into());
    }

    /// Keeps the value, or notes what is wrong with it.
    pub fn take<T, E: fmt::Display>(&mut self, field: &'static str, result: Result<T, E>) -> Option<T> {
        result.map_err(|e| self.add(field, e.to_string())).ok()
    }

    /// Nothing is wrong?
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `Ok` if nothing is wrong.
    ///
    /// # Errors
    /// [`EngineError::Invalid`] with what was noted.
    pub fn check(self) -> Result<(), EngineError> {
        if self.is_empty() { Ok(()) } else { Err(EngineError::Invalid(self)) }
    }
}

impl fmt::Display for FieldErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (field, message)) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("; ")?;
            }
            write!(f, "{field}: {message}")?;
        }
        Ok(())
    }
}

/// The sentence of [`EngineError::Forbidden`] where somebody else's portal is only looked at.
pub const READ_ONLY: &str = "You are viewing somebody else's portal; nothing can be changed.";

/// Why a use case did not do it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum EngineError {
    /// What was entered cannot be taken.
    #[error("{0}")]
    Invalid(FieldErrors),
    /// There is no such object, or it is not the asker's to see.
    #[error("not found")]
    NotFound,
    /// The asker may not do this; the sentence says why.
    #[error("{0}")]
    Forbidden(String),
    /// Not in the state it is in; the sentence says why.
    #[error("{0}")]
    Conflict(String),
    /// A database does not answer: try again later.
    #[error("temporarily unavailable")]
    Unavailable,
    /// A mistake of ours; details are in the log.
    #[error("internal error")]
    Internal,
}

impl EngineError {
    /// One wrong field.
    pub fn invalid(field: &'static str, message: impl Into<String>) -> Self {
        Self::Invalid(FieldErrors::one(field, message))
    }
}

impl From<StoreError> for EngineError {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Unavailable(why) => {
                tracing::warn!(error = %why, "the database is not available");
                Self::Unavailable
            }
            StoreError::Serialization => Self::Unavailable,
            StoreError::Conflict { constraint } => {
                tracing::info!(constraint, "a constraint refused the change");
                Self::Conflict("The change contradicts what is stored; reload the page and try again.".into())
            }
            StoreError::Denied(why) => {
                tracing::warn!(error = %why, "the database refused the statement");
                Self::Forbidden("This is not yours to change.".into())
            }
            StoreError::ReadOnly => Self::Forbidden(READ_ONLY.into()),
            StoreError::Other(why) => {
                tracing::error!(error = %why, "store error");
                Self::Internal
            }
        }
    }
}
