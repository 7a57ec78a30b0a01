//! Becoming an affiliate: the public form, the proof of the email address, the decision.
//!
//! ```text
//! form → unconfirmed ──link in a letter──► waiting ──a person, or the open mode──► approved: affiliate and invitation
//!                 └ a week: forgotten           └──► rejected: a letter with the reason
//! ```
//! Whoever sends the form is nobody yet, and gets the same answer whatever the address is known for.

mod access;
mod confirm;
mod decide;
mod form;
mod letters;
mod lists;
mod settings;

pub use access::{access_list, decide_many};
pub use confirm::{Confirmed, Pending, confirm, forget_unconfirmed, pending};
pub use decide::{approve, reject};
pub use form::{Form, SignUpError, form, sign_up};
pub(crate) use letters::tell_answer;
pub use lists::{application, applications, waiting};
pub use settings::{
    add_question, mode, move_question, publish_terms, remove_question, set_mode, sign_up_settings,
    terms_settings, update_question,
};

use chrono::{DateTime, Utc};
use domain::{period, view::TimeView};

/// Kind of the links that prove an address.
const CONFIRM: &str = "sign_up";

/// Hours such a link works.
const CONFIRM_HOURS: i64 = 24;

fn time(at: DateTime<Utc>, tz: &str) -> TimeView {
    let ms = at.timestamp_millis();
    TimeView { utc: period::utc_time(ms), local: period::local_time(ms, tz) }
}
