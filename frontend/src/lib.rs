//! The browser's entry point: takes over the page that the server has rendered.

use leptos::{mount::hydrate_body, prelude::*};
use wasm_bindgen::prelude::wasm_bindgen;

/// Called by the script in the document's head. Waits for the piece of the code that has the page, and then takes over
/// in one go; while there is none, the page stays what the server has sent.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    wasm_bindgen_futures::spawn_local(async {
        let path = location().pathname().unwrap_or_default();
        app::ready(&path).await;
        hydrate_body(|| view! { <app::App /> });
    });
}
