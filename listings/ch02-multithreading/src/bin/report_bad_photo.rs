//! A thread panics; `join` hands the panic over as an `Err`.

use ch02_multithreading::photos::Photo;
use std::io;
use std::thread::Builder;

const FOLDER: [&str; 3] = ["beach", "castle", "harbour"];

fn main() -> io::Result<()> {
    let mut threads = Vec::new();
    for (seed, name) in FOLDER.iter().enumerate() {
        let mut photo = Photo::from_seed(seed);
        if *name == "beach" {
            photo.pixels.truncate(1000);
        }
        let thread = Builder::new()
            .name(String::from(*name))
            .spawn(move || photo.shrink(4, &mut Vec::new()).mean())?;
        threads.push(thread);
    }
    for (name, thread) in FOLDER.iter().zip(threads) {
        match thread.join() {
            Ok(mean) => println!("{name}: mean {mean}"),
            Err(panic) => {
                let message = panic.downcast_ref::<String>();
                println!("{name}: failed, {message:?}");
            }
        }
    }
    Ok(())
}
