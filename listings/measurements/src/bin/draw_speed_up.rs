//! Draws the speed-up that the two laws predict for `parse_then_report`, with
//! this machine's CPUs in it, into the page's figure.
//!
//! `cargo run -p measurements --bin draw_speed_up [-- --cpus N]`; with
//! `--check` it demands that the book's figure is the one for 2 CPUs.

use std::error::Error;
use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs, thread};

/// The plot's edges, in the figure's units.
const LEFT: f64 = 32.0;
const RIGHT: f64 = 284.0;
const TOP: f64 = 16.0;
const BOTTOM: f64 = 216.0;

fn amdahl(serial: f64, workers: f64) -> f64 {
    1.0 / (serial + (1.0 - serial) / workers)
}

fn gustafson(serial: f64, workers: f64) -> f64 {
    serial + (1.0 - serial) * workers
}

/// The serial fraction that the listing printed.
///
/// # Errors
///
/// The table below it has other values than the curves drawn here.
fn serial_fraction(printed: &str) -> Result<f64, Box<dyn Error>> {
    let first = printed.lines().next().unwrap_or_default();
    let serial = first.rsplit(' ').next().unwrap_or_default().parse()?;
    for line in printed.lines().skip(2) {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [workers, _, amdahls, _, gustafsons] = words[..] else {
            continue;
        };
        let n = workers.parse()?;
        let own = [amdahl(serial, n), gustafson(serial, n)];
        if own.map(|s| format!("{s:.2}")) != [amdahls, gustafsons] {
            return Err(format!("{line:?}, but the curves have {own:?}").into());
        }
    }
    Ok(serial)
}

fn draw(serial: f64, cpus: usize) -> Result<String, Box<dyn Error>> {
    let most = cpus.next_power_of_two().max(16);
    let (end, here) = (most as f64, cpus as f64);
    let x = |workers: f64| LEFT + (RIGHT - LEFT) * workers / end;
    let y = |speed_up: f64| BOTTOM - (BOTTOM - TOP) * speed_up / end;
    let curve = |law: &dyn Fn(f64) -> f64| {
        let steps = (0..=60).map(|i| 1.0 + (end - 1.0) * f64::from(i) / 60.0);
        let point = |n| format!("{:.1} {:.1}", x(n), y(law(n)));
        "M".to_owned() + &steps.map(point).collect::<Vec<_>>().join("L")
    };
    let by_amdahl = |n| amdahl(serial, n);
    let by_gustafson = |n| gustafson(serial, n);
    let (low, high) = (by_amdahl(here), by_gustafson(here));
    let noun = if cpus == 1 { "CPU" } else { "CPUs" };

    let mut svg = String::new();
    writeln!(
        svg,
        r#"<svg viewBox="0 0 360 252" role="img" aria-labelledby="speed-up-title speed-up-desc" xmlns="http://www.w3.org/2000/svg">
<title id="speed-up-title">Speed-up by the number of workers, for a serial fraction of {serial}</title>
<desc id="speed-up-desc">From 1 to {most} workers the ideal line rises to {most}. Gustafson's line, for a log that grows with the workers, rises to {:.2}. Amdahl's curve, for the same log, bends and reaches {:.2}. At {cpus} {noun} Amdahl's curve is at {low:.2} and Gustafson's line at {high:.2}.</desc>"#,
        by_gustafson(end),
        by_amdahl(end),
    )?;
    writeln!(
        svg,
        r#"<g fill="none" stroke="currentColor">
<path d="M{LEFT} {TOP}V{BOTTOM}H{RIGHT}"/>
<path class="faint" stroke-dasharray="5 3" d="{}"/>
<path d="{}"/>
<path stroke-width="2" d="{}"/>
</g>"#,
        curve(&|n| n),
        curve(&by_gustafson),
        curve(&by_amdahl),
    )?;
    writeln!(
        svg,
        r#"<g class="accent" stroke="currentColor" fill="currentColor">
<path stroke-dasharray="3 3" d="M{:.1} {BOTTOM}V{:.1}"/>
<circle cx="{0:.1}" cy="{:.1}" r="3"/>
<circle cx="{0:.1}" cy="{:.1}" r="3"/>
</g>"#,
        x(here),
        y(here),
        y(low),
        y(high),
    )?;
    writeln!(svg, r#"<g fill="currentColor" font-size="12">"#)?;
    for tick in [most / 4, most / 2, 3 * most / 4, most] {
        let n = tick as f64;
        writeln!(
            svg,
            r#"<text x="{:.1}" y="{}" text-anchor="middle">{tick}</text>
<text x="{}" y="{:.1}" text-anchor="end">{tick}</text>"#,
            x(n),
            BOTTOM + 16.0,
            LEFT - 6.0,
            y(n) + 4.0,
        )?;
    }
    let axis = (LEFT + RIGHT) / 2.0;
    let beside = RIGHT + 6.0;
    writeln!(
        svg,
        r#"<text x="{axis}" y="{}" text-anchor="middle">workers</text>
<text x="{beside}" y="{:.1}">ideal</text>
<text x="{beside}" y="{:.1}">Gustafson</text>
<text x="{beside}" y="{:.1}">Amdahl</text>
<g class="accent">
<text x="{inside}" y="{}">speed-up on {cpus} {noun}:</text>
<text x="{inside}" y="{}">Amdahl {low:.2}</text>
<text x="{inside}" y="{}">Gustafson {high:.2}</text>
</g>
</g>
</svg>"#,
        BOTTOM + 32.0,
        y(end),
        y(by_gustafson(end)) + 8.0,
        y(by_amdahl(end)) + 4.0,
        TOP + 12.0,
        TOP + 28.0,
        TOP + 44.0,
        inside = LEFT + 8.0,
    )?;
    Ok(svg)
}

/// A file of the book, from its root.
fn in_book(path: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "../..", path].iter().collect()
}

const PRINTED: &str =
    "listings/ch01-getting-started/src/bin/parse_then_report.stdout";
const FIGURE: &str = "src/ch01-getting-started/figures/speed-up.svg";

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (cpus, check) = match args[..] {
        [] => (thread::available_parallelism()?.get(), false),
        ["--cpus", cpus] => (cpus.parse()?, false),
        ["--check"] => (2, true),
        _ => return Err("one may say --cpus N, or --check".into()),
    };
    if cpus == 0 {
        return Err("--cpus: at least 1".into());
    }
    let serial = serial_fraction(&fs::read_to_string(in_book(PRINTED))?)?;
    let figure = draw(serial, cpus)?;
    if check && fs::read_to_string(in_book(FIGURE))? != figure {
        return Err(format!("{FIGURE}: draw it anew, with --cpus 2").into());
    }
    if !check {
        fs::write(in_book(FIGURE), figure)?;
    }
    println!("drawn for {cpus} CPUs: {FIGURE}");
    Ok(())
}
