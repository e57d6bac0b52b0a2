//! Holds what a program did against what it promised.

use crate::directives::{Ending, Kind, Promise};
use crate::listing::Listing;
use crate::lock_order;
use crate::output;
use crate::sandbox::Report;
use crate::sanitizer;
use std::collections::BTreeSet;

/// Judges one run: its end, what it left behind, what it printed.
///
/// # Errors
///
/// The first promise that was not kept: the file, what was demanded, what was
/// seen, and what to do.
pub fn judge(listing: &Listing, demand: &Promise, report: &Report) -> Result<(), String> {
    let fail = |demanded: &str, seen: &str, advice: &str| {
        Err(format!(
            "{}: demanded: {demanded}; seen: {seen}.\n{advice}.{}",
            listing.source.display(),
            said(report)
        ))
    };
    let (demanded, advice) = wanted(demand);
    let seen = seen(report);
    if !ends_as(demand, report) {
        return fail(&demanded, &seen, advice);
    }
    let promised: BTreeSet<&str> = demand.leaks.iter().map(String::as_str).collect();
    let matches = |promise: &str, leak: &str| {
        leak == promise
            || leak
                .split_once(' ')
                .is_some_and(|(kind, _)| kind == promise)
    };
    for leak in &report.leaks {
        if !promised.iter().any(|promise| matches(promise, leak)) {
            return fail(
                "nothing left behind but what `leaks` names",
                &format!("it leaves {leak}"),
                "End, reap or remove it, or, if that is the lesson, say \
                 `leaks: …`",
            );
        }
    }
    for promise in promised {
        if !report.leaks.iter().any(|leak| matches(promise, leak)) {
            return fail(
                &format!("leaks: {promise}"),
                &format!("it leaves {:?}", report.leaks),
                "If it no longer leaks, it is no longer broken: drop the \
                 directive, or mend the listing so that it leaks every time",
            );
        }
    }
    // A twin that prints the same is compared; only the Rust run writes.
    let own_file = listing.twin_of.is_none() || demand.differs.is_some();
    // What a race does to the output may differ from run to run.
    if !demand.races || listing.output_file("stdout").exists() {
        output::compare(
            listing,
            "stdout",
            &report.stdout,
            demand.unordered,
            own_file,
        )?;
    }
    if let Some(limit) = demand.loses {
        let number = last_number(&report.stdout);
        if number.is_none_or(|n| n >= limit) {
            return fail(
                &format!("loses: a last number below {limit}"),
                &format!("{number:?}"),
                "A broken listing fails every time: force the loss",
            );
        }
    }
    if listing.output_file("stderr").exists() {
        output::compare(listing, "stderr", &report.stderr, false, own_file)?;
    } else if demand.ending == Ending::Exit(0) && !report.stderr.is_empty() {
        return fail(
            "nothing on standard error",
            "what stands below",
            "Mend it, or keep it as NAME.stderr if the page is about it",
        );
    }
    Ok(())
}

/// Judges the repair by the very check that the broken listing fails.
///
/// # Errors
///
/// The repair ends, leaks or loses like the broken one.
pub fn judge_repair(
    broken: &Listing,
    demand: &Promise,
    repair: &Listing,
    report: &Report,
) -> Result<(), String> {
    let number = last_number(&report.stdout);
    let loses = demand
        .loses
        .is_some_and(|n| number.is_none_or(|got| got < n));
    if report.code == Some(0) && report.leaks.is_empty() && !loses {
        return Ok(());
    }
    Err(format!(
        "{}: its repair {} is to end with exit status 0, to leave nothing \
         behind, and to lose nothing{}; seen: {}, left behind: {:?}, last \
         number: {number:?}.\nMend the repair, or name another.{}",
        broken.source.display(),
        repair.source.display(),
        demand
            .loses
            .map(|n| format!(" (print at least {n})"))
            .unwrap_or_default(),
        seen(report),
        report.leaks,
        said(report)
    ))
}

/// Judges a run under ThreadSanitizer of a listing that is to have no race: it
/// ends as it promises, and nothing is reported. What it leaves and prints
/// was compared in the run without.
///
/// # Errors
///
/// There is a report, or it ended otherwise, so that part of it was not seen.
pub fn judge_silence(listing: &Listing, demand: &Promise, report: &Report) -> Result<(), String> {
    let (what, advice) = match sanitizer::speaks(&report.stderr) {
        true => (
            "a report".into(),
            "Mend the race, or, if that is the lesson, say `races`",
        ),
        false if ends_as(demand, report) => return Ok(()),
        false => (
            seen(report),
            "If it ends as promised without ThreadSanitizer, look at what that takes: \
             several times the memory and the time",
        ),
    };
    Err(format!(
        "{}: demanded: {} and silence under ThreadSanitizer; seen: {what}.\n{advice}.{}",
        listing.source.display(),
        wanted(demand).0,
        reported(report),
    ))
}

/// Does this run under ThreadSanitizer show the race that the listing
/// promises?
///
/// # Errors
///
/// It did not even end, so that further runs are of no use.
pub fn judge_race(listing: &Listing, report: &Report) -> Result<bool, String> {
    if report.hung || report.deadlock.is_some() {
        return Err(format!(
            "{}: demanded: races; seen: {}.\nA listing that races ends by itself.{}",
            listing.source.display(),
            seen(report),
            reported(report)
        ));
    }
    let told = report.code == Some(sanitizer::REPORTED);
    Ok(told && sanitizer::race_in(&report.stderr, &listing.source))
}

