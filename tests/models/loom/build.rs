//! Writes the models of `../cases` that loom checks, as modules.

use models::Checker;

fn main() {
    models::generate(Checker::Loom);
}
