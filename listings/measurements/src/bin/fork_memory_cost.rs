//! What a fork costs, by the memory that the parent has touched; beside it
//! `Command`, which shares the parent's memory until the exec, and `Command`
//! with a `pre_exec` hook, for which the standard library has to fork.

use ch01_getting_started::fork::ForkedChild;
use measurements::{Comparison, Sample};
use nix::sys::prctl::set_thp_disable;
use std::error::Error;
use std::fs;
use std::hint::black_box;
use std::os::unix::process::CommandExt;
use std::process::Command;
use std::time::Instant;

const MIB: usize = 1 << 20;

/// The median of `times` runs of `one`, in seconds.
fn median_of(
    times: usize,
    mut one: impl FnMut() -> Result<(), Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    let mut all = Vec::new();
    for _ in 0..times {
        let start = Instant::now();
        one()?;
        all.push(start.elapsed().as_secs_f64());
    }
    Ok(measurements::median(&all))
}

/// The page tables of this process, in KiB.
fn page_tables() -> Result<f64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmPTE:"));
    let kib = line.and_then(|line| line.trim().strip_suffix(" kB"));
    Ok(kib.ok_or("no VmPTE in /proc")?.parse()?)
}

fn costs(touched: usize) -> Result<Sample, Box<dyn Error>> {
    // Written, so that every page is there; a page of zeros would not be.
    let heap = black_box(vec![1_u8; touched]);
    let fork = median_of(9, || {
        ForkedChild::start(|| 0)?.wait()?;
        Ok(())
    })?;
    let command = median_of(9, || {
        Command::new("true").status()?;
        Ok(())
    })?;
    let hooked = median_of(9, || {
        let mut command = Command::new("true");
        // SAFETY: the hook does nothing, so it is async-signal-safe.
        unsafe { command.pre_exec(|| Ok(())) };
        command.status()?;
        Ok(())
    })?;
    let tables = page_tables()?;
    drop(heap);
    Ok(vec![
        ("wall_s", fork),
        ("command_s", command),
        ("pre_exec_s", hooked),
        ("page_tables_kib", tables),
    ])
}

fn main() -> Result<(), Box<dyn Error>> {
    // With pages of 2 MiB the tables are as large, but there are no entries to
    // copy, and a fork takes a small part of the time. Off, so that the
    // numbers do not depend on the system's setting.
    set_thp_disable(true)?;
    Comparison::new("fork_memory_cost")
        .sample("0 MiB", || costs(0))
        .sample("64 MiB", || costs(64 * MIB))
        .sample("256 MiB", || costs(256 * MIB))
        .sample("1024 MiB", || costs(1024 * MIB))
        .run()
}
