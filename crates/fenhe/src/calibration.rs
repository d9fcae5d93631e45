//! `fenhe calibrate`: figures from the facts of a journal.

use crate::{Failure, args, journal, live, refusals, tools};
use clap::ArgMatches;
use fenhe_calibrate::{
    Calibration, Fit, Heard, Options, Period, Unseen, Value, calibrate as fit, digest, overlay,
};
use fenhe_contract::{Digest, Time};
use fenhe_live::kept;
use fenhe_messages::{Lang, Word, fill};
use serde_json::json;

/// `fenhe calibrate PLANT --journal J [--out FILE] [--json FILE]`.
pub fn calibrate(given: &ArgMatches, lang: Lang) -> Result<(), Failure> {
    let plant = live::plant_of(given, lang)?;
    let (mut journal, address) = journal::look(given, &plant, lang)?;
    let mut heard: Vec<(Time, Heard)> = Vec::new();
    let mut hash = Digest::EMPTY;
    let replayed = kept::replay(
        journal.as_mut(),
        &plant,
        &mut |_, time, fact, commands, _| {
            hash = digest(hash, time, fact);
            heard.push((time, fact.clone().into()));
            heard.extend(
                commands
                    .list
                    .iter()
                    .map(|command| (time, command.clone().into())),
            );
        },
    );
    replayed.map_err(|why| refusals::cannot_open(&why, &address, lang))?;
    let whole = journal.anchor().is_ok_and(|anchor| anchor.seq == 0);
    let period = Period {
        whole,
        ..Period::WHOLE
    };
    let found = fit(&plant, heard, period, &Options::default());
    print(&found, lang);
    if let Some(path) = args::path(given, "json") {
        tools::write(path, (to_json(&found).to_string() + "\n").as_bytes(), lang)?;
    }
    if let Some(path) = args::path(given, "out") {
        tools::write(path, overlay(&plant, &found, hash).as_bytes(), lang)?;
    }
    Ok(())
}

fn print(found: &Calibration, lang: Lang) {
    for one in &found.fits {
        let (mean, low, high) = one.mean;
        let drift = one
            .drift
            .map_or_else(|| "-".to_string(), |drift| format!("{:.3}", drift.ratio.0));
        let said = [
            ("element", one.element.clone()),
            ("figure", one.subject.figure.name().to_string()),
            ("n", one.n.to_string()),
            ("censored", one.censored.to_string()),
            ("mean", format!("{mean:.3} [{low:.3}, {high:.3}]")),
            ("ratio", drift),
        ];
        let flagged = one.drift.is_some_and(|drift| drift.flagged);
        let word = if flagged {
            Word::FitFlagged
        } else {
            Word::FitFound
        };
        tools::print_line(&fill(word.text(lang), &said));
    }
    for reason in Unseen::ALL {
        let of = found.missing.iter().filter(|missing| missing.why == reason);
        let names: Vec<&str> = of.map(|missing| missing.element.as_str()).collect();
        if let Some(first) = names.first() {
            let said = [
                (
                    "why",
                    fenhe_messages::unseen(reason.code(), lang)
                        .unwrap_or(reason.code())
                        .to_string(),
                ),
                ("count", names.len().to_string()),
                ("element", (*first).to_string()),
            ];
            tools::print_line(&fill(Word::FitMissing.text(lang), &said));
        }
    }
}

fn to_json(found: &Calibration) -> serde_json::Value {
    let fits: Vec<_> = found.fits.iter().map(fit_json).collect();
    let missing = found.missing.iter().map(|missing| {
        json!({"element": missing.element, "figure": missing.subject.figure.name(), "why": missing.why.code(), "n": missing.n})
    });
    json!({
        "from_s": found.period.0.as_seconds(),
        "to_s": found.period.1.as_seconds(),
        "fits": fits,
        "missing": missing.collect::<Vec<_>>(),
    })
}

fn fit_json(one: &Fit) -> serde_json::Value {
    let value = match one.value {
        Value::Lasting(dist) => format!("{dist:?}"),
        Value::Speed(speed) => format!("{} mm/s", speed.0),
    };
    json!({
        "element": one.element,
        "figure": one.subject.figure.name(),
        "n": one.n,
        "censored": one.censored,
        "value": value,
        "mean": one.mean.0,
        "ci": [one.mean.1, one.mean.2],
        "p_value": one.goodness.map(|goodness| goodness.p_value),
        "ratio": one.drift.map(|drift| drift.ratio.0),
        "flagged": one.drift.is_some_and(|drift| drift.flagged),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_reason_has_its_sentence_in_both_languages() {
        for reason in Unseen::ALL {
            for lang in Lang::ALL {
                assert!(
                    fenhe_messages::unseen(reason.code(), lang).is_some(),
                    "{}",
                    reason.code()
                );
            }
        }
    }
}
