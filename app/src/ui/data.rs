//! The data of a page: asked of the server, carried in the HTML, read by the browser.
//!
//! Leptos' resources are compiled once for each type they carry. These carry one type, the packed bytes of an answer,
//! and unpack them where the page is rendered; so a page more costs the browser's code little.

use crate::error::{AppError, ErrorCode};
use base64::{Engine as _, prelude::BASE64_STANDARD_NO_PAD};
use leptos::prelude::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::{future::Future, marker::PhantomData, pin::Pin};

/// An answer as text that stands in the HTML.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Packed(String);

type Fetching = Pin<Box<dyn Future<Output = Packed> + Send>>;

fn pack<T: Serialize>(answer: &Result<T, AppError>) -> Packed {
    // An empty text does not unpack, which is said then.
    Packed(
        postcard::to_allocvec(answer).map(|bytes| BASE64_STANDARD_NO_PAD.encode(bytes)).unwrap_or_default(),
    )
}

fn unpack<T: DeserializeOwned>(packed: &Packed) -> Result<T, AppError> {
    let bytes = BASE64_STANDARD_NO_PAD.decode(&packed.0).unwrap_or_default();
    postcard::from_bytes(&bytes).unwrap_or_else(|_| {
        Err(AppError::new(
            ErrorCode::Internal,
            "The page and the server do not understand each other. Reload the page.",
        ))
    })
}

/// What a page shows, fetched anew whenever its source changes.
pub struct PageData<T> {
    inner: Resource<Packed>,
    of: PhantomData<fn() -> T>,
}

impl<T: Serialize + DeserializeOwned + 'static> PageData<T> {
    /// Asks `fetch` for what `source` says.
    pub fn new<S, F>(
        source: impl Fn() -> S + Send + Sync + 'static,
        fetch: impl Fn(S) -> F + Send + Sync + 'static,
    ) -> Self
    where
        S: PartialEq + Clone + Send + Sync + 'static,
        F: Future<Output = Result<T, AppError>> + Send + 'static,
    {
        let fetch = move |s: S| -> Fetching {
            let answer = fetch(s);
            Box::pin(async move { pack(&answer.await) })
        };
        Self { inner: Resource::new(source, fetch), of: PhantomData }
    }

    /// Waits for it.
    ///
    /// # Errors
    /// Those of the server function.
    pub async fn ready(self) -> Result<T, AppError> {
        unpack(&self.inner.await)
    }
}

impl<T> PageData<T> {
    /// Asks again.
    pub fn refetch(self) {
        self.inner.refetch();
    }
}

impl<T> Clone for PageData<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for PageData<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_and_errors_survive() {
        let answer: Result<Vec<Option<String>>, AppError> = Ok(vec![Some("ä".into()), None]);
        assert_eq!(unpack::<Vec<Option<String>>>(&pack(&answer)), answer);
        let mut error = AppError::not_found();
        error.fields.insert("name".into(), "is missing".into());
        assert_eq!(unpack::<u8>(&pack::<u8>(&Err(error.clone()))), Err(error));
        assert!(unpack::<u8>(&Packed(String::new())).is_err());
    }
}
