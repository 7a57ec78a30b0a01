//! Colours, type, buttons and fields.

use super::{section, state};
use crate::{
    error::{AppError, ErrorCode},
    ui::{
        Card, Check, CheckGroup, Checkbox, Checks, Combobox, CopyButton, Field, FormScope, SelectField,
        SubmitButton, TextArea,
    },
};
use leptos::prelude::*;

/// Tokens; text is shown on the ground it is made for.
const COLOURS: &[(&str, &str)] = &[
    ("--ink", "--surface"),
    ("--ink-2", "--surface"),
    ("--ink-3", "--surface"),
    ("--ink", "--bg"),
    ("--ink-3", "--bg"),
    ("--accent", "--surface"),
    ("--accent-ink", "--accent"),
    ("--accent", "--accent-soft"),
    ("--ok", "--ok-soft"),
    ("--warn", "--warn-soft"),
    ("--bad", "--bad-soft"),
    ("--info", "--info-soft"),
    ("--ink-2", "--line"),
];

pub(super) fn colours() -> AnyView {
    let swatch = |(ink, ground): &(&str, &str)| {
        let style = format!("color:var({ink});background:var({ground})");
        view! { <li class="swatch" style=style><b>{ink.to_string()}</b><span>{format!("on {ground}")}</span></li> }
    };
    section(
        "colours",
        view! { <ul class="swatches">{COLOURS.iter().map(swatch).collect_view()}</ul> }.into_any(),
    )
}

pub(super) fn typography() -> AnyView {
    let content = view! {
        <Card>
            <div class="stack">
                <p class="type-title">"Title of a page"</p>
                <h3>"A heading in a card"</h3>
                <p>"Running text with " <a href="#type" rel="external">"a link"</a> ", " <code>"a code"</code> " and " <kbd>"K"</kbd>"."</p>
                <p class="sub">"Smaller and grey, for what explains."</p>
                <p class="type-figures">"1,111,111.11" <br /> "8,888,888.88" <br /> "−2,000,000.00"</p>
            </div>
        </Card>
    };
    section("type", content.into_any())
}

pub(super) fn buttons() -> AnyView {
    let row = |content: AnyView| view! { <div class="guide-row">{content}</div> }.into_any();
    let kinds = view! {
        <button type="button" class="btn primary">"Save campaign"</button>
        <button type="button" class="btn">"Edit"</button>
        <button type="button" class="btn danger">"Archive"</button>
        <button type="button" class="btn ghost">"Cancel"</button>
        <a class="btn" href="#buttons" rel="external">"A link"</a>
    };
    let small = view! {
        <button type="button" class="btn s primary">"Approve"</button>
        <button type="button" class="btn s">"Columns"</button>
        <button type="button" class="btn s danger">"Reject…"</button>
        <span class="btn s off">"Previous"</span>
    };
    let busy = view! {
        <SubmitButton label="Save campaign" pending=Signal::derive(|| true) />
        <button type="button" class="btn" aria-busy="true">"Working…"</button>
        <button type="button" class="btn" disabled=true>"Not now"</button>
    };
    // Drawn as they are; one that works stands with the toasts.
    let toggle = |label: &'static str, on: bool| {
        let on = if on { "true" } else { "false" };
        view! { <button type="button" class="toggle" role="switch" aria-checked=on aria-label=label><i></i></button> }
    };
    let toggles = view! { {toggle("An example, on", true)} {toggle("An example, off", false)} };
    let copy = view! { <CopyButton text="camp_01J9K" what="campaign id" /> <CopyButton text="https://go.example.com" what="address" wide=true /> };
    let content = view! {
        <Card>
            <div class="stack">
                {state("In forms and top bars", row(kinds.into_any()))}
                {state("In tables and cards", row(small.into_any()))}
                {state("Working, and not possible", row(busy.into_any()))}
                {state("Copying", row(copy.into_any()))}
                {state("Switches: on and off", row(toggles.into_any()))}
            </div>
        </Card>
    };
    section("buttons", content.into_any())
}

pub(super) fn fields() -> AnyView {
    let mut error = AppError::new(ErrorCode::Invalid, "Some fields need another look.");
    for (name, why) in [
        ("bad_address", "Write it as https://shop.example.com/landing."),
        ("bad_choice", "Choose an advertiser."),
        ("bad_text", "At most 500 characters."),
        ("bad_tick", "Tick this to go on."),
    ] {
        error.fields.insert(name.to_owned(), why.to_owned());
    }
    let error = Signal::derive(move || Some(error.clone()));
    let choices =
        || vec![("a".to_owned(), "Northwind".to_owned()), ("b".to_owned(), "Solar Savings".to_owned())];
    let boxes = vec![Checks {
        heading: "Campaigns".into(),
        boxes: vec![
            Check {
                value: "campaigns:read".into(),
                label: "Read".into(),
                hint: "See campaigns and goals.".into(),
            },
            Check { value: "campaigns:write".into(), label: "Write".into(), hint: String::new() },
        ],
    }];
    let summary = view! {
        <div class="notice bad form-errors">
            <p><strong>"Some fields need another look."</strong></p>
            <ul>
                <li><a href="#f-bad-address" rel="external">"Write it as https://shop.example.com/landing."</a></li>
                <li><a href="#f-bad-choice" rel="external">"Choose an advertiser."</a></li>
            </ul>
        </div>
    };
    let fine = view! {
        <div class="form">
            <Field name="plain_name" label="Name" value="Auto quote" />
            <Field name="plain_hint" label="Destination" kind="url" hint="Macros such as {click_id} are filled in." optional=true />
            <div class="form-row">
                <Field name="plain_number" label="Window in days" kind="number" value="30" inputmode="numeric" />
                <SelectField name="plain_choice" label="Advertiser" options=choices() prompt="Choose an advertiser" />
            </div>
            <Combobox name="plain_many" label="Affiliate" options=choices() prompt="Choose an affiliate" hint="Type a part of the name." />
            <TextArea name="plain_text" label="Description" value="Two\nlines" optional=true />
            <Checkbox name="plain_tick" label="Hand unknown parameters on" checked=true hint="They end up at the destination." />
            <CheckGroup name="plain_scopes" label="Scopes" groups=boxes value="campaigns:read" hint="What the key may do." />
        </div>
    };
    let wrong = view! {
        <div class="form">
            {summary}
            <FormScope error>
                <Field name="bad_address" label="Destination" value="shop.example" hint="Where visitors arrive." />
                <SelectField name="bad_choice" label="Advertiser" options=choices() prompt="Choose an advertiser" />
                <TextArea name="bad_text" label="Description" value="Too long" />
                <Checkbox name="bad_tick" label="The terms are read" />
            </FormScope>
        </div>
    };
    let content = view! {
        <div class="halves">
            <Card>{state("Fine", fine.into_any())}</Card>
            <Card>{state("With errors", wrong.into_any())}</Card>
        </div>
    };
    section("fields", content.into_any())
}
