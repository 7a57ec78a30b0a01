//! Form fields. Inside a [`FormScope`] each finds its error, and after a post without JavaScript its value, by name.

use super::{FormAction, browser, drafts, use_live};
use crate::error::{AppError, ErrorCode};
use leptos::{context::Provider, html, prelude::*};

/// The error of the last attempt.
#[derive(Debug, Clone, Copy)]
struct Scope(Signal<Option<AppError>>);

/// What the last call of a server function ended with, if in an error. For [`FormScope`].
#[must_use]
pub fn form_error(action: impl Into<FormAction>) -> Signal<Option<AppError>> {
    let action: FormAction = action.into();
    let error = action.error();
    // The person has to confirm first: the form goes once more as a plain post, which leads to the page that asks.
    Effect::new(move |_| {
        if error.read().as_ref().is_some_and(|e| e.code == ErrorCode::StepUp) {
            browser::send_again(action.url());
        }
    });
    error
}

/// Around the fields of a form: tells them about errors.
#[component]
pub fn FormScope(
    /// From [`form_error`].
    error: Signal<Option<AppError>>,
    children: Children,
) -> impl IntoView {
    view! { <Provider value=Scope(error)>{children()}</Provider> }
}

/// `draft[name]` → `name`: the key of errors and values.
fn key_of(name: &str) -> &str {
    name.split_once('[').and_then(|(_, rest)| rest.strip_suffix(']')).unwrap_or(name)
}

/// Ids and what the scope knows about a field.
#[derive(Clone)]
pub(super) struct Wiring {
    pub(super) id: String,
    pub(super) hint_id: String,
    pub(super) error_id: String,
    pub(super) error: Signal<Option<String>>,
    pub(super) value: String,
}

impl Wiring {
    pub(super) fn new(name: &str, value: String) -> Self {
        let key = key_of(name).to_owned();
        let scope = use_context::<Scope>();
        let before =
            scope.and_then(|s| s.0.read_untracked().as_ref().and_then(|e| e.values.get(&key).cloned()));
        let id = format!("f-{}", key.replace('_', "-"));
        Self {
            hint_id: format!("{id}-hint"),
            error_id: format!("{id}-error"),
            id,
            error: Signal::derive(move || {
                scope.and_then(|s| s.0.read().as_ref().and_then(|e| e.fields.get(&key).cloned()))
            }),
            value: before.unwrap_or(value),
        }
    }

    /// For `aria-describedby`.
    pub(super) fn described(
        &self,
        hint: bool,
    ) -> impl Fn() -> Option<String> + Clone + Send + Sync + 'static + use<> {
        let (hint_id, error_id, error) = (self.hint_id.clone(), self.error_id.clone(), self.error);
        move || match (hint, error.read().is_some()) {
            (true, true) => Some(format!("{hint_id} {error_id}")),
            (true, false) => Some(hint_id.clone()),
            (false, true) => Some(error_id.clone()),
            (false, false) => None,
        }
    }

    pub(super) fn invalid(
        &self,
    ) -> impl Fn() -> Option<&'static str> + Clone + Send + Sync + 'static + use<> {
        let error = self.error;
        move || error.read().is_some().then_some("true")
    }

    /// Label above, hint, field, error.
    fn wrap(self, label: String, hint: String, optional: bool, field: AnyView) -> AnyView {
        let (hint_id, error_id, error) = (self.hint_id, self.error_id, self.error);
        let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=hint_id>{hint}</p> });
        let mark = optional.then(|| view! { <span class="optional">" (optional)"</span> });
        let error = move || error.get().map(|e| view! { <p class="error" id=error_id.clone()>{e}</p> });
        view! { <div class="field"><label for=self.id>{label}{mark}</label>{hint}{field}{error}</div> }
            .into_any()
    }
}

/// One line of text.
#[component]
pub fn Field(
    /// The name in the form, such as `draft[name]`.
    #[prop(into)]
    name: String,
    /// Above the field.
    #[prop(into)]
    label: String,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Under the label.
    #[prop(optional, into)]
    hint: String,
    /// `email`, `password`, `url`, `number`, …; default `text`.
    #[prop(default = "text")]
    kind: &'static str,
    /// Token such as `username`.
    #[prop(optional, into)]
    autocomplete: Option<String>,
    /// On-screen keyboard, such as `decimal`.
    #[prop(optional, into)]
    inputmode: Option<String>,
    /// Marked as optional.
    #[prop(optional)]
    optional: bool,
    /// Gets the focus when the page opens.
    #[prop(optional)]
    autofocus: bool,
) -> impl IntoView {
    let w = Wiring::new(&name, value);
    let value = if kind == "password" { String::new() } else { w.value.clone() };
    let field = view! {
        <input
            id=w.id.clone()
            name=name
            type=kind
            value=value
            autocomplete=autocomplete
            inputmode=inputmode
            autofocus=autofocus
            aria-describedby=w.described(!hint.is_empty())
            aria-invalid=w.invalid()
            aria-required=(!optional).then_some("true")
        />
    }
    .into_any();
    w.wrap(label, hint, optional, field)
}

