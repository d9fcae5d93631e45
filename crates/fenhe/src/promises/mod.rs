//! Promises from the live belief. The plan answers at once; a thread that gives way to all others runs paths from what the core
//! believes with the order in it, watches what was promised, and tells the core of a promise at risk.
//!
//! ```text
//!   ask --> plan (open orders, quotes, this one) --> answer      tick --> run out, done
//!            \--> worker: paths --> date, probability            watch --> paths --> at risk --> core
//! ```

mod act;
mod kept;
mod look;
mod plan;

use crate::ahead::{give_way, wilson};
use crate::board::Board;
use fenhe_contract::*;
use fenhe_plant::Plant;
use fenhe_server::promise::*;
use fenhe_server::{Actor, Reason, Refusal, forecast::ShareView};
use fenhe_study::promise::{Over, score};
use kept::Entry;
use serde_json::Value;
use std::collections::VecDeque;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant as Moment};

/// The share of paths that is promised [1/100].
const QUANTILE: u32 = 90;
/// Paths for a date, and as many that judge it.
const PATHS: u32 = 20;
/// What was promised is looked at anew so often.
const EVERY: Duration = Duration::from_secs(600);
/// States are looked at this often.
const TICK: Duration = Duration::from_secs(1);
/// Answers that may wait for their paths.
const WAITING: usize = 16;
/// Inquiries that are remembered.
const INQUIRIES: usize = 200;

/// Promises of a running plant.
pub struct LivePromises {
    board: Weak<Board>,
    plant: Arc<Plant>,
    /// None: nothing is kept when the program ends.
    path: Option<PathBuf>,
    state: Mutex<State>,
    news: Condvar,
}

struct State {
    entries: Vec<Entry>,
    /// References whose paths are to be run.
    jobs: VecDeque<String>,
    base: Option<plan::Base>,
    /// Somebody wants to know how safe it all is.
    anew: bool,
    /// The file could not be written.
    unwritten: bool,
}

impl LivePromises {
    /// For a board; promises of earlier runs are read from the file.
    pub fn start(board: &Arc<Board>, path: Option<PathBuf>) -> std::io::Result<Arc<LivePromises>> {
        let entries = path.as_deref().map(kept::read).transpose()?;
        let mut entries = entries.unwrap_or_default();
        let mut jobs = VecDeque::new();
        for entry in &mut entries {
            // Whose paths were cut off asks again.
            if entry.view.looking && entry.open() {
                jobs.push_back(entry.view.reference.clone());
            }
        }
        let state = State {
            entries,
            jobs,
            base: None,
            anew: true,
            unwritten: false,
        };
        let all = Arc::new(LivePromises {
            board: Arc::downgrade(board),
            plant: fenhe_server::Engine::plant(&**board),
            path,
            state: Mutex::new(state),
            news: Condvar::new(),
        });
        let worker = Arc::downgrade(&all);
        let thread = std::thread::Builder::new().name("promises".into());
        let _ = thread.spawn(move || {
            give_way();
            work(&worker);
        });
        Ok(all)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn board(&self) -> Result<Arc<Board>, Refusal> {
        let stopped = || Refusal::Busy(Reason::new("engine/stopped"));
        self.board.upgrade().ok_or_else(stopped)
    }

    /// Changes an entry, if it is still there, and keeps what changed.
    fn change<T>(&self, reference: &str, change: impl FnOnce(&mut Entry) -> T) -> Option<T> {
        let mut state = self.state();
        let entry = state.find(reference)?;
        let done = change(entry);
        self.keep(&mut state);
        Some(done)
    }

    /// Whoever asks or acts is told when it cannot be written; the next change tries again.
    fn keep(&self, state: &mut State) {
        let written = self
            .path
            .as_ref()
            .map(|path| kept::write(path, &state.entries));
        state.unwritten = written.is_some_and(|written| written.is_err());
    }

    fn written(&self) -> Result<(), Refusal> {
        match self.state().unwritten {
            false => Ok(()),
            true => Err(Refusal::Busy(Reason::new("promise/unwritten"))),
        }
    }

    /// The next answer whose paths are to be run; waits a tick for one.
    fn next(&self) -> Option<String> {
        let state = self.state();
        let idle = |state: &mut State| state.jobs.is_empty();
        let waited = self.news.wait_timeout_while(state, TICK, idle);
        let (mut state, _) = waited.unwrap_or_else(PoisonError::into_inner);
        state.jobs.pop_front()
    }

    /// Runs quotes out, and sees what is done.
    fn tick(&self, board: &Board) {
        let rows = board.rows();
        let now = rows.now;
        let mut state = self.state();
        let (mut changed, mut over) = (false, Vec::new());
        for entry in &mut state.entries {
            let before = entry.view.state;
            entry.run_out(now);
            entry.finish(&rows, now);
            if before != entry.view.state {
                changed = true;
                if std::mem::take(&mut entry.view.at_risk) {
                    over.extend(entry.alarm(&rows));
                }
            }
        }
        if changed {
            self.keep(&mut state);
        }
        drop((state, rows));
        for order in over {
            board.tell_fact(Event::Trouble(Trouble::PromiseAtRisk(order), false));
        }
    }
}

impl State {
    /// The newest entry of a reference.
    fn find(&mut self, reference: &str) -> Option<&mut Entry> {
        let mut all = self.entries.iter_mut().rev();
        all.find(|entry| entry.view.reference == reference)
    }
}

/// Until nobody is there any more.
fn work(promises: &Weak<LivePromises>) {
    let mut watched: Option<Moment> = None;
    loop {
        let Some(all) = promises.upgrade() else {
            return;
        };
        let job = all.next();
        let Some(board) = all.board.upgrade() else {
            return;
        };
        all.tick(&board);
        if let Some(reference) = job {
            all.look(&board, &reference);
            continue;
        }
        let anew = std::mem::take(&mut all.state().anew);
        if anew || watched.is_none_or(|at| at.elapsed() > EVERY) {
            watched = Some(Moment::now());
            all.watch(&board);
        }
    }
}

impl Promises for LivePromises {
    fn list(&self) -> PromisesView {
        let state = self.state();
        let promises: Vec<PromiseView> = state.entries.iter().map(|e| e.view.clone()).collect();
        let over = |view: &PromiseView| {
            let kept = match view.state {
                PromiseState::Kept => true,
                PromiseState::Late => false,
                _ => return None,
            };
            let stated = view.probability?.share;
            Some(Over { stated, kept })
        };
        let over: Vec<Over> = promises.iter().filter_map(over).collect();
        let score = score(&over).map(|score| ScoreView {
            kept: ShareView {
                n: score.n,
                share: score.kept,
                low: score.interval[0],
                high: score.interval[1],
            },
            stated: score.stated,
            brier: score.brier,
        });
        PromisesView { promises, score }
    }

    fn ask(&self, asked: &PromiseAsked) -> Result<PromiseView, Refusal> {
        self.asked(asked)
    }

    fn act(
        &self,
        who: &Actor,
        reference: &str,
        act: &PromiseAct,
    ) -> Result<(Value, PromiseView), Refusal> {
        self.done(who, reference, *act)
    }
}

/// How many of these are there by a date.
fn share(finish: &[Option<Time>], date: Time) -> Option<ShareView> {
    let hits = finish.iter().flatten().filter(|at| **at <= date).count();
    wilson(hits as u32, finish.len() as u32)
}
