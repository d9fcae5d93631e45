//! The codes of the plant loader and of `machines.toml`, and the sentences of the catalogue are the same set.

use fenhe_messages::{Lang, problem, problem_codes};
use std::collections::BTreeSet;

#[test]
fn every_code_of_the_loader_has_a_sentence_in_both_languages_and_no_sentence_is_left_over() {
    let all = [
        fenhe_plant::CODES,
        fenhe_link_opcua::site::CODES,
        fenhe_import::CODES,
    ];
    let codes: BTreeSet<&str> = all.into_iter().flatten().copied().collect();
    let spoken: BTreeSet<&str> = problem_codes().collect();
    assert_eq!(codes, spoken);
    for code in codes {
        for lang in Lang::ALL {
            let sentence = problem(code, &[], lang).expect("in the catalogue");
            assert!(
                !sentence.what.is_empty() && !sentence.remedy.is_empty(),
                "{code} {lang:?}"
            );
        }
    }
}

#[test]
fn every_note_of_an_import_has_a_sentence_in_both_languages_and_no_sentence_is_left_over() {
    let codes: BTreeSet<&str> = fenhe_import::NOTES.iter().copied().collect();
    let spoken: BTreeSet<&str> = fenhe_messages::imported_codes().collect();
    assert_eq!(codes, spoken);
}
