//! One reader of a camera is stopped, and `send` waits for it only so long:
//! the other reader gets all frames.

use ch03_processes::meeting::Meeting;
use ch04_ipc::camera::{Domain, join, receive_beside_stopped};
use iceoryx2::port::BackpressureAction;
use std::error::Error;
use std::process;
use std::time::Duration;

const FRAMES: usize = 8;
const FRAME: usize = 320 * 240;
const PATIENCE: Duration = Duration::from_millis(20);

fn film(domain: &Domain, reader: &Meeting) -> Result<(), Box<dyn Error>> {
    let (_node, service) = join(domain)?;
    let camera = service
        .publisher_builder()
        .initial_max_slice_len(FRAME)
        .set_backpressure_handler(|full| match full.elapsed_time < PATIENCE {
            true => BackpressureAction::Retry,
            false => BackpressureAction::DiscardData,
        })
        .create()?;
    reader.meet()?;
    let mut counts = Vec::new();
    for _ in 0..FRAMES {
        reader.meet()?;
        let frame = camera.loan_slice_uninit(FRAME)?;
        counts.push(frame.write_from_fn(|_| 7).send()?);
    }
    println!("readers of each frame: {counts:?}");
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let frames = receive_beside_stopped(FRAMES, film)?;
    println!("frames: {frames} of {FRAMES}");
    if frames < FRAMES {
        process::exit(1);
    }
    Ok(())
}
