//! A thread that owns a journal: bounded queue, group commit, blocking callers.

use crate::entry::Entry;
use crate::error::Error;
use crate::statistics::{Shared, Statistics};
use crate::store::{Journal, Seq, State};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// What is to be kept together, all or nothing.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Batch {
    /// Entries, in order.
    pub entries: Vec<Entry>,
    /// States; of two with one key the later counts.
    pub states: Vec<State>,
}

/// Most entries that are joined into one commit (a larger batch still goes as a whole).
const GROUP: usize = 8_192;
/// First and longest pause before a commit is tried again [ms].
const PAUSE: (u64, u64) = (10, 1_000);

type Answer = Result<Seq, Error>;
type Call = Box<dyn FnOnce(&mut dyn Journal) + Send>;

enum Job {
    Batch(Batch, std::sync::mpsc::Sender<Answer>),
    Call(Call),
}

/// Owns a journal and commits what callers hand in, in their order. Batches that wait together are
/// committed together; when the queue is full, callers are held up. What fails and may succeed later
/// (no room, no server) is tried again until it does: see [`Statistics::failing`]. Any other error ends
/// writing, and all that is handed in after it gets the same error.
pub struct Writer {
    queue: Option<SyncSender<Job>>,
    shared: Arc<Shared>,
    thread: Option<JoinHandle<Box<dyn Journal>>>,
}

/// Stands for a batch that was handed in.
pub struct Ticket(Receiver<Answer>);

impl Ticket {
    /// Waits until the batch is durable. Gives the number of its last entry (of the newest before it,
    /// if it had none).
    ///
    /// # Errors
    /// Why it was not kept, or [`Error::Closed`] if the writer ended before.
    pub fn wait(self) -> Result<Seq, Error> {
        self.0.recv().unwrap_or(Err(Error::Closed))
    }

    /// [`Ticket::wait`] for a while; `None`: it is not decided yet, ask again.
    pub fn wait_for(&self, while_: Duration) -> Option<Result<Seq, Error>> {
        match self.0.recv_timeout(while_) {
            Ok(answer) => Some(answer),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Err(Error::Closed)),
        }
    }
}

impl Writer {
    /// Starts the thread. `depth`: batches that may wait before callers are held up.
    ///
    /// # Errors
    /// The head could not be read, or no thread be started.
    pub fn start(mut journal: Box<dyn Journal>, depth: usize) -> Result<Writer, Error> {
        let next = journal.head()?.seq + 1;
        let (queue, jobs) = sync_channel(depth.max(1));
        let shared = Arc::new(Shared::default());
        let ours = shared.clone();
        let thread = std::thread::Builder::new()
            .name("journal".into())
            .spawn(move || {
                let mut worker = Worker {
                    journal,
                    next,
                    shared: ours,
                    ended: None,
                };
                worker.work(&jobs);
                worker.journal
            })
            .map_err(|e| Error::Io(e.to_string()))?;
        Ok(Writer {
            queue: Some(queue),
            shared,
            thread: Some(thread),
        })
    }

    /// Hands a batch in; waits only if the queue is full.
    pub fn submit(&self, batch: Batch) -> Ticket {
        let (answer, ticket) = channel();
        self.shared.waiting(1);
        if let Some(queue) = &self.queue
            && queue.send(Job::Batch(batch, answer)).is_err()
        {
            self.shared.waiting(-1);
        }
        Ticket(ticket)
    }

    /// Hands a batch in and waits until it is durable.
    ///
    /// # Errors
    /// As [`Ticket::wait`].
    pub fn commit(&self, batch: Batch) -> Result<Seq, Error> {
        self.submit(batch).wait()
    }

