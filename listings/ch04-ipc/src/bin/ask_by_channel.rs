//! A process answers requests. Each request brings along the channel for its
//! answer.

use ch03_processes::fork::ForkedChild;
use ipc_channel::IpcError;
use ipc_channel::ipc::{self, IpcReceiver, IpcSender};
use serde::{Deserialize, Serialize};
use std::error::Error;
use std::io::ErrorKind;
use std::time::Duration;

#[derive(Serialize, Deserialize)]
struct Request {
    photo: String,
    answer: IpcSender<Size>,
}

#[derive(Serialize, Deserialize)]
struct Size {
    width: usize,
    height: usize,
}

/// Answers until nobody can ask any more.
fn serve(requests: &IpcReceiver<Request>) -> Result<(), IpcError> {
    loop {
        match requests.recv() {
            Ok(Request { photo, answer }) => {
                let width = 100 * photo.len();
                let height = width / 2;
                // Whoever asked may be gone: that is no reason to stop.
                let _ = answer.send(Size { width, height });
            }
            Err(IpcError::Disconnected) => return Ok(()),
            // No request, or a signal handler ran: the others still ask.
            Err(IpcError::SerializationError(_)) => {}
            Err(IpcError::Io(e)) if e.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let (ask, requests) = ipc::channel::<Request>()?;
    let mut ask = Some(ask);
    let mut server = ForkedChild::start(|| {
        // A fork copies both ends. With a sender in the server itself, the
        // requests would never end.
        drop(ask.take());
        i32::from(serve(&requests).is_err())
    })?;
    // And should the server die, `send` is to fail.
    drop(requests);

    for photo in ["beach.jpg", "harbour.jpg"] {
        let (answer, answers) = ipc::channel()?;
        let photo = photo.to_owned();
        let request = Request { photo, answer };
        ask.as_ref().expect("it is there").send(request)?;
        let size = answers.try_recv_timeout(Duration::from_secs(10))?;
        println!("{} x {}", size.width, size.height);
    }
    drop(ask.take());
    println!("server: {}", server.wait()?);
    Ok(())
}
