//! The security of one's own account: two-step sign-in and sessions. One page for every portal.
//!
//! All forms are plain posts: most of them may ask for the password first, which is a page of its own.

mod api;
mod sessions;
mod two_step;

pub use api::{ResetTwoStep, UnlockPerson};

use super::account_home;
use crate::{
    parts::Failure,
    ui::{
        Card, Checkbox, DoneNotice, FormScope, Load, Page, PageData, ServerAction, SubmitButton, form_error,
    },
};
use api::{RequireTwoStep, security};
use domain::view::SecurityView;
use leptos::{prelude::*, server_fn::ServerFn as _};
use sessions::SessionsCard;
use two_step::TwoStepCard;

const DONE: &[(&str, &str)] = &[
    ("begun", "Scan the code with your authenticator app, then enter what it shows."),
    ("cancelled", "Two-step sign-in stays off."),
    ("on", "Two-step sign-in is on. Keep the recovery codes below: they are shown this once."),
    ("codes", "These are your new recovery codes. The old ones no longer work."),
    ("off", "Two-step sign-in is off."),
    ("ended", "The session has ended."),
    ("others", "All your other sessions have ended."),
    ("policy", "The rule for the network's people is saved."),
];

/// The page.
#[component]
pub fn SecurityPage() -> impl IntoView {
    let res = PageData::new(|| (), |()| security());
    view! { <Load res title="Security" render=page /> }
}

fn page(data: SecurityView) -> AnyView {
    let must = data.two_step.required && data.two_step.since.is_none();
    let must = must.then(|| {
        view! {
            <div class="notice warn" role="status">
                "Your network requires two-step sign-in. The other pages open once it is set up."
            </div>
        }
    });
    let policy = data.policy.map(|on| view! { <PolicyCard on /> });
    view! {
        <Page title="Security" crumb=("Your account".to_owned(), account_home())>
            <DoneNotice says=DONE />
            {must}
            <TwoStepCard data=data.two_step />
            <SessionsCard rows=data.sessions />
            {policy}
        </Page>
    }
    .into_any()
}

/// What the network asks of its people.
#[component]
fn PolicyCard(on: bool) -> impl IntoView {
    let error = form_error(ServerAction::<RequireTwoStep>::new());
    view! {
        <Card title="For everybody in the network" sub="Administrators, affiliate managers and finance.">
            <Failure error />
            <FormScope error>
                <form method="post" action=RequireTwoStep::url() class="form">
                    <Checkbox
                        name="required"
                        label="Require two-step sign-in"
                        checked=on
                        hint="Who has not set it up gets to no other page until it is."
                    />
                    <div class="form-actions"><SubmitButton label="Save rule" /></div>
                </form>
            </FormScope>
        </Card>
    }
}
