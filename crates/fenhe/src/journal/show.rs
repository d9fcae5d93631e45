//! `fenhe journal show`: one entry after the other, as lines, as JSON, or in conversation.

use super::state;
use super::words::{Told, Words};
use crate::{Failure, args, live, local, refusals, tools};
use clap::ArgMatches;
use fenhe_contract::{Decide, Time};
use fenhe_journal::{Error, Seq};
use fenhe_live::Player;
use fenhe_live::kept::CannotOpen;
use fenhe_live::player::Step;
use fenhe_messages::{Lang, Word, fill, telling};
use fenhe_plant::Plant;
use serde_json::{Value, json};
use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;
use std::sync::Arc;

/// Entries shown when nobody says how many.
const SOME: u64 = 20;

/// A player that speaks.
pub struct Viewer {
    player: Player,
    lang: Lang,
    watch: Option<String>,
    find: Option<String>,
    with_state: bool,
}

/// An entry in words.
struct Shown {
    step: Step,
    plant: Arc<Plant>,
    fact: Told,
    /// Nothing is known where entries before were removed.
    decided: Option<Vec<Told>>,
}

/// `show PLANT --journal J [--at N | --time T | --from N --to N] [--watch NAME] [--state] [--json FILE]`.
pub fn show(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = live::plant_of(given, lang)?;
    let (journal, address) = super::look(given, &plant, lang)?;
    let wrong = |why: CannotOpen| refusals::cannot_open(&why, &address, lang);
    let text = |name: &str| given.get_one::<String>(name).cloned();
    let number = |name: &str| given.get_one::<u64>(name).copied();
    let mut viewer = Viewer {
        watch: text("watch"),
        find: text("find"),
        with_state: given.get_flag("state"),
        ..Viewer::new(Player::new(journal, plant.clone()).map_err(wrong)?, lang)
    };
    let (first, last) = viewer.player.range().map_err(wrong)?;
    let time = text("time").map(|text| {
        let time = local::parse(&plant, &text);
        time.ok_or_else(|| Failure::argument(lang, &text, Word::WantsSpan.text(lang)))
    });
    let timed = match time.transpose()? {
        Some(time) => Some(viewer.player.at_time(time).map_err(wrong)?),
        None => None,
    };
    let at = number("at").or(timed);
    let path = args::path(given, "json");
    let ranged = number("from").is_some() || number("to").is_some();
    if !ranged
        && path.is_none()
        && std::io::stdin().is_terminal()
        && std::io::stdout().is_terminal()
    {
        let keys = std::io::stdin().lock();
        let out = std::io::stdout();
        return viewer
            .converse(at.unwrap_or(first), keys, out)
            .map_err(wrong);
    }
    let from = number("from").or(at).unwrap_or(first).max(first);
    let to = number("to").or(at).unwrap_or_else(|| {
        let selected = viewer.watch.is_some() || viewer.find.is_some();
        if selected {
            last
        } else {
            from.saturating_add(SOME - 1)
        }
    });
    if from > last {
        return Err(Failure::Told(viewer.no_entry(from, (first, last))));
    }
    match path {
        Some(path) => viewer.write_json(from..=to.min(last), path, wrong),
        None => viewer.print(from..=to.min(last)).map_err(wrong),
    }
}

impl Viewer {
    /// Shows everything.
    pub fn new(player: Player, lang: Lang) -> Viewer {
        Viewer {
            player,
            lang,
            watch: None,
            find: None,
            with_state: false,
        }
    }

    fn no_entry(&self, seq: Seq, (first, last): (Seq, Seq)) -> String {
        let said = [
            ("seq", seq.to_string()),
            ("first", first.to_string()),
            ("last", last.to_string()),
        ];
        fill(Word::ShowEnd.text(self.lang), &said)
    }

