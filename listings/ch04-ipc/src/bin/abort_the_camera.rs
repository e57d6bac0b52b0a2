//! A camera aborts: a frame that was received stays whole, files are left
//! behind, and a survivor removes them.
//@ twin: none (the clean-up is iceoryx2's, in either language)

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch04_ipc::camera::{Domain, join};
use iceoryx2::prelude::*;
use std::error::Error;
use std::process;

const FRAME: usize = 320 * 240;

/// Sends a frame, and aborts with the next one half drawn.
fn film(domain: &Domain, ready: &Meeting) -> Result<(), Box<dyn Error>> {
    let (_node, service) = join(domain)?;
    let camera = service
        .publisher_builder()
        .initial_max_slice_len(FRAME)
        .create()?;
    ready.meet()?;
    let frame = camera.loan_slice_uninit(FRAME)?;
    frame.write_from_fn(|_| 7).send()?;
    let _next = camera.loan_slice_uninit(FRAME)?;
    process::abort();
}

fn main() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new()?;
    let (ours, theirs) = Meeting::sides()?;
    let mut camera =
        ForkedChild::start(|| film(&domain, &theirs).map_or(1, |()| 0))?;

    let (node, service) = join(&domain)?;
    let subscriber = service.subscriber_builder().create()?;
    ours.meet()?;
    println!("camera: {}", camera.wait()?);
    let frame = subscriber.receive()?.ok_or("the frame was sent")?;
    let whole = frame.iter().all(|pixel| *pixel == 7);
    println!("its last frame is whole: {whole}");

    let before = domain.files()?.len();
    let mut dead = 0;
    Node::<ipc::Service>::list(domain.config(), |state| {
        if let NodeState::Dead(view) = state {
            dead += 1;
            // Another survivor may be at it.
            let _ = view.try_remove_stale_resources();
        }
        CallbackProgression::Continue
    })?;
    let after = domain.files()?.len();
    println!("dead nodes: {dead}");
    println!("files of theirs, removed: ~{}", before - after);
    println!(
        "the frame is whole: {}",
        frame.iter().all(|pixel| *pixel == 7)
    );

    drop((frame, subscriber, service, node));
    println!("files left: {}", domain.files()?.len());
    Ok(())
}