/// Several lines of text.
#[component]
pub fn TextArea(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// Above the field.
    #[prop(into)]
    label: String,
    /// What it holds at first.
    #[prop(optional, into)]
    value: String,
    /// Under the label.
    #[prop(optional, into)]
    hint: String,
    /// Lines shown.
    #[prop(default = 3)]
    rows: u32,
    /// Marked as optional.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let w = Wiring::new(&name, value);
    // The text alone, no property: that would take away what was typed before the page was taken over. Browsers drop
    // the first line break of what the server writes.
    let first = if cfg!(feature = "ssr") && w.value.starts_with('\n') { "\n" } else { "" };
    let text = format!("{first}{}", super::raw_text(&w.value));
    let field = view! {
        <textarea
            id=w.id.clone()
            name=name
            rows=rows.to_string()
            aria-describedby=w.described(!hint.is_empty())
            aria-invalid=w.invalid()
            aria-required=(!optional).then_some("true")
        >
            {text}
        </textarea>
    }
    .into_any();
    w.wrap(label, hint, optional, field)
}

/// Value and label of each choice.
pub type Options = Vec<(String, String)>;

/// One of several.
#[component]
pub fn SelectField(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// Above the field.
    #[prop(into)]
    label: String,
    /// The choices.
    options: Options,
    /// The one chosen at first.
    #[prop(optional, into)]
    value: String,
    /// Under the label.
    #[prop(optional, into)]
    hint: String,
    /// First line without a value, such as `Choose an advertiser`.
    #[prop(optional, into)]
    prompt: String,
    /// Marked as optional.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let w = Wiring::new(&name, value);
    let chosen = w.value.clone();
    let prompt = (!prompt.is_empty()).then(|| view! { <option value="">{prompt}</option> });
    let options = options
        .into_iter()
        .map(|(value, label)| {
            let on = value == chosen;
            view! { <option value=value selected=on>{label}</option> }
        })
        .collect_view();
    let field = view! {
        <select
            id=w.id.clone()
            name=name
            aria-describedby=w.described(!hint.is_empty())
            aria-invalid=w.invalid()
            aria-required=(!optional).then_some("true")
        >
            {prompt}
            {options}
        </select>
    }
    .into_any();
    w.wrap(label, hint, optional, field)
}

/// Yes or no. Sends `true` when ticked and nothing otherwise: the argument needs `#[server(default)]` or
/// `#[serde(default)]`.
#[component]
pub fn Checkbox(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// Beside the box.
    #[prop(into)]
    label: String,
    /// Ticked at first.
    #[prop(optional)]
    checked: bool,
    /// Under the label.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let w = Wiring::new(&name, checked.to_string());
    let on = w.value == "true";
    let described = w.described(!hint.is_empty());
    let hint = (!hint.is_empty()).then(|| view! { <p class="hint" id=w.hint_id.clone()>{hint}</p> });
    let (error, error_id) = (w.error, w.error_id);
    view! {
        <div class="field check">
            <input id=w.id.clone() name=name type="checkbox" value="true" checked=on aria-describedby=described />
            <label for=w.id>{label}</label>
            {hint}
            {move || error.get().map(|e| view! { <p class="error" id=error_id.clone()>{e}</p> })}
        </div>
    }
}

/// A value that goes along.
#[component]
pub fn Hidden(
    /// The name in the form.
    #[prop(into)]
    name: String,
    /// The value.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    view! { <input type="hidden" name=name value=value /> }
}

/// Says above the form what went wrong, with a link to each field, and takes the focus.
#[component]
pub fn FormErrors() -> impl IntoView {
    let Some(Scope(error)) = use_context::<Scope>() else { return ().into_any() };
    let node = NodeRef::<html::Div>::new();
    let live = use_live();
    Effect::new(move |_| {
        let Some(code) = error.read().as_ref().map(|e| e.code) else { return };
        // The page may be made anew meanwhile: then this stands elsewhere in a moment, and is told again.
        if node.get().is_none() {
            return;
        }
        browser::focus(node);
        drafts::not_taken(node);
        if code == ErrorCode::SignedOut {
            live.signed_out();
        }
    });
    let list = move |e: &AppError| {
        e.fields
            .iter()
            .map(|(name, why)| {
                let href = format!("#f-{}", name.replace('_', "-"));
                view! { <li><a href=href rel="external">{why.clone()}</a></li> }
            })
            .collect_view()
    };
    let request = |e: &AppError| {
        (e.code == ErrorCode::Internal)
            .then(|| e.request_id.clone())
            .flatten()
            .map(|id| view! { <p class="sub">"Request id " <code>{id}</code></p> })
    };
    view! {
        {move || error.get().map(|e| view! {
            <div class="notice bad form-errors" role="alert" tabindex="-1" autofocus=true node_ref=node>
                <p><strong>{e.message.clone()}</strong></p>
                <ul>{list(&e)}</ul>
                {request(&e)}
            </div>
        })}
    }
    .into_any()
}

/// Sends the form; says so while it does.
#[component]
pub fn SubmitButton(
    /// The verb, such as `Save campaign`.
    #[prop(into)]
    label: String,
    /// `action.pending()`.
    #[prop(optional, into)]
    pending: Signal<bool>,
    /// Destructive.
    #[prop(optional)]
    danger: bool,
) -> impl IntoView {
    let class = if danger { "btn danger" } else { "btn primary" };
    let busy = move || pending.get().then_some("true");
    view! {
        <button type="submit" class=class aria-busy=busy>
            {move || if pending.get() { "Working…".to_owned() } else { label.clone() }}
        </button>
    }
}
