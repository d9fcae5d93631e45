//! The public text formats.
//!
//! Job shop (ft, la, ta, dmu ...): `jobs machines`, then a line a job of pairs `machine time`, machines from 0.
//! Flexible (Brandimarte, Hurink, Behnke ...): `jobs machines [alternatives an operation]`, then a line a job: its number of
//! operations, and for each the number of its alternatives and as many pairs `machine time`. Machines count from 1, or from 0
//! where a 0 occurs.

use super::{Alternative, Shop};
use alloc::vec::Vec;

/// Machines that a text may have.
pub const MOST_MACHINES: u32 = 1_000_000;

/// What is wrong with a text, and in which of its lines (from 1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// There is no first line `jobs machines`, or one with more machines than [`MOST_MACHINES`].
    Head,
    /// Something is no whole number, or too large.
    Number(usize),
    /// A machine that the first line does not count.
    Machine(usize),
    /// The line ends in the middle of an operation, or has more than it announced.
    Length(usize),
    /// Fewer jobs than announced: so many.
    Jobs(usize),
    /// All times together are more than can be counted.
    TooLong,
    /// It could be read as either format.
    Either,
}

/// Which format a text has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// One machine an operation.
    JobShop,
    /// Some machines an operation.
    Flexible,
}

struct Lines<'t> {
    /// Numbers of each line that has any, with its number.
    lines: core::iter::Enumerate<core::str::Lines<'t>>,
}

impl Lines<'_> {
    fn next(&mut self) -> Option<Result<(usize, Vec<u32>), Fault>> {
        let (at, line) = self.line()?;
        let numbers = line.split_whitespace().map(str::parse);
        let numbers: Result<Vec<u32>, _> = numbers.collect();
        Some(numbers.map_or(Err(Fault::Number(at)), |numbers| Ok((at, numbers))))
    }

    /// Jobs, machines, and whether more stands in the first line: the mean number of alternatives, often a fraction.
    fn head(&mut self) -> Result<(usize, u32, bool), Fault> {
        let (at, line) = self.line().ok_or(Fault::Head)?;
        let mut words = line.split_whitespace();
        let (jobs, machines) = words.next().zip(words.next()).ok_or(Fault::Head)?;
        let whole = |word: &str| word.parse::<u32>().map_err(|_| Fault::Number(at));
        match (whole(jobs)?, whole(machines)?) {
            (0, _) | (_, 0) => Err(Fault::Head),
            (_, machines) if machines > MOST_MACHINES => Err(Fault::Head),
            (jobs, machines) => Ok((jobs as usize, machines, words.next().is_some())),
        }
    }

    /// The next line with numbers, and its number.
    fn line(&mut self) -> Option<(usize, &str)> {
        let found = self.lines.by_ref().find(|(_, line)| {
            let text = line.trim();
            !text.is_empty() && !text.starts_with('#')
        });
        found.map(|(at, line)| (at + 1, line))
    }
}

fn open(text: &str) -> Result<(Lines<'_>, usize, Shop), Fault> {
    let mut lines = Lines {
        lines: text.lines().enumerate(),
    };
    let (jobs, machines, _) = lines.head()?;
    Ok((lines, jobs, Shop::new(machines)))
}

fn whole(shop: Shop) -> Result<Shop, Fault> {
    let longest = |op| {
        shop.alternatives(op)
            .iter()
            .map(|alternative| u64::from(alternative.time))
            .max()
    };
    let all: u64 = (0..shop.operations()).filter_map(longest).sum();
    if all > u64::from(u32::MAX / 4) {
        return Err(Fault::TooLong);
    }
    Ok(shop)
}

/// Reads a text of either format: a third number in the first line means flexible, otherwise the one that it can be
/// read as.
///
/// # Errors
/// See [`Fault`]; of the two reasons why it is neither, the one farther down.
pub fn read(text: &str) -> Result<(Kind, Shop), Fault> {
    let more = Lines {
        lines: text.lines().enumerate(),
    }
    .head()?
    .2;
    let flexible = read_flexible(text);
    if more {
        return flexible.map(|shop| (Kind::Flexible, shop));
    }
    match (read_job_shop(text), flexible) {
        (Ok(_), Ok(_)) => Err(Fault::Either),
        (Ok(shop), Err(_)) => Ok((Kind::JobShop, shop)),
        (Err(_), Ok(shop)) => Ok((Kind::Flexible, shop)),
        (Err(one), Err(other)) if line(other) > line(one) => Err(other),
        (Err(one), Err(_)) => Err(one),
    }
}

fn line(fault: Fault) -> usize {
    match fault {
        Fault::Number(line) | Fault::Machine(line) | Fault::Length(line) => line,
        Fault::TooLong | Fault::Jobs(_) => usize::MAX,
        Fault::Head | Fault::Either => 0,
    }
}

/// Reads a job shop.
///
/// # Errors
/// See [`Fault`].
pub fn read_job_shop(text: &str) -> Result<Shop, Fault> {
    let (mut lines, jobs, mut shop) = open(text)?;
    for job in 0..jobs {
        let (at, numbers) = lines.next().ok_or(Fault::Jobs(job))??;
        if numbers.len() % 2 != 0 {
            return Err(Fault::Length(at));
        }
        let alternatives: Vec<Alternative> = numbers
            .chunks_exact(2)
            .map(|pair| Alternative {
                machine: pair[0],
                time: pair[1],
            })
            .collect();
        if alternatives
            .iter()
            .any(|alternative| alternative.machine >= shop.machines)
        {
            return Err(Fault::Machine(at));
        }
        shop.job(alternatives.chunks(1));
    }
    whole(shop)
}

/// Reads a flexible job shop.
///
/// # Errors
/// See [`Fault`].
pub fn read_flexible(text: &str) -> Result<Shop, Fault> {
    let (mut lines, jobs, mut shop) = open(text)?;
    let mut all = Vec::new();
    for job in 0..jobs {
        let (at, numbers) = lines.next().ok_or(Fault::Jobs(job))??;
        all.push((at, flexible(&numbers).ok_or(Fault::Length(at))?));
    }
    let machines = || all.iter().flat_map(|(_, job)| job.iter().flatten());
    let base = u32::from(machines().all(|alternative| alternative.machine > 0));
    for (at, mut job) in all {
        for alternative in job.iter_mut().flatten() {
            alternative.machine -= base;
            if alternative.machine >= shop.machines {
                return Err(Fault::Machine(at));
            }
        }
        shop.job(job.iter().map(Vec::as_slice));
    }
    whole(shop)
}

/// The operations of a line; none if it is too short or too long.
fn flexible(numbers: &[u32]) -> Option<Vec<Vec<Alternative>>> {
    let mut rest = numbers.iter().copied();
    let mut operations = Vec::new();
    for _ in 0..rest.next()? {
        let mut operation = Vec::new();
        for _ in 0..rest.next().filter(|alternatives| *alternatives > 0)? {
            let (machine, time) = rest.next().zip(rest.next())?;
            operation.push(Alternative { machine, time });
        }
        operations.push(operation);
    }
    rest.next().is_none().then_some(operations)
}
