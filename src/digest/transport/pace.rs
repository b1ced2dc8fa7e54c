//! How fast letters may go: over all, and to each large mailbox provider, whose limits are secret.
//! A refusal for speed halves the pace; each hour without one doubles it again, up to where it began.

use std::{
    collections::{BTreeMap, VecDeque},
    time::{Duration, Instant},
};

use crate::{base::lang::Message, digest::address, msg};

/// Providers with limits of their own, and their domains.
const PROVIDERS: [(&str, &[&str]); 3] = [
    ("qq.com", &["qq.com", "vip.qq.com", "foxmail.com"]),
    ("163.com", &["163.com", "126.com", "yeah.net", "188.com", "vip.163.com", "vip.126.com"]),
    ("aliyun.com", &["aliyun.com"]),
];

/// Where these begin: one a second, 200 in a quarter of an hour.
const CAREFUL: Limit = Limit { every: Duration::from_secs(1), window: Some((200, Duration::from_secs(15 * 60))) };

/// Where letters follow each other within this time, a group may run ahead of the pace a little:
/// a commit for each of them would be slower than they are.
const SHORT: Duration = Duration::from_millis(100);
const AHEAD: Duration = Duration::from_millis(200);

const CLEAN: Duration = Duration::from_secs(60 * 60);

/// At the slowest a 64th of the pace.
const MOST_HALVINGS: u32 = 6;

/// Words of refusals that are about speed, small: NetEase's codes, QQ's words, those of others.
const TOO_FAST: [&str; 11] = [
    "hl:icc",
    "hl:ifc",
    "hl:itc",
    "mi:dmc",
    "mi:sfq",
    "dt:spm",
    "frequency limit",
    "too many",
    "rate limit",
    "throttl",
    "try again later",
];

/// Whose limits count for an address: the provider's first domain, else its own.
pub fn group(email: &str) -> &str {
    let domain = address::domain(email);
    PROVIDERS.iter().find(|(_, domains)| domains.contains(&domain)).map_or(domain, |(name, _)| name)
}

/// Whether a refusal is about speed.
pub fn is_too_fast(code: u16, reply: &str) -> bool {
    let reply = reply.to_lowercase();
    code >= 400 && TOO_FAST.iter().any(|words| reply.contains(words))
}

/// A pace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limit {
    /// The time from one letter to the next.
    pub every: Duration,
    /// So many letters in a stretch of time.
    pub window: Option<(u32, Duration)>,
}

impl Limit {
    /// Reads `2/s`, `200/15m`, both with a comma between, or `none`.
    ///
    /// # Errors
    /// It is written otherwise.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let wrong = || {
            msg!(
                "限速“{text}”读不懂。写成 1/s,200/15m 或 none",
                "the limit “{text}” cannot be read. Write 1/s,200/15m or none"
            )
        };
        let mut limit = Self { every: Duration::ZERO, window: None };
        if text == "none" {
            return Ok(limit);
        }
        for part in text.split(',') {
            let (number, time) = part.split_once('/').ok_or_else(wrong)?;
            let (count, unit) = time.split_at_checked(time.len().wrapping_sub(1)).ok_or_else(wrong)?;
            let count: u64 = if count.is_empty() { 1 } else { count.parse().map_err(|_| wrong())? };
            let seconds = count
                * match unit {
                    "s" => 1,
                    "m" => 60,
                    "h" => 3600,
                    _ => return Err(wrong()),
                };
            let number: f64 = number.parse().ok().filter(|n| *n > 0.0 && *n < 1e6).ok_or_else(wrong)?;
            match seconds {
                0 => return Err(wrong()),
                1 => limit.every = Duration::from_secs_f64(1.0 / number),
                _ => limit.window = Some((number as u32, Duration::from_secs(seconds))),
            }
        }
        Ok(limit)
    }
}

/// The paces of a run.
#[derive(Debug, Default)]
pub struct Paces {
    all: Option<Pace>,
    groups: BTreeMap<String, Pace>,
}

#[derive(Debug)]
struct Pace {
    limit: Limit,
    halvings: u32,
    changed: Instant,
    next: Instant,
    sent: VecDeque<Instant>,
}

