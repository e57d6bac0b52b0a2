//! An open file is no data: it cannot be a message.
//@ error: E0277
//@ repair: ask_by_channel

use ipc_channel::ipc;
use std::error::Error;
use std::fs::File;

fn main() -> Result<(), Box<dyn Error>> {
    let (_to_reader, _logs) = ipc::channel::<File>()?; //~ E0277
    Ok(())
}
