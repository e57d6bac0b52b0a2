//! The rendered book in Chromium, one named test a check, and for each check
//! one that breaks what it looks at: `cargo test -p browser-test tabs`.

use browser_test::{Browser, temporary};
use libtest_mimic::{Arguments, Failed, Trial};
use std::sync::{Arc, OnceLock};

fn main() {
    let arguments = Arguments::from_args();
    let browser = match Browser::find() {
        Ok(browser) => Arc::new(browser),
        Err(missing) => {
            // Without a browser its tests are ignored, but never under CI.
            let ignored = std::env::var_os("CI").is_none();
            if ignored {
                eprintln!("The tests in a browser are ignored: {missing}.");
            }
            let trial = Trial::test("browser", || Err(Failed::from(missing)));
            let trials = vec![trial.with_ignored_flag(ignored)];
            libtest_mimic::run(&arguments, trials).exit();
        }
    };
    let checks = browser
        .checks()
        .expect("the scripts are part of this package");
    let folder = temporary().expect("a temporary folder");
    let path = folder.path().to_owned();
    let rendered: Arc<OnceLock<Result<(), String>>> = Arc::default();
    let mut trials = Vec::new();
    for name in checks {
        for broken in [false, true] {
            let (browser, path, name) = (browser.clone(), path.clone(), name.clone());
            let rendered = rendered.clone();
            let title = match broken {
                false => name.clone(),
                true => format!("{name}::sees_what_is_broken"),
            };
            trials.push(Trial::test(title, move || {
                let book = rendered.get_or_init(|| browser.render(&path));
                book.clone()?;
                Ok(browser.check(&name, &path, broken)?)
            }));
        }
    }
    let conclusion = libtest_mimic::run(&arguments, trials);
    drop((folder, browser));
    conclusion.exit();
}
