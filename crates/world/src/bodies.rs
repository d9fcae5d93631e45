//! What exists: pieces and carriers, and which carrier stands on which place. World's own numbers;
//! they never cross `Decide` except as tags.

use alloc::vec::Vec;
use fenhe_contract::*;
use fenhe_plant::Plant;
use serde::{Deserialize, Serialize};

/// A piece in the plant. Its row number in [`Bodies::pieces`] is recycled; its serial never is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Piece {
    /// Never reused.
    pub serial: PieceSerial,
    /// What it is now.
    pub product: ProductId,
    /// The work order it was released for, 0 for none.
    pub order: OrderId,
    /// Where it was released (for CONWIP counts).
    pub source: SourceId,
    /// When it entered the plant.
    pub born: Time,
    /// End of the last step that carried an operation.
    pub stepped: Time,
    /// Operations of its route done.
    pub done: u16,
    /// Times sent back.
    pub reworked: u8,
}

/// A carrier. Its row number is its tag.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Carrier {
    /// What kind.
    pub kind: CarrierTypeId,
    /// Rows of [`Bodies::pieces`] in it, in order of loading.
    pub pieces: Vec<u32>,
    /// Where it stands.
    pub at: PlaceId,
}

/// Everything that exists.
#[derive(Clone, Default, Debug, Serialize, Deserialize)]
pub struct Bodies {
    /// Rows in use and free ones.
    pub pieces: Vec<Piece>,
    free: Vec<u32>,
    next_serial: u64,
    /// All carriers ever: the population is closed.
    pub carriers: Vec<Carrier>,
    /// Which carrier stands on each place.
    pub at: Fixed<PlaceId, Option<u32>>,
}

impl Bodies {
    /// The carriers at their starting places, no pieces.
    pub fn new(plant: &Plant) -> Bodies {
        let mut bodies = Bodies {
            next_serial: 1,
            at: Fixed::like(&plant.places, |_| None),
            ..Bodies::default()
        };
        for (kind, carrier) in plant.carriers.pairs() {
            for &at in &carrier.start {
                bodies.at[at] = Some(bodies.carriers.len() as u32);
                bodies.carriers.push(Carrier {
                    kind,
                    pieces: Vec::new(),
                    at,
                });
            }
        }
        bodies
    }

    /// A new piece; gives its row. The serial in `piece` is set here.
    #[inline]
    pub fn create(&mut self, mut piece: Piece) -> u32 {
        piece.serial = PieceSerial(self.next_serial);
        self.next_serial += 1;
        match self.free.pop() {
            Some(row) => {
                self.pieces[row as usize] = piece;
                row
            }
            None => {
                self.pieces.push(piece);
                self.pieces.len() as u32 - 1
            }
        }
    }

    /// Serials up to this one have been used.
    pub(crate) fn number_after(&mut self, serial: u64) {
        self.next_serial = self.next_serial.max(serial + 1);
    }

    /// A piece leaves the plant.
    #[inline]
    pub fn destroy(&mut self, row: u32) -> Piece {
        self.free.push(row);
        self.pieces[row as usize]
    }

    /// Pieces in the plant.
    pub fn alive(&self) -> usize {
        self.pieces.len() - self.free.len()
    }

    /// Pieces ever made.
    pub fn created(&self) -> u64 {
        self.next_serial - 1
    }

    /// Moves a carrier from one place to another free one; gives its row.
    ///
    /// # Errors
    /// No carrier stands at `from`, or one stands at `to`.
    pub fn move_carrier(&mut self, from: PlaceId, to: PlaceId) -> Result<u32, Why> {
        let row = self.at[from].ok_or(Why::Empty)?;
        if self.at[to].is_some() {
            return Err(Why::Occupied);
        }
        self.at[from] = None;
        self.at[to] = Some(row);
        self.carriers[row as usize].at = to;
        Ok(row)
    }
}
