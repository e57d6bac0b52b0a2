//! A camera's frames reach three processes through iceoryx2, and all four look
//! at the same memory.

use ch03_processes::fork::ForkedChild;
use ch03_processes::meeting::Meeting;
use ch03_processes::shared::SharedSlice;
use ch04_ipc::camera::{Domain, place};
use iceoryx2::port::BackpressureAction;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::publish_subscribe::PortFactory;
use std::error::Error;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

const FRAMES: usize = 8;
const FRAME: usize = 320 * 240;
const BUFFER: usize = 4;
const READERS: usize = 3;
const LIMIT: Duration = Duration::from_secs(10);

type Service = PortFactory<ipc::Service, [u8], ()>;

/// Joins the service. Each process has a node of its own: none is carried
/// over a fork.
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
        .max_subscribers(READERS)
        // Some frames may wait, and none is thrown away.
        .subscriber_max_buffer_size(BUFFER)
        .enable_safe_overflow(false)
        .open_or_create()?;
    Ok((node, service))
}

fn read(
    domain: &Domain,
    ready: &Meeting,
    places: &[AtomicU64],
) -> Result<(), Box<dyn Error>> {
    let (node, service) = join(domain)?;
    let subscriber = service.subscriber_builder().create()?;
    // The camera is there, and the first look connects with it. Who has not
    // connected has no buffer that the camera waits for.
    ready.meet()?;
    assert!(subscriber.receive()?.is_none());
    ready.meet()?;
    let deadline = Instant::now() + LIMIT;
    let mut frames = places.chunks(2).enumerate();
    while frames.len() > 0 {
        let Some(frame) = subscriber.receive()? else {
            // The camera may be dead: nothing else tells of it here.
            if Instant::now() > deadline {
                return Err("no frame".into());
            }
            node.wait(Duration::from_millis(1))?;
            continue;
        };
        let (number, to) = frames.next().expect("some are left");
        if !frame.iter().all(|pixel| usize::from(*pixel) == number) {
            return Err("a damaged frame".into());
        }
        let (memory, offset) = place(&frame)?;
        to[0].store(memory, Relaxed);
        to[1].store(offset, Relaxed);
    }
    ready.meet()?;
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let domain = Domain::new()?;
    // For each reader and each frame: where it has found it.
    let places = SharedSlice::<AtomicU64>::new(READERS * FRAMES * 2)?;
    let mut readers = Vec::new();
    for places in places.chunks(FRAMES * 2) {
        let (ours, theirs) = Meeting::sides()?;
        let child = ForkedChild::start(|| {
            read(&domain, &theirs, places).map_or(1, |()| 0)
        })?;
        readers.push((child, ours));
    }

    let (node, service) = join(&domain)?;
    let camera = service
        .publisher_builder()
        .initial_max_slice_len(FRAME)
        // By default it waits for a full buffer without a limit.
        .set_backpressure_handler(|full| match full.elapsed_time < LIMIT {
            true => BackpressureAction::Retry,
            false => BackpressureAction::DiscardDataAndFail,
        })
        .create()?;
    for _ in ["it is created", "it is connected"] {
        for (_, ready) in &readers {
            ready.meet()?;
        }
    }
    let mut written = Vec::new();
    for number in 0..FRAMES {
        // The pixels are stored where the readers will find them.
        let frame = camera.loan_slice_uninit(FRAME)?;
        let frame = frame.write_from_fn(|_| number as u8);
        let (memory, offset) = place(frame.payload())?;
        written.extend([memory, offset]);
        // A reader that is gone is no error, and is not counted.
        if frame.send()? != READERS {
            return Err("not all readers got it".into());
        }
    }
    for (child, done) in &mut readers {
        done.meet()?;
        println!("reader: {}", child.wait()?);
    }
    let same = places.chunks(FRAMES * 2).all(|places| {
        let found = places.iter().map(|place| place.load(Relaxed));
        found.eq(written.iter().copied())
    });
    println!("{FRAMES} frames of {FRAME} bytes for {READERS} readers");
    println!("each in one place of one memory, for all four: {same}");
    drop((camera, service, node));
    println!("files left: {}", domain.files()?.len());
    Ok(())
}
