//! A secret on its way into the answer of a form that was sent without JavaScript: such an answer is a redirect, and
//! a secret must not be in an address. The server puts a slot into the request, and makes a page of what is in it.

use domain::view::ShownKey;
use http::request::Parts;
use leptos::prelude::use_context;
use std::sync::{Arc, Mutex, PoisonError};

/// The slot, in the extensions of a request.
#[derive(Clone, Default)]
pub struct OneTime(Arc<Mutex<Option<(ShownKey, String)>>>);

impl OneTime {
    /// Puts a new key into the slot of this request, and where the list of keys is.
    pub fn put(key: ShownKey, list: String) {
        let slot = use_context::<Parts>().and_then(|p| p.extensions.get::<Self>().cloned());
        if let Some(Self(slot)) = slot {
            *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some((key, list));
        }
    }

    /// Takes out what was put in.
    #[must_use]
    pub fn take(&self) -> Option<(ShownKey, String)> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}
