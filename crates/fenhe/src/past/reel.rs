//! Any instant of a row of facts: from the nearest picture kept before it, or a snapshot of the core, forward.

use super::picture::{Picture, Step};
use crate::ledger::Ledger;
use fenhe_contract::*;
use fenhe_control::Controller;
use fenhe_server::{Feed, Item, Numbered, Read};
use std::collections::BTreeMap;

/// Pictures kept.
const FRAMES: usize = 48;
/// Facts between two pictures kept on the way.
const APART: u64 = 4_000;
/// Facts read at once.
const PAGE: usize = 2_000;
/// A kept picture is worth so many facts more of replay than a snapshot: it knows what led there.
const WORTH: u64 = 25_000;

/// Facts by number, in order of time.
pub trait Facts {
    /// Why they cannot be read.
    type Error;
    /// At most so many entries from a number on: the fact of each, if it is one.
    fn read(&mut self, from: u64, many: usize) -> Result<Vec<Entry>, Self::Error>;
    /// The last entry not after this time.
    fn last_at(&mut self, at: Time) -> Result<u64, Self::Error>;
    /// The core after the nearest entry not after this one at which that is kept.
    fn start(&mut self, before: u64) -> Result<Option<Start>, Self::Error>;
}

/// A core after an entry; the picture of it is warm a while later.
#[derive(Clone)]
pub struct Start {
    /// After which entry.
    pub seq: u64,
    /// Time of that.
    pub now: Time,
    pub core: Controller,
    /// What had left by then, if that is known.
    pub ledger: Option<Ledger>,
}

/// Number, time and fact of an entry.
pub type Entry = (u64, Time, Option<Event>);

/// Facts with pictures along them.
pub struct Reel<F> {
    pub facts: F,
    /// By number of the entry they stand after; when they were used last.
    frames: BTreeMap<u64, (Picture, u64)>,
    uses: u64,
    make: Make,
}

/// Makes the picture of a core that nobody has followed.
pub type Make = Box<dyn Fn(Start) -> Picture + Send>;

/// Where a replay has come to.
struct Head {
    picture: Picture,
    seq: u64,
}

impl<F: Facts> Reel<F> {
    /// Of facts.
    pub fn new(facts: F, make: Make) -> Reel<F> {
        Reel {
            facts,
            frames: BTreeMap::new(),
            uses: 0,
            make,
        }
    }

    /// A picture that is known to be right after this entry.
    pub fn keep(&mut self, seq: u64, picture: Picture) {
        self.uses += 1;
        self.frames.insert(seq, (picture, self.uses));
        while self.frames.len() > FRAMES {
            let oldest = self.frames.iter().min_by_key(|(_, (_, used))| *used);
            let Some((&seq, _)) = oldest else { return };
            self.frames.remove(&seq);
        }
    }

    /// The picture after the last fact not after this time; none before the first that can be shown.
    pub fn at(&mut self, at: Time) -> Result<Option<Picture>, F::Error> {
        let quiet = Feed::new(1, 1);
        let head = self.head(at, &quiet)?;
        Ok(head.map(|head| head.picture))
    }

    /// What the feed told from `from` until `until`, numbered from 1.
    pub fn feed(&mut self, (from, until): (Time, Time)) -> Result<Vec<Numbered>, F::Error> {
        let Some(mut head) = self.head(from, &Feed::new(1, 1))? else {
            return Ok(Vec::new());
        };
        let feed = Feed::new(PAGE * 64, 1);
        let mut items = Vec::new();
        let last = self.facts.last_at(until)?;
        while head.seq < last {
            let next = last.min(head.seq + PAGE as u64);
            self.forward(&mut head, next, &feed)?;
            drain(&feed, &mut items);
        }
        head.picture.look(&feed);
        drain(&feed, &mut items);
        self.keep(head.seq, head.picture);
        Ok(items)
    }

    fn head(&mut self, at: Time, quiet: &Feed) -> Result<Option<Head>, F::Error> {
        let last = self.facts.last_at(at)?;
        let Some(mut head) = self.nearest(last)? else {
            return Ok(None);
        };
        while head.seq < last {
            let next = last.min(head.seq + APART);
            self.forward(&mut head, next, quiet)?;
            self.keep(head.seq, head.picture.clone());
        }
        Ok(Some(head))
    }

    /// Where to begin for the state after an entry.
    fn nearest(&mut self, last: u64) -> Result<Option<Head>, F::Error> {
        self.uses += 1;
        let uses = self.uses;
        let kept = self.frames.range_mut(..=last).next_back();
        let kept = kept.map(|(&seq, frame)| {
            frame.1 = uses;
            (seq, &frame.0)
        });
        if let Some((seq, picture)) = kept
            && last - seq <= WORTH
        {
            let picture = picture.clone();
            return Ok(Some(Head { picture, seq }));
        }
        let Some(near) = self.facts.start(last)? else {
            return Ok(kept.map(|(seq, picture)| Head {
                picture: picture.clone(),
                seq,
            }));
        };
        // One snapshot earlier, so that what no core remembers has been heard by then.
        let earlier = match near.seq.checked_sub(1) {
            Some(before) if last - near.seq < WORTH => self.facts.start(before)?,
            _ => None,
        };
        let start = earlier.unwrap_or(near);
        let seq = start.seq;
        let picture = (self.make)(start);
        Ok(Some(Head { picture, seq }))
    }

    /// On to an entry. Facts of one instant go together.
    fn forward(&mut self, head: &mut Head, last: u64, feed: &Feed) -> Result<(), F::Error> {
        let mut step = Step::default();
        let mut then = Time(i64::MIN);
        while head.seq < last {
            let many = usize::try_from(last - head.seq).map_or(PAGE, |left| left.min(PAGE));
            let page = self.facts.read(head.seq + 1, many)?;
            if page.is_empty() {
                break;
            }
            for (seq, time, fact) in page {
                if time != then && !step.facts.is_empty() {
                    head.picture.step(feed, then, &mut step);
                    step.facts.clear();
                }
                then = time;
                step.facts.extend(fact);
                head.seq = seq;
            }
        }
        if !step.facts.is_empty() {
            head.picture.step(feed, then, &mut step);
        }
        Ok(())
    }
}

/// Takes what a feed holds; what a step of the main loop alone tells (that it is alive) is left out.
pub fn drain(feed: &Feed, items: &mut Vec<Numbered>) {
    let from = items.last().map_or(1, |item| item.seq + 1);
    if let Read::Items(news) = feed.read(from, usize::MAX) {
        let all = news.iter().map(|entry| entry.numbered.clone());
        items.extend(all.filter(|one| !matches!(one.item, Item::Facts { .. })));
    }
}
