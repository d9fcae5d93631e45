//! What a journal says in codes has its sentences, in both languages.

use fenhe_journal::{Error, Fault, What};

#[test]
fn every_code_has_its_sentences() {
    let text = String::new;
    let (expected, found) = (1, 2);
    let (seq, kind, version) = (3, 4, 5);
    let errors = [
        Error::Busy(text()),
        Error::WrongSeq { expected, found },
        Error::Full,
        Error::Corrupt { seq },
        Error::Format { seq, kind, version },
        Error::Unreachable(text()),
        Error::Refused(text()),
        Error::Version { found: 2, known: 1 },
        Error::Foreign,
        Error::Missing,
        Error::ReadOnly,
        Error::NotBuilt,
        Error::Closed,
        Error::Io(text()),
    ];
    let faults = [
        What::Gap,
        What::Chain,
        What::Damaged,
        What::Unknown { kind, version },
        What::Epoch,
        What::Snapshot,
        What::State,
        What::Store(text()),
    ];
    let mut codes: Vec<_> = errors.iter().map(|e| (e.code(), e.args())).collect();
    codes.extend(faults.map(|what| (what.code(), Fault { seq, what }.args())));
    for lang in fenhe_messages::Lang::ALL {
        for (code, args) in &codes {
            let sentence = fenhe_messages::journal(code, args, lang).expect(code);
            let words = sentence.what + &sentence.remedy;
            assert!(!words.contains(['{', '}']), "{code}: {words}");
        }
    }
    assert_eq!(fenhe_messages::journal_codes().count(), codes.len());
}
