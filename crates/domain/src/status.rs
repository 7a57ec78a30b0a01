//! Closed sets of states, each with the word stored in the database and the word people read.

use serde::{Deserialize, Serialize};

/// A text that names none of the states.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not one of: {1}")]
pub struct UnknownState(pub String, pub String);

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal, $label:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name { $($variant),* }

        impl $name {
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The stored word.
            #[must_use]
            pub fn word(self) -> &'static str { match self { $(Self::$variant => $word),* } }

            /// The word for people.
            #[must_use]
            pub fn label(self) -> &'static str { match self { $(Self::$variant => $label),* } }
        }

        impl std::str::FromStr for $name {
            type Err = UnknownState;
            fn from_str(text: &str) -> Result<Self, UnknownState> {
                match text {
                    $($word => Ok(Self::$variant),)*
                    _ => {
                        let known: Vec<_> = Self::ALL.iter().map(|s| s.word()).collect();
                        Err(UnknownState(text.chars().take(40).collect(), known.join(", ")))
                    }
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(self.word()) }
        }
    )*};
}

states! {
    /// Whether a campaign takes traffic.
    CampaignStatus {
        Draft = "draft", "Draft";
        Active = "active", "Active";
        Paused = "paused", "Paused";
        Archived = "archived", "Archived";
    }
    /// Who may run a campaign.
    Visibility {
        Public = "public", "Public";
        Apply = "apply", "By application";
        Private = "private", "Private";
    }
    /// State of an affiliate, advertiser or buyer account.
    AccountStatus {
        Pending = "pending", "Pending";
        Active = "active", "Active";
        Paused = "paused", "Paused";
        Closed = "closed", "Closed";
    }
    /// Whether a link takes traffic.
    LinkStatus {
        Active = "active", "Active";
        Paused = "paused", "Paused";
    }
    /// Where a conversion stands. Only pending and approved ones count as conversions.
    ConversionStatus {
        Pending = "pending", "Pending";
        Approved = "approved", "Approved";
        Rejected = "rejected", "Rejected";
    }
    /// How a conversion was reported.
    ConversionMethod {
        Postback = "postback", "Postback";
        Pixel = "pixel", "Pixel";
        Api = "api", "API";
        Manual = "manual", "By hand";
    }
    /// Whether a person may sign in.
    PersonStatus {
        Active = "active", "Active";
        Disabled = "disabled", "Disabled";
    }
    /// Where a letter of the platform stands.
    MailStatus {
        Queued = "queued", "Queued";
        Sending = "sending", "Sending";
        Sent = "sent", "Sent";
        Failed = "failed", "Trying again";
        Dead = "dead", "Given up";
    }
    /// Who may become an affiliate through the public form.
    SignUpMode {
        Closed = "closed", "Closed";
        Approval = "approval", "By approval";
        Open = "open", "Open";
    }
    /// Where an application to become an affiliate stands.
    ApplicationStatus {
        Unconfirmed = "unconfirmed", "Email not confirmed";
        Waiting = "waiting", "Waiting";
        Approved = "approved", "Approved";
        Rejected = "rejected", "Rejected";
    }
    /// How a question of the sign-up form is answered.
    QuestionKind {
        Text = "text", "One line";
        Textarea = "textarea", "Several lines";
        Select = "select", "A choice";
        Checkbox = "checkbox", "A check box";
    }
    /// What the last check of a tracking domain found.
    DomainState {
        Unchecked = "unchecked", "Not checked";
        Verified = "verified", "Verified";
        Plain = "plain", "Without TLS";
        WrongDns = "wrong_dns", "Points elsewhere";
        BadTls = "bad_tls", "Certificate refused";
        Unreachable = "unreachable", "Not reachable";
    }
}
