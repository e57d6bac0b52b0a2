//! Two workers share a log that grows: in halves, or an hour to each in turn.

use ch01_getting_started::hourly_log::{parse_hour, write_hour};
use std::thread;

const HOURS: usize = 200;

/// Each worker reads its share; how many lines did each of them parse?
fn parse<'a, S>(shares: [S; 2]) -> [usize; 2]
where
    S: Iterator<Item = &'a String> + Send,
{
    thread::scope(|s| {
        shares
            .map(|files| s.spawn(|| files.map(|f| parse_hour(f).lines).sum()))
            .map(|worker| worker.join().unwrap())
    })
}

fn print_shares(split: &str, lines: [usize; 2]) {
    let all = lines[0] + lines[1] + HOURS;
    let in_a_row = lines[0].max(lines[1]) + HOURS;
    let speed_up = all as f64 / in_a_row as f64;
    println!("{split:<10}{lines:?}: {all} steps, {in_a_row} in a row");
    println!("{:<10}speed-up {speed_up:.2}", "");
}

fn main() {
    let growing = |hour| write_hour(hour, 1 + hour * 36 / (HOURS - 1));
    let files: Vec<String> = (0..HOURS).map(growing).collect();

    let (first, second) = files.split_at(HOURS / 2);
    print_shares("halves", parse([first.iter(), second.iter()]));

    let every_other = |from| files.iter().skip(from).step_by(2);
    print_shares("in turn", parse([every_other(0), every_other(1)]));
}