/// What to say if no run showed it; `last` is one of them.
pub fn no_race(listing: &Listing, last: &Report) -> String {
    format!(
        "{}: demanded: races: a data race that ThreadSanitizer reports in this \
         file; seen: none in {} runs, {} in the last.\nIf it no longer races, \
         it is no longer broken: drop the directive; or start its threads \
         through a Barrier, so that they race every time.{}",
        listing.source.display(),
        sanitizer::RUNS_TO_RACE,
        seen(last),
        reported(last)
    )
}

/// Judges a run with locks whose order is watched: it ends as it promises, and
/// an inversion is reported if it promises one, otherwise nothing.
///
/// # Errors
///
/// One of the two is not so.
pub fn judge_order(listing: &Listing, demand: &Promise, report: &Report) -> Result<(), String> {
    let inverted = lock_order::speaks(&report.stderr);
    let (order, seen, advice) = match (ends_as(demand, report), demand.inversion, inverted) {
        (true, true, true) | (true, false, false) => return Ok(()),
        (_, false, true) => (
            "locks taken in one order",
            format!("a cycle of orders, and {}", seen(report)),
            "Mend the order, or, if that is the lesson and no run deadlocks, \
             say `inversion`",
        ),
        (true, true, false) => (
            "an inversion: locks taken in orders that make a cycle",
            "no cycle".to_owned(),
            "If it no longer inverts, it is no longer broken: drop the directive; \
             or have one run take the same locks in both orders, by lock(), \
             read() or write()",
        ),
        (false, _, _) => (
            "its locks' orders",
            seen(report),
            "If it ends as promised otherwise, look at what notes the order: \
             it stands in tests/suite/lock-order",
        ),
    };
    Err(format!(
        "{}: demanded: {} and {order}; seen: {seen}.\n{advice}.{}",
        listing.source.display(),
        wanted(demand).0,
        said(report)
    ))
}

fn reported(report: &Report) -> String {
    let stderr = sanitizer::shortened(&report.stderr);
    said(&Report {
        stderr,
        ..report.clone()
    })
}

/// A twin that says it differs, but does not, is an error as well.
///
/// # Errors
///
/// Both files hold the same, and both programs end alike.
pub fn judge_difference(twin: &Listing, demand: &Promise) -> Result<(), String> {
    let Some(rust) = twin.twin_of.as_deref() else {
        return Ok(());
    };
    if demand.differs.is_none() || rust.kind == Kind::Rejected {
        return Ok(());
    }
    let read = |listing: &Listing| {
        let text = std::fs::read_to_string(listing.output_file("stdout"));
        output::normalized(&text.unwrap_or_default())
    };
    let same_end = rust
        .promise
        .as_ref()
        .is_ok_and(|p| p.ending == demand.ending && p.leaks == demand.leaks);
    if same_end && read(rust) == read(twin) {
        return Err(format!(
            "{}: it says `differs`, but ends and prints as {} does: drop the \
             directive and its .py.stdout",
            twin.source.display(),
            rust.source.display()
        ));
    }
    Ok(())
}

fn ends_as(demand: &Promise, report: &Report) -> bool {
    match &demand.ending {
        Ending::Exit(status) => report.code == Some(*status),
        Ending::Signal(name) => report.signal.is_some_and(|n| signal_name(n) == *name),
        Ending::Deadlock => report.deadlock.is_some(),
        Ending::Hangs(_) => report.hung && report.deadlock.is_none(),
    }
}

/// What was demanded, in words, and what to do if it did not come.
fn wanted(demand: &Promise) -> (String, &'static str) {
    match &demand.ending {
        Ending::Exit(0) => (
            format!("exit status 0 within {:?}", demand.limit),
            "Mend the program, or say how it ends, if that is the lesson",
        ),
        Ending::Exit(status) => (
            format!("exit: {status}"),
            "Mend the program or the directive",
        ),
        Ending::Signal(name) => (
            format!("signal: {name}"),
            "Mend the program or the directive",
        ),
        Ending::Deadlock => (
            "deadlock".into(),
            "If it no longer deadlocks, it is no longer broken: drop the \
             directive, or force the deadlock",
        ),
        Ending::Hangs(limit) => (
            format!("hangs: alive and not asleep for good after {limit:?}"),
            "If every task sleeps for good, say `deadlock`; if it ends, \
             force it to hang",
        ),
    }
}

fn seen(report: &Report) -> String {
    match report {
        Report {
            deadlock: Some(tasks),
            ..
        } => {
            format!("a deadlock:\n  {}", tasks.join("\n  "))
        }
        Report { hung: true, .. } => "it did not end within the limit".into(),
        Report {
            code: Some(code), ..
        } => format!("exit status {code}"),
        Report { signal, .. } => {
            format!("ended by {}", signal.map(signal_name).unwrap_or_default())
        }
    }
}

fn said(report: &Report) -> String {
    let part = |name: &str, text: &str| match text.trim_end() {
        "" => String::new(),
        text => format!("\n--- its {name}:\n{text}"),
    };
    part("stdout", &report.stdout) + &part("stderr", &report.stderr)
}

/// The last number in a text.
fn last_number(text: &str) -> Option<u64> {
    text.split(|c: char| !c.is_ascii_digit())
        .rfind(|digits| !digits.is_empty())?
        .parse()
        .ok()
}

/// A signal's name, as signal(7) has it.
fn signal_name(number: i32) -> String {
    let signal = nix::sys::signal::Signal::try_from(number);
    signal.map_or_else(|_| format!("signal {number}"), |s| s.as_str().to_owned())
}
