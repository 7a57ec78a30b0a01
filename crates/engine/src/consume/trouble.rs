//! Patience with databases that are away: one line in the log when trouble begins and one when it is over.

use std::time::Duration;
use store::StoreError;

const FIRST: Duration = Duration::from_millis(50);
const LONGEST: Duration = Duration::from_secs(2);

/// Counts the failures of one loop in the background.
#[derive(Debug)]
pub(crate) struct Trouble {
    what: String,
    times: u32,
}

impl Trouble {
    /// `what` is being done, such as `applying ev:{1.0}`.
    pub fn new(what: String) -> Self {
        Self { what, times: 0 }
    }

    /// Something went wrong; how long to wait before trying again. Doubles from 50 ms to 2 s.
    pub fn again(&mut self, error: &StoreError) -> Duration {
        if self.times == 0 {
            tracing::warn!(what = self.what, %error, "failed; trying again until it works");
        }
        self.times = self.times.saturating_add(1);
        FIRST.saturating_mul(1 << (self.times - 1).min(10)).min(LONGEST)
    }

    /// It worked.
    pub fn over(&mut self) {
        if self.times > 0 {
            tracing::info!(what = self.what, failures = self.times, "works again");
            self.times = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patience_grows_to_a_limit_and_starts_again() {
        let mut trouble = Trouble::new("testing".into());
        let waits: Vec<_> = (0..40).map(|_| trouble.again(&StoreError::Serialization)).collect();
        assert_eq!(waits[..3], [FIRST, FIRST * 2, FIRST * 4]);
        assert!(waits.is_sorted() && waits[39] == LONGEST);
        trouble.over();
        assert_eq!(trouble.again(&StoreError::Serialization), FIRST);
    }
}
