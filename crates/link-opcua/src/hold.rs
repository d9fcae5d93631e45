//! Whether a machine is to be held: a level, not a job. The newest word wins, and while it is to be held
//! the word is said again in every session.

/// What was wanted last, and whether that has to be said.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hold(Option<(bool, bool)>);

impl Hold {
    /// It is to be held, or to go on.
    pub fn want(&mut self, on: bool) {
        self.0 = Some((on, true));
    }
    /// Hold or go on, if that has to be said.
    pub fn next(self) -> Option<bool> {
        self.0.filter(|(_, say)| *say).map(|(on, _)| on)
    }
    /// The machine has taken it.
    pub fn taken(&mut self, on: bool) {
        if self.0.is_some_and(|(wanted, _)| wanted == on) {
            self.0 = Some((on, false));
        }
    }
    /// Another session: a machine that lost it hears it again.
    pub fn again(&mut self) {
        if let Some((true, say)) = &mut self.0 {
            *say = true;
        }
    }
}
