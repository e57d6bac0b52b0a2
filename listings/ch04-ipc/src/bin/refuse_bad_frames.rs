//! What a reader says to bytes that are no frames, or end too early.

use ch04_ipc::frames::{FrameError, FrameReader, FrameWriter};
use serde::Serialize;

type Transfer = (String, u64);

fn frame(message: &impl Serialize) -> Result<Vec<u8>, FrameError> {
    let mut bytes = Vec::new();
    FrameWriter::new(&mut bytes).send(message)?;
    Ok(bytes)
}

fn main() -> Result<(), FrameError> {
    let sound = frame(&("rent", 90_000_u64))?;
    for (what, bytes) in [
        ("sound", sound.clone()),
        ("nothing", Vec::new()),
        ("half a header", sound[..2].to_vec()),
        ("half a payload", sound[..8].to_vec()),
        ("a length of 4 GiB", vec![0xff; 10]),
        ("no text", frame(&[2_u8, 0xff, 0xfe, 1])?),
        ("more than a transfer", frame(&("rent", 900_u64, true))?),
    ] {
        let mut reader = FrameReader::with_limit(&bytes[..], 1_000);
        match reader.next::<Transfer>() {
            Ok(Some(transfer)) => println!("{what}: {transfer:?}"),
            Ok(None) => println!("{what}: the end"),
            Err(error) => println!("{what}: {error}"),
        }
    }
    Ok(())
}
