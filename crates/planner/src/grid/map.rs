//! The map of a grid: free cells, headings, and what each action does.

use alloc::vec;
use alloc::vec::Vec;

/// A free cell: its number among the free cells, row by row.
pub type Cell = u32;
/// A cell and a heading: `4 * cell + heading`.
pub type State = u32;
/// No cell, no robot, no task.
pub const NONE: u32 = u32::MAX;

/// Where a robot looks. East is the next column, south the next row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Heading {
    East = 0,
    South = 1,
    West = 2,
    North = 3,
}

impl Heading {
    /// All, in the order of their numbers.
    pub const ALL: [Heading; 4] = [Heading::East, Heading::South, Heading::West, Heading::North];
}

/// What a robot does within one step.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Action {
    /// One cell ahead.
    Forward,
    /// A quarter turn clockwise.
    Clockwise,
    /// A quarter turn against the clock.
    Counter,
    /// Nothing.
    Wait,
}

impl Action {
    /// All, forward first.
    pub const ALL: [Action; 4] = [
        Action::Forward,
        Action::Clockwise,
        Action::Counter,
        Action::Wait,
    ];
}

/// A rectangle of cells, some of them free.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Map {
    rows: u32,
    columns: u32,
    /// Location of each free cell, row by row.
    locations: Vec<u32>,
    /// The free cell of each location, or [`NONE`].
    cells: Vec<Cell>,
    /// The cell ahead of each state, or [`NONE`].
    ahead: Vec<Cell>,
}

impl Map {
    /// A map of so many columns; `free` says of each location, row by row, whether it is free. The last row may not
    /// be cut short: locations that are missing are blocked.
    pub fn new(columns: u32, free: &[bool]) -> Map {
        let columns = columns.max(1);
        let rows = free.len().div_ceil(columns as usize) as u32;
        let mut cells = vec![NONE; (rows * columns) as usize];
        let mut locations = Vec::new();
        for (location, _) in (0..).zip(free).filter(|(_, free)| **free) {
            cells[location as usize] = locations.len() as u32;
            locations.push(location);
        }
        let mut map = Map {
            rows,
            columns,
            locations,
            cells,
            ahead: Vec::new(),
        };
        let states = 0..map.states();
        map.ahead = states.map(|state| map.look(state)).collect();
        map
    }

    fn look(&self, state: State) -> Cell {
        let at = self.locations[(state / 4) as usize];
        let (row, column) = (at / self.columns, at % self.columns);
        let next = match Heading::ALL[(state % 4) as usize] {
            Heading::East if column + 1 < self.columns => at + 1,
            Heading::South if row + 1 < self.rows => at + self.columns,
            Heading::West if column > 0 => at - 1,
            Heading::North if row > 0 => at - self.columns,
            Heading::East | Heading::South | Heading::West | Heading::North => return NONE,
        };
        self.cells[next as usize]
    }

    /// Rows.
    pub fn rows(&self) -> u32 {
        self.rows
    }

    /// Columns.
    pub fn columns(&self) -> u32 {
        self.columns
    }

    /// Free cells.
    pub fn cells(&self) -> u32 {
        self.locations.len() as u32
    }

    /// Cells times headings.
    pub fn states(&self) -> u32 {
        4 * self.cells()
    }

    /// The free cell at a location (`row * columns + column`), if it is one.
    pub fn cell(&self, location: u32) -> Option<Cell> {
        let cell = self.cells.get(location as usize).copied();
        cell.filter(|cell| *cell != NONE)
    }

    /// The location of a free cell.
    pub fn location(&self, cell: Cell) -> u32 {
        self.locations[cell as usize]
    }

    /// The cell ahead, or [`NONE`].
    #[inline]
    pub fn ahead(&self, state: State) -> Cell {
        self.ahead[state as usize]
    }

    /// Where an action leads; none where a wall is ahead.
    #[inline]
    pub fn after(&self, state: State, action: Action) -> Option<State> {
        match action {
            Action::Forward => {
                let next = self.ahead(state);
                (next != NONE).then(|| 4 * next + state % 4)
            }
            Action::Clockwise => Some(turned(state, 1)),
            Action::Counter => Some(turned(state, 3)),
            Action::Wait => Some(state),
        }
    }
}

/// The state after so many quarter turns clockwise.
#[inline]
pub fn turned(state: State, quarters: u32) -> State {
    (state & !3) | ((state + quarters) & 3)
}
