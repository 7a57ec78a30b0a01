//! Affiliates and advertisers: what differs is which table is read and what their ids are called.

use super::{Field, Found, Head, Source, switch, totals, word_label};
use crate::{
    EngineError,
    reports::{
        Ask,
        parts::{self, Value},
    },
};
use domain::{
    ids::{AdvertiserId, AffiliateId},
    lists::{ADVERTISERS, AFFILIATES, List},
    money::Currency,
    status::AccountStatus,
    view::ListQuery,
};
use store::{
    Tx,
    reports::{
        accounts::{self, AccountLine, Who},
        listing::Wanted,
    },
};

pub(super) type Affiliates = Accounts<true>;
pub(super) type Advertisers = Accounts<false>;

/// Amounts are in the network's currency; totals have a line for each other one.
pub(super) struct Accounts<const AFFILIATES_: bool> {
    wanted: Wanted,
    main: Currency,
}

impl<const A: bool> Accounts<A> {
    const WHO: Who = if A { Who::Affiliates } else { Who::Advertisers };
    const LIST: &'static List = if A { &AFFILIATES } else { &ADVERTISERS };

    fn id(number: i64) -> String {
        if A { AffiliateId(number).to_string() } else { AdvertiserId(number).to_string() }
    }
}

impl<const A: bool> Source for Accounts<A> {
    type Line = AccountLine;

    async fn open(tx: &mut Tx, ask: &Ask<'_>, query: &ListQuery) -> Result<Self, EngineError> {
        let (range, _) = parts::period(query, ask, "7d");
        let wanted = Wanted {
            statuses: parts::words::<AccountStatus>(&query.status)
                .map(|all| all.iter().map(|s| s.word()).collect()),
            ..parts::wanted(query, &range)
        };
        Ok(Self { wanted, main: parts::main_currency(tx).await? })
    }

    async fn read(&mut self, tx: &mut Tx) -> Result<Found<AccountLine>, EngineError> {
        let found = accounts::accounts(tx, Self::WHO, &self.wanted, self.main).await?;
        Ok(Found {
            lines: found.rows,
            total: found.total,
            none_ever: found.none_ever,
            totals: totals(found.groups, Self::LIST.nouns),
        })
    }

    async fn declare(&self, tx: &mut Tx) -> Result<(), EngineError> {
        Ok(accounts::export(tx, Self::WHO, &self.wanted, self.main).await?)
    }

    async fn next(&self, tx: &mut Tx) -> Result<Vec<AccountLine>, EngineError> {
        Ok(accounts::next_accounts(tx).await?)
    }

    fn head(&self, a: &AccountLine) -> Head {
        Head { id: Self::id(a.id), name: a.name.clone(), status: a.status.clone(), can: switch(&a.status) }
    }

    fn currency(&self, _: &AccountLine) -> String {
        self.main.code().to_owned()
    }

    fn field(&self, a: &AccountLine, key: &str) -> Field {
        match key {
            "name" => Field::Name {
                text: a.name.clone(),
                to: Self::id(a.id),
                id: Self::id(a.id),
                raw: vec![a.name.clone(), Self::id(a.id)],
            },
            "status" => {
                let label = word_label(&a.status, AccountStatus::label);
                Field::Status(a.status.clone(), label, String::new())
            }
            "things" => Field::Figure(Value::Count(a.things)),
            "email" => Field::Text(a.contact_email.clone().unwrap_or_default()),
            "created" => Field::Time(a.created_at),
            _ => Field::figure(key, &a.sums, self.main),
        }
    }
}
