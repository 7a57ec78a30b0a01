//! Pieces that the objects of the API share: ids, times, money, words, lists; and how the description shows them.

#![expect(unused_qualifications, reason = "the derive of the generic list writes some")]

use super::super::problem::ProblemBody;
use chrono::{DateTime, SecondsFormat, Utc};
use domain::{
    ledger::AccountKind,
    money::{Currency, Money},
    reason::Reason,
    status::{AccountStatus, CampaignStatus, ConversionMethod, ConversionStatus, LinkStatus, Visibility},
};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap};
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, HeaderBuilder, KnownFormat, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
        SchemaFormat, Type, schema::Schema,
    },
};

/// Ids in the description: a form and an example for each kind.
macro_rules! id_schemas {
    ($($name:ident $word:literal $letters:literal $example:literal $what:literal;)*) => {$(
        #[doc = $what]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .pattern(Some(concat!("^", $word, "_[0-9a-hjkmnp-tv-z]{", $letters, "}$")))
                    .description(Some($what))
                    .examples([$example])
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

id_schemas! {
    AdvertiserId "adv" "13" "adv_0zq4k7m2c9d5e" "Id of an advertiser.";
    AffiliateId "aff" "13" "aff_0zq4k7m2c9d5f" "Id of an affiliate.";
    CampaignId "camp" "13" "camp_0zq4k7m2c9d5g" "Id of a campaign.";
    GoalId "goal" "13" "goal_0zq4k7m2c9d5h" "Id of a goal.";
    LinkId "link" "13" "link_0zq4k7m2c9d5j" "Id of a link.";
    KeyId "key" "13" "key_0zq4k7m2c9d5k" "Id of a key of the API.";
    ConversionId "conv" "26" "conv_0zq4k7m2c9d5g0zq4k7m2c9d5h" "Id of a conversion. It follows from campaign, goal and transaction id.";
    TxnId "txn" "13" "txn_000000000002k" "Id of a transaction of the ledger.";
    AuditId "audit" "13" "audit_00000000001m5" "Id of an entry of the audit log.";
}

/// A moment: RFC 3339 in UTC, to the millisecond.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Time(pub DateTime<Utc>);

impl Serialize for Time {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.0.to_rfc3339_opts(SecondsFormat::Millis, true))
    }
}

impl PartialSchema for Time {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A moment: RFC 3339 in UTC, to the millisecond."))
            .examples(["2026-03-05T14:32:10.250Z"])
            .into()
    }
}

impl ToSchema for Time {}

/// An amount of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = Money, example = json!({"amount": "12.34", "currency": "USD"}))]
pub struct Cash {
    /// A plain decimal with exactly as many places as the currency has.
    #[schema(max_length = 40, pattern = r"^-?[0-9]*\.?[0-9]*$", example = "12.34")]
    pub amount: String,
    /// ISO 4217.
    #[schema(pattern = "^[A-Z]{3}$", example = "USD")]
    pub currency: String,
}

impl From<Money> for Cash {
    fn from(m: Money) -> Self {
        Self { amount: m.decimal(), currency: m.currency.code().to_owned() }
    }
}

/// Minor units of a stored currency; nothing where the report could not be attributed and so has none.
pub fn cash(minor: i64, currency: Option<&str>) -> Option<Cash> {
    let currency: Currency = currency?.parse().ok()?;
    Some(Money::new(minor, currency).into())
}

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct List<T> {
    pub data: Vec<T>,
    /// Send it as `cursor`, with the same filters, to get the next page; `null` on the last page.
    pub next_cursor: Option<String>,
    /// Objects on all pages; only with `include=total`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub total: Option<i64>,
}

impl<T> List<T> {
    pub fn of<R>(page: engine::api::Paged<R>, one: impl FnMut(R) -> T) -> Self {
        Self { data: page.rows.into_iter().map(one).collect(), next_cursor: page.next, total: page.total }
    }
}

/// Closed sets of words in the description.
macro_rules! word_schemas {
    ($($name:ident $what:literal $words:expr;)*) => {$(
        #[doc = $what]
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::String)
                    .enum_values(Some($words))
                    .description(Some($what))
                    .into()
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                Cow::Borrowed(stringify!($name))
            }
        }
    )*};
}

