//! `fenhe book BOOK`: what was promised, quotes made firm or taken back, and how promises turned out.

use super::book::{Held, Register, State, amount, day};
use super::kept::days;
use super::when;
use super::words::Voice;
use crate::faults::{self, Fault, line_of};
use crate::tools::write;
use crate::{Failure, args};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use fenhe_contract::Time;
use fenhe_messages::{Lang, Word, fill, promise as sentences};
use fenhe_plant::{asks, csv};
use fenhe_study::promise::{Over, Score, score};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The command.
pub fn register_command(lang: Lang) -> Command {
    let t = |word: Word| word.text(lang);
    let orders = |name: &'static str, help: Word| {
        let arg = Arg::new(name).long(name).value_name("ORDER");
        arg.action(ArgAction::Append).help(t(help))
    };
    Command::new("book")
        .about(t(Word::BookAbout))
        .arg(
            Arg::new("book")
                .required(true)
                .value_name("BOOK")
                .value_parser(value_parser!(PathBuf))
                .help(t(Word::BookHelp)),
        )
        .arg(orders("confirm", Word::BookConfirmHelp))
        .arg(orders("withdraw", Word::BookWithdrawHelp))
        .arg(args::file("done", t(Word::BookDoneHelp)))
        .arg(
            Arg::new("at")
                .long("at")
                .value_name("WHEN")
                .help(t(Word::PromiseAtHelp)),
        )
        .arg(args::json(lang))
}

/// `fenhe book BOOK`.
pub fn register(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let path = args::required(given, "book");
    let text = std::fs::read_to_string(path).map_err(|why| Failure::read(lang, path, &why))?;
    let told = |file: &Path, faults: Vec<Fault>| {
        faults::told(&file.display().to_string(), &faults, sentences, lang)
    };
    let mut book = Register::parse(&text).map_err(|fault| told(path, vec![fault]))?;
    let at = when(given, "at", (&book.epoch, Time::ZERO), lang)?.unwrap_or(Time::ZERO);
    let mut changed = change(&mut book, given, at, lang).map_err(|faults| told(path, faults))?;
    if let Some(table) = args::path(given, "done") {
        let text = std::fs::read_to_string(table);
        let text = text.map_err(|why| Failure::read(lang, table, &why))?;
        done(&mut book, &text).map_err(|faults| told(table, faults))?;
        changed = true;
    }
    if changed {
        let written = book.write(path);
        written.map_err(|why| Failure::write(lang, path, &why))?;
    }
    let score = score(&over(&book));
    match args::path(given, "json") {
        Some(path) => write(path, document(&book, score.as_ref(), at).as_bytes(), lang),
        None => {
            print(&book, score.as_ref(), at, lang);
            Ok(())
        }
    }
}

/// Confirms and takes back: all of it, or nothing. Gives whether there was anything to do.
fn change(
    book: &mut Register,
    given: &ArgMatches,
    at: Time,
    lang: Lang,
) -> Result<bool, Vec<Fault>> {
    let (mut faults, mut changed) = (Vec::new(), false);
    for (name, state) in [
        ("confirm", State::Confirmed),
        ("withdraw", State::Withdrawn),
    ] {
        for order in given.get_many::<String>(name).into_iter().flatten() {
            changed = true;
            let Some(held) = book.find(order) else {
                faults.push(Fault::new("book/unknown", 0).arg("order", order));
                continue;
            };
            let word = held.word(at);
            if !held.set(state, at) {
                let fault = Fault::new("book/state", 0).arg("order", order);
                faults.push(fault.arg("state", word.text(lang)));
            }
        }
    }
    match faults.is_empty() {
        true => Ok(changed),
        false => Err(faults),
    }
}

