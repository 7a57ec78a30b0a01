//! Lists of every kind by one mechanism: a [`Source`] reads lines and says what stands in each column; page, totals,
//! export and bulk actions follow.
//!
//! A new list: its [`List`] in `domain::lists`, a source here, and an arm in [`with_source`].

mod accounts;
mod campaigns;
mod conversions;
mod export;
mod field;
mod links;
mod matching;
mod own;
mod own_conversions;
mod subs;

pub use export::Export;
pub(crate) use matching::matching;

use super::{Ask, choices, parts};
use crate::{EngineError, views};
use accounts::{Advertisers, Affiliates};
use campaigns::Campaigns;
use conversions::Conversions;
use domain::{
    access::{Permission, Realm, Role},
    ids::UserId,
    lists::{Choices, List},
    money::Currency,
    view::{Cell, Choice, ListQuery, ListRow, ListView, Rows, TotalsLine},
};
use field::Field;
use links::Links;
use own::{OwnCampaigns, OwnLinks};
use own_conversions::OwnConversions;
use std::collections::BTreeMap;
use store::{Tx, reports::listing::Group};
use subs::Subs;

/// Where the lines of a list come from.
trait Source: Sized {
    type Line;

    /// Reads what the address asks for; what makes no sense is left out.
    async fn open(tx: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError>;

    /// One page, and what is known of all of them.
    async fn read(&mut self, tx: &mut Tx) -> Result<Found<Self::Line>, EngineError>;

    /// Starts reading all lines.
    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError>;

    /// The next of all lines; none after the last.
    async fn next(&self, tx: &mut Tx) -> Result<Vec<Self::Line>, EngineError>;

    /// What the row is and what can be done with it.
    fn head(&self, line: &Self::Line) -> Head;

    /// The currency of the line's amounts.
    fn currency(&self, line: &Self::Line) -> String;

    /// What stands in a column.
    fn field(&self, line: &Self::Line, key: &str) -> Field;

    /// Words of zones: days of some figures are days of UTC.
    fn in_utc() -> bool {
        false
    }
}

/// A page of lines.
struct Found<L> {
    lines: Vec<L>,
    /// Of the whole filtered set.
    total: i64,
    /// Whether there is nothing at all, filters aside.
    none_ever: bool,
    totals: Vec<Total>,
}

/// A line of totals: its label, and what stands below a column of figures.
struct Total {
    label: String,
    of: Box<dyn Fn(&str) -> Field + Send + Sync>,
}

/// What a row is, whatever its columns.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Head {
    /// Prefixed id; empty for rows that are no objects.
    pub id: String,
    /// What questions call it.
    pub name: String,
    /// Stored word; often empty.
    pub status: String,
    /// Words of what can be done with it.
    pub can: Vec<&'static str>,
}

/// Calls `$call` with `$source` being the source of the list `$key`.
macro_rules! with_source {
    ($list:expr, $source:ident => $call:expr) => {
        match $list.key {
            "campaigns" => {
                type $source = Campaigns;
                $call
            }
            "links" => {
                type $source = Links;
                $call
            }
            "affiliates" => {
                type $source = Affiliates;
                $call
            }
            "advertisers" => {
                type $source = Advertisers;
                $call
            }
            "conversions" => {
                type $source = Conversions;
                $call
            }
            "own_campaigns" => {
                type $source = OwnCampaigns;
                $call
            }
            "own_links" => {
                type $source = OwnLinks;
                $call
            }
            "own_conversions" => {
                type $source = OwnConversions;
                $call
            }
            "own_subs" => {
                type $source = Subs;
                $call
            }
            _ => Err(EngineError::NotFound),
        }
    };
}
use with_source;

/// One page of a list, with the views that `user` may apply to it.
///
/// # Errors
/// [`EngineError::Forbidden`] for a realm that the list is not for; [`EngineError::Unavailable`].
pub async fn view(
    ask: &Ask<'_>,
    list: &'static List,
    query: &ListQuery,
    user: UserId,
) -> Result<ListView, EngineError> {
    with_source!(list, S => page::<S>(ask, list, query, user).await)
}

/// Refuses realms whose people cannot have the list.
fn allowed(ask: &Ask<'_>, list: &List) -> Result<(), EngineError> {
    let role = match ask.realm {
        Realm::Network => Role::Admin,
        Realm::Affiliate(_) => Role::Affiliate,
        Realm::Advertiser(_) => Role::Advertiser,
        Realm::Buyer(_) => Role::Buyer,
    };
    match list.permission {
        Permission::ViewNetwork => parts::network_only(ask),
        Permission::RunCampaigns => parts::affiliate_only(ask),
        other if role.may(other) => Ok(()),
        _ => Err(EngineError::Forbidden("This list is not for you.".into())),
    }
}

