//! All workers add to one number.
//@ error: E0594
//@ repair: count_words

use rayon::prelude::*;

fn main() {
    let lines = ["wait for the lock", "wake the other thread"];
    let mut total = 0;
    lines.par_iter().for_each(|line| {
        total += line.split(' ').count(); //~ E0594
    });
    println!("{total} words");
}