/// When orders were done, by a table `order,done`.
fn done(book: &mut Register, text: &str) -> Result<(), Vec<Fault>> {
    let mut rows = csv::rows(text).into_iter();
    let head = rows.next().unwrap_or_default();
    if !head.iter().map(|cell| &*cell.text).eq(["order", "done"]) {
        return Err(vec![Fault::new("done/column", 1)]);
    }
    let (mut faults, epoch) = (Vec::new(), book.epoch.clone());
    for row in rows {
        let of = |at: usize| row.get(at).map_or("", |cell| &*cell.text);
        let line = row.first().map_or(0, |cell| line_of(text, cell.span.start));
        let done = asks::time(of(1), &epoch, Time::ZERO);
        if done.is_none() {
            faults.push(Fault::new("done/time", line).arg("text", of(1)));
        }
        match book.find(of(0)) {
            Some(held) => held.done_us = done,
            None => faults.push(Fault::new("book/unknown", line).arg("order", of(0))),
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults),
    }
}

/// What is over and was promised with a probability.
fn over(book: &Register) -> Vec<Over> {
    let over = |held: &Held| {
        let (stated, _, _) = held.sure?;
        let kept = held.done_us? <= held.full_us;
        Some(Over { stated, kept })
    };
    book.promises.iter().filter_map(over).collect()
}

fn percent(share: f64) -> String {
    format!("{:.0}", share * 100.0)
}

fn print(book: &Register, score: Option<&Score>, at: Time, lang: Lang) {
    let voice = Voice {
        lang,
        silent: false,
    };
    for held in &book.promises {
        let sure = held.sure.map_or_else(String::new, |(share, _, n)| {
            let of = [("share", percent(share)), ("n", n.to_string())];
            fill(Word::BookSure.text(lang), &of)
        });
        let until = held.until().map_or_else(String::new, |until| {
            fill(Word::BookUntil.text(lang), &[("days", day(until))])
        });
        let done = held.done_us.map_or_else(String::new, |done| {
            fill(Word::BookDone.text(lang), &[("days", day(done))])
        });
        let of = [
            ("order", held.order.clone()),
            ("product", held.product.clone()),
            ("quantity", amount(held.quantity)),
            ("state", held.word(at).text(lang).to_string()),
            ("days", day(held.full_us)),
            ("sure", sure + &until + &done),
        ];
        voice.line(Word::BookRow, &of);
    }
    let Some(score) = score else {
        return voice.line(Word::BookNoScore, &[]);
    };
    let [low, high] = score.interval.map(percent);
    let of = [
        ("kept", format!("{:.0}", score.kept * f64::from(score.n))),
        ("n", score.n.to_string()),
        ("share", percent(score.kept)),
        ("low", low),
        ("high", high),
        ("stated", percent(score.stated)),
        ("brier", format!("{:.3}", score.brier)),
    ];
    voice.line(Word::BookScore, &of);
    for band in &score.bands {
        let of = [
            ("from", percent(band.from)),
            ("to", percent(band.to)),
            ("n", band.n.to_string()),
            ("stated", percent(band.stated)),
            ("kept", percent(band.kept)),
        ];
        voice.line(Word::BookBand, &of);
    }
}

fn document(book: &Register, score: Option<&Score>, at: Time) -> String {
    let row = |held: &Held| {
        let (probability, ci95, n) = match held.sure {
            Some((share, interval, n)) => (json!(share), json!(interval), json!(n)),
            None => (Value::Null, Value::Null, Value::Null),
        };
        json!({
            "order": held.order,
            "product": held.product,
            "quantity": amount(held.quantity),
            "state": held.word(at).text(Lang::En),
            "until_days": held.until().map(days),
            "full_days": days(held.full_us),
            "probability": probability,
            "ci95": ci95,
            "n": n,
            "done_days": held.done_us.map(days),
        })
    };
    let rows: Vec<Value> = book.promises.iter().map(row).collect();
    let score = score.map(|score| {
        let band = |band: &fenhe_study::promise::Band| {
            json!({ "from": band.from, "to": band.to, "n": band.n, "stated": band.stated, "kept": band.kept })
        };
        let bands: Vec<Value> = score.bands.iter().map(band).collect();
        json!({
            "n": score.n,
            "kept": score.kept,
            "ci95": score.interval,
            "stated": score.stated,
            "brier": score.brier,
            "bands": bands,
        })
    });
    let document = json!({
        "plant": book.plant,
        "epoch": book.epoch,
        "at_days": days(at),
        "promises": rows,
        "score": score,
    });
    document.to_string() + "\n"
}
