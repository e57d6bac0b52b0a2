//! How the book measures: every variant once a round, in turn, and the ratios
//! taken round by round. Noise that lasts longer than a round then hits both
//! sides of a ratio.
//!
//! A measurement is a program: `cargo run --release -p measurements --bin
//! NAME [-- --rounds 7] [-- --out FILE]`. It prints a table and writes the
//! raw numbers as JSON, to `target/measurements/NAME.json` unless told
//! otherwise.

use ch01_getting_started::affinity::{allowed_cpus, pin_to};
use serde_json::{Map, Value, json};
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;
use std::{env, fs, io};

/// What one run of a variant gave: names with their units, and values. The
/// one called `wall_s` is what ratios are taken of.
pub type Sample = Vec<(&'static str, f64)>;

type Run<'a> = Box<dyn FnMut() -> Result<Sample, Box<dyn Error>> + 'a>;

/// Variants of one job, to be run side by side.
pub struct Comparison<'a> {
    name: &'static str,
    variants: Vec<(&'static str, Run<'a>)>,
}

impl<'a> Comparison<'a> {
    /// A comparison called like its program. The variant that is added first
    /// is the one that the others are held against.
    pub fn new(name: &'static str) -> Self {
        Comparison {
            name,
            variants: Vec::new(),
        }
    }

    /// Adds a variant that says itself what it measured.
    pub fn sample(
        mut self,
        name: &'static str,
        run: impl FnMut() -> Result<Sample, Box<dyn Error>> + 'a,
    ) -> Self {
        self.variants.push((name, Box::new(run)));
        self
    }

    /// Adds a variant whose wall time is taken.
    pub fn time(self, name: &'static str, mut run: impl FnMut() + 'a) -> Self {
        self.sample(name, move || {
            let start = Instant::now();
            run();
            Ok(vec![("wall_s", start.elapsed().as_secs_f64())])
        })
    }

    /// Adds a variant in Python: the script beside the program, called with
    /// `argument`. It prints lines of a name and a value, `wall_s 0.52`.
    pub fn python(
        self,
        name: &'static str,
        argument: &'static str,
        values: &'static [&'static str],
    ) -> Self {
        let script = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join(format!("src/bin/{}.py", self.name));
        self.sample(name, move || {
            let python = env::var_os("PYTHON").unwrap_or("python3".into());
            let output =
                Command::new(python).arg(&script).arg(argument).output()?;
            let text = String::from_utf8_lossy(&output.stdout);
            if !output.status.success() {
                let stderr = String::from_utf8_lossy(&output.stderr);
                return Err(format!("{argument}: {stderr}").into());
            }
            let value = |name: &'static str| {
                let mut lines = text.lines().filter_map(|l| l.split_once(' '));
                let (_, value) = lines
                    .find(|(n, _)| *n == name)
                    .ok_or(format!("{argument}: no {name} in {text:?}"))?;
                Ok((name, value.parse()?))
            };
            values.iter().map(|name| value(name)).collect()
        })
    }

    /// Runs all variants as often as the command line says, prints the
    /// medians, and writes the JSON.
    ///
    /// # Errors
    ///
    /// A variant fails, the command line is wrong, or the file cannot be
    /// written.
    pub fn run(mut self) -> Result<(), Box<dyn Error>> {
        let (rounds, out) = arguments(self.name)?;
        let mut samples: Vec<Vec<Sample>> =
            vec![Vec::new(); self.variants.len()];
        for _ in 0..rounds {
            for (i, (_, run)) in self.variants.iter_mut().enumerate() {
                samples[i].push(run()?);
            }
        }
        let mut variants = Map::new();
        for (i, (name, _)) in self.variants.iter().enumerate() {
            let column = |s: &[Sample], key: &str| -> Vec<f64> {
                let find = |s: &Sample| {
                    s.iter().find(|(n, _)| *n == key).map(|(_, v)| *v)
                };
                s.iter().filter_map(find).collect()
            };
            let mut values = Map::new();
            let mut row = format!("{name:<28}");
            for (key, _) in samples[i].first().into_iter().flatten() {
                let all = column(&samples[i], key);
                row += &format!("  {key} {:.6}", median(&all));
                values.insert((*key).into(), json!(all));
            }
            let wall = column(&samples[i], "wall_s");
            let first = column(&samples[0], "wall_s");
            let ratios: Vec<f64> = wall
                .iter()
                .zip(&first)
                .map(|(own, first)| own / first)
                .collect();
            if !ratios.is_empty() && i > 0 {
                let least = ratios.iter().copied().fold(f64::MAX, f64::min);
                let most = ratios.iter().copied().fold(0.0, f64::max);
                row += &format!(
                    "  x {:.3} ({least:.3} to {most:.3})",
                    median(&ratios)
                );
                values.insert("ratio_to_first".into(), json!(ratios));
            }
            println!("{row}");
            variants.insert((*name).into(), Value::Object(values));
        }
        if let Some(dir) = out.parent() {
            fs::create_dir_all(dir)?;
        }
        let all = json!({
            "measurement": self.name,
            "rounds": rounds,
            "release": !cfg!(debug_assertions),
            "machine": machine(),
            "variants": variants,
        });
        fs::write(&out, serde_json::to_string_pretty(&all)? + "\n")?;
        println!("written to {}", out.display());
        Ok(())
    }
}

/// The number of rounds, and the file to write.
fn arguments(name: &str) -> Result<(usize, PathBuf), Box<dyn Error>> {
    let mut rounds = 7;
    let mut out = PathBuf::from(format!("target/measurements/{name}.json"));
    let mut args = env::args().skip(1);
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or(format!("{arg} needs a value"));
        match arg.as_str() {
            "--rounds" => rounds = value()?.parse()?,
            "--out" => out = value()?.into(),
            _ => {
                let what = "one may say --rounds N and --out FILE";
                return Err(format!("{arg}: unknown; {what}").into());
            }
        }
    }
    match rounds {
        0 => Err("--rounds: at least 1".into()),
        _ => Ok((rounds, out)),
    }
}

/// What the numbers depend on.
fn machine() -> Value {
    let first = |file: &str, key: &str| {
        let text = fs::read_to_string(file).unwrap_or_default();
        let line = text
            .lines()
            .find(|l| l.starts_with(key))
            .unwrap_or_default();
        line.rsplit_once(": ")
            .map_or(line, |(_, value)| value)
            .to_owned()
    };
    json!({
        "processor": first("/proc/cpuinfo", "model name"),
        "kernel": first("/proc/sys/kernel/osrelease", ""),
        "load": first("/proc/loadavg", ""),
        "processors":
            std::thread::available_parallelism().map_or(1, |n| n.get()),
    })
}

/// The middle one of `values`; 0 if there is none.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or_default()
}

/// Pins the calling thread to one of the CPUs that it may use, counted from 0.
/// If there are fewer, the last one serves for all beyond it.
///
/// # Errors
///
/// The system refuses.
pub fn pin(which: usize) -> io::Result<()> {
    let cpus = allowed_cpus()?;
    pin_to(&[cpus[which.min(cpus.len() - 1)]])
}
