//! Whoever needs an account and the journal locks the account first, so that
//! a payment and the end of the day may meet.

use std::sync::Mutex;
use std::thread;

struct Bank {
    rent: Mutex<i64>,
    journal: Mutex<Vec<String>>,
}

impl Bank {
    fn log(&self, line: String) {
        self.journal.lock().unwrap().push(line);
    }

    fn pay_rent(&self, cents: i64) {
        let mut rent = self.rent.lock().unwrap();
        *rent += cents;
        self.log(format!("paid {cents}"));
    }

    fn close_day(&self) {
        let rent = self.rent.lock().unwrap();
        self.log(format!("balance {rent}"));
    }
}

fn main() {
    let bank = Bank {
        rent: Mutex::new(0),
        journal: Mutex::default(),
    };
    thread::scope(|s| {
        s.spawn(|| bank.pay_rent(90_000));
        s.spawn(|| bank.close_day());
    });
    // What the balance was depends on who came first.
    let lines = bank.journal.lock().unwrap().len();
    println!("{lines} lines in the journal");
}
