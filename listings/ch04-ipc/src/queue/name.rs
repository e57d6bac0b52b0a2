//! A process's name, found without memory of its own: a child that has been
//! forked this moment may not allocate.

use crate::peer::Peer;
use nix::errno::Errno;
use std::process;

/// This process's name, as [`Peer::own`] finds it. It calls open(2), read(2),
/// and close(2), and nothing that a forked child must not.
pub fn own() -> Option<Peer> {
    let mut stat = [0; 1024];
    let length = read(&mut stat)?;
    Some(Peer::new(started(&stat[..length])?, process::id()))
}

fn read(stat: &mut [u8]) -> Option<usize> {
    let path = c"/proc/self/stat";
    // SAFETY: the path ends with a zero.
    let file =
        unsafe { libc::open(path.as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) };
    if file < 0 {
        return None;
    }
    let length = loop {
        // SAFETY: the bytes are there to be written.
        let length =
            unsafe { libc::read(file, stat.as_mut_ptr().cast(), stat.len()) };
        if length >= 0 || Errno::last() != Errno::EINTR {
            break length;
        }
    };
    // SAFETY: it was opened above, and nobody else knows of it.
    unsafe { libc::close(file) };
    usize::try_from(length).ok()
}

/// The 22nd field of proc_pid_stat(5). The second is a program's name in
/// parentheses, with any bytes in it.
fn started(stat: &[u8]) -> Option<u64> {
    let name_ends = stat.iter().rposition(|byte| *byte == b')')?;
    let mut fields = stat[name_ends + 1..]
        .split(|byte| *byte == b' ')
        .filter(|field| !field.is_empty());
    str::from_utf8(fields.nth(19)?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{own, started};
    use crate::peer::Peer;

    #[test]
    fn it_is_the_name_that_others_read() {
        assert_eq!(own(), Some(Peer::own().unwrap()));
    }

    #[test]
    fn a_name_may_have_blanks_and_parentheses() {
        let rest = "S 1 7 7 0 -1 4194304 0 0 0 0 0 0 0 0 20 0 1 0 4711 0 0";
        let stat = format!("7 (a) Z 1 (b) {rest}\n");
        assert_eq!(started(stat.as_bytes()), Some(4711));
        assert_eq!(started(b"7 (sh"), None);
        assert_eq!(started(b""), None);
    }
}
