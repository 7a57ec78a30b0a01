//! Decisions on conversions: approved or rejected, by a person or by the advertiser's own report.
//!
//! A decision moves three things in one transaction: the conversion, the ledger and the figures of the hour in
//! which the conversion was received. Deciding the same thing again changes nothing.

use crate::{error::EngineError, rollup::Stats};
use chrono::{DateTime, Utc};
use domain::{
    access::{Actor, Realm},
    ids::ConversionId,
    ledger::contra,
    reason::Reason,
    status::ConversionStatus,
};
use store::{
    Db, StoreError, Tx, audit,
    conversions::{self, Conversion, Worth},
    events::Figures,
    ledger::{self, Posting},
};

/// Attempts of a transaction that got into another one's way.
const ATTEMPTS: usize = 8;
/// Longest note, in characters.
const MAX_NOTE: usize = 2000;

/// What came of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    Done,
    /// It had been decided so before; nothing was changed.
    AlreadyDone,
}

/// What a transaction has still to write: postings and figures, in one go and one order.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    pub postings: Vec<Posting>,
    pub stats: Stats,
}

impl Effects {
    /// Writes the postings.
    pub async fn post(&mut self, tx: &mut Tx, now: DateTime<Utc>) -> Result<(), StoreError> {
        let postings = std::mem::take(&mut self.postings);
        ledger::post_all(tx, &postings, now).await?;
        Ok(())
    }

    /// Writes everything.
    pub async fn write(&mut self, tx: &mut Tx, now: DateTime<Utc>) -> Result<(), StoreError> {
        self.post(tx, now).await?;
        self.stats.write(tx).await
    }
}

/// The posting that moves a conversion's money from pending to approved.
pub(crate) fn approval(id: ConversionId, worth: &Worth, actor: &str, now: DateTime<Utc>) -> Posting {
    Posting {
        idem_key: ledger::approved_key(id),
        kind: ledger::kind::APPROVED,
        effective_at: now,
        actor: actor.to_owned(),
        conversion: Some(id),
        reverses: None,
        lines: worth.terms().approved(),
    }
}

/// Approves a pending conversion that this transaction has locked.
pub(crate) async fn approve_row(
    tx: &mut Tx,
    effects: &mut Effects,
    row: &Conversion,
    actor: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    conversions::decide(tx, row.id, ConversionStatus::Approved, None, &row.note, actor, now).await?;
    if let Some(worth) = &row.worth {
        effects.postings.push(approval(row.id, worth, actor, now));
        let figures = Figures { approved: 1, ..Figures::default() };
        effects.stats.add_conversion(row.received_at, worth, &row.source, &row.subs, figures)?;
    }
    Ok(())
}

/// Rejects a pending or approved conversion that this transaction has locked: everything posted for it is undone.
pub(crate) async fn reject_row(
    tx: &mut Tx,
    effects: &mut Effects,
    row: &Conversion,
    (reason, note): (Reason, &str),
    actor: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    // What this transaction itself has in hand for the conversion must be in the ledger to be undone.
    effects.post(tx, now).await?;
    conversions::decide(tx, row.id, ConversionStatus::Rejected, Some(reason), note, actor, now).await?;
    for txn in ledger::of_conversion(tx, row.id).await? {
        if txn.reversed || txn.kind == ledger::kind::REVERSED {
            continue;
        }
        effects.postings.push(Posting {
            idem_key: ledger::reversed_key(txn.id),
            kind: ledger::kind::REVERSED,
            effective_at: now,
            actor: actor.to_owned(),
            conversion: Some(row.id),
            reverses: Some(txn.id),
            lines: contra(&txn.lines),
        });
    }
    if let Some(worth) = &row.worth {
        let figures = Figures {
            conversions: -1,
            approved: -i64::from(row.status == ConversionStatus::Approved),
            rejected: 1,
            revenue_minor: -worth.revenue_minor,
            payout_minor: -worth.payout_minor,
            ..Figures::default()
        };
        effects.stats.add_conversion(row.received_at, worth, &row.source, &row.subs, figures)?;
    }
    Ok(())
}

/// Approves a pending conversion: the affiliate's money becomes approved, the advertiser owes it.
///
/// # Errors
/// [`EngineError::Conflict`] for a rejected one, [`EngineError::NotFound`], [`EngineError::Forbidden`] for anybody
/// but the network, [`EngineError::Unavailable`].
pub async fn approve(
    db: &Db,
    actor: &Actor,
    id: ConversionId,
    now: DateTime<Utc>,
) -> Result<Decided, EngineError> {
    decide(db, actor, id, &Wish::Approve, now).await
}

/// Rejects a conversion, also an approved one. What was posted for it is undone by exact contras. The note is the
/// network's own; with [`Reason::Other`] it is needed, and the affiliate reads it.
///
/// # Errors
/// [`EngineError::Invalid`] for a reason that is not [`Reason::BY_HAND`] or a note that is too long (fields `reason`
/// and `note`), and as [`approve`].
pub async fn reject(
    db: &Db,
    actor: &Actor,
    id: ConversionId,
    reason: Reason,
    note: &str,
    now: DateTime<Utc>,
) -> Result<Decided, EngineError> {
    decide(db, actor, id, &Wish::reject(reason, note)?, now).await
}

/// What is to be done with a conversion.
#[derive(Debug, Clone, Copy)]
pub enum Wish<'a> {
    Approve,
    /// With a note; made by [`Wish::reject`].
    Reject(Reason, &'a str),
}

