//! Each log is parsed in a process of its own: one fails, one crashes.

use procspawn::Builder;
use std::process::{self, Stdio};

const LOGS: [&str; 3] = [
    "get / 200\nget /old 404\n",
    "get / 200\nget /old 4o4\n",
    "get / 200\nget \0 404\n",
];

fn count((log, wanted): (String, u16)) -> usize {
    let status = |line: &str| -> u16 {
        if line.contains('\0') {
            process::abort(); // stands for a bug in a C library
        }
        let (_, code) = line.rsplit_once(' ').unwrap_or_default();
        code.parse().unwrap_or_else(|_| panic!("no status: {line}"))
    };
    log.lines().filter(|line| status(line) == wanted).count()
}

fn main() {
    procspawn::init(); // in a worker it does not return

    let workers = LOGS.map(|log| {
        // A worker that panics would say so there, as any Rust program.
        let mut builder = Builder::new();
        builder.stderr(Stdio::null());
        builder.spawn((log.to_owned(), 404), count)
    });
    for worker in workers {
        match worker.join() {
            Ok(missing) => println!("pages missing: {missing}"),
            Err(error) => match error.panic_info() {
                Some(panic) => println!("the worker failed: {panic}"),
                None => println!("the worker is gone"),
            },
        }
    }
}
