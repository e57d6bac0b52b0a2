//! Writes the models of `../cases` that shuttle checks, as modules.

use models::Checker;

fn main() {
    models::generate(Checker::Shuttle);
}
