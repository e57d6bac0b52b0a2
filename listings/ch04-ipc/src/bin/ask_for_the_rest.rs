//! A branch is killed while it writes a frame. The reader is told, and has
//! another branch send what is missing.

use ch04_ipc::frames::{FrameError, FrameReader, FrameWriter};
use ch04_ipc::stage::start_stage;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::io::{self, PipeWriter, Write};

fn send_from(
    first: u64,
    mut to: PipeWriter,
    dies: bool,
) -> Result<(), FrameError> {
    for number in first..10 {
        let mut frame = Vec::new();
        FrameWriter::new(&mut frame).send(&(number, 1_000_u64))?;
        if dies && number == 9 {
            to.write_all(&frame[..6])?;
            raise(Signal::SIGKILL).map_err(io::Error::from)?;
        }
        to.write_all(&frame)?;
    }
    Ok(())
}

fn main() -> Result<(), Box<dyn Error>> {
    let (mut next, mut sum) = (0, 0);
    for dies in [true, false] {
        let (mut branch, from) = start_stage(|to| send_from(next, to, dies))?;
        let mut transfers = FrameReader::new(from);
        let end = loop {
            match transfers.next::<(u64, u64)>() {
                Ok(Some((number, cents))) if number == next => {
                    next += 1;
                    sum += cents;
                }
                Ok(Some((number, _))) => {
                    return Err(format!("{number}, and not {next}").into());
                }
                Ok(None) => break "the end".to_owned(),
                Err(error) => break error.to_string(),
            }
        };
        // Both are asked: it may be killed between two frames as well.
        println!("{next} transfers, then {end}; {}", branch.wait()?);
    }
    println!("ten transfers of 1000 cents: {sum}");
    Ok(())
}
