//! One reader of a camera is stopped, and the camera waits for it in `send`:
//! the other reader gets no more frames either.
//@ exit: 1
//@ repair: skip_stopped_reader

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch04_ipc::camera::Domain;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::publish_subscribe::PortFactory;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::process;
use std::time::{Duration, Instant};

const FRAMES: usize = 8;
const FRAME: usize = 320 * 240;
const LIMIT: Duration = Duration::from_secs(2);

type Service = PortFactory<ipc::Service, [u8], ()>;

fn join(
    domain: &Domain,
) -> Result<(Node<ipc::Service>, Service), Box<dyn Error>> {
    let node = NodeBuilder::new()
        .config(domain.config())
        .signal_handling_mode(SignalHandlingMode::Disabled)
        .create::<ipc::Service>()?;
    let service = node
        .service_builder(&"camera".try_into()?)
        .publish_subscribe::<[u8]>()
        .subscriber_max_buffer_size(4)
        .enable_safe_overflow(false)
        .open_or_create()?;
    Ok((node, service))
}

fn film(domain: &Domain, reader: &Meeting) -> Result<(), Box<dyn Error>> {
    let (_node, service) = join(domain)?;
    let camera = service
        .publisher_builder()
        .initial_max_slice_len(FRAME)
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

fn stop(domain: &Domain, reader: &Meeting) -> Result<(), Box<dyn Error>> {
    let (_node, service) = join(domain)?;
    let subscriber = service.subscriber_builder().create()?;
    reader.meet()?;
    reader.meet()?;
    // Connects with the camera.
    subscriber.receive()?;
    reader.meet()?;
    raise(Signal::SIGSTOP)?;
    Err("it was not stopped".into())
}

/// How many frames this process receives beside the stopped one.
fn count() -> Result<usize, Box<dyn Error>> {
    let domain = Domain::new()?;
    let (camera_there, theirs) = Meeting::sides()?;
    let mut camera =
        ForkedChild::start(|| film(&domain, &theirs).map_or(1, |()| 0))?;
    let (other_there, theirs) = Meeting::sides()?;
    let other =
        ForkedChild::start(|| stop(&domain, &theirs).map_or(1, |()| 0))?;

    let (node, service) = join(&domain)?;
    // Second in the list: each frame goes to the other reader first.
    other_there.meet()?;
    let subscriber = service.subscriber_builder().create()?;
    camera_there.meet()?;
    subscriber.receive()?;
    other_there.meet()?;
    other_there.meet()?;
    while other.stopped()?.is_none() {
        node.wait(Duration::from_millis(1))?;
    }
    for number in 0..FRAMES {
        camera_there.meet()?;
        let deadline = Instant::now() + LIMIT;
        while subscriber.receive()?.is_none() {
            if Instant::now() > deadline {
                return Ok(number);
            }
            node.wait(Duration::from_millis(1))?;
        }
    }
    println!("camera: {}", camera.wait()?);
    Ok(FRAMES)
}

fn main() -> Result<(), Box<dyn Error>> {
    let frames = count()?;
    println!("frames: {frames} of {FRAMES}");
    if frames < FRAMES {
        process::exit(1);
    }
    Ok(())
}
