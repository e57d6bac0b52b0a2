// A payment and the end of the day may meet if both lock the account first.
//@ source: ch05-synchronization/src/bin/close_day_account_first.rs
//@ shuttle: 1000
//
//@ broken: journal_first
//@ replace: let rent = self.rent.lock().unwrap();\n        self.log(format!("balance {rent}"));
//@ with: let mut journal = self.journal.lock().unwrap();\n        journal.push(format!("balance {}", self.rent.lock().unwrap()));
//@ shuttle says: deadlock!

/// The program as it is.
pub fn model() {
    program::main();
    assert_eq!(std::printed::take(), "2 lines in the journal\n");
}
