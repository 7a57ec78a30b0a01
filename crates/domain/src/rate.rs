//! Limits of how often something may be done: the generic cell rate algorithm.
//!
//! One number a key, the time until which its allowance is used up, is all the state there is. A quiet key may do
//! its whole allowance at once; after that it comes back evenly over the window.

/// So many in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quota {
    /// At least 1.
    pub count: u32,
    /// Seconds, at least 1.
    pub window_secs: u32,
}

/// Whether this one is within the allowance, and what is left of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    pub allowed: bool,
    /// How many more may follow at once.
    pub remaining: u32,
    /// Until the whole allowance is back, in microseconds.
    pub reset_us: i64,
    /// Until the next one is allowed, in microseconds; 0 if one is now.
    pub retry_us: i64,
}

impl Quota {
    /// The time one costs, in microseconds.
    #[must_use]
    pub fn interval_us(self) -> i64 {
        (i64::from(self.window_secs.max(1)) * 1_000_000 / i64::from(self.count.max(1))).max(1)
    }

    /// How far into the future an allowance can be used up, in microseconds.
    #[must_use]
    pub fn depth_us(self) -> i64 {
        self.interval_us() * i64::from(self.count.max(1))
    }

    /// Counts one at the time `now_us`, where `used_until_us` is what the last call left. Returns what to keep: one
    /// that is refused costs nothing.
    #[must_use]
    pub fn take(self, used_until_us: i64, now_us: i64) -> (i64, Verdict) {
        // A clock that was set back must not close the door for longer than the window.
        let used = used_until_us.clamp(now_us, now_us + self.depth_us());
        let after = used + self.interval_us();
        if after - now_us > self.depth_us() {
            (used, self.verdict(false, used, now_us))
        } else {
            (after, self.verdict(true, after, now_us))
        }
    }

    /// What is left, without counting one.
    #[must_use]
    pub fn look(self, used_until_us: i64, now_us: i64) -> Verdict {
        let used = used_until_us.clamp(now_us, now_us + self.depth_us());
        self.verdict(used + self.interval_us() - now_us <= self.depth_us(), used, now_us)
    }

    /// What to tell, where `used_until_us` is used up after the answer.
    #[must_use]
    pub fn verdict(self, allowed: bool, used_until_us: i64, now_us: i64) -> Verdict {
        let used = used_until_us - now_us;
        let left = (self.depth_us() - used) / self.interval_us();
        Verdict {
            allowed,
            remaining: u32::try_from(left).unwrap_or(0),
            reset_us: used,
            retry_us: if allowed { 0 } else { (used + self.interval_us() - self.depth_us()).max(1) },
        }
    }
}

impl Verdict {
    /// Whole seconds until the allowance is back, rounded up.
    #[must_use]
    pub fn reset_secs(self) -> u32 {
        seconds(self.reset_us)
    }

    /// Whole seconds to wait, at least 1 for one that was refused.
    #[must_use]
    pub fn retry_secs(self) -> u32 {
        seconds(self.retry_us)
    }
}

fn seconds(us: i64) -> u32 {
    u32::try_from((us.max(0) + 999_999) / 1_000_000).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const QUOTA: Quota = Quota { count: 3, window_secs: 6 };

    #[test]
    fn a_whole_allowance_at_once_then_one_each_interval() {
        let (mut used, mut left) = (0, vec![]);
        for _ in 0..3 {
            let (after, verdict) = QUOTA.take(used, 1_000_000_000);
            assert!(verdict.allowed);
            left.push(verdict.remaining);
            used = after;
        }
        assert_eq!(left, [2, 1, 0]);
        let (after, refused) = QUOTA.take(used, 1_000_000_000);
        assert!(!refused.allowed);
        assert_eq!((refused.retry_secs(), refused.reset_secs(), after), (2, 6, used));
        assert!(QUOTA.take(used, 1_002_000_000).1.allowed);
        assert_eq!(QUOTA.take(used, 1_100_000_000).1.remaining, 2);
    }

    proptest! {
        #[test]
        fn never_more_than_the_allowance_and_what_came_back(
            count in 1_u32..50, window_secs in 1_u32..100, steps in prop::collection::vec(0_i64..2_000_000, 1..200),
        ) {
            let quota = Quota { count, window_secs };
            let (mut now, mut used, mut allowed) = (1_i64 << 50, 0, 0_i64);
            let began = now;
            for step in steps {
                now += step;
                let look = quota.look(used, now);
                let (after, verdict) = quota.take(used, now);
                prop_assert_eq!(look.allowed, verdict.allowed);
                prop_assert_eq!(verdict.allowed, verdict.retry_us == 0);
                allowed += i64::from(verdict.allowed);
                used = after;
                prop_assert!(allowed <= i64::from(count) + (now - began) / quota.interval_us() + 1);
                if !verdict.allowed {
                    prop_assert!(quota.take(used, now + verdict.retry_us).1.allowed);
                }
            }
        }
    }
}
