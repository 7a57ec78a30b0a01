//! The form.

use super::{
    Frame,
    api::{FormPage, SignUp, brand, open_form},
};
use crate::{
    error::AppError,
    ui::{
        ActionForm, Checkbox, Field, FormErrors, FormScope, Hidden, SelectField, ServerAction, SubmitButton,
        TextArea, form_error,
    },
};
use domain::{
    status::{QuestionKind, SignUpMode},
    view::{Question, SignUpForm},
};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// `/signup`.
#[component]
pub fn SignUpPage() -> impl IntoView {
    let action = ServerAction::<SignUp>::new();
    let done = use_query_map();
    // A form that came back is made anew, with another stamp.
    let res = Resource::new_blocking(move || action.version().get(), |_| open_form());
    let content = move || {
        let sent = done.read().get("done").is_some_and(|d| d == "sent");
        Suspend::new(async move {
            match res.await {
                Ok(FormPage { network, .. }) if sent => sent_view(network),
                Ok(FormPage { network, form }) if form.mode == SignUpMode::Closed.word() => closed(network),
                Ok(FormPage { network, form }) => open(network, form, action),
                Err(error) => failed(error),
            }
        })
    };
    view! {
        <Transition fallback=|| view! { <Frame title="Become an affiliate"><p role="status">"One moment…"</p></Frame> }>
            {content}
        </Transition>
    }
}

fn failed(error: AppError) -> AnyView {
    view! { <Frame title="Become an affiliate"><p role="alert">{error.message}</p></Frame> }.into_any()
}

fn closed(network: String) -> AnyView {
    view! {
        <Frame title="No applications at the moment" network>
            <p>"This network takes no new affiliates now. If you have an account already, sign in."</p>
            <a class="btn primary" rel="external" href="/login">"Sign in"</a>
        </Frame>
    }
    .into_any()
}

fn sent_view(network: String) -> AnyView {
    view! {
        <Frame title="Look into your mailbox" network>
            <p role="status">
                "We have sent a letter to the address you entered. Open the link in it within 24 hours to confirm that the address is yours."
            </p>
            <p class="sub">"Nothing there after a few minutes? Look into the folder for spam, or "<a href="/signup">"send the form again"</a>"."</p>
        </Frame>
    }
    .into_any()
}

fn open(network: String, form: SignUpForm, action: ServerAction<SignUp>) -> AnyView {
    let SignUpForm { questions, terms, stamp, .. } = form;
    let asked = questions.into_iter().map(question).collect_view();
    let terms = terms.map(|(version, body)| terms_view(version, body));
    view! {
        <Frame title="Become an affiliate" network>
            <p>"Tell us who you are and how you bring traffic. We write to you to confirm your address first."</p>
            <FormScope error=form_error(action)>
                <ActionForm action attr:class="form" attr:novalidate=true>
                    <FormErrors />
                    <Hidden name="draft[stamp]" value=stamp />
                    <div class="vh" aria-hidden="true">
                        <label>"Fax"<input type="text" name="draft[fax]" tabindex="-1" autocomplete="off" /></label>
                    </div>
                    <Field name="draft[name]" label="Company or name" autocomplete="organization" />
                    <Field name="draft[email]" label="Email" kind="email" autocomplete="email" hint="You will sign in with it." />
                    <div class="form-row">
                        <Field name="draft[country]" label="Country" hint="Two letters, such as DE." autocomplete="country" optional=true />
                        <Field name="draft[website]" label="Website" inputmode="url" autocomplete="url" optional=true />
                    </div>
                    <TextArea
                        name="draft[description]"
                        label="How do you bring traffic?"
                        hint="Channels, topics, countries, and about how many visitors a month."
                        rows=4
                    />
                    {asked}
                    {terms}
                    <div class="form-actions">
                        <SubmitButton label="Apply" pending=action.pending() />
                        <a class="btn ghost" rel="external" href="/login">"I have an account"</a>
                    </div>
                </ActionForm>
            </FormScope>
        </Frame>
    }
    .into_any()
}

fn question(q: Question) -> AnyView {
    let name = format!("answers[{}]", q.id);
    let Question { label, hint, required, options, .. } = q;
    let optional = !required;
    match q.kind.parse() {
        Ok(QuestionKind::Textarea) => view! { <TextArea name label hint rows=3 optional /> }.into_any(),
        Ok(QuestionKind::Select) => {
            let options = options.into_iter().map(|o| (o.clone(), o)).collect();
            view! { <SelectField name label hint options prompt="Choose one" optional /> }.into_any()
        }
        Ok(QuestionKind::Checkbox) => view! { <Checkbox name label hint /> }.into_any(),
        _ => view! { <Field name label hint autocomplete="off" optional /> }.into_any(),
    }
}

/// The terms to be read, and the box that accepts this version of them.
fn terms_view(version: i32, body: String) -> AnyView {
    view! {
        <section class="terms" aria-labelledby="terms-title">
            <h2 id="terms-title">{format!("Terms, version {version}")}</h2>
            <div class="terms-text" tabindex="0" role="region" aria-labelledby="terms-title"><p class="pre">{body}</p></div>
            <Hidden name="draft[terms]" value=version.to_string() />
            <Checkbox name="draft[accepted]" label="I have read the terms and accept them" />
        </section>
    }
    .into_any()
}

/// The way to the form, while it takes applications.
#[component]
pub fn SignUpHint() -> impl IntoView {
    let brand = OnceResource::new_blocking(brand());
    view! {
        <Suspense fallback=|| ()>
            {move || Suspend::new(async move {
                brand
                    .await
                    .is_ok_and(|b| b.sign_up)
                    .then(|| view! { <p>"New here? "<a href="/signup">"Become an affiliate"</a></p> })
            })}
        </Suspense>
    }
}
