//! The network's own face and settings, and those who want to join.

use super::parts::{Rows, TimeView};
use crate::drafts::{BrandDraft, QuestionDraft, SettingsDraft};
use serde::{Deserialize, Serialize};

/// What every page, also the public ones, shows of the network.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandView {
    /// What the network calls itself; may be empty.
    pub network: String,
    /// Address of the logo, if there is one.
    pub logo: Option<String>,
    /// The sign-up form takes applications.
    pub sign_up: bool,
}

/// The page of the general settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GeneralView {
    pub draft: SettingsDraft,
    /// Codes of the currencies in force, for the choice of the default.
    pub currencies: Vec<String>,
    /// Every code the platform knows.
    pub known: Vec<String>,
    /// Time zones to choose from.
    pub zones: Vec<String>,
}

/// The page of the brand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BrandSettings {
    pub draft: BrandDraft,
    /// Address of the logo, if there is one.
    pub logo: Option<String>,
    /// Type and size, such as `PNG, 12 KB`.
    pub logo_about: String,
    /// Accents in force in the light and in the dark theme.
    pub light: String,
    pub dark: String,
}

/// A version of the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsVersion {
    pub version: i32,
    pub body: String,
    pub published: TimeView,
    pub published_by: String,
    pub accepted_by: i64,
}

/// Who accepted a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Acceptance {
    pub version: i32,
    pub email: String,
    pub at: TimeView,
    pub ip: String,
    /// Affiliate that came of it, if any.
    pub affiliate_id: String,
    pub affiliate: String,
}

/// The page of the terms.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermsSettings {
    /// Newest first.
    pub versions: Vec<TermsVersion>,
    /// Newest first, a hundred at most.
    pub acceptances: Vec<Acceptance>,
}

/// A question of the sign-up form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Question {
    pub id: String,
    pub label: String,
    pub hint: String,
    /// Word of a [`QuestionKind`](crate::status::QuestionKind).
    pub kind: String,
    pub options: Vec<String>,
    pub required: bool,
}

impl Question {
    /// The form of the question as it is.
    #[must_use]
    pub fn draft(&self) -> QuestionDraft {
        QuestionDraft {
            label: self.label.clone(),
            hint: self.hint.clone(),
            kind: self.kind.clone(),
            options: self.options.join("\n"),
            required: self.required,
        }
    }
}

/// The page of the sign-up settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpSettings {
    /// Word of a [`SignUpMode`](crate::status::SignUpMode).
    pub mode: String,
    pub questions: Vec<Question>,
    /// Address of the form.
    pub address: String,
    pub has_terms: bool,
}

/// Switches, each read by the code it names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct FeatureSwitches {
    /// Affiliates may make API keys.
    pub affiliate_api_keys: bool,
    /// Administrators may look at portals as their owners see them.
    pub view_as: bool,
    /// The network's people cannot do without two-step sign-in.
    pub require_two_step: bool,
}

/// The page of the feature switches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FeatureSettings {
    pub switches: FeatureSwitches,
    /// Word of the [`SignUpMode`](crate::status::SignUpMode), shown for completeness.
    pub sign_up: String,
}

/// A tracking domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainRow {
    pub id: String,
    pub host: String,
    pub is_default: bool,
    /// Word of a [`DomainState`](crate::status::DomainState).
    pub state: String,
    pub checked: Option<TimeView>,
    /// What the check found, a line each.
    pub found: Vec<String>,
    /// What to change; empty where nothing is.
    pub fix: String,
    /// How links with it begin, such as `https://go.example.com`.
    pub url: String,
    /// May become the default.
    pub usable: bool,
    /// Affiliates that chose it.
    pub chosen_by: i64,
}

/// The page of the tracking domains.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DomainSettings {
    pub rows: Vec<DomainRow>,
    /// Host that every domain has to point at.
    pub expected: String,
    /// The kind of record that does, with its article, such as `a CNAME`.
    pub record: String,
    /// How links begin without any domain here.
    pub fallback: String,
    /// How links begin now.
    pub current: String,
}

/// The public sign-up form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignUpForm {
    /// Word of a [`SignUpMode`](crate::status::SignUpMode).
    pub mode: String,
    pub questions: Vec<Question>,
    /// Version and text of the terms, if there are any.
    pub terms: Option<(i32, String)>,
    /// When the form was made, signed.
    pub stamp: String,
}

/// An application in the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationRow {
    pub id: String,
    pub name: String,
    pub email: String,
    pub country: String,
    pub website: String,
    /// Word of an [`ApplicationStatus`](crate::status::ApplicationStatus).
    pub status: String,
    pub created: TimeView,
    /// How many others look related.
    pub related: i64,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationList {
    pub list: Rows<ApplicationRow>,
    /// Waiting ones of either kind, for the tabs.
    pub waiting: i64,
    pub waiting_campaigns: i64,
}

/// Something that looks related to an application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Related {
    /// `appl_…` or `aff_…`.
    pub id: String,
    pub name: String,
    /// Word of its status.
    pub status: String,
    /// What they share, such as `same email`.
    pub why: String,
}

/// One application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApplicationDetail {
    pub row: ApplicationRow,
    pub description: String,
    /// Question and answer.
    pub answers: Vec<(String, String)>,
    pub terms_version: Option<i32>,
    pub ip: String,
    pub confirmed: Option<TimeView>,
    pub decided: Option<TimeView>,
    pub decided_by: String,
    pub reason: String,
    /// Affiliate it became.
    pub affiliate_id: String,
    pub related: Vec<Related>,
}

/// An affiliate's request to run a campaign.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessRow {
    pub campaign_id: String,
    pub campaign: String,
    pub affiliate_id: String,
    pub affiliate: String,
    /// `applied`, `approved` or `refused`.
    pub status: String,
    pub asked: TimeView,
    pub decided: Option<TimeView>,
    /// What the affiliate wrote.
    pub note: String,
    /// What the network answered.
    pub answer: String,
}

/// The queue of such requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccessList {
    pub list: Rows<AccessRow>,
    pub waiting: i64,
    pub waiting_applications: i64,
}
