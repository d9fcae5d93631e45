//! The public text formats.
//!
//! Job shop (ft, la, ta, dmu ...): `jobs machines`, then a line a job of pairs `machine time`, machines from 0.
//! Flexible (Brandimarte, Hurink, Behnke ...): `jobs machines [alternatives an operation]`, then a line a job: its number of
//! operations, and for each the number of its alternatives and as many pairs `machine time`. Machines count from 1, or from 0
//! where a 0 occurs.

use super::{Alternative, Shop};
use alloc::vec::Vec;

/// What is wrong with a text, and in which of its lines (from 1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fault {
    /// There is no first line `jobs machines`.
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
}

struct Lines<'t> {
    /// Numbers of each line that has any, with its number.
    lines: core::iter::Enumerate<core::str::Lines<'t>>,
}

impl Lines<'_> {
    fn next(&mut self) -> Option<Result<(usize, Vec<u32>), Fault>> {
        let (at, line) = self.lines.by_ref().find(|(_, line)| {
            let text = line.trim();
            !text.is_empty() && !text.starts_with('#')
        })?;
        let numbers = line.split_whitespace().map(|word| {
            // The mean number of alternatives may be written as a fraction; nobody needs it.
            let whole = word.split('.').next().unwrap_or(word);
            whole.parse().map_err(|_| Fault::Number(at + 1))
        });
        let numbers: Result<Vec<u32>, Fault> = numbers.collect();
        Some(numbers.map(|numbers| (at + 1, numbers)))
    }
}

fn open(text: &str) -> Result<(Lines<'_>, usize, Shop), Fault> {
    let mut lines = Lines {
        lines: text.lines().enumerate(),
    };
    let (_, head) = lines.next().ok_or(Fault::Head)??;
    match head[..] {
        [jobs, machines, ..] if jobs > 0 && machines > 0 => {
            Ok((lines, jobs as usize, Shop::new(machines)))
        }
        _ => Err(Fault::Head),
    }
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