    /// Does something else with the journal (a snapshot, pruning, reading), after all that was handed in before.
    ///
    /// # Errors
    /// What `call` gives, or [`Error::Closed`].
    pub fn with<T: Send + 'static>(
        &self,
        call: impl FnOnce(&mut dyn Journal) -> Result<T, Error> + Send + 'static,
    ) -> Result<T, Error> {
        let (answer, result) = channel();
        let job = Job::Call(Box::new(move |journal| {
            // Nobody waits any more: nothing to tell.
            let _ = answer.send(call(journal));
        }));
        if let Some(queue) = &self.queue {
            queue.send(job).map_err(|_| Error::Closed)?;
        }
        result.recv().unwrap_or(Err(Error::Closed))
    }

    /// Figures so far.
    pub fn statistics(&self) -> Statistics {
        self.shared.read()
    }

    /// Commits what waits (once: what fails now is not tried again) and gives the journal back.
    ///
    /// # Errors
    /// [`Error::Closed`] if the thread broke off.
    pub fn close(mut self) -> Result<Box<dyn Journal>, Error> {
        self.end().ok_or(Error::Closed)
    }

    fn end(&mut self) -> Option<Box<dyn Journal>> {
        self.shared.stop();
        self.queue = None;
        self.thread.take()?.join().ok()
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.end();
    }
}

struct Worker {
    journal: Box<dyn Journal>,
    next: Seq,
    shared: Arc<Shared>,
    /// Writing has ended with this.
    ended: Option<Error>,
}

impl Worker {
    fn work(&mut self, jobs: &Receiver<Job>) {
        while let Ok(job) = jobs.recv() {
            let mut job = Some(job);
            while let Some(first) = job.take() {
                match first {
                    Job::Call(call) => {
                        call(&mut *self.journal);
                        self.follow();
                    }
                    Job::Batch(batch, answer) => {
                        let (group, after) = gather(batch, answer, jobs);
                        self.keep(group);
                        job = after;
                    }
                }
            }
        }
    }

    /// A call may have written too.
    fn follow(&mut self) {
        if self.ended.is_none()
            && let Ok(head) = self.journal.head()
        {
            self.next = head.seq + 1;
        }
    }

    fn keep(&mut self, group: Group) {
        self.shared.waiting(-(group.answers.len() as i64));
        let result = match &self.ended {
            Some(error) => Err(error.clone()),
            None => self.commit(&group.all),
        };
        match result {
            Ok(()) => {
                self.shared
                    .kept(group.answers.len() as u64, group.all.entries.len() as u64);
                for (entries, answer) in group.answers {
                    self.next += entries as u64;
                    // Who does not wait does not want to know.
                    let _ = answer.send(Ok(self.next - 1));
                }
            }
            Err(error) => {
                for (_, answer) in group.answers {
                    let _ = answer.send(Err(error.clone()));
                }
                self.ended = Some(error);
            }
        }
    }

    /// Again and again while it may succeed.
    fn commit(&mut self, all: &Batch) -> Result<(), Error> {
        let mut pause = PAUSE.0;
        loop {
            let start = Instant::now();
            self.shared.begun(start);
            let result = self.journal.commit(self.next, &all.entries, &all.states);
            self.shared.ended(start.elapsed(), result.as_ref().err());
            match result {
                Ok(_) => return Ok(()),
                Err(error) if error.passing() && !self.shared.stopped() => {}
                Err(error) => return Err(error),
            }
            std::thread::sleep(Duration::from_millis(pause));
            pause = (pause * 2).min(PAUSE.1);
        }
    }
}

/// Batches that are committed together.
struct Group {
    all: Batch,
    /// Entries of each, and who waits.
    answers: Vec<(usize, std::sync::mpsc::Sender<Answer>)>,
}

/// A batch and those that wait behind it, up to a call or the limit; what came after them.
fn gather(
    first: Batch,
    answer: std::sync::mpsc::Sender<Answer>,
    jobs: &Receiver<Job>,
) -> (Group, Option<Job>) {
    let mut group = Group {
        answers: vec![(first.entries.len(), answer)],
        all: first,
    };
    while group.all.entries.len() < GROUP {
        match jobs.try_recv() {
            Ok(Job::Batch(mut batch, answer)) => {
                group.answers.push((batch.entries.len(), answer));
                group.all.entries.append(&mut batch.entries);
                group.all.states.append(&mut batch.states);
            }
            Ok(call) => return (group, Some(call)),
            Err(_) => break,
        }
    }
    (group, None)
}
