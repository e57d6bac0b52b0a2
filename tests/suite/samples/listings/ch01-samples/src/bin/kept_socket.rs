//! A sample.
//@ leaks: socket
//@ repair: kept_plain

fn main() {
    let socket = std::os::unix::net::UnixListener::bind("here");
    socket.expect("the name is free");
    println!("bound");
}