impl<'a> Wish<'a> {
    /// A rejection with one of the reasons there are for that.
    ///
    /// # Errors
    /// [`EngineError::Invalid`], as [`reject`].
    pub fn reject(reason: Reason, note: &'a str) -> Result<Self, EngineError> {
        if !Reason::BY_HAND.contains(&reason) {
            return Err(EngineError::invalid("reason", "Choose one of the reasons for a rejection by hand."));
        }
        let note = note.trim();
        if note.chars().count() > MAX_NOTE || note.contains('\0') {
            return Err(EngineError::invalid("note", format!("Write at most {MAX_NOTE} characters.")));
        }
        if reason == Reason::Other && note.is_empty() {
            return Err(EngineError::invalid(
                "note",
                "Say why: with this reason the affiliate reads the note.",
            ));
        }
        Ok(Self::Reject(reason, note))
    }
}

/// What became of one conversion of several.
pub type Outcome = (ConversionId, Result<Decided, EngineError>);

/// Decides on several conversions in one transaction: those that can be decided so are, and each has its answer. It
/// fails as a whole only where the database does.
///
/// # Errors
/// [`EngineError::Forbidden`] for anybody but the network, [`EngineError::Unavailable`].
pub async fn decide_many(
    db: &Db,
    actor: &Actor,
    ids: &[ConversionId],
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Outcome>, EngineError> {
    network_only(actor)?;
    let mut attempt = 1;
    loop {
        match decide_many_once(db, actor, ids, wish, now).await {
            Err(StoreError::Serialization) if attempt < ATTEMPTS => attempt += 1,
            done => return Ok(done?),
        }
    }
}

async fn decide_many_once(
    db: &Db,
    actor: &Actor,
    ids: &[ConversionId],
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> Result<Vec<Outcome>, StoreError> {
    // Whoever decides on several locks them in the same order.
    let mut order = ids.to_vec();
    order.sort_unstable();
    order.dedup();
    let mut tx = db.begin(actor.realm).await?;
    let mut effects = Effects::default();
    let mut outcomes = Vec::with_capacity(order.len());
    for id in order {
        match decide_row(&mut tx, &mut effects, actor, id, wish, now).await {
            Ok(decided) => outcomes.push((id, Ok(decided))),
            Err(Failed::Said(why)) => outcomes.push((id, Err(why))),
            Err(Failed::Store(e)) => return Err(e),
        }
    }
    effects.write(&mut tx, now).await?;
    tx.commit().await?;
    Ok(outcomes)
}

fn network_only(actor: &Actor) -> Result<(), EngineError> {
    match actor.realm {
        Realm::Network => Ok(()),
        _ => Err(EngineError::Forbidden("Only the network decides on conversions.".into())),
    }
}

async fn decide(
    db: &Db,
    actor: &Actor,
    id: ConversionId,
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> Result<Decided, EngineError> {
    network_only(actor)?;
    let mut attempt = 1;
    loop {
        match decide_once(db, actor, id, wish, now).await {
            Err(Failed::Store(StoreError::Serialization)) if attempt < ATTEMPTS => attempt += 1,
            Err(Failed::Store(e)) => return Err(e.into()),
            Err(Failed::Said(e)) => return Err(e),
            Ok(decided) => return Ok(decided),
        }
    }
}

enum Failed {
    Store(StoreError),
    Said(EngineError),
}

impl From<StoreError> for Failed {
    fn from(e: StoreError) -> Self {
        Self::Store(e)
    }
}

async fn decide_once(
    db: &Db,
    actor: &Actor,
    id: ConversionId,
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> Result<Decided, Failed> {
    let mut tx = db.begin(actor.realm).await?;
    let mut effects = Effects::default();
    let decided = decide_row(&mut tx, &mut effects, actor, id, wish, now).await?;
    effects.write(&mut tx, now).await?;
    tx.commit().await?;
    Ok(decided)
}

/// One decision; what it does to ledger and figures is left in `effects`.
async fn decide_row(
    tx: &mut Tx,
    effects: &mut Effects,
    actor: &Actor,
    id: ConversionId,
    wish: &Wish<'_>,
    now: DateTime<Utc>,
) -> Result<Decided, Failed> {
    use ConversionStatus as S;
    let row = conversions::lock(tx, id).await?.ok_or(Failed::Said(EngineError::NotFound))?;
    let (action, after) = match (wish, row.status) {
        (Wish::Approve, S::Approved) | (Wish::Reject(..), S::Rejected) => return Ok(Decided::AlreadyDone),
        (Wish::Approve, S::Rejected) => {
            return Err(Failed::Said(EngineError::Conflict(
                "The conversion was rejected; a rejected one cannot be approved.".into(),
            )));
        }
        (Wish::Approve, S::Pending) => {
            approve_row(tx, effects, &row, &actor.name, now).await?;
            ("conversion.approve", serde_json::json!({ "status": S::Approved.word() }))
        }
        (Wish::Reject(reason, note), S::Pending | S::Approved) => {
            reject_row(tx, effects, &row, (*reason, note), &actor.name, now).await?;
            let after =
                serde_json::json!({ "status": S::Rejected.word(), "reason": reason.code(), "note": note });
            ("conversion.reject", after)
        }
    };
    let before = serde_json::json!({ "status": row.status.word() });
    audit::audit(tx, actor, action, &id.to_string(), Some(before), Some(after), now).await?;
    Ok(Decided::Done)
}
