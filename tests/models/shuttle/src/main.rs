//! Explores one model: `shuttle-models MODEL SCHEDULES SEED`, so many chosen
//! at random and as many by priorities (PCT), both from the seed. Without
//! arguments it names the models.

use shuttle_models::MODELS;
use std::panic::{catch_unwind, resume_unwind, set_hook, take_hook};
use std::process::ExitCode;
use std::real::sync::Arc;
use std::real::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::real::{eprintln, println};
use std::shuttle::scheduler::{PctScheduler, RandomScheduler};
use std::shuttle::{Config, MaxSteps, Runner};

/// How often a schedule of PCT lets a thread of lower priority go first.
const DEPTH: usize = 3;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let model = |name| MODELS.iter().find(|(known, _)| known == name);
    if let [name, schedules, seed] = words.as_slice()
        && let Some((_, model)) = model(name)
        && let (Ok(schedules), Ok(seed)) = (schedules.parse(), seed.parse())
    {
        let mut config = Config::new();
        config.max_steps = MaxSteps::FailAfter(100_000);
        config.silence_warnings = true;
        let begun = Arc::new(AtomicU64::new(0));
        let usual = take_hook();
        set_hook({
            let begun = Arc::clone(&begun);
            Box::new(move |panic| {
                usual(panic);
                eprintln!("in execution {}", begun.load(Relaxed));
            })
        });
        let explore = move || {
            begun.fetch_add(1, Relaxed);
            drop(std::printed::take());
            model();
        };
        let random = RandomScheduler::new_from_seed(seed, schedules);
        let pct = PctScheduler::new_from_seed(seed, DEPTH, schedules);
        let mut executions = Runner::new(random, config.clone()).run(explore.clone());
        let prioritized = catch_unwind(|| Runner::new(pct, config).run(explore));
        executions += prioritized.unwrap_or_else(|payload| {
            // PCT gives up if no schedule can differ from its first one.
            match payload.downcast_ref() {
                Some(&"test closure did not exercise any concurrency") => 1,
                _ => resume_unwind(payload),
            }
        });
        println!("{executions} executions");
        return ExitCode::SUCCESS;
    }
    println!("usage: shuttle-models MODEL SCHEDULES SEED");
    for (name, _) in MODELS {
        println!("    {name}");
    }
    ExitCode::from(2)
}
