//! Problems of a plant folder on the terminal, each with its place in the text and the remedy.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use fenhe_messages::{Lang, Word};
use fenhe_plant::{Files, Problem, Severity};
use serde_json::{Value, json};
use std::io::IsTerminal;

/// Prints all problems to standard error; colours only on a terminal.
pub fn print(problems: &[Problem], files: &Files, lang: Lang) {
    let renderer = if std::io::stderr().is_terminal() {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    for problem in problems {
        anstream::eprintln!("{}\n", render(&renderer, problem, files, lang));
    }
}

fn render(renderer: &Renderer, problem: &Problem, files: &Files, lang: Lang) -> String {
    let (what, remedy) = sentences(problem, lang);
    let level = match problem.severity {
        Severity::Error => Level::ERROR.with_name(Word::Error.text(lang)),
        Severity::Warning => Level::WARNING.with_name(Word::Warning.text(lang)),
    };
    let source = files
        .get(&problem.file)
        .and_then(|bytes| std::str::from_utf8(bytes).ok());
    let title = level.primary_title(what).id(problem.code);
    let help = Level::HELP
        .with_name(Word::Remedy.text(lang))
        .message(remedy);
    match source.filter(|_| problem.line > 0) {
        Some(source) => {
            let end = problem.span.end.min(source.len());
            let span = problem.span.start.min(end)..end;
            let snippet = Snippet::source(source)
                .path(&problem.file)
                .annotation(AnnotationKind::Primary.span(span));
            renderer.render(&[title.element(snippet).element(help)])
        }
        None => {
            let place = Level::NOTE.no_name().message(&problem.file);
            renderer.render(&[title.element(place).element(help)])
        }
    }
}

/// What is wrong and what to do, with "did you mean" where something close exists.
pub fn sentences(problem: &Problem, lang: Lang) -> (String, String) {
    let args: Vec<_> = problem
        .args
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .collect();
    let (what, mut remedy) = match fenhe_messages::problem(problem.code, &args, lang) {
        Some(sentence) => (sentence.what, sentence.remedy),
        None => (problem.code.to_string(), String::new()),
    };
    if let Some(suggestion) = &problem.suggestion {
        let between = lang.pick("; ", "；");
        let hint = fenhe_messages::did_you_mean(suggestion, lang);
        remedy = format!("{remedy}{between}{hint}");
    }
    (what, remedy)
}

/// Problems for machines.
pub fn to_json(problems: &[Problem], lang: Lang) -> Value {
    let row = |problem: &Problem| {
        let (what, remedy) = sentences(problem, lang);
        json!({
            "code": problem.code,
            "severity": match problem.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
            },
            "file": problem.file,
            "line": problem.line,
            "column": problem.column,
            "text": problem.text,
            "what": what,
            "remedy": remedy,
            "suggestion": problem.suggestion,
        })
    };
    Value::Array(problems.iter().map(row).collect())
}
