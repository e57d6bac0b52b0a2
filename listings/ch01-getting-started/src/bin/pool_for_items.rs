//! Two threads for a million items: the pool hands them out in pieces.

use ch01_getting_started::container::limit_address_space;
use rayon::ThreadPoolBuilder;
use rayon::prelude::*;
use std::error::Error;

const ITEMS: usize = 1_000_000;

fn is_missing(i: usize) -> bool {
    i * 7919 % 100 < 5
}

fn main() -> Result<(), Box<dyn Error>> {
    limit_address_space(512 << 20)?;
    let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    let missing = pool.install(|| {
        (0..ITEMS)
            .into_par_iter()
            .filter(|&i| is_missing(i))
            .count()
    });
    println!("{ITEMS} items, 2 workers: {missing} missing");
    Ok(())
}
