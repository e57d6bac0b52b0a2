//! How long a frame of 320 times 240 bytes takes to another process: half of
//! the way there and back, with the frame drawn on one side and looked at on
//! the other.
//!
//! iceoryx2's subscribers have no wait of their own. `asking` looks again and
//! again and lets others run in between, which takes a processor; a socket's
//! reader sleeps.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::camera::Domain;
use ch04_ipc::connection::Connection;
use iceoryx2::port::publisher::Publisher;
use iceoryx2::port::subscriber::Subscriber;
use iceoryx2::prelude::*;
use measurements::{Comparison, Sample, median};
use std::error::Error;
use std::os::unix::net::UnixStream;
use std::thread;
use std::time::{Duration, Instant};

const FRAME: usize = 320 * 240;
const TRIPS: usize = if cfg!(debug_assertions) { 20 } else { 2000 };
const LIMIT: Duration = Duration::from_secs(60);

type Result<T> = std::result::Result<T, Box<dyn Error>>;
type Ports = (
    Publisher<ipc::Service, [u8], ()>,
    Subscriber<ipc::Service, [u8], ()>,
);

fn draw(frame: &mut [u8], number: usize) {
    frame.fill(number as u8);
}

fn look(frame: &[u8], number: usize) {
    let sum: usize = frame.iter().map(|&pixel| usize::from(pixel)).sum();
    assert_eq!(sum, usize::from(number as u8) * FRAME);
}

/// Half of each trip, of which the median.
fn time(mut trip: impl FnMut(usize) -> Result<()>) -> Result<Sample> {
    let mut walls = Vec::new();
    for number in 0..TRIPS {
        let start = Instant::now();
        trip(number)?;
        walls.push(start.elapsed().as_secs_f64() / 2.0);
    }
    Ok(vec![("wall_s", median(&walls[TRIPS / 10..]))])
}

/// A side of the two services, one for each direction.
fn ports(node: &Node<ipc::Service>, to: &str, from: &str) -> Result<Ports> {
    let service = |name: &str| -> Result<_> {
        let service = node
            .service_builder(&name.try_into()?)
            .publish_subscribe::<[u8]>()
            .open_or_create()?;
        Ok(service)
    };
    let publisher = service(to)?
        .publisher_builder()
        .initial_max_slice_len(FRAME)
        .create()?;
    Ok((publisher, service(from)?.subscriber_builder().create()?))
}

fn send(to: &Publisher<ipc::Service, [u8], ()>, number: usize) -> Result<()> {
    let mut frame = to.loan_slice(FRAME)?;
    draw(frame.payload_mut(), number);
    frame.send()?;
    Ok(())
}

fn receive(
    from: &Subscriber<ipc::Service, [u8], ()>,
    number: usize,
) -> Result<()> {
    let deadline = Instant::now() + LIMIT;
    loop {
        if let Some(frame) = from.receive()? {
            look(&frame, number);
            return Ok(());
        }
        if Instant::now() > deadline {
            return Err("no frame".into());
        }
        thread::yield_now();
    }
}

fn iceoryx() -> Result<Sample> {
    let domain = Domain::new()?;
    let node = || -> Result<_> {
        let node = NodeBuilder::new()
            .config(domain.config())
            .signal_handling_mode(SignalHandlingMode::Disabled)
            .create::<ipc::Service>()?;
        Ok(node)
    };
    let (ours, theirs) = ch03_processes::meeting::Meeting::sides()?;
    let mut child = ForkedChild::start(|| {
        let echo = || -> Result<()> {
            let node = node()?;
            let (to, from) = ports(&node, "back", "there")?;
            theirs.meet()?;
            for number in 0..TRIPS {
                receive(&from, number)?;
                send(&to, number)?;
            }
            theirs.meet()?;
            Ok(())
        };
        echo().map_or(1, |()| 0)
    })?;
    let node = node()?;
    let (to, from) = ports(&node, "there", "back")?;
    ours.meet()?;
    let sample = time(|number| {
        send(&to, number)?;
        receive(&from, number)
    })?;
    ours.meet()?;
    match child.wait()?.success() {
        true => Ok(sample),
        false => Err("the other side failed".into()),
    }
}

fn socket() -> Result<Sample> {
    let (ours, theirs) = UnixStream::pair()?;
    let (mut ours, mut theirs) = (Connection::from(ours), Some(theirs));
    let mut child = ForkedChild::start(|| {
        let echo = || -> Result<()> {
            let theirs = theirs.take().ok_or("once")?;
            let mut theirs = Connection::from(theirs);
            let mut frame = vec![0; FRAME];
            for number in 0..TRIPS {
                look(theirs.recv(LIMIT)?, number);
                draw(&mut frame, number);
                theirs.send(&frame, LIMIT)?;
            }
            Ok(())
        };
        let mut echo = echo;
        echo().map_or(1, |()| 0)
    })?;
    let mut frame = vec![0; FRAME];
    let sample = time(|number| {
        draw(&mut frame, number);
        ours.send(&frame, LIMIT)?;
        look(ours.recv(LIMIT)?, number);
        Ok(())
    })?;
    match child.wait()?.success() {
        true => Ok(sample),
        false => Err("the other side failed".into()),
    }
}

fn main() -> Result<()> {
    Comparison::new("camera_times")
        .sample("socket, copied", socket)
        .sample("iceoryx2, asking", iceoryx)
        .run()
}
