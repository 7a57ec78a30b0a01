//! Columns of figures.

use crate::ui::{MoneyCell, Notice, Num, Th};
use domain::view::Figures;
use leptos::prelude::*;

/// Headers of [`figure_cells`].
#[must_use]
pub fn figure_heads() -> AnyView {
    let head = |label: &'static str, meaning: &'static str| view! { <Th label num=true meaning /> };
    view! {
        {head("Clicks", "Valid clicks")}
        {head("Conv.", "Pending and approved conversions")}
        {head("CR", "Conversions per click")}
        {head("Revenue", "What advertisers owe")}
        {head("Payout", "What affiliates earn")}
        {head("Margin", "Revenue less payout, in percent of revenue")}
    }
    .into_any()
}

/// Says which money is not in the figures above, where there is such; amounts of several currencies are never added.
#[must_use]
pub fn left_out(currency: &str, others: &[String]) -> Option<AnyView> {
    let text = format!(
        "The money in these figures is in {currency}. Amounts in {} are listed, never added to it.",
        others.join(", ")
    );
    (!others.is_empty()).then(|| view! { <Notice><p>{text}</p></Notice> }.into_any())
}

/// The figures of a row; `share` draws the bar under the clicks.
#[must_use]
pub fn figure_cells(f: Figures, share: Option<u8>) -> AnyView {
    view! {
        <Num text=f.clicks nostrip:bar=share.map(f64::from) />
        <Num text=f.conversions />
        <Num text=f.cr />
        <MoneyCell text=f.revenue />
        <MoneyCell text=f.payout />
        <Num text=f.margin />
    }
    .into_any()
}
