//! What the facts of a station tell, by what it and its neighbours report.

use fenhe_contract::*;
use fenhe_plant::*;

/// Why a figure cannot be had from the facts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Unseen {
    /// The station tells only how many pieces it made.
    CountsOnly,
    /// The station tells only of carriers at its ports.
    CarriersOnly,
    /// The station tells nothing.
    NothingTold,
    /// When a job begins is not told and does not follow from arrivals.
    StartUnseen,
    /// The way out may be full, and whether it is cannot be seen.
    BlockingUnseen,
    /// Several batches are in work at once and pieces do not tell which is theirs.
    BatchesUnseen,
    /// Process times differ by product and the product of a job is not told.
    ProductUnseen,
    /// Several failure modes, and the state does not say which it is.
    ModeUnseen,
    /// Its clock runs while it executes, which is not seen.
    BusyUnseen,
    /// Its clock counts pieces begun, which are not seen.
    PiecesUnseen,
    /// When somebody came to repair cannot be told.
    CrewUnseen,
    /// Docking is never seen apart from the first hand-over.
    DockUnseen,
    /// No stretch is long enough to be driven at cruising speed.
    NoCruise,
    /// There are too few observations.
    TooFew,
}

impl Unseen {
    /// Every reason.
    pub const ALL: [Unseen; 14] = [
        Unseen::CountsOnly,
        Unseen::CarriersOnly,
        Unseen::NothingTold,
        Unseen::StartUnseen,
        Unseen::BlockingUnseen,
        Unseen::BatchesUnseen,
        Unseen::ProductUnseen,
        Unseen::ModeUnseen,
        Unseen::BusyUnseen,
        Unseen::PiecesUnseen,
        Unseen::CrewUnseen,
        Unseen::DockUnseen,
        Unseen::NoCruise,
        Unseen::TooFew,
    ];
    /// Its code.
    pub fn code(self) -> &'static str {
        match self {
            Unseen::CountsOnly => "calibrate/counts-only",
            Unseen::CarriersOnly => "calibrate/carriers-only",
            Unseen::NothingTold => "calibrate/nothing-told",
            Unseen::StartUnseen => "calibrate/start-unseen",
            Unseen::BlockingUnseen => "calibrate/blocking-unseen",
            Unseen::BatchesUnseen => "calibrate/batches-unseen",
            Unseen::ProductUnseen => "calibrate/product-unseen",
            Unseen::ModeUnseen => "calibrate/mode-unseen",
            Unseen::BusyUnseen => "calibrate/busy-unseen",
            Unseen::PiecesUnseen => "calibrate/pieces-unseen",
            Unseen::CrewUnseen => "calibrate/crew-unseen",
            Unseen::DockUnseen => "calibrate/dock-unseen",
            Unseen::NoCruise => "calibrate/no-cruise",
            Unseen::TooFew => "calibrate/too-few",
        }
    }
}

/// How the beginning of a job is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Starts {
    /// The station says so.
    Told,
    /// It begins when a piece and a server are there: the queue is first come, first served.
    Derived,
    Unseen,
}

/// How its end is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ends {
    /// The station tells of each piece.
    Piece,
    /// The station tells that it is idle.
    Idle,
    Unseen,
}

/// Whether a finished piece may have to wait for room.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Blocks {
    Never,
    /// It may, and then the buffer behind was full until that very moment.
    Seen,
    Unseen,
}

/// What is seen of a station.
#[derive(Clone, Debug)]
pub(crate) struct Sight {
    pub starts: Starts,
    pub ends: Ends,
    pub blocks: Blocks,
    pub servers: u32,
    pub batch: bool,
    pub setup: bool,
    pub by_product: bool,
    /// The queue it takes from.
    pub from: Option<BufferId>,
    /// Where its pieces arrive next, if they all go to one queue.
    pub to: Option<BufferId>,
    /// Its pieces leave the plant.
    pub leaves: bool,
    /// Queues behind it with an end.
    pub outs: Vec<BufferId>,
    /// What a breakdown does to the job inside, if all modes do the same.
    pub effect: Option<Effect>,
    /// Why process times cannot be had.
    pub process: Result<(), Unseen>,
    /// Why times to failure cannot be had.
    pub every: Result<(), Unseen>,
    /// Why repair times cannot be had.
    pub repair: Result<(), Unseen>,
    /// Who is called to a breakdown and to a planned stop, if it is always the same.
    pub crews: [Option<CrewId>; 2],
}

impl Sight {
    /// Of every station.
    pub fn all(plant: &Plant) -> Fixed<StationId, Sight> {
        let clear = clear_crews(plant);
        let mut all = Fixed::like(&plant.stations, |id| Sight::new(plant, id, &clear));
        for id in plant.stations.ids() {
            let blocks = blocks(plant, &all, id);
            all[id].blocks = blocks;
            all[id].process = all[id].may_fit(plant, id);
            all[id].every = all[id].may_fail(plant, id);
        }
        all
    }

