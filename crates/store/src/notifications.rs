//! What people are told of, and who has read it.

use crate::{db::Tx, error::StoreError};
use chrono::{DateTime, Utc};
use domain::{
    access::Realm,
    ids::{AffiliateId, UserId},
    notice::NoticeKind,
};

/// Something to tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Whose people.
    pub to: Realm,
    pub kind: NoticeKind,
    /// `info`, `ok`, `warn` or `bad`.
    pub tone: &'static str,
    pub title: String,
    pub body: String,
    /// A path within the portal; may be empty.
    pub href: String,
    /// The matter: raised again, its row changes instead of a new one coming up.
    pub dedupe: String,
    /// How grave or how many; a higher one than before makes the matter new again.
    pub level: i64,
}

fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|c| *c != '\0').take(most).collect()
}

/// Raises a matter. What is known already and no graver stays as it is read; what had been over is new again.
///
/// # Errors
/// [`StoreError`].
pub async fn raise(tx: &mut Tx, notice: &Notice, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (realm, owner) = notice.to.setting();
    sqlx::query!(
        "INSERT INTO notifications AS n (realm, owner_id, kind, tone, title, body, href, dedupe, level, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10)
         ON CONFLICT (realm, owner_id, dedupe) DO UPDATE SET
             tone = excluded.tone, title = excluded.title, body = excluded.body, href = excluded.href,
             level = excluded.level, cleared_at = NULL,
             seq = CASE WHEN n.cleared_at IS NOT NULL OR excluded.level > n.level THEN excluded.seq ELSE n.seq END,
             changed_at = CASE WHEN n.cleared_at IS NOT NULL OR excluded.level > n.level
                               THEN excluded.changed_at ELSE n.changed_at END
         WHERE n.cleared_at IS NOT NULL
            OR (n.tone, n.title, n.body, n.href, n.level)
               IS DISTINCT FROM (excluded.tone, excluded.title, excluded.body, excluded.href, excluded.level)",
        realm,
        owner,
        notice.kind.word(),
        notice.tone,
        cut(&notice.title, 200),
        cut(&notice.body, 1000),
        cut(&notice.href, 500),
        cut(&notice.dedupe, 120),
        notice.level,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(())
}

/// Marks as over what the network was told of some kinds and what is not among `still`.
///
/// # Errors
/// [`StoreError`].
pub async fn clear_others(
    tx: &mut Tx,
    kinds: &[NoticeKind],
    still: &[String],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let kinds: Vec<String> = kinds.iter().map(|k| k.word().to_owned()).collect();
    let done = sqlx::query!(
        "UPDATE notifications SET cleared_at = $3
         WHERE realm = 'network' AND cleared_at IS NULL AND kind = ANY($1) AND NOT dedupe = ANY($2)",
        &kinds,
        still,
        now
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// Forgets what is older.
///
/// # Errors
/// [`StoreError`].
pub async fn prune(tx: &mut Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let done =
        sqlx::query!("DELETE FROM notifications WHERE changed_at < $1", before).execute(tx.conn()).await?;
    Ok(done.rows_affected())
}

/// A notification as one person sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: i64,
    pub seq: i64,
    pub tone: String,
    pub title: String,
    pub body: String,
    pub href: String,
    pub changed_at: DateTime<Utc>,
    pub read: bool,
    pub over: bool,
}

/// Which ones: of the asking realm, of these kinds.
#[derive(Debug, Clone)]
pub struct Wanted<'a> {
    pub user: UserId,
    pub kinds: &'a [String],
    pub only_unread: bool,
    /// Only those with a smaller `seq`.
    pub before: Option<i64>,
    pub limit: i64,
}

/// The newest first.
///
/// # Errors
/// [`StoreError`].
pub async fn list(tx: &mut Tx, wanted: &Wanted<'_>) -> Result<Vec<Row>, StoreError> {
    let (realm, owner) = tx.realm().setting();
    Ok(sqlx::query_as!(
        Row,
        r#"SELECT n.id, n.seq, n.tone, n.title, n.body, n.href, n.changed_at,
                  coalesce(r.seq >= n.seq, false) AS "read!", n.cleared_at IS NOT NULL AS "over!"
           FROM notifications n LEFT JOIN notification_reads r ON r.notification_id = n.id AND r.user_id = $3
           WHERE n.realm = $1 AND n.owner_id = $2 AND n.kind = ANY($4)
             AND ($5::bigint IS NULL OR n.seq < $5)
             AND (NOT $6 OR (n.cleared_at IS NULL AND coalesce(r.seq < n.seq, true)))
           ORDER BY n.seq DESC LIMIT $7"#,
        realm,
        owner,
        wanted.user.0,
        wanted.kinds,
        wanted.before,
        wanted.only_unread,
        wanted.limit,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// How many of the newest hundred are not read and not over.
///
/// # Errors
/// [`StoreError`].
pub async fn unread(tx: &mut Tx, user: UserId, kinds: &[String]) -> Result<i64, StoreError> {
    let (realm, owner) = tx.realm().setting();
    let n = sqlx::query_scalar!(
        r#"SELECT count(*) AS "count!" FROM (
             SELECT id, seq FROM notifications
             WHERE realm = $1 AND owner_id = $2 AND kind = ANY($4) AND cleared_at IS NULL
             ORDER BY seq DESC LIMIT 100) n
           WHERE NOT EXISTS (SELECT FROM notification_reads r
                             WHERE r.notification_id = n.id AND r.user_id = $3 AND r.seq >= n.seq)"#,
        realm,
        owner,
        user.0,
        kinds,
    )
    .fetch_one(tx.conn())
    .await?;
    Ok(n)
}

/// Notes that a person has read one notification, or all of these kinds, as they are now.
///
/// # Errors
/// [`StoreError`].
pub async fn mark_read(
    tx: &mut Tx,
    user: UserId,
    kinds: &[String],
    only: Option<i64>,
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let (realm, owner) = tx.realm().setting();
    let done = sqlx::query!(
        "INSERT INTO notification_reads AS r (user_id, notification_id, seq, read_at)
         SELECT $3, n.id, n.seq, $6 FROM notifications n
         WHERE n.realm = $1 AND n.owner_id = $2 AND n.kind = ANY($4) AND ($5::bigint IS NULL OR n.id = $5)
         ORDER BY n.id
         ON CONFLICT (user_id, notification_id) DO UPDATE SET seq = excluded.seq, read_at = excluded.read_at
         WHERE r.seq < excluded.seq",
        realm,
        owner,
        user.0,
        kinds,
        only,
        now,
    )
    .execute(tx.conn())
    .await?;
    Ok(done.rows_affected())
}

/// What came up last, for everybody of the realm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub id: i64,
    pub seq: i64,
    pub kind: String,
    pub tone: String,
    pub title: String,
    pub href: String,
}

/// The newest that are not over, whoever has read them.
///
/// # Errors
/// [`StoreError`].
pub async fn heads(tx: &mut Tx, limit: i64) -> Result<Vec<Head>, StoreError> {
    let (realm, owner) = tx.realm().setting();
    Ok(sqlx::query_as!(
        Head,
        "SELECT id, seq, kind, tone, title, href FROM notifications
         WHERE realm = $1 AND owner_id = $2 AND cleared_at IS NULL ORDER BY seq DESC LIMIT $3",
        realm,
        owner,
        limit,
    )
    .fetch_all(tx.conn())
    .await?)
}

/// Decided conversions of one affiliate on one day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    pub affiliate: AffiliateId,
    /// Stored word, `approved` or `rejected`.
    pub status: String,
    pub currency: String,
    pub count: i64,
    /// Minor units.
    pub payout: i64,
}

/// Sums from `day` until before `end` over the affiliates for whom something was decided since `recent`. Refusals at the
/// door, which nobody decided, do not count.
///
/// # Errors
/// [`StoreError`].
pub async fn decided(
    tx: &mut Tx,
    day: DateTime<Utc>,
    end: DateTime<Utc>,
    recent: DateTime<Utc>,
) -> Result<Vec<Decided>, StoreError> {
    let rows = sqlx::query!(
        r#"SELECT affiliate_id AS "affiliate!", status, coalesce(currency, '') AS "currency!", count(*) AS "count!",
                  sum(payout_minor)::bigint AS "payout!"
           FROM conversions
           WHERE decided_at >= $1 AND decided_at < $2 AND status IN ('approved', 'rejected')
             AND affiliate_id IN (SELECT affiliate_id FROM conversions WHERE decided_at >= $3)
           GROUP BY affiliate_id, status, coalesce(currency, '') ORDER BY affiliate_id, status, 3"#,
        day,
        end,
        recent,
    )
    .fetch_all(tx.conn())
    .await?;
    Ok(rows
        .into_iter()
        .map(|r| Decided {
            affiliate: AffiliateId(r.affiliate),
            status: r.status,
            currency: r.currency,
            count: r.count,
            payout: r.payout,
        })
        .collect())
}