impl Paces {
    /// The careful ones of providers, with what the user says over them; `rate` is that of all
    /// letters together, by the second.
    pub fn new(rate: Option<f64>, own: &[(String, Limit)], now: Instant) -> Self {
        let careful = PROVIDERS.iter().map(|(name, _)| ((*name).to_owned(), CAREFUL));
        let own = own.iter().map(|(name, limit)| (group(&format!("@{name}")).to_owned(), *limit));
        let groups = careful.chain(own).map(|(name, limit)| (name, Pace::new(limit, now))).collect();
        let every = rate.map(|rate| Duration::from_secs_f64(1.0 / rate));
        Self { all: every.map(|every| Pace::new(Limit { every, window: None }, now)), groups }
    }

    /// The paces that have a stretch of time, with its length: what went out in it before this run
    /// counts too.
    pub fn windows(&self) -> Vec<(String, Duration)> {
        let window = |(name, pace): (&String, &Pace)| Some((name.clone(), pace.limit.window?.1));
        self.groups.iter().filter_map(window).collect()
    }

    /// So many letters of a group went out already.
    pub fn count(&mut self, group: &str, sent: usize, now: Instant) {
        if let Some(pace) = self.groups.get_mut(group) {
            pace.sent.extend(std::iter::repeat_n(now, sent));
        }
    }

    /// Goes on with a pace that an earlier run had halved so often, so long ago.
    pub fn resume(&mut self, group: &str, halvings: u32, ago: Duration, now: Instant) {
        let hours = u32::try_from(ago.as_secs() / CLEAN.as_secs()).unwrap_or(u32::MAX);
        let left = halvings.min(MOST_HALVINGS).saturating_sub(hours);
        if left == 0 {
            return;
        }
        let since = Duration::from_secs(ago.as_secs() % CLEAN.as_secs());
        let pace = self.groups.entry(group.to_owned()).or_insert_with(|| Pace::new(CAREFUL, now));
        pace.halvings = left;
        // A machine may have started after that: then the hour begins now.
        pace.changed = now.checked_sub(since).unwrap_or(now);
    }

    /// The paces that are halved: how often, and how long ago that last changed.
    pub fn halved(&mut self, now: Instant) -> Vec<(String, u32, Duration)> {
        let told = |(name, pace): (&String, &mut Pace)| {
            pace.free_at(now);
            (pace.halvings > 0).then(|| (name.clone(), pace.halvings, now.duration_since(pace.changed)))
        };
        self.groups.iter_mut().filter_map(told).collect()
    }

    /// Takes the place of one letter; `false` where it has to wait.
    pub fn take(&mut self, group: &str, now: Instant) -> bool {
        if self.all.as_mut().is_some_and(|pace| pace.free_at(now) > now) {
            return false;
        }
        if let Some(pace) = self.groups.get_mut(group) {
            if pace.free_at(now) > now {
                return false;
            }
            pace.go(now);
        }
        if let Some(pace) = &mut self.all {
            pace.go(now);
        }
        true
    }

    /// Whether nothing at all may go now.
    pub fn is_full(&mut self, now: Instant) -> bool {
        self.all.as_mut().is_some_and(|pace| pace.free_at(now) > now)
    }

    /// The groups that have to wait.
    pub fn blocked(&mut self, now: Instant) -> Vec<String> {
        let waits = |(name, pace): (&String, &mut Pace)| (pace.free_at(now) > now).then(|| name.clone());
        self.groups.iter_mut().filter_map(waits).collect()
    }

    /// How long until something may go that may not now.
    pub fn wait(&mut self, now: Instant) -> Option<Duration> {
        let free = |pace: &mut Pace| Some(pace.free_at(now)).filter(|at| *at > now);
        let groups = self.groups.values_mut().filter_map(free).min();
        let next = [self.all.as_mut().and_then(free), groups].into_iter().flatten().min();
        next.map(|at| at - now)
    }

    /// Hears an answer: a refusal for speed halves the pace.
    pub fn heard(&mut self, group: &str, code: u16, reply: &str, now: Instant) {
        if !is_too_fast(code, reply) {
            return;
        }
        let pace = self.groups.entry(group.to_owned()).or_insert_with(|| Pace::new(CAREFUL, now));
        pace.halvings = (pace.halvings + 1).min(MOST_HALVINGS);
        pace.changed = now;
        pace.next = now + pace.every();
    }
}

impl Pace {
    fn new(limit: Limit, now: Instant) -> Self {
        Self { limit, halvings: 0, changed: now, next: now, sent: VecDeque::new() }
    }

