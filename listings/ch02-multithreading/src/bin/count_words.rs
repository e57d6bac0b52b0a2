//! Counts words with rayon: a total, the most frequent ones, a histogram.

use ch02_multithreading::text::write_lines;
use rayon::prelude::*;
use rayon::{ThreadPoolBuildError, ThreadPoolBuilder};
use std::array;
use std::cmp::Reverse;
use std::collections::HashMap;

type Counts<'a> = HashMap<&'a str, usize>;

fn add<'a>(mut counts: Counts<'a>, more: Counts<'a>) -> Counts<'a> {
    for (word, n) in more {
        *counts.entry(word).or_default() += n;
    }
    counts
}

fn report(lines: &[String]) {
    let total: usize = lines.par_iter().map(|l| l.split(' ').count()).sum();
    println!("{total} words in {} lines", lines.len());

    // `fold` starts a table for each piece of the lines that a worker takes
    // on, and `reduce` makes one of them all.
    let counts = lines
        .par_iter()
        .fold(Counts::new, |mut counts, line| {
            line.split(' ')
                .for_each(|word| *counts.entry(word).or_default() += 1);
            counts
        })
        .reduce(Counts::new, add);
    let mut ranked: Vec<_> = counts.into_iter().collect();
    ranked.par_sort_unstable_by_key(|&(word, n)| (Reverse(n), word));
    println!("{} different ones", ranked.len());
    for (word, n) in &ranked[..3] {
        println!("{word}: {n}");
    }

    let lengths = lines
        .par_chunks(500)
        .map(|chunk| {
            let mut bins = [0; 8];
            for line in chunk {
                bins[line.matches(' ').count()] += 1;
            }
            bins
        })
        .reduce(|| [0; 8], |a, b| array::from_fn(|i| a[i] + b[i]));
    println!("lines of 1 to 8 words: {lengths:?}");
}

fn main() -> Result<(), ThreadPoolBuildError> {
    let lines = write_lines(8000);
    let pool = ThreadPoolBuilder::new().num_threads(2).build()?;
    pool.install(|| report(&lines));
    Ok(())
}
