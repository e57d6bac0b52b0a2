//! The function for the worker uses a variable of `main`: it is no `fn`.
//@ error: E0308
//@ repair: parse_apart

fn main() {
    procspawn::init();
    let wanted = 404;
    let count = |statuses: Vec<u16>| -> usize {
        statuses.iter().filter(|&&status| status == wanted).count()
    };
    let worker = procspawn::spawn(vec![200, 404, 404], count); //~ E0308
    let missing = worker.join().expect("it cannot fail");
    println!("{missing} of status {wanted}");
}