    fn new(plant: &Plant, id: StationId, clear: &[bool]) -> Sight {
        let station = &plant.stations[id];
        let (servers, batch) = match station.process {
            Process::Single { servers } => (servers, false),
            Process::Batch { servers, .. } => (servers, true),
            Process::Stream { .. } => (u32::MAX, false),
        };
        let told = station.start != Start::Itself;
        let ends = match (station.reports, told, servers) {
            (Reports::Piece, ..) => Ends::Piece,
            (_, true, 1) => Ends::Idle,
            _ => Ends::Unseen,
        };
        let starts = match (told, derived(plant, id)) {
            (true, _) => Starts::Told,
            (false, true) => Starts::Derived,
            (false, false) => Starts::Unseen,
        };
        let one = one_output(station);
        let first = station.failures.first().map(|f| f.effect);
        let queues = station.outputs.iter().filter_map(|output| match output.to {
            To::Buffer(buffer) => Some(buffer),
            To::Sink(_) => None,
        });
        let back = station.rework.iter().map(|rework| rework.to);
        let crews = crews_of(station);
        Sight {
            starts,
            ends,
            blocks: Blocks::Unseen,
            servers,
            batch,
            setup: station.setup.is_some() && plant.products.len() > 1,
            by_product: station.times.len() > 1,
            from: station.inputs.first().map(|input| input.buffer),
            to: one.and_then(|to| {
                if let To::Buffer(buffer) = to {
                    Some(buffer)
                } else {
                    None
                }
            }),
            leaves: station
                .outputs
                .iter()
                .all(|output| matches!(output.to, To::Sink(_))),
            outs: queues.chain(back).filter(|b| has_end(plant, *b)).collect(),
            effect: first.filter(|e| station.failures.iter().all(|f| f.effect == *e)),
            process: Ok(()),
            every: Ok(()),
            repair: may_repair(station, clear),
            crews: crews.unwrap_or_default(),
        }
    }

    /// Begin and end of each job are seen.
    pub fn sees_jobs(&self) -> bool {
        self.starts != Starts::Unseen && self.ends != Ends::Unseen
    }

    fn may_fit(&self, plant: &Plant, id: StationId) -> Result<(), Unseen> {
        let station = &plant.stations[id];
        if self.ends == Ends::Unseen {
            return Err(match station.reports {
                Reports::Counter { .. } => Unseen::CountsOnly,
                Reports::Carrier => Unseen::CarriersOnly,
                _ => Unseen::NothingTold,
            });
        }
        if self.starts == Starts::Unseen {
            return Err(Unseen::StartUnseen);
        }
        if self.batch && self.servers > 1 {
            return Err(Unseen::BatchesUnseen);
        }
        if self.setup && self.servers > 1 {
            return Err(Unseen::StartUnseen);
        }
        let belt = matches!(station.process, Process::Stream { .. });
        if self.blocks == Blocks::Unseen || (belt && self.blocks != Blocks::Never) {
            return Err(Unseen::BlockingUnseen);
        }
        Ok(())
    }

    fn may_fail(&self, plant: &Plant, id: StationId) -> Result<(), Unseen> {
        let station = &plant.stations[id];
        if station.failures.len() > 1 {
            return Err(Unseen::ModeUnseen);
        }
        if !tells_state(station) {
            return Err(Unseen::NothingTold);
        }
        match station.failures.first().map(|failure| failure.clock) {
            Some(FailureClock::Pieces) if self.starts == Starts::Unseen => {
                Err(Unseen::PiecesUnseen)
            }
            Some(FailureClock::Busy) => {
                // With several servers, doubt about one is no bound for the station.
                let sure = self.blocks == Blocks::Never && !self.setup;
                let belt = matches!(station.process, Process::Stream { .. });
                let seen = self.sees_jobs() && (sure || (self.servers == 1 && !belt));
                if seen {
                    Ok(())
                } else {
                    Err(Unseen::BusyUnseen)
                }
            }
            _ => Ok(()),
        }
    }
}

/// Whether changes of state are told.
fn tells_state(station: &Station) -> bool {
    station.start != Start::Itself || station.reports != Reports::Nothing
}

/// The only way out, if no piece goes elsewhere or becomes several.
fn one_output(station: &Station) -> Option<To> {
    match station.outputs.as_slice() {
        [output] if output.count == 1 && station.rework.is_none() => Some(output.to),
        _ => None,
    }
}

