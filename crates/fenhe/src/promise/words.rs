//! Promises in words.

use super::kept::{days, shifted};
use super::{Order, Promise};
use crate::tools::print_line;
use fenhe_contract::Share;
use fenhe_messages::{Lang, Word, fill};
use fenhe_planner::promise::{Book, names};
use fenhe_plant::Plant;
use fenhe_study::promise::resource;

fn line(lang: Lang, word: Word, args: &[(&str, String)]) {
    print_line(&fill(word.text(lang), args));
}

/// What the plan says at once: the date, and what holds it.
pub fn planned(plant: &Plant, book: &Book, promise: &Promise, lang: Lang) {
    let dates = &promise.planned.dates;
    let of = [
        ("order", promise.asked.order.clone()),
        ("product", promise.asked.product.clone()),
        ("lots", dates.lots.len().to_string()),
        ("days", format!("{:.1}", days(dates.full()))),
    ];
    line(lang, Word::PromisePlan, &of);
    match promise.planned.binding.first() {
        Some(&(group, gain)) => {
            let (name, stations) = names(plant, resource(book, group));
            let of = [
                ("name", name),
                ("stations", stations.join(", ")),
                ("gain", format!("{:.1}", gain.as_seconds() / 86_400.0)),
            ];
            line(lang, Word::PromiseBinding, &of);
        }
        None => line(lang, Word::PromiseFlowTime, &[]),
    }
}

/// What the paths say.
pub fn promised(promise: &Promise, order: &Order, lang: Lang) {
    if order.paths == 0 {
        return;
    }
    let Some((full, (share, [low, high], n))) = promise.full.zip(promise.sure) else {
        let of = [("order", promise.asked.order.clone())];
        return line(lang, Word::PromiseNever, &of);
    };
    let percent = |share: f64| format!("{:.0}", share * 100.0);
    let half = promise.planned.dates.partial(Share(500_000_000));
    let of = [
        ("order", promise.asked.order.clone()),
        ("days", format!("{:.1}", days(full))),
        ("quantile", (order.quantile.0 / 10_000_000).to_string()),
        ("half", format!("{:.1}", days(shifted(promise, half)))),
        ("share", percent(share)),
        ("low", percent(low)),
        ("high", percent(high)),
        ("n", n.to_string()),
    ];
    line(lang, Word::PromiseFull, &of);
    if let (Some(due), Some((share, [low, high], n))) = (promise.asked.due, promise.due) {
        let of = [
            ("days", format!("{:.1}", days(due))),
            ("share", percent(share)),
            ("low", percent(low)),
            ("high", percent(high)),
            ("n", n.to_string()),
        ];
        line(lang, Word::PromiseDue, &of);
    }
}
