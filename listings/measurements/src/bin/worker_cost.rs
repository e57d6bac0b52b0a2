//! What one start of a worker costs, its end included: Rust's kinds and
//! Python's. Each sample is a process of its own, so that no kind pays for
//! the threads or the memory of another.

use ch01_getting_started::fork::ForkedChild;
use measurements::{Comparison, Sample};
use std::error::Error;
use std::hint::black_box;
use std::process::Command;
use std::time::Instant;
use std::{env, thread};

/// What `one` takes, when it is done so many `times` after a first time that
/// does not count.
fn each(
    times: u32,
    mut one: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    one()?;
    let start = Instant::now();
    for _ in 0..times {
        one()?;
    }
    Ok(start.elapsed().as_secs_f64() / f64::from(times))
}

/// The seconds that a start of this kind takes.
fn cost(kind: &str) -> Result<f64, Box<dyn Error>> {
    match kind {
        "thread" => each(2_000, || {
            thread::spawn(|| ())
                .join()
                .map_err(|_| "it panicked".into())
        }),
        "fork" => each(500, || {
            ForkedChild::start(|| 0)?.wait()?;
            Ok(())
        }),
        "exec" => {
            each(200, || match Command::new("true").status()?.success() {
                true => Ok(()),
                false => Err("`true` failed".into()),
            })
        }
        "pool task from outside" => {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
            each(2_000, || {
                pool.install(|| black_box(()));
                Ok(())
            })
        }
        "pool task from inside" => {
            let pool =
                rayon::ThreadPoolBuilder::new().num_threads(2).build()?;
            pool.install(|| {
                each(1_000_000, || {
                    rayon::join(|| black_box(1), || black_box(2));
                    Ok(())
                })
                .map_err(|e| e.to_string())
            })
            .map_err(Into::into)
        }
        "async task" => {
            let runtime =
                tokio::runtime::Builder::new_current_thread().build()?;
            runtime.block_on(async {
                let start = Instant::now();
                for _ in 0..200_000 {
                    tokio::spawn(async { black_box(()) }).await?;
                }
                Ok(start.elapsed().as_secs_f64() / 200_000.0)
            })
        }
        _ => Err(format!("{kind}: no such kind").into()),
    }
}

/// A run of this program for one kind.
fn in_fresh_process(kind: &str) -> Result<Sample, Box<dyn Error>> {
    let program = env::current_exe()?;
    let output = Command::new(program).args(["--kind", kind]).output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let seconds: f64 = String::from_utf8(output.stdout)?.trim().parse()?;
    Ok(vec![("wall_s", seconds), ("each_us", seconds * 1e6)])
}

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    if let [flag, kind] = args.as_slice()
        && flag == "--kind"
    {
        println!("{}", cost(kind)?);
        return Ok(());
    }
    let mut all = Comparison::new("worker_cost");
    for kind in [
        "thread",
        "async task",
        "pool task from inside",
        "pool task from outside",
        "fork",
        "exec",
    ] {
        all = all.sample(kind, move || in_fresh_process(kind));
    }
    for (name, argument) in [
        ("Python async task", "task"),
        ("Python pool task", "pool"),
        ("Python thread", "thread"),
        ("Python fork", "fork"),
        ("Python forkserver", "forkserver"),
        ("Python spawn", "spawn"),
        ("Python subprocess", "subprocess"),
    ] {
        all = all.python(name, argument, &["wall_s", "each_us"]);
    }
    all.run()
}