    fn look(&mut self, seq: Seq) -> Result<Shown, CannotOpen> {
        let plant = self.player.plant(seq)?;
        let (step, played) = match self.player.step(seq) {
            Ok(step) => (step, true),
            Err(CannotOpen::Journal(Error::Missing)) => {
                let entry = self.player.entry(seq)?.clone();
                let decided = Default::default();
                (
                    Step {
                        seq,
                        entry,
                        decided,
                    },
                    false,
                )
            }
            Err(other) => return Err(other),
        };
        let words = Words {
            plant: &plant,
            lang: self.lang,
        };
        let fact = words.entry(&step.entry.body);
        let decided = played.then(|| words.decided(&step.decided));
        Ok(Shown {
            step,
            fact,
            decided,
            plant,
        })
    }

    /// Whether it is asked for.
    fn wanted(&self, shown: &Shown) -> bool {
        let mut all = std::iter::once(&shown.fact).chain(shown.decided.iter().flatten());
        let watched = self.watch.as_deref();
        let found = self.find.as_deref();
        watched.is_none_or(|name| all.clone().any(|told| told.about(name)))
            && found.is_none_or(|text| all.any(|told| told.text(self.lang).contains(text)))
    }

    /// The next entry asked for, on or back from `seq`.
    fn seek(&mut self, seq: Seq, back: bool) -> Result<Option<Shown>, CannotOpen> {
        let (first, last) = self.player.range()?;
        let mut at = seq;
        while (first..=last).contains(&at) {
            let shown = self.look(at)?;
            if self.wanted(&shown) {
                return Ok(Some(shown));
            }
            at = if back { at - 1 } else { at + 1 };
        }
        Ok(None)
    }

    fn lines(&self, shown: &Shown) -> Vec<String> {
        let watched = |told: &&Told| {
            let name = self.watch.as_deref();
            name.is_none_or(|name| told.about(name) || shown.fact.about(name))
        };
        let time = local::local(&shown.plant, shown.step.entry.time);
        let mut lines = vec![format!(
            "{}  {time}  {}",
            shown.step.seq,
            shown.fact.text(self.lang)
        )];
        match &shown.decided {
            Some(decided) => lines.extend(
                decided
                    .iter()
                    .filter(watched)
                    .map(|told| format!("    => {}", told.text(self.lang))),
            ),
            None => lines.push(format!("    => {}", Word::ShowNotPlayed.text(self.lang))),
        }
        if self.with_state && shown.decided.is_some() {
            lines.extend(self.state(shown));
        }
        lines
    }

    /// The state after the entry that was looked at last.
    fn state(&self, shown: &Shown) -> Vec<String> {
        let Some(core) = self.player.core() else {
            return Vec::new();
        };
        let words = Words {
            plant: &shown.plant,
            lang: self.lang,
        };
        let now = shown.step.entry.time;
        let said = [
            ("seq", shown.step.seq.to_string()),
            ("time", local::local(&shown.plant, now)),
            ("digest", core.digest().to_string()),
        ];
        let mut lines = vec![telling("state-head", &said, self.lang).unwrap_or_default()];
        let watch = self.watch.as_deref();
        lines.extend(state::lines(
            &words,
            &state::sections(&words, core, now, watch),
        ));
        lines
    }

    fn print(&mut self, range: std::ops::RangeInclusive<Seq>) -> Result<(), CannotOpen> {
        for seq in range {
            let shown = self.look(seq)?;
            if self.wanted(&shown) {
                for line in self.lines(&shown) {
                    tools::print_line(&line);
                }
            }
        }
        Ok(())
    }

    /// One JSON object a line.
    fn write_json(
        &mut self,
        range: std::ops::RangeInclusive<Seq>,
        path: &Path,
        wrong: impl Fn(CannotOpen) -> Failure,
    ) -> Result<(), Failure> {
        let mut text = String::new();
        for seq in range {
            let shown = self.look(seq).map_err(&wrong)?;
            if self.wanted(&shown) {
                text += &self.json(&shown).to_string();
                text.push('\n');
            }
        }
        tools::write(path, text.as_bytes(), self.lang)
    }

