// While a customer pays, a colleague can sell, whoever runs when.
//@ source: ch02-multithreading/src/bin/pay_without_lock.rs
//@ shuttle: 500
//
//@ broken: pay_under_lock
//@ instead: ch02-multithreading/src/bin/pay_under_lock.rs
//@ shuttle says: nobody else could sell
//
//@ broken: pay_in_loop
//@ instead: ch02-multithreading/src/bin/pay_in_loop.rs
//@ shuttle says: nobody else could sell

/// The program as it is.
pub fn model() {
    program::main();
    let printed = std::printed::take();
    assert!(printed.ends_with(" sell: 10\n"), "nobody else could sell");
}
