//! Setting two-step sign-in up, and what can be done once it is on.

use super::api::{BeginTwoStep, CancelTwoStep, ConfirmTwoStep, DisableTwoStep, NewRecoveryCodes};
use crate::{
    parts::Failure,
    ui::{
        Badge, Card, Confirm, CopyButton, Fact, Facts, Field, FormErrors, FormScope, Moment, ServerAction,
        SubmitButton, Tone, form_error,
    },
};
use domain::view::{SetupView, TwoStepView};
use leptos::{prelude::*, server_fn::ServerFn as _};

/// How it stands, and the next thing to do.
#[component]
pub fn TwoStepCard(
    /// How it stands.
    data: TwoStepView,
) -> impl IntoView {
    let failures = view! {
        <Failure error=form_error(ServerAction::<BeginTwoStep>::new()) />
        <Failure error=form_error(ServerAction::<NewRecoveryCodes>::new()) />
        <Failure error=form_error(ServerAction::<DisableTwoStep>::new()) />
    }
    .into_any();
    let codes = (!data.new_codes.is_empty()).then(|| view! { <CodesCard codes=data.new_codes.clone() /> });
    let body = match (&data.since, &data.setup) {
        (Some(_), _) => on(data),
        (None, Some(setup)) => set_up(setup.clone()),
        (None, None) => off(),
    };
    view! { {failures} {codes} {body} }
}

fn off() -> AnyView {
    view! {
        <Card title="Two-step sign-in" actions=view! { <Badge>"Off"</Badge> }.into_any()>
            <p class="sub">
                "After the password, an app on your phone shows a code that changes every half minute. A stolen password alone then opens nothing."
            </p>
            <form method="post" action=BeginTwoStep::url() class="form-actions">
                <SubmitButton label="Set up two-step sign-in" />
            </form>
        </Card>
    }
    .into_any()
}

fn set_up(setup: SetupView) -> AnyView {
    let error = form_error(ServerAction::<ConfirmTwoStep>::new());
    let SetupView { secret, url, size, path } = setup;
    // Four modules of quiet zone around the code, as readers expect.
    let view_box = format!("-4 -4 {0} {0}", size + 8);
    let plain = secret.replace(' ', "");
    view! {
        <Card title="Set up two-step sign-in">
            <ol class="steps">
                <li>
                    <p>
                        "Scan this with an authenticator app, such as Aegis, Google Authenticator or 1Password. On the same device, "
                        <a href=url rel="external">"open it in the app"</a> "."
                    </p>
                    <svg class="qr" viewBox=view_box role="img" aria-label="QR code with the secret below">
                        <rect class="qr-ground" x="-4" y="-4" width="100%" height="100%"></rect>
                        <path class="qr-dark" d=path></path>
                    </svg>
                    <p>
                        "Or type it in: " <code class="secret" id="totp-secret">{secret}</code>
                        <CopyButton text=plain what="secret" />
                    </p>
                </li>
                <li>
                    <FormScope error=error>
                        <form method="post" action=ConfirmTwoStep::url() class="form">
                            <FormErrors />
                            <Field
                                name="code"
                                label="Code"
                                hint="The six digits that the app shows now."
                                autocomplete="one-time-code"
                                inputmode="numeric"
                            />
                            <div class="form-actions"><SubmitButton label="Turn on" /></div>
                        </form>
                    </FormScope>
                </li>
            </ol>
            <form method="post" action=CancelTwoStep::url()>
                <button type="submit" class="btn ghost s">"Cancel set-up"</button>
            </form>
        </Card>
    }
    .into_any()
}

fn on(data: TwoStepView) -> AnyView {
    let left = match data.codes_left {
        0 => "none left".to_owned(),
        n => format!("{n} left"),
    };
    let few = (data.codes_left < 3).then(|| view! { <Badge tone=Tone::Warn>"Make new ones"</Badge> });
    let off = if data.required {
        view! { <p class="sub">"Your network requires it, so it cannot be turned off."</p> }.into_any()
    } else {
        view! {
            <Confirm label="Turn off…" title="Turn two-step sign-in off?" id="two-step-off" danger=true>
                <p>"Your password alone then opens your account. The recovery codes stop working."</p>
                <form method="post" action=DisableTwoStep::url()>
                    <SubmitButton label="Turn off" danger=true />
                </form>
            </Confirm>
        }
        .into_any()
    };
    view! {
        <Card title="Two-step sign-in" actions=view! { <Badge tone=Tone::Ok>"On"</Badge> }.into_any()>
            <Facts>
                {data.since.map(|at| view! { <Fact label="On since"><Moment at /></Fact> })}
                <Fact label="Recovery codes">{left}" "{few}</Fact>
            </Facts>
            <div class="form-actions">
                <Confirm label="New recovery codes…" title="Make new recovery codes?" id="new-codes">
                    <p>"The ones you have stop working."</p>
                    <form method="post" action=NewRecoveryCodes::url()>
                        <SubmitButton label="Make new codes" />
                    </form>
                </Confirm>
                {off}
            </div>
        </Card>
    }
    .into_any()
}

/// Recovery codes, this once.
#[component]
fn CodesCard(codes: Vec<String>) -> impl IntoView {
    let text = codes.join("\n");
    let file = format!("data:text/plain;charset=utf-8,{}", codes.join("%0A"));
    let lines = codes.into_iter().map(|c| view! { <li><code>{c}</code></li> }).collect_view();
    view! {
        <Card title="Recovery codes" sub="Each opens the second step once, if you lose your phone. Nobody can show them again.">
            <ul class="codes" id="recovery-codes">{lines}</ul>
            <div class="form-actions">
                <CopyButton text=text what="recovery codes" wide=true />
                <a class="btn s" href=file download="millrace-recovery-codes.txt" rel="external">"Download"</a>
            </div>
        </Card>
    }
}
