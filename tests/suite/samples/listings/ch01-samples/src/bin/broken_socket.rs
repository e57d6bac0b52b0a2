//! A sample.
//@ twin: none (a sample)

fn main() {
    let socket = std::os::unix::net::UnixListener::bind("here");
    socket.expect("the name is free");
    println!("bound");
}