/// Whether a station that starts by itself takes the first of a queue whose arrivals are all told in time.
fn derived(plant: &Plant, id: StationId) -> bool {
    let station = &plant.stations[id];
    let Process::Single { servers } = station.process else {
        return false;
    };
    let [input] = station.inputs.as_slice() else {
        return false;
    };
    let queue = matches!(plant.buffers[input.buffer].kind, BufferKind::Queue { .. });
    let takes = |other: &Station| other.inputs.iter().any(|i| i.buffer == input.buffer);
    let alone = plant.stations.iter().filter(|other| takes(other)).count() == 1;
    let gives = |other: &Station| {
        let back = other
            .rework
            .as_ref()
            .is_some_and(|rework| rework.to == input.buffer);
        back || other
            .outputs
            .iter()
            .any(|o| o.to == To::Buffer(input.buffer))
    };
    let told = |other: &Station| {
        other.reports == Reports::Piece
            && one_output(other).is_some()
            && other.delay == station.delay
    };
    let all_told = plant.stations.iter().filter(|other| gives(other)).all(told);
    let sources = plant.sources.iter().any(|source| source.to == input.buffer);
    let planned = servers > 1 && !station.maintenance.is_empty();
    station.start == Start::Itself
        && station.reports == Reports::Piece
        && input.count == 1
        && queue
        && alone
        && all_told
        && !planned
        && (!sources || station.delay == Span::ZERO)
}

/// Whether a buffer can be full.
fn has_end(plant: &Plant, buffer: BufferId) -> bool {
    !matches!(
        plant.buffers[buffer].kind,
        BufferKind::Queue { capacity: None }
    )
}

/// Whether fullness of every buffer behind a station is seen: each is a queue of which all pieces that enter and all
/// that are taken are told without delay.
fn blocks(plant: &Plant, all: &Fixed<StationId, Sight>, id: StationId) -> Blocks {
    let sight = &all[id];
    if sight.outs.is_empty() {
        return Blocks::Never;
    }
    let prompt = |id: StationId| plant.stations[id].delay == Span::ZERO;
    let seen = |buffer: BufferId| {
        let takes = |id: &StationId| {
            plant.stations[*id]
                .inputs
                .iter()
                .any(|i| i.buffer == buffer)
        };
        let mut takers = plant.stations.ids().filter(takes).peekable();
        let queue = matches!(plant.buffers[buffer].kind, BufferKind::Queue { .. });
        queue
            && takers.peek().is_some()
            && takers.all(|id| prompt(id) && level_seen(plant, all, id))
    };
    if prompt(id) && sight.outs.iter().all(|buffer| seen(*buffer)) {
        Blocks::Seen
    } else {
        Blocks::Unseen
    }
}

fn level_seen(plant: &Plant, all: &Fixed<StationId, Sight>, taker: StationId) -> bool {
    let single =
        plant.stations[taker].inputs.len() == 1 && plant.stations[taker].inputs[0].count == 1;
    single && all[taker].starts != Starts::Unseen
}

/// Who is called to a breakdown and to a planned stop; `None` where it is not always the same.
fn crews_of(station: &Station) -> Option<[Option<CrewId>; 2]> {
    fn same(mut crews: impl Iterator<Item = Option<CrewId>>) -> Option<Option<CrewId>> {
        let first = crews.next().unwrap_or_default();
        crews.all(|crew| crew == first).then_some(first)
    }
    let broken = same(station.failures.iter().map(|f| f.crew))?;
    let planned = same(station.maintenance.iter().map(|m| m.crew))?;
    Some([broken, planned])
}

/// Crews whose calls are all seen, in order: every station that may call one tells its state, equally late, and
/// calls no other for the same state.
fn clear_crews(plant: &Plant) -> Vec<bool> {
    let mut clear = vec![true; plant.crews.len()];
    let mut delay: Vec<Option<Span>> = vec![None; plant.crews.len()];
    for station in plant.stations.iter() {
        let sure = crews_of(station).is_some() && tells_state(station);
        let crews = station.failures.iter().map(|f| f.crew);
        let crews = crews.chain(station.maintenance.iter().map(|m| m.crew));
        for crew in crews.flatten().map(Index::index) {
            let like = *delay[crew].get_or_insert(station.delay) == station.delay;
            clear[crew] &= sure && like;
        }
    }
    clear
}

fn may_repair(station: &Station, clear: &[bool]) -> Result<(), Unseen> {
    if station.failures.len() > 1 {
        return Err(Unseen::ModeUnseen);
    }
    if !tells_state(station) {
        return Err(Unseen::NothingTold);
    }
    match station.failures.first().and_then(|failure| failure.crew) {
        Some(crew) if !clear[crew.index()] => Err(Unseen::CrewUnseen),
        _ => Ok(()),
    }
}