    fn every(&self) -> Duration {
        // A pace without limit that was refused begins at the careful one.
        let every = if self.limit.every.is_zero() && self.halvings > 0 { CAREFUL.every } else { self.limit.every };
        every * (1 << self.halvings)
    }

    fn free_at(&mut self, now: Instant) -> Instant {
        while self.halvings > 0 && now.duration_since(self.changed) >= CLEAN {
            self.halvings -= 1;
            self.changed += CLEAN;
        }
        let next = if self.every() <= SHORT { self.next.checked_sub(AHEAD).unwrap_or(self.next) } else { self.next };
        let Some((most, time)) = self.limit.window else { return next };
        while self.sent.front().is_some_and(|at| now.duration_since(*at) >= time) {
            self.sent.pop_front();
        }
        let most = (most >> self.halvings).max(1) as usize;
        match self.sent.len().checked_sub(most).and_then(|over| self.sent.get(over)) {
            Some(first) => next.max(*first + time),
            None => next,
        }
    }

    fn go(&mut self, now: Instant) {
        // Short pauses do not add up: several rows claimed at once stand behind each other.
        self.next = self.next.max(now) + self.every();
        if self.limit.window.is_some() {
            self.sent.push_back(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn providers_have_one_pace_for_all_their_domains() {
        assert_eq!(group("a@foxmail.com"), "qq.com");
        assert_eq!(group("a@126.com"), "163.com");
        assert_eq!(group("a@example.org"), "example.org");
    }

    #[test]
    fn a_window_holds_and_opens_again() {
        let start = Instant::now();
        let own = [("qq.com".to_owned(), Limit::parse("9/s,3/15m").unwrap())];
        let mut paces = Paces::new(None, &own, start);
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        assert!(paces.take("qq.com", at(0.0)));
        assert!(!paces.take("qq.com", at(0.05)) && paces.take("qq.com", at(0.2)) && paces.take("qq.com", at(1.0)));
        assert!(!paces.take("qq.com", at(2.0)) && paces.take("example.org", at(2.0)));
        assert_eq!(paces.blocked(at(2.0)), ["qq.com"]);
        assert!(!paces.take("qq.com", at(899.9)) && paces.take("qq.com", at(900.1)));
    }

    #[test]
    fn a_refusal_halves_and_a_clean_hour_doubles() {
        let start = Instant::now();
        let mut paces = Paces::new(None, &[], start);
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        paces.heard("example.org", 450, "4.2.1 HL:IFC too fast", at(0));
        assert!(!paces.take("example.org", at(1)) && paces.take("example.org", at(2)));
        assert!(!paces.take("example.org", at(3)));
        assert!(paces.take("example.org", at(3601)) && paces.take("example.org", at(3602)));
        paces.heard("example.org", 250, "frequency limited", at(3602));
        assert!(paces.take("example.org", at(3603)));
    }

    #[test]
    fn a_halved_pace_outlives_its_run() {
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let mut first = Paces::new(None, &[], start);
        first.heard("qq.com", 450, "frequency limited", at(0));
        first.heard("qq.com", 450, "frequency limited", at(10));
        let kept = first.halved(at(70));
        assert_eq!(kept, [("qq.com".to_owned(), 2, Duration::from_secs(60))]);
        let mut second = Paces::new(None, &[], start);
        second.resume("qq.com", 2, Duration::from_secs(60), at(0));
        assert!(second.take("qq.com", at(1)) && !second.take("qq.com", at(4)) && second.take("qq.com", at(5)));
        assert_eq!(second.halved(at(3600))[0].1, 1, "an hour after the refusal, less the minute that had gone");
        second.resume("163.com", 2, Duration::from_secs(7200), at(0));
        assert!(second.take("163.com", at(0)) && second.take("163.com", at(1)), "two clean hours have gone");
        assert!(second.halved(at(10_000)).is_empty());
    }

    #[test]
    fn limits_as_written() {
        let limit = Limit::parse("2/s,200/15m").unwrap();
        assert_eq!((limit.every, limit.window), (Duration::from_millis(500), Some((200, Duration::from_secs(900)))));
        for wrong in ["", "2", "x/s", "2/", "0/s", "2/0s", "2/党"] {
            assert!(Limit::parse(wrong).is_err(), "{wrong}");
        }
    }
}
