//! Two numbers that have to agree stand behind one lock.

use std::sync::Mutex;
use std::thread;

struct Site {
    hits: u64,
    bytes: u64,
}

static SITE: Mutex<Site> = Mutex::new(Site { hits: 0, bytes: 0 });

fn serve() {
    for _ in 0..1000 {
        let mut site = SITE.lock().unwrap();
        site.hits += 1;
        site.bytes += 512;
    }
}

fn main() {
    thread::scope(|s| {
        for _ in 0..4 {
            s.spawn(serve);
        }
        // In mid-work, and never between the two additions.
        let site = SITE.lock().unwrap();
        assert_eq!(site.bytes, site.hits * 512);
    });
    let site = SITE.lock().unwrap();
    println!("{} bytes sent", site.bytes);
    println!("4000 requests, hits: {}", site.hits);
}
