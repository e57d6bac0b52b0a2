//! A payment writes into the journal, and holds an account meanwhile; the end
//! of the day reads an account, and holds the journal meanwhile.
//@ inversion
//@ repair: close_day_account_first

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
        let mut journal = self.journal.lock().unwrap();
        let rent = self.rent.lock().unwrap();
        journal.push(format!("balance {rent}"));
    }
}

fn main() {
    let bank = Bank {
        rent: Mutex::new(0),
        journal: Mutex::default(),
    };
    thread::scope(|s| {
        // One after the other: in this test they never meet.
        s.spawn(|| bank.pay_rent(90_000)).join().unwrap();
        s.spawn(|| bank.close_day()).join().unwrap();
    });
    println!("{}", bank.journal.lock().unwrap().join(", "));
}
