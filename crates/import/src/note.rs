//! What is told of an import: codes with names and arguments; the sentences are in `messages`.

/// What became of something.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Class {
    /// It is in the plant folder.
    Carried,
    /// The plant folder needs it and the source does not say it.
    Assumed,
    /// It is in the source and not in the plant folder.
    Left,
}

/// One thing that is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// What became of it.
    pub class: Class,
    /// `class/thing`.
    pub code: &'static str,
    /// Elements of the source that it is about, in file order.
    pub names: Vec<String>,
    /// What the sentence needs beside `names` and `count`, by name.
    pub args: Vec<(&'static str, String)>,
}

/// Notes in the order in which they were first taken; those alike are one.
#[derive(Default, Debug)]
pub struct Notes(Vec<Note>);

impl Notes {
    /// Something carried over, with how many of the source became how many here.
    pub fn carried(&mut self, code: &'static str, from: usize, to: usize) {
        let args = vec![("from", from.to_string()), ("to", to.to_string())];
        self.take(Class::Carried, code, "", args);
    }
    /// Something assumed.
    pub fn assumed(&mut self, code: &'static str, args: Vec<(&'static str, String)>) {
        self.take(Class::Assumed, code, "", args);
    }
    /// An element left out.
    pub fn left(&mut self, code: &'static str, name: &str) {
        self.take(Class::Left, code, name, Vec::new());
    }
    /// An element left out, with arguments; those with the same arguments are one line.
    pub fn left_with(&mut self, code: &'static str, name: &str, args: Vec<(&'static str, String)>) {
        self.take(Class::Left, code, name, args);
    }

    fn take(
        &mut self,
        class: Class,
        code: &'static str,
        name: &str,
        args: Vec<(&'static str, String)>,
    ) {
        let same = |note: &&mut Note| note.code == code && note.args == args;
        let note = match self.0.iter_mut().rev().find(same) {
            Some(note) => note,
            None => {
                self.0.push(Note {
                    class,
                    code,
                    names: Vec::new(),
                    args,
                });
                let last = self.0.len() - 1;
                &mut self.0[last]
            }
        };
        if !name.is_empty() && note.names.last().map(String::as_str) != Some(name) {
            note.names.push(name.to_string());
        }
    }

    /// All of them: carried, assumed, left out.
    pub fn finish(mut self) -> Vec<Note> {
        self.0.sort_by_key(|note| note.class);
        self.0
    }
}
