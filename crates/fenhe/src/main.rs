//! The command line of Fenhe.

mod args;

fn main() {
    let given: Vec<_> = std::env::args_os().collect();
    let lang = args::language(&given);
    let _ = args::command(lang).get_matches_from(given);
}
