//! The browser's end of the stream of events. On the server it is a no-op.

#[cfg(feature = "hydrate")]
mod here {
    use wasm_bindgen::{JsCast as _, closure::Closure};
    use web_sys::{Event, EventSource, MessageEvent};

    /// Where the stream is kept: it belongs to the browser's one thread.
    pub type Keep = leptos::prelude::LocalStorage;

    /// An open stream; dropping it closes it.
    pub struct Source {
        inner: EventSource,
        _said: Closure<dyn Fn(MessageEvent)>,
        _ended: Closure<dyn Fn(Event)>,
        _failed: Closure<dyn Fn(Event)>,
    }

    impl Source {
        /// Opens it. `said` gets each text; `ended` is called when the session has ended; `failed` when the connection is
        /// lost, with whether the browser gives up trying.
        pub fn open(
            said: impl Fn(String) + 'static,
            ended: impl Fn() + 'static,
            failed: impl Fn(bool) + 'static,
        ) -> Option<Self> {
            let inner = EventSource::new("/live").ok()?;
            let said = Closure::<dyn Fn(MessageEvent)>::new(move |e: MessageEvent| {
                if let Some(text) = e.data().as_string() {
                    said(text);
                }
            });
            let ended = Closure::<dyn Fn(Event)>::new(move |_| ended());
            let source = inner.clone();
            let failed = Closure::<dyn Fn(Event)>::new(move |_| {
                failed(source.ready_state() == EventSource::CLOSED);
            });
            inner.set_onmessage(Some(said.as_ref().unchecked_ref()));
            inner.set_onerror(Some(failed.as_ref().unchecked_ref()));
            let _ = inner.add_event_listener_with_callback("signed-out", ended.as_ref().unchecked_ref());
            Some(Self { inner, _said: said, _ended: ended, _failed: failed })
        }
    }

    impl Drop for Source {
        fn drop(&mut self) {
            self.inner.set_onmessage(None);
            self.inner.set_onerror(None);
            self.inner.close();
        }
    }
}

#[cfg(not(feature = "hydrate"))]
mod here {
    /// A request may end on another thread than it began on.
    pub type Keep = leptos::prelude::SyncStorage;

    pub struct Source;

    impl Source {
        pub fn open(
            _: impl Fn(String) + 'static,
            _: impl Fn() + 'static,
            _: impl Fn(bool) + 'static,
        ) -> Option<Self> {
            None
        }
    }
}

pub use here::{Keep, Source};
