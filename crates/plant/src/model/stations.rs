//! Stations: how they work, what stops them, what they make of a piece.

use super::*;

/// A station.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Station {
    /// Lasting name.
    pub name: String,
    /// Its line, if any.
    pub line: Option<LineId>,
    /// The operation it performs, stamped on pieces for queue-time limits and genealogy.
    pub operation: Option<OperationId>,
    /// What it takes; more than one input is assembly.
    pub inputs: Vec<Input>,
    /// What it gives; more than one output is separation.
    pub outputs: Vec<Output>,
    /// How it works.
    pub process: Process,
    /// Process time by product: one row, or one per product.
    pub times: Vec<Dist>,
    /// Change-over between products.
    pub setup: Option<Setup>,
    /// Ways to break down.
    pub failures: Vec<Failure>,
    /// Planned stops.
    pub maintenance: Vec<Maintenance>,
    /// Share of pieces scrapped here.
    pub scrap: Share,
    /// Pieces sent back.
    pub rework: Option<Rework>,
    /// When it works; `None` is always.
    pub calendar: Option<CalendarId>,
    /// Who starts jobs.
    pub start: Start,
    /// What it tells control.
    pub reports: Reports,
    /// Its reports arrive this much later.
    pub delay: Span,
    /// Power when idle and when executing.
    pub power: (Power, Power),
}

/// One input of a station.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Input {
    /// From where.
    pub buffer: BufferId,
    /// Pieces taken for one piece made (assembly); 1 otherwise.
    pub count: u32,
}

/// One output of a station.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Output {
    /// To where.
    pub to: To,
    /// Pieces given for one piece made; more than 1, or several outputs, is separation.
    pub count: u32,
    /// What they become; `None` keeps the product.
    pub product: Option<ProductId>,
}

/// Where pieces go.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum To {
    /// Into a buffer; a full one blocks the station (blocking after service).
    Buffer(BufferId),
    /// Out of the plant.
    Sink(SinkId),
}

/// How a station works.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub enum Process {
    /// `servers` pieces at once, each on its own; blocking after service.
    Single {
        /// Number of servers; `u32::MAX` for a pure delay.
        servers: u32,
    },
    /// `servers` batches at once. A batch starts at `max` pieces, or at `min` pieces once the
    /// oldest has waited `wait`. All pieces of a batch leave together.
    Batch {
        /// Number of tubes or chambers.
        servers: u32,
        /// Fewest pieces.
        min: u32,
        /// Most pieces.
        max: u32,
        /// How long the first piece waits for a full batch; `None` starts at `min` at once.
        wait: Option<Span>,
    },
    /// A conveyor: pieces enter one `pitch` apart at the closest and leave after the process time
    /// (constant); a blocked exit or a stop halts all of them.
    Stream {
        /// Time between two pieces.
        pitch: Span,
    },
}

/// Who starts jobs at a station.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Start {
    /// The station takes what stands first.
    Itself,
    /// Control says what is next, by this rule.
    Control(DispatchRule),
}

/// How control chooses the next job of a station.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum DispatchRule {
    /// First in, first out.
    Fifo,
    /// Most urgent product first, then FIFO (non-preemptive head of line).
    Priority,
    /// Earliest due date.
    EarliestDue,
    /// Smallest (due - now) / remaining process time.
    CriticalRatio,
    /// Shortest mean process time.
    Shortest,
    /// Same product as the last one, while any waits; then FIFO.
    AvoidSetup,
}

/// What a station tells control.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Reports {
    /// Good and scrap since the last report, every so often (and its state changes).
    Counter {
        /// Period.
        every: Span,
    },
    /// Only what its ports tell about carriers (and its state changes).
    Carrier,
    /// Each piece.
    Piece,
    /// Nothing.
    Nothing,
}

/// Change-over between products.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Setup {
    /// Span by old and new product: `times[old * products + new]`; the first job needs none.
    pub times: Vec<Dist>,
}

/// A way to break down.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Failure {
    /// Name for the report.
    pub name: String,
    /// What runs its clock.
    pub clock: FailureClock,
    /// Time between repair and failure, on that clock.
    pub every: Dist,
    /// Time to repair, once somebody is there.
    pub repair: Dist,
    /// Who repairs; `None` needs nobody.
    pub crew: Option<CrewId>,
    /// What happens to the pieces inside.
    pub effect: Effect,
}

/// What runs a failure's clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum FailureClock {
    /// Time since the last repair ended, working or not (but not while down).
    Calendar,
    /// Time spent executing.
    Busy,
    /// Pieces started: the distribution counts pieces, one microsecond for one piece.
    Pieces,
}

/// What a failure does to the pieces inside.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub enum Effect {
    /// They stay; the remaining time runs on after the repair.
    Resume,
    /// They stay; the process begins anew after the repair.
    Restart,
    /// They are lost.
    Scrap,
}

/// A planned stop. It waits for the job in hand.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Maintenance {
    /// Name for the report.
    pub name: String,
    /// What runs its clock: calendar (counted from planned start to planned start), busy, pieces.
    pub clock: FailureClock,
    /// Interval on that clock (pieces: one microsecond for one piece).
    pub every: Span,
    /// First interval: staggered over the stations of a class.
    pub first: Span,
    /// How long.
    pub duration: Dist,
    /// Who does it.
    pub crew: Option<CrewId>,
}

/// Pieces sent back.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Rework {
    /// Share of pieces.
    pub share: Share,
    /// Into which queue.
    pub to: BufferId,
    /// A piece sent back more often than this is scrapped.
    pub max: u8,
}
