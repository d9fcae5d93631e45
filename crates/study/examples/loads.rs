use fenhe_study::trial::*;
fn main() {
    for p in oracle_folders(std::path::Path::new("plants/oracles")).unwrap() {
        if let Err(e) = OracleFolder::read(&p) { println!("{} {e:?}", p.display()); }
    }
}
