//! The kit: every page is made of these parts. One file a family; each prop is described where it is declared.
//!
//! All text arrives formatted by the server, so that the first HTML and the hydrated page agree. Every part works
//! without JavaScript; what cannot is marked `only-js` and shown once the page is hydrated.

pub mod browser;
pub mod card;
pub mod chart;
pub mod confirm;
pub mod feedback;
pub mod filter;
pub mod form;
pub mod icons;
pub mod nav;
pub mod page;
pub mod query;
pub mod shell;
pub mod state;
pub mod table;

pub use card::{Card, Fact, Facts, KpiStrip, KpiTile, Kpis};
pub use chart::TimeChart;
pub use confirm::{Confirm, CopyButton};
pub use feedback::{Badge, DoneNotice, Notice, StatusBadge, Toaster, Toasts, Tone, tone_of, use_toaster};
pub use filter::{Filter, FilterBar, GetForm, PeriodPicker};
pub use form::{
    Checkbox, Field, FormErrors, FormScope, Hidden, Options, SelectField, SubmitButton, TextArea, form_error,
};
pub use page::{Freshness, Load, Page};
pub use shell::Shell;
pub use state::{EmptyState, ErrorState, Forbidden, NotFound};
pub use table::{
    Moment, MoneyCell, NameCell, Num, Pager, StatusCell, TableCard, Text, Th, TimeCell, TotalsRow,
};

/// Text of a document's title or a text area. What stands there comes from strangers, and on the server both are
/// written into the HTML as they are, while the browser sets them as text.
pub(crate) fn raw_text(text: &str) -> String {
    if cfg!(feature = "ssr") {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}
