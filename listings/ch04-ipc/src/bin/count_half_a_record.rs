//! A branch is killed while it writes an amount. The part that has arrived
//! looks like an amount.
//@ loses: 10000 (cents)
//@ repair: ask_for_the_rest

use ch04_ipc::stage::start_stage;
use nix::sys::signal::{Signal, raise};
use std::error::Error;
use std::io::{self, BufRead, BufReader, PipeWriter, Write};

fn send_ten(mut to: PipeWriter) -> io::Result<()> {
    for _ in 0..9 {
        to.write_all(b"1000\n")?;
    }
    // A write of any length may have been cut off here.
    to.write_all(b"10")?;
    raise(Signal::SIGKILL)?;
    to.write_all(b"00\n")
}

fn main() -> Result<(), Box<dyn Error>> {
    let (_branch, amounts) = start_stage(send_ten)?;

    let mut sum = 0;
    for line in BufReader::new(amounts).lines() {
        sum += line?.parse::<u64>()?;
    }
    println!("ten transfers of 1000 cents: {sum}");
    Ok(())
}