word_schemas! {
    AccountStatusWord "State of an account." AccountStatus::ALL.iter().map(|s| s.word());
    CampaignStatusWord "Whether a campaign takes traffic." CampaignStatus::ALL.iter().map(|s| s.word());
    VisibilityWord "Who may run a campaign." Visibility::ALL.iter().map(|s| s.word());
    LinkStatusWord "Whether a link takes traffic." LinkStatus::ALL.iter().map(|s| s.word());
    ConversionStatusWord "Where a conversion stands." ConversionStatus::ALL.iter().map(|s| s.word());
    ConversionMethodWord "How a conversion was reported." ConversionMethod::ALL.iter().map(|s| s.word());
    ReasonWord "Why a click or a conversion did not count." Reason::ALL.iter().map(|r| r.code());
    RejectionReason "Why a conversion is rejected by hand." Reason::BY_HAND.iter().map(|r| r.code());
    AccountWord "Kind of an account of the ledger." AccountKind::ALL.iter().map(|a| a.word());
    StandingWord "How an affiliate stands with a campaign." engine::api::campaigns::STANDINGS.iter().copied();
    AccessWord "Where a permission stands." ["applied", "approved", "refused"];
    NamedSort "Order; a minus reverses." ["created", "-created", "name", "-name"];
    CreatedSort "Order; a minus reverses." ["created", "-created"];
    ReceivedSort "Order; a minus reverses." ["received", "-received"];
    Interval "How long a bucket of time is." ["hour", "day", "total"];
    Grouping "What figures are grouped by." ["campaign", "affiliate", "link"];
    Included "What a list tells besides." ["total"];
    RealmWord "Whose rows a key sees." ["network", "affiliate", "advertiser", "buyer"];
    OutcomeWord "What became of a decision." ["done", "already_done", "not_found", "conflict"];
    Side "Side of an entry." ["debit", "credit"];
}

/// Answers that every operation may give: no key, a key without the scope, too many requests, trouble of ours.
fn always() -> Vec<(u16, &'static str)> {
    vec![
        (401, "There is no key, or it is none: mistyped, unknown, expired or revoked."),
        (403, "The key lacks the scope, may not come from this address, or this is not its account's to do."),
        (429, "The key asked too often; `Retry-After` says how many seconds to wait."),
        (500, "Something went wrong on our side; the log has it under the request id."),
        (503, "A database is away; `Retry-After` says when to try again. Tracking goes on meanwhile."),
    ]
}

fn described(more: &[(u16, &'static str)]) -> BTreeMap<String, RefOr<Response>> {
    let mut all = always();
    all.extend_from_slice(more);
    let whole = |text: &str| {
        HeaderBuilder::new()
            .schema(Some(ObjectBuilder::new().schema_type(Type::Integer).minimum(Some(0))))
            .description(Some(text))
            .build()
    };
    let answers = all.into_iter().map(|(status, what)| {
        let schema = Ref::from_schema_name(ProblemBody::name());
        let content = ContentBuilder::new().schema(Some(schema)).build();
        let mut response =
            ResponseBuilder::new().description(what).content("application/problem+json", content);
        if status == 429 || status == 503 {
            response = response.header("Retry-After", whole("Seconds to wait."));
        }
        (status.to_string(), response.build().into())
    });
    answers.collect()
}

const QUERY: (u16, &str) = (400, "A query parameter is unknown or cannot be read; `errors` names it.");
const GONE: (u16, &str) = (404, "There is no such object, or it is not this key's to see.");
const SYNTAX: (u16, &str) = (400, "The body is no JSON, or the `Idempotency-Key` cannot be read.");
const TAKEN: (u16, &str) =
    (409, "It contradicts the present state, or a request with this `Idempotency-Key` still runs.");
const LARGE: (u16, &str) = (413, "The body is too large.");
const MEDIA: (u16, &str) = (415, "The body is not `application/json`.");
const FIELDS: (u16, &str) = (422, "Some fields are unknown, missing or wrong; `errors` names each.");

macro_rules! answers {
    ($($(#[$doc:meta])* $name:ident [$($more:expr),*];)*) => {$(
        $(#[$doc])*
        pub struct $name;
        impl IntoResponses for $name {
            fn responses() -> BTreeMap<String, RefOr<Response>> {
                described(&[$($more),*])
            }
        }
    )*};
}

answers! {
    /// What does not work out in a list.
    ListErrors [QUERY];
    /// In a list that belongs to an object.
    SubListErrors [QUERY, GONE];
    /// In reading one object.
    ReadErrors [GONE];
    /// In reading what is always there.
    PlainErrors [];
    /// In creating.
    CreateErrors [SYNTAX, TAKEN, LARGE, MEDIA, FIELDS];
    /// In writing about an object that is there.
    WriteErrors [SYNTAX, GONE, TAKEN, LARGE, MEDIA, FIELDS];
    /// In taking something away.
    DeleteErrors [GONE, TAKEN];
}
