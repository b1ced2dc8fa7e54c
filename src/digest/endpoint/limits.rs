//! How often one client may send forms, and one address be written to.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

/// Forms of a client in ten minutes.
const CLIENT: (usize, SignedDuration) = (20, SignedDuration::from_mins(10));

/// Confirming letters to an address in a day.
const ADDRESS: (usize, SignedDuration) = (3, SignedDuration::from_hours(24));

/// So many are remembered; beyond, the oldest are forgotten.
const MOST: usize = 20_000;

/// What was asked lately.
#[derive(Debug, Default)]
pub(super) struct Limits {
    clients: Times,
    addresses: Times,
}

#[derive(Debug, Default)]
struct Times(BTreeMap<String, Vec<Timestamp>>);

impl Limits {
    /// Whether a client may send one more form.
    pub(super) fn client(&mut self, client: &str, now: Timestamp) -> bool {
        self.clients.take(client, CLIENT, now)
    }

    /// Whether an address may be written to once more.
    pub(super) fn address(&mut self, email: &str, now: Timestamp) -> bool {
        self.addresses.take(email, ADDRESS, now)
    }
}

impl Times {
    fn take(&mut self, who: &str, (most, time): (usize, SignedDuration), now: Timestamp) -> bool {
        if self.0.len() >= MOST {
            self.0.retain(|_, times| times.last().is_some_and(|last| now.duration_since(*last) < time));
            if self.0.len() >= MOST {
                self.0.pop_first();
            }
        }
        let times = self.0.entry(who.to_owned()).or_default();
        times.retain(|at| now.duration_since(*at) < time);
        if times.len() >= most {
            return false;
        }
        times.push(now);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_to_three_times_a_day() {
        let mut limits = Limits::default();
        let now: Timestamp = "2026-11-30T00:00:00Z".parse().unwrap();
        let taken = (0..5).filter(|_| limits.address("a@b.cn", now)).count();
        assert_eq!(taken, 3);
        assert!(limits.address("c@d.cn", now));
        assert!(limits.address("a@b.cn", now + SignedDuration::from_hours(25)));
    }
}
