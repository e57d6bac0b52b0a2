//! A sample.
//@ twin: none (a sample)

fn main() {
    let mut names: Vec<_> = std::env::vars().map(|(name, _)| name).collect();
    names.sort();
    println!(
        "{names:?} here: {}",
        std::fs::read_dir(".").unwrap().count()
    );
}
