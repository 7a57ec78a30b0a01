//! Columns of figures.

use crate::ui::{MoneyCell, Num, Th, TotalsRow};
use domain::view::{Figures, Totals};
use leptos::prelude::*;

/// Headers of [`figure_cells`]; whether the list can be ordered by them.
#[must_use]
pub fn figure_heads(sortable: bool) -> AnyView {
    let head = |key: &'static str, label: &'static str, meaning: &'static str| {
        let key = if sortable { key } else { "" };
        view! { <Th label key num=true meaning /> }
    };
    view! {
        {head("clicks", "Clicks", "Valid clicks")}
        {head("conversions", "Conv.", "Pending and approved conversions")}
        {head("cr", "CR", "Conversions per click")}
        {head("revenue", "Revenue", "What advertisers owe")}
        {head("payout", "Payout", "What affiliates earn")}
        {head("margin", "Margin", "Revenue less payout, in percent of revenue")}
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

/// The totals of the whole filtered set, one row a currency; `skip` cells stand before and `after` behind the figures.
#[must_use]
pub fn totals_foot(totals: Vec<Totals>, skip: usize, after: usize) -> AnyView {
    let rows = totals
        .into_iter()
        .map(|t| {
            let f = t.figures;
            let mut cells = vec![f.clicks, f.conversions, f.cr, f.revenue, f.payout, f.margin];
            cells.extend(std::iter::repeat_n(String::new(), after));
            view! { <TotalsRow label=t.label skip cells /> }
        })
        .collect_view();
    view! { <tfoot>{rows}</tfoot> }.into_any()
}
