//! One zh-CN and English catalogue, keyed by code and arguments, compiled in. Both languages stand
//! side by side in every entry, so a missing translation does not compile.

mod alarms;
mod api;
mod cuttings;
mod facts;
mod grids;
mod imports;
mod journals;
mod problems;
mod promises;
mod schedules;
mod sentence;
mod unseen;
mod words;
pub use alarms::{
    AlarmText, alarm, alarm_affected, alarm_priority, alarm_sentence, alarm_source, alarm_state,
    shelve_why,
};
pub use api::{refusal, refusal_codes};
pub use cuttings::{cutting, cutting_codes};
pub use facts::{element, telling, telling_codes};
pub use grids::{grid, grid_codes};
pub use imports::{imported, imported_codes};
pub use journals::{journal, journal_codes};
pub use problems::{did_you_mean, problem, problem_codes};
pub use promises::{promise, promise_codes};
pub use schedules::{schedule, schedule_codes};
pub use sentence::Sentence;
pub use unseen::unseen;
pub use words::Word;

/// The languages of everything a user sees.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Chinese as written in mainland China.
    Zh,
}

impl Lang {
    /// All languages.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Zh];

    /// From a tag or locale: `zh`, `zh-CN`, `zh_CN.UTF-8` are Chinese, `en...`, `C` and `POSIX` English.
    pub fn parse(tag: &str) -> Option<Lang> {
        let tag = tag.to_ascii_lowercase();
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default();
        match primary {
            "zh" => Some(Lang::Zh),
            "en" | "c" | "posix" => Some(Lang::En),
            _ => None,
        }
    }

    /// IETF tag, for the `lang` attribute of pages.
    pub fn tag(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Zh => "zh-CN",
        }
    }

    /// One of two texts.
    pub fn pick<T>(self, en: T, zh: T) -> T {
        match self {
            Lang::En => en,
            Lang::Zh => zh,
        }
    }
}

/// Puts arguments into a template: `{name}` becomes the argument of that name.
pub fn fill(template: &str, args: &[(&str, String)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some(open) = rest.find('{') {
        text.push_str(&rest[..open]);
        rest = &rest[open..];
        let Some(close) = rest.find('}') else { break };
        let name = &rest[1..close];
        match args.iter().find(|(key, _)| *key == name) {
            Some((_, value)) => text.push_str(value),
            None => text.push_str(&rest[..=close]),
        }
        rest = &rest[close + 1..];
    }
    text + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn locales_are_understood() {
        assert_eq!(Lang::parse("zh_CN.UTF-8"), Some(Lang::Zh));
        assert_eq!(Lang::parse("zh"), Some(Lang::Zh));
        assert_eq!(Lang::parse("en_GB"), Some(Lang::En));
        assert_eq!(Lang::parse("C.UTF-8"), Some(Lang::En));
        assert_eq!(Lang::parse("tlh"), None);
    }

    #[test]
    fn arguments_fill_their_places_and_unknown_ones_stay() {
        let args = [("n", "3".to_string()), ("what", "AGV".to_string())];
        assert_eq!(fill("{n} x {what}, {other}", &args), "3 x AGV, {other}");
        assert_eq!(fill("a {broken", &args), "a {broken");
    }

    #[test]
    fn every_word_says_something_in_both_languages() {
        for word in Word::ALL {
            for lang in Lang::ALL {
                assert!(!word.text(lang).trim().is_empty(), "{word:?} {lang:?}");
            }
        }
    }
}
