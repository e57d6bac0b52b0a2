//! A sender whose receiver does not read: `send` on Linux waits, for ever.
//@ deadlock
//@ repair: hold_producer_back

use ipc_channel::ipc;
use std::error::Error;

fn main() -> Result<(), Box<dyn Error>> {
    let (photos, shrinker) = ipc::channel::<String>()?;
    println!("sending 10000 photos");
    for i in 0..10_000 {
        photos.send(format!("beach/{i:04}.jpg"))?;
    }
    println!("all are sent");
    println!("the first is {}", shrinker.recv()?);
    Ok(())
}
