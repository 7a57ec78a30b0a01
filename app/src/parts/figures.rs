//! Columns of figures.

use crate::ui::{MoneyCell, Num, Th};
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