async fn page<S: Source>(
    ask: &Ask<'_>,
    list: &'static List,
    asked: &ListQuery,
    user: UserId,
) -> Result<ListView, EngineError> {
    allowed(ask, list)?;
    let mut tx = ask.db.begin_read(ask.realm).await?;
    let stored = views::visible(&mut tx, user, list).await?;
    let expanded = views::expand(asked, &stored, user);
    let applied = expanded.is_some();
    let mut query = expanded.unwrap_or_else(|| asked.clone());
    let remembered = parts::remembered(&query, ask);
    if remembered {
        ask.period.clone_into(&mut query.period);
    }
    let zoned = query.clone();
    let ask = &zone::<S>(ask, &zoned);
    let (_, mut period) = parts::period(&query, ask, "7d");
    period.fixed_zone = S::in_utc();
    // A view that was applied leads to its own address, with the period in it.
    period.remembered = remembered && !applied;
    let mut source = S::open(&mut tx, ask, &query).await?;
    let mut found = source.read(&mut tx).await?;
    if found.lines.is_empty() && found.total > 0 {
        // The list ends before this page: the last one is as near as it gets.
        let last = (found.total + parts::PER_PAGE - 1) / parts::PER_PAGE;
        query.page = last.to_string();
        source = S::open(&mut tx, ask, &query).await?;
        found = source.read(&mut tx).await?;
    }
    let columns = list.shown(&query.cols);
    let rows = found.lines.iter().map(|line| {
        let Head { id, name, status, can } = source.head(line);
        let cells = columns.iter().map(|c| source.field(line, c.key).cell(ask.tz)).collect();
        ListRow { id, name, status, can: can.into_iter().map(str::to_owned).collect(), cells }
    });
    let totals = found.totals.iter().map(|t| {
        let cell = |key| {
            if list.columns.iter().any(|c| c.key == key && c.figure) {
                (t.of)(key).cell(ask.tz)
            } else {
                Cell::Text(String::new())
            }
        };
        TotalsLine { label: t.label.clone(), cells: columns.iter().skip(1).map(|c| cell(c.key)).collect() }
    });
    Ok(ListView {
        as_of: parts::as_of(&mut tx, ask).await?,
        period,
        columns: columns.iter().map(|c| c.key.to_owned()).collect(),
        list: Rows {
            rows: rows.collect(),
            total: found.total,
            page: query.page_number(),
            per_page: parts::PER_PAGE,
            none_ever: found.none_ever,
        },
        totals: totals.collect(),
        choices: choices_of(&mut tx, list).await?,
        views: stored.into_iter().map(|v| views::shown(v, user)).collect(),
        query: query.print(),
        applied,
        api_request: None,
    })
}

fn zone<'a, S: Source>(ask: &Ask<'a>, query: &'a ListQuery) -> Ask<'a> {
    if S::in_utc() { Ask { tz: "UTC", ..*ask } } else { ask.read_in(query) }
}

/// What the list's filters by objects offer.
async fn choices_of(tx: &mut Tx, list: &List) -> Result<BTreeMap<String, Vec<Choice>>, EngineError> {
    let mut out = BTreeMap::new();
    for filter in list.filters {
        if matches!(filter.choices, Choices::Objects) {
            let all = match filter.key {
                "campaign" => choices::campaigns_in(tx).await?,
                "affiliate" => choices::affiliates_in(tx).await?,
                "advertiser" => choices::advertisers_in(tx).await?,
                _ => Vec::new(),
            };
            out.insert(filter.key.to_owned(), all);
        }
    }
    Ok(out)
}

/// Totals of groups with the network's figures.
fn totals(groups: Vec<Group>, (one, many): (&str, &str)) -> Vec<Total> {
    let labels = parts::totals(&groups, one, many);
    let lines = labels.into_iter().zip(groups).map(|(t, group)| Total {
        label: t.label,
        of: Box::new(move |key| Field::figure(key, &group.sums, group.currency)),
    });
    lines.collect()
}

/// `All 15 rows`, with the currency where there are several.
fn label(count: i64, (one, many): (&str, &str), currency: &str, several: bool) -> String {
    let all =
        if count == 1 { format!("1 {one}") } else { format!("All {} {many}", domain::format::count(count)) };
    if several { format!("{all} in {currency}") } else { all }
}

/// A stored currency; what is none is shown as the commonest.
fn currency(code: &str) -> Currency {
    code.parse().unwrap_or(Currency::USD)
}

/// The label of a stored word.
fn word_label<T: std::str::FromStr>(word: &str, label: fn(T) -> &'static str) -> String {
    word.parse().map_or_else(|_| word.to_owned(), |state| label(state).to_owned())
}

/// What can be done with an object that is active or not.
fn switch(status: &str) -> Vec<&'static str> {
    if status == "active" { vec!["pause"] } else { vec!["activate"] }
}
