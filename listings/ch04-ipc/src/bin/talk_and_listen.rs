//! Two branches of a bank send each other a mebibyte, at the same time. Each
//! writes when there is room, and reads when there is something.

use ch03_processes::fork::ForkedChild;
use ch04_ipc::exchange::exchange;
use std::error::Error;
use std::io;
use std::time::{Duration, Instant};

const BYTES: usize = 1 << 20;

fn main() -> Result<(), Box<dyn Error>> {
    let (from_us, to_them) = io::pipe()?;
    let (from_them, to_us) = io::pipe()?;
    let mut ours = Some((to_them, from_them));
    let deadline = Instant::now() + Duration::from_secs(10);

    let mut other = ForkedChild::start(|| {
        // The child's copies: else it would wait for its own end of file.
        drop(ours.take());
        let transfers = vec![b'b'; BYTES];
        let got = exchange(to_us, from_us, &transfers, BYTES, deadline);
        i32::from(!got.is_ok_and(|got| got == vec![b'a'; BYTES]))
    })?;

    let (to_them, from_them) = ours.expect("the child closed its copies");
    let transfers = vec![b'a'; BYTES];
    let got = exchange(to_them, from_them, &transfers, BYTES, deadline)?;
    println!("{} bytes from the other branch", got.len());
    println!("the other branch: {}", other.wait()?);
    Ok(())
}
