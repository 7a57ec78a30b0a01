//! The enqueuing half of the job queue.

use domain::access::Realm;
use sqlx::{ConnectOptions as _, PgPool};
use store::{
    Db,
    jobs::{MAINTENANCE_QUEUE, MaintenanceJob, enqueue},
};

#[sqlx::test(migrations = "../../migrations")]
async fn a_job_exists_once_its_transaction_is_committed(pool: PgPool) {
    // Again, on top of what the test set up: this also makes the queue's own tables.
    let url = pool.connect_options().to_url_lossy().to_string();
    Db::migrate(&url).await.unwrap();
    Db::migrate(&url).await.unwrap();
    let db = Db::from_pool(pool.clone());
    let mut tx = db.begin(Realm::Network).await.unwrap();
    enqueue(&mut tx, MaintenanceJob::Reconcile).await.unwrap();
    tx.rollback().await;
    let mut tx = db.begin(Realm::Network).await.unwrap();
    enqueue(&mut tx, MaintenanceJob::SweepStuck).await.unwrap();
    tx.commit().await.unwrap();
    let jobs: Vec<(String, Vec<u8>, String)> =
        sqlx::query_as("SELECT job_type, job, status FROM apalis.jobs").fetch_all(&pool).await.unwrap();
    let [(queue, payload, status)] = &jobs[..] else { panic!("{jobs:?}") };
    assert_eq!((queue.as_str(), status.as_str()), (MAINTENANCE_QUEUE, "Pending"));
    assert_eq!(serde_json::from_slice::<MaintenanceJob>(payload).unwrap(), MaintenanceJob::SweepStuck);
}
