//! The kit: every page is made of these parts. One file a family; each prop is described where it is declared.
//!
//! All text arrives formatted by the server, so that the first HTML and the hydrated page agree. Every part works
//! without JavaScript; what cannot is marked `only-js` and shown once the page is hydrated.

pub mod action;
pub mod bars;
pub mod bell;
pub mod browser;
pub mod card;
pub mod chart;
pub mod checks;
pub mod combobox;
pub mod command;
pub mod confirm;
pub mod data;
pub mod drafts;
pub mod feedback;
pub mod filter;
pub mod form;
pub mod icons;
pub mod keys;
pub mod live;
pub mod logo;
pub mod menu;
pub mod nav;
pub mod page;
pub mod period;
pub mod query;
pub mod sheet;
pub mod shell;
pub mod skeleton;
pub mod state;
pub mod table;
pub mod tabs;
pub mod toggle;
pub mod window;

pub use action::{ActionForm, FormAction, ServerAction};
pub use bars::BarList;
pub use bell::{BellButton, BellPanel, use_bell};
pub use card::{Card, Fact, Facts, KpiStrip, KpiTile, Kpis};
pub use chart::{TimeChart, chart_csv};
pub use checks::{Check, CheckGroup, Checks};
pub use combobox::Combobox;
pub use command::{CommandMenu, SearchBox, use_command};
pub use confirm::{Confirm, CopyButton};
pub use data::PageData;
pub use drafts::Unsaved;
pub use feedback::{Badge, DoneNotice, Notice, StatusBadge, Toaster, Toasts, Tone, tone_of, use_toaster};
pub use filter::{Filter, FilterBar, GetForm, KeepPlain};
pub use form::{
    Checkbox, Field, FormErrors, FormScope, Hidden, Options, SelectField, SubmitButton, TextArea, form_error,
};
pub use keys::Keyboard;
pub use live::{Listening, Live, PauseButton, SignedOut, use_live};
pub use logo::Logo;
pub use menu::Menu;
pub use page::{Freshness, Load, Page};
pub use period::PeriodPicker;
pub use sheet::Sheet;
pub use shell::Shell;
pub use skeleton::{Like, Skeleton};
pub use state::{EmptyState, ErrorState, Forbidden, NotFound};
pub use table::{
    Moment, MoneyCell, NameCell, Num, Pager, StatusCell, TableCard, Text, Th, TimeCell, TotalsRow,
};
pub use tabs::Tabs;
pub use toggle::Toggle;

/// Text of a document's title or a text area. What stands there comes from strangers, and on the server both are
/// written into the HTML as they are, while the browser sets them as text.
pub(crate) fn raw_text(text: &str) -> String {
    if cfg!(feature = "ssr") {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
    } else {
        text.to_owned()
    }
}
