//! What the pages about one's own security show.

use super::TimeView;
use serde::{Deserialize, Serialize};

/// Two-step sign-in and sessions of the person who asks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityView {
    pub two_step: TwoStepView,
    pub sessions: Vec<SessionRow>,
    /// What the network asks of its people; only for those who may change it.
    pub policy: Option<bool>,
}

/// How two-step sign-in stands.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TwoStepView {
    /// Since when; `None`: off.
    pub since: Option<TimeView>,
    /// Being set up: what to put into the authenticator.
    pub setup: Option<SetupView>,
    /// Recovery codes that can still be used.
    pub codes_left: i64,
    /// Made just now; shown this once.
    pub new_codes: Vec<String>,
    /// The network asks for it: it cannot be turned off.
    pub required: bool,
}

/// The secret for an authenticator app.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupView {
    /// In groups of four, to be typed.
    pub secret: String,
    /// `otpauth://…`, for an app on the same device.
    pub url: String,
    /// Modules on a side of the code, without the quiet zone.
    pub size: usize,
    /// An SVG path over them.
    pub path: String,
}

/// One stay.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// `sess_…`
    pub id: String,
    /// Such as `Firefox on Windows`.
    pub device: String,
    /// Empty where it is not known.
    pub ip: String,
    pub signed_in: TimeView,
    pub last_seen: TimeView,
    /// Opened with a second step.
    pub two_step: bool,
    /// The one that asks.
    pub current: bool,
}
