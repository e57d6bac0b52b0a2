//! A thread panics; `join` hands the panic over as an `Err`.

use ch02_multithreading::photos::Photo;
use std::io;
use std::thread::Builder;

const FOLDER: [&str; 3] = ["beach", "castle", "harbour"];

fn main() -> io::Result<()> {
    let mut handles = Vec::new();
    for (seed, name) in FOLDER.iter().enumerate() {
        let mut photo = Photo::from_seed(seed);
        if *name == "beach" {
            photo.pixels.truncate(1000);
        }
        let thread = Builder::new().name(String::from(*name));
        handles.push(thread.spawn(move || photo.shrink(4).mean())?);
    }
    for (name, handle) in FOLDER.iter().zip(handles) {
        match handle.join() {
            Ok(mean) => println!("{name}: mean {mean}"),
            Err(panic) => {
                // Whoever panics may give a value of any type.
                let text = panic.downcast_ref::<String>();
                let text = text.map_or("no text", String::as_str);
                println!("{name}: failed, {text}");
            }
        }
    }
    Ok(())
}
