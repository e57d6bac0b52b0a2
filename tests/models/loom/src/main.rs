//! Explores one model: `loom-models MODEL BOUND`, with at most BOUND
//! preemptions in an execution. Without arguments it names the models.

use loom_models::MODELS;
use std::process::ExitCode;
use std::real::sync::Arc;
use std::real::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::real::{eprintln, panic, println};

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let model = |name| MODELS.iter().find(|(known, _)| known == name);
    let bound = |word: &String| word.parse().ok();
    if let [name, word] = words.as_slice()
        && let (Some((_, model)), Some(bound)) = (model(name), bound(word))
    {
        let executions = Arc::new(AtomicU64::new(0));
        let usual = panic::take_hook();
        panic::set_hook({
            let executions = Arc::clone(&executions);
            Box::new(move |panic| {
                usual(panic);
                eprintln!("in execution {}", executions.load(Relaxed));
            })
        });
        let mut loom = std::loom::model::Builder::new();
        loom.preemption_bound = Some(bound);
        loom.max_branches = 10_000;
        loom.check({
            let executions = Arc::clone(&executions);
            move || {
                executions.fetch_add(1, Relaxed);
                drop(std::printed::take());
                model();
            }
        });
        println!("{} executions", executions.load(Relaxed));
        return ExitCode::SUCCESS;
    }
    println!("usage: loom-models MODEL BOUND");
    for (name, _) in MODELS {
        println!("    {name}");
    }
    ExitCode::from(2)
}
