//! One computation for all who ask for the same thing at the same time.
//!
//! A report that twenty people open at once is read once or twice, not twenty times, and nobody is shown an older state
//! than if they had been alone: an answer is only ever given to those who had asked before it was begun.

use std::{
    collections::HashMap,
    fmt,
    future::Future,
    mem,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tokio::sync::OnceCell;

/// Brings together those who ask for the same thing. Nothing is kept once it was handed out.
pub struct Together<T> {
    slots: Mutex<HashMap<String, Arc<Slot<T>>>>,
}

/// What is known of one key.
struct Slot<T> {
    /// Held while somebody computes: the ones after that wait, and then share.
    turn: tokio::sync::Mutex<()>,
    /// Those who wait for the computation that has not begun yet.
    next: Mutex<Option<Arc<OnceCell<T>>>>,
}

impl<T> Default for Slot<T> {
    fn default() -> Self {
        Self { turn: tokio::sync::Mutex::new(()), next: Mutex::new(None) }
    }
}

impl<T> Default for Together<T> {
    fn default() -> Self {
        Self { slots: Mutex::default() }
    }
}

impl<T> fmt::Debug for Together<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Together").field("keys", &lock(&self.slots).len()).finish()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Clone> Together<T> {
    /// The answer of `work`, of our own call or of somebody else's that began after we asked. `key` has to name all
    /// that the answer depends on, also who may see it. Whoever goes away while computing leaves it to the next.
    pub async fn ask<F: Future<Output = T>>(&self, key: &str, work: impl FnOnce() -> F) -> T {
        let (slot, batch) = {
            let mut slots = lock(&self.slots);
            let slot = Arc::clone(slots.entry(key.to_owned()).or_default());
            let batch = Arc::clone(lock(&slot.next).get_or_insert_with(Arc::default));
            (slot, batch)
        };
        let seat = Seat { all: self, key, slot };
        let answer = batch.get_or_init(|| async {
            let _turn = seat.slot.turn.lock().await;
            {
                // Who comes from here on has to see what is there from here on.
                let mut next = lock(&seat.slot.next);
                if next.as_ref().is_some_and(|n| Arc::ptr_eq(n, &batch)) {
                    *next = None;
                }
            }
            work().await
        });
        answer.await.clone()
    }
}

/// Forgets a key with the last one who is interested in it, however that one leaves.
struct Seat<'a, T> {
    all: &'a Together<T>,
    key: &'a str,
    slot: Arc<Slot<T>>,
}

impl<T> Drop for Seat<'_, T> {
    fn drop(&mut self) {
        let mut slots = lock(&self.all.slots);
        // Everybody takes and gives back theirs under the lock that is held here.
        let mine = mem::take(&mut self.slot);
        // The map's and ours.
        if Arc::strong_count(&mine) == 2 {
            slots.remove(self.key);
        }
        drop(mine);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use tokio::sync::Semaphore;

    struct Rig {
        all: Together<usize>,
        begun: AtomicUsize,
        gate: Semaphore,
    }

    impl Rig {
        fn new() -> Arc<Self> {
            Arc::new(Self { all: Together::default(), begun: AtomicUsize::new(0), gate: Semaphore::new(0) })
        }

        /// Answers which computation it was; each needs a permit of the gate to end.
        fn spawn(self: &Arc<Self>, key: &'static str) -> tokio::task::JoinHandle<usize> {
            let rig = Arc::clone(self);
            tokio::spawn(async move {
                rig.all
                    .ask(key, || async {
                        let mine = rig.begun.fetch_add(1, Ordering::SeqCst);
                        rig.gate.acquire().await.unwrap().forget();
                        mine
                    })
                    .await
            })
        }

        async fn until_begun(&self, n: usize) {
            while self.begun.load(Ordering::SeqCst) < n {
                tokio::task::yield_now().await;
            }
        }
    }

    async fn settle() {
        for _ in 0..50 {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test]
    async fn those_who_wait_share_one_answer_begun_after_they_asked() {
        let rig = Rig::new();
        let first = rig.spawn("a");
        rig.until_begun(1).await;
        let late: Vec<_> = (0..10).map(|_| rig.spawn("a")).collect();
        let other = rig.spawn("b");
        rig.until_begun(2).await;
        settle().await;
        assert_eq!(rig.begun.load(Ordering::SeqCst), 2, "the late ones wait; another key does not");
        rig.gate.add_permits(3);
        assert_eq!(first.await.unwrap(), 0);
        assert_eq!(other.await.unwrap(), 1);
        for task in late {
            assert_eq!(task.await.unwrap(), 2, "none got the answer that was begun before it asked");
        }
        assert!(lock(&rig.all.slots).is_empty(), "nothing is kept");
    }

    #[tokio::test]
    async fn whoever_leaves_while_computing_leaves_it_to_the_next() {
        let rig = Rig::new();
        let gone = rig.spawn("a");
        rig.until_begun(1).await;
        let (second, third) = (rig.spawn("a"), rig.spawn("a"));
        settle().await;
        gone.abort();
        rig.until_begun(2).await;
        second.abort();
        rig.until_begun(3).await;
        rig.gate.add_permits(1);
        assert_eq!(third.await.unwrap(), 2);
        let fresh = rig.spawn("a");
        rig.until_begun(4).await;
        fresh.abort();
        let _ = fresh.await;
        assert!(lock(&rig.all.slots).is_empty());
    }
}
