//! Two numbers that have to agree stand behind one lock.

use std::sync::Mutex;
use std::thread;

struct Site {
    hits: u64,
    sent: u64,
}

static SITE: Mutex<Site> = Mutex::new(Site { hits: 0, sent: 0 });

fn serve() {
    for _ in 0..1000 {
        let mut site = SITE.lock().unwrap();
        site.hits += 1;
        site.sent += 512;
    }
}

fn main() {
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(serve);
        }
        // Perhaps in mid-work, but never between the two additions.
        let site = SITE.lock().unwrap();
        assert_eq!(site.sent, site.hits * 512);
    });
    let site = SITE.lock().unwrap();
    println!("{} bytes sent", site.sent);
    println!("4000 requests, hits: {}", site.hits);
}
