//! One transaction that several use cases are parts of.
//!
//! A use case begins and commits by itself. Where its effect has to stand and fall with something else, such as the
//! answer that is kept for a repeated request, it is given a [`Db`] of [`Db::share`]: what it begins is then a
//! savepoint, what it commits stays if the whole is committed.

use crate::{
    db::{Db, Tx},
    error::StoreError,
};
use domain::{access::Realm, ids::UserId};
use sqlx::{Executor as _, PgConnection, Postgres, Transaction};
use std::sync::Arc;
use tokio::sync::{Mutex, OwnedMutexGuard};

/// The transaction behind the parts.
#[derive(Debug)]
pub(crate) struct Whole {
    inner: Transaction<'static, Postgres>,
    /// A part was begun and not committed: the next one takes back what it did.
    open: bool,
}

/// Where the parts come from.
pub(crate) type Parts = Arc<Mutex<Whole>>;

/// The transaction to go on with, once every part is done.
#[derive(Debug)]
pub struct Shared {
    parts: Parts,
    realm: Realm,
    asked_by: Option<UserId>,
}

/// A transaction of its own, or a part of a shared one.
#[derive(Debug)]
pub(crate) enum Inner {
    Own(Transaction<'static, Postgres>),
    Part(OwnedMutexGuard<Whole>),
}

impl Inner {
    pub(crate) fn conn(&mut self) -> &mut PgConnection {
        match self {
            Self::Own(tx) => tx,
            Self::Part(whole) => &mut whole.inner,
        }
    }

    /// Begins a part. One at a time: use cases do not nest.
    pub(crate) async fn part(parts: &Parts) -> Result<Self, StoreError> {
        let mut whole = Arc::clone(parts)
            .try_lock_owned()
            .map_err(|_| StoreError::other("a part of this transaction is open already"))?;
        whole.close().await?;
        whole.inner.execute("SAVEPOINT part").await?;
        whole.open = true;
        Ok(Self::Part(whole))
    }

    pub(crate) async fn commit(self) -> Result<(), StoreError> {
        match self {
            Self::Own(tx) => tx.commit().await?,
            Self::Part(mut whole) => {
                whole.inner.execute("RELEASE SAVEPOINT part").await?;
                whole.open = false;
            }
        }
        Ok(())
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreError> {
        match self {
            Self::Own(tx) => tx.rollback().await?,
            Self::Part(mut whole) => whole.close().await?,
        }
        Ok(())
    }
}

impl Whole {
    /// Takes back a part that was not committed.
    async fn close(&mut self) -> Result<(), StoreError> {
        if self.open {
            self.inner.execute("ROLLBACK TO SAVEPOINT part").await?;
            self.inner.execute("RELEASE SAVEPOINT part").await?;
            self.open = false;
        }
        Ok(())
    }
}

impl Db {
    /// A database whose transactions are parts of `tx`, one after the other; [`Shared::regain`] gives `tx` back.
    ///
    /// # Errors
    /// `tx` is a part itself.
    pub fn share(&self, tx: Tx) -> Result<(Self, Shared), StoreError> {
        let (realm, asked_by) = (tx.realm(), tx.asked_by());
        let Inner::Own(inner) = tx.into_inner() else {
            return Err(StoreError::other("a part of a transaction has no parts"));
        };
        let parts = Arc::new(Mutex::new(Whole { inner, open: false }));
        Ok((self.with_parts(Arc::clone(&parts)), Shared { parts, realm, asked_by }))
    }
}

impl Shared {
    /// The transaction with all that was committed by its parts. Every copy of the shared database must be gone.
    ///
    /// # Errors
    /// [`StoreError`]; then everything is taken back.
    pub async fn regain(self) -> Result<Tx, StoreError> {
        let whole = Arc::into_inner(self.parts)
            .ok_or_else(|| StoreError::other("somebody still holds the shared transaction"))?;
        let mut whole = whole.into_inner();
        whole.close().await?;
        // A part may have asked in another realm.
        Tx::take(Inner::Own(whole.inner), self.realm, self.asked_by).await
    }
}
