//! Promises in words.

use super::book::day;
use super::kept::{days, shifted};
use super::{Order, Promise, Risk};
use crate::tools::print_line;
use fenhe_contract::{ProductId, Share};
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::promise::{Book, names};
use fenhe_plant::Plant;
use fenhe_study::promise::{Fault, resource};

/// Says it, unless standard output belongs to something else.
#[derive(Clone, Copy)]
pub struct Voice {
    pub lang: Lang,
    pub silent: bool,
}

impl Voice {
    pub fn line(self, word: Word, args: &[(&str, String)]) {
        if !self.silent {
            print_line(&fill(word.text(self.lang), args));
        }
    }
}

/// What the plan says at once: the date, and what holds it.
pub fn planned(plant: &Plant, book: &Book, promise: &Promise, voice: Voice) {
    let dates = &promise.planned.dates;
    let of = [
        ("order", promise.asked.order.clone()),
        ("product", promise.asked.product.clone()),
        ("lots", dates.lots.len().to_string()),
        ("days", format!("{:.1}", days(dates.full()))),
    ];
    voice.line(Word::PromisePlan, &of);
    match promise.planned.binding.first() {
        Some(&(group, gain)) => {
            let (name, stations) = names(plant, resource(book, group));
            let of = [
                ("name", name),
                ("stations", stations.join(", ")),
                ("gain", format!("{:.1}", gain.as_seconds() / 86_400.0)),
            ];
            voice.line(Word::PromiseBinding, &of);
        }
        None => voice.line(Word::PromiseFlowTime, &[]),
    }
}

/// What the paths say.
pub fn promised(promise: &Promise, order: &Order, voice: Voice) {
    if order.paths == 0 {
        return;
    }
    let Some((full, (share, [low, high], n))) = promise.full.zip(promise.sure) else {
        let of = [("order", promise.asked.order.clone())];
        return voice.line(Word::PromiseNever, &of);
    };
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let half = promise.planned.dates.partial(Share(500_000_000));
    let of = [
        ("order", promise.asked.order.clone()),
        ("days", format!("{:.1}", days(full))),
        ("quantile", order.quantile.to_string()),
        ("half", format!("{:.1}", days(shifted(promise, half)))),
        ("share", percent(share)),
        ("low", percent(low)),
        ("high", percent(high)),
        ("n", n.to_string()),
    ];
    voice.line(Word::PromiseFull, &of);
    if let (Some(due), Some((share, [low, high], n))) = (promise.asked.due, promise.due) {
        let of = [
            ("days", format!("{:.1}", days(due))),
            ("share", percent(share)),
            ("low", percent(low)),
            ("high", percent(high)),
            ("n", n.to_string()),
        ];
        voice.line(Word::PromiseDue, &of);
    }
}

/// Why an order cannot be planned, and for which product.
pub fn cannot(fault: &Fault) -> (Word, ProductId) {
    match *fault {
        Fault::NoRoute(product) => (Word::PromiseNoRoute, product),
        Fault::NoWeight(product) => (Word::PromiseNoWeight, product),
        Fault::NoSource(product) => (Word::PromiseNoSource, product),
    }
}

/// Promises of the book that are endangered.
pub fn risks(risks: &[Risk], voice: Voice) {
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    for risk in risks {
        let (share, [low, high], n) = risk.sure;
        let of = [
            ("order", risk.order.clone()),
            ("days", day(risk.full)),
            ("share", percent(share)),
            ("low", percent(low)),
            ("high", percent(high)),
            ("n", n.to_string()),
        ];
        voice.line(Word::PromiseAtRisk, &of);
    }
}
