//! What the server does for the styleguide.

use crate::error::AppError;
use domain::view::{BarsData, ChartData, Kpi, PeriodView};
use leptos::{prelude::*, server_fn::codec::Postcard};
use serde::{Deserialize, Serialize};

/// Examples of what the server formats.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Samples {
    pub period: PeriodView,
    /// Own days that cannot be taken.
    pub wrong_period: PeriodView,
    pub kpis: Vec<Kpi>,
    /// What each shows, in words.
    pub charts: Vec<(String, ChartData)>,
    pub bars: Vec<BarsData>,
    /// Sections that the server has drawn, as HTML.
    pub above: String,
    pub below: String,
}

/// Examples for those who may change the network's look.
///
/// # Errors
/// Those of `ctx::require`.
#[server(name = LoadSamples, prefix = "/fn", endpoint = "styleguide", output = Postcard)]
pub async fn samples() -> Result<Samples, AppError> {
    use domain::access::Permission;
    crate::ctx::require(Permission::ManageSettings).await?;
    Ok(super::samples::all())
}