    fn json(&self, shown: &Shown) -> Value {
        let told = |told: &Told| {
            let pairs = told.args.iter().map(|(k, v)| (k.to_string(), json!(v)));
            json!({
                "code": told.code,
                "args": Value::Object(pairs.collect()),
                "text": told.text(self.lang),
            })
        };
        let entry = &shown.step.entry;
        let mut row = json!({
            "seq": shown.step.seq,
            "time_s": entry.time.as_seconds(),
            "local": local::local(&shown.plant, entry.time),
            "utc_us": entry.utc_us,
            "kind": entry.body.kind_name(),
            "fact": told(&shown.fact),
            "decided": shown.decided.as_ref().map(|all| all.iter().map(told).collect::<Vec<_>>()),
        });
        if let (true, Some(core)) = (self.with_state, self.player.core()) {
            let words = Words {
                plant: &shown.plant,
                lang: self.lang,
            };
            let watch = self.watch.as_deref();
            let sections = state::sections(&words, core, entry.time, watch);
            row["state"] = state::json(&sections);
            row["digest"] = json!(core.digest().to_string());
        }
        row
    }

    /// Reads a key a line, until `q` or the end.
    pub fn converse(
        &mut self,
        at: Seq,
        mut keys: impl BufRead,
        mut out: impl Write,
    ) -> Result<(), CannotOpen> {
        let mut say = |lines: &[String]| {
            for line in lines {
                let _ = writeln!(out, "{line}");
            }
            let _ = out.flush();
        };
        say(&[Word::ShowKeys.text(self.lang).to_string()]);
        let mut at = at;
        let mut next = Some((at, false));
        let mut line = String::new();
        loop {
            if let Some((seq, back)) = next.take() {
                match self.seek(seq, back)? {
                    Some(shown) => {
                        at = shown.step.seq;
                        say(&self.lines(&shown));
                    }
                    None => say(&[self.nothing(seq)?]),
                }
            }
            line.clear();
            if keys.read_line(&mut line).unwrap_or(0) == 0 {
                return Ok(());
            }
            let key = line.trim();
            match key.split_at_checked(1).unwrap_or(("", "")) {
                ("", _) | ("n", "") => next = Some((at + 1, false)),
                ("p", "") => next = Some((at.saturating_sub(1), true)),
                ("q", "") => return Ok(()),
                ("s", "") => {
                    let shown = self.look(at)?;
                    say(&self.state(&shown));
                }
                ("w", name) => {
                    let name = name.trim();
                    self.watch = (!name.is_empty()).then(|| name.to_string());
                    next = Some((at, false));
                }
                ("t", time) => {
                    let plant = self.player.plant(at)?;
                    match local::parse(&plant, time) {
                        Some(time) => next = Some((self.jump(time)?, false)),
                        None => say(&[Word::ShowKeys.text(self.lang).to_string()]),
                    }
                }
                ("/", text) => {
                    self.find = (!text.is_empty()).then(|| text.to_string());
                    next = Some((at + 1, false));
                }
                _ => match key.parse() {
                    Ok(number) => next = Some((number, false)),
                    Err(_) => say(&[Word::ShowKeys.text(self.lang).to_string()]),
                },
            }
            // A search is for one step; the watch stays.
            if let Some((seq, false)) = next
                && self.find.is_some()
            {
                let found = self.seek(seq, false)?;
                self.find = None;
                next = found.as_ref().map(|shown| (shown.step.seq, false));
                if next.is_none() {
                    say(&[Word::ShowNothing.text(self.lang).to_string()]);
                }
            }
        }
    }

    fn jump(&mut self, time: Time) -> Result<Seq, CannotOpen> {
        self.player.at_time(time)
    }

    fn nothing(&mut self, seq: Seq) -> Result<String, CannotOpen> {
        let (first, last) = self.player.range()?;
        Ok(if (first..=last).contains(&seq) {
            Word::ShowNothing.text(self.lang).to_string()
        } else {
            self.no_entry(seq, (first, last))
        })
    }
}
