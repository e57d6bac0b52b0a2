//! A dictionary that processes share: it lives in one of them, as an actor,
//! and the others ask for it by messages. What `Manager().dict()` is in
//! Python.

use crate::frames::FrameError;
use crate::polling::after;
use crate::server::{CallError, Client, Refusal, Server, Tally, Terms};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use std::fmt;
use std::io::{self, ErrorKind};
use std::os::fd::AsFd;
use std::path::{self, Path, PathBuf};
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

/// What one may ask of the dictionary. Each is done as a whole, between two
/// others.
#[derive(Debug, Deserialize, Serialize)]
pub enum Request<V> {
    /// The value of a key.
    Get(String),
    /// Puts a value in, or takes one out; what was there before.
    Put(String, Option<V>),
    /// Puts a value in, or takes one out, if what is there is what one has
    /// seen.
    Swap {
        /// Whose value.
        key: String,
        /// The version that has been seen there; `None` is no value.
        seen: Option<Version>,
        /// What shall be there.
        new: Option<V>,
    },
    /// How many keys there are.
    Len,
    /// Whose dictionary it is.
    Owner,
}

/// Which value it is: each that is put in has another number. Two values are
/// not compared, since not all can be: NaN is not equal to NaN.
pub type Version = u64;

/// What the dictionary says to it.
#[derive(Debug, Deserialize, Serialize)]
pub enum Answer<V> {
    /// What is there, or was there before a `Put`.
    Value(Option<(V, Version)>),
    /// It is done.
    Swapped,
    /// It is not done: this is there now.
    Changed(Option<(V, Version)>),
    /// So many keys.
    Len(u64),
    /// A number that each [`Actor`] draws for itself.
    Owner(u64),
    /// It is not done: there are as many keys as there may be.
    Full,
}

// ANCHOR: actor
/// The thread that owns the dictionary, and the way to it. It ends when this
/// is dropped.
#[derive(Debug)]
pub struct Actor<V> {
    commands: SyncSender<Command<V>>,
}

type Command<V> = (Request<V>, SyncSender<Answer<V>>);

impl<V: Clone + Send + 'static> Actor<V> {
    /// An empty one, of `most` keys at most.
    pub fn start(most: usize) -> Actor<V> {
        let (commands, asked) = sync_channel::<Command<V>>(16);
        thread::spawn(move || {
            let mut table = Table {
                values: HashMap::new(),
                most,
                last: 0,
                // In the new thread: a fork's old one draws what its
                // parent's does.
                owner: fastrand::u64(..),
            };
            for (request, to_asker) in asked {
                let answer = table.respond(request);
                // It may have panicked meanwhile; that is its own affair.
                let _ = to_asker.send(answer);
            }
        });
        Actor { commands }
    }

    /// Asks. It waits for those whose turn is before, and no longer, since
    /// the actor itself waits for nobody.
    ///
    /// # Panics
    ///
    /// If the actor has, as it does when `V` panics where it is cloned.
    pub fn ask(&self, request: Request<V>) -> Answer<V> {
        let (to_asker, answer) = sync_channel(1);
        let sent = self.commands.send((request, to_asker));
        sent.expect("the actor lives as long as this");
        answer.recv().expect("the actor answers each")
    }
}

struct Table<V> {
    values: HashMap<String, (V, Version)>,
    most: usize,
    /// The last version that was given.
    last: Version,
    owner: u64,
}

impl<V: Clone> Table<V> {
    fn respond(&mut self, request: Request<V>) -> Answer<V> {
        let full = self.values.len() >= self.most;
        match request {
            Request::Get(key) => Answer::Value(self.values.get(&key).cloned()),
            Request::Len => Answer::Len(self.values.len() as u64),
            Request::Owner => Answer::Owner(self.owner),
            Request::Put(key, Some(_))
                if full && !self.values.contains_key(&key) =>
            {
                Answer::Full
            }
            Request::Put(key, new) => Answer::Value(self.put(key, new)),
            Request::Swap { key, seen, new } => match self.values.get(&key) {
                now if now.map(|(_, version)| *version) != seen => {
                    Answer::Changed(now.cloned())
                }
                None if full && new.is_some() => Answer::Full,
                _ => {
                    self.put(key, new);
                    Answer::Swapped
                }
            },
        }
    }
    // ANCHOR_END: actor

    fn put(&mut self, key: String, new: Option<V>) -> Option<(V, Version)> {
        match new {
            Some(value) => {
                self.last += 1;
                self.values.insert(key, (value, self.last))
            }
            None => self.values.remove(&key),
        }
    }
}

/// Serves a dictionary of `most` keys at most, until `stop` is readable or
/// closed. How many bytes a key and its value may have as a message is for
/// [`Rules::longest`](crate::server::Rules::longest) to say: a `Vec<Vec<u8>>`
/// takes 32 times as much in memory, at worst, and other types more. Clients
/// need as much in [`Terms::longest`]: they are sent what is there. Who asks
/// nothing for [`Rules::idle`](crate::server::Rules::idle) is hung up on, and
/// connects again when it asks.
///
/// # Errors
///
/// As for [`Server::run`].
pub fn serve<V>(
    server: &Server,
    stop: impl AsFd,
    most: usize,
) -> io::Result<Tally>
where
    V: Clone + Serialize + DeserializeOwned + Send + 'static,
{
    let actor = Actor::<V>::start(most);
    server.run(stop, |_, request| actor.ask(request))
}

/// Why something was not done.
#[derive(Debug)]
pub enum DictionaryError {
    /// There are as many keys as there may be.
    Full,
    /// There is no answer, or no sensible one.
    Call(CallError),
    /// It was changed by others until the deadline.
    Busy,
}

impl fmt::Display for DictionaryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DictionaryError::Full => f.write_str("the dictionary is full"),
            DictionaryError::Call(error) => error.fmt(f),
            DictionaryError::Busy => f.write_str("changed again and again"),
        }
    }
}

impl std::error::Error for DictionaryError {}

impl From<CallError> for DictionaryError {
    fn from(error: CallError) -> Self {
        DictionaryError::Call(error)
    }
}

type Connection<V> = Client<Request<V>, Answer<V>>;

/// The dictionary in another process.
#[derive(Debug)]
pub struct Dictionary<V> {
    /// None since it has hung up.
    server: Option<Connection<V>>,
    /// Whose the dictionary is, once it has said so.
    owner: Option<u64>,
    path: PathBuf,
    terms: Terms,
    patience: Duration,
}

impl<V> Dictionary<V>
where
    V: Clone + Serialize + DeserializeOwned,
{
    /// Connects to the one that is served at `path`. Each call, this one too,
    /// waits for `patience` at most. If the server has hung up because nothing
    /// was asked for long, the call connects again. If another owner is there
    /// by then, with another dictionary, it is `PeerDied`, and nothing has
    /// been asked of that one.
    ///
    /// # Errors
    ///
    /// As for [`Client::connect`]; or the server refuses.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch04_ipc::dictionary::{self, Dictionary};
    /// use ch04_ipc::server::{Rules, Server};
    /// use std::io;
    /// use std::thread;
    /// use std::time::Duration;
    ///
    /// let home = tempfile::tempdir()?;
    /// let path = home.path().join("stock");
    /// let server = Server::bind(&path, Rules::default())?;
    /// let (stop, running) = io::pipe()?;
    /// let served = thread::spawn(move || {
    ///     dictionary::serve::<u32>(&server, stop, 1_000)
    /// });
    ///
    /// let patience = Duration::from_secs(10);
    /// let mut stock = Dictionary::<u32>::connect(&path, patience)?;
    /// assert_eq!(stock.insert("teapots", 7)?, None);
    /// let left = stock.update("teapots", |n| n.map(|n| n - 1))?;
    /// assert_eq!(left, Some(6));
    /// assert_eq!(stock.remove("teapots")?, Some(6));
    /// assert_eq!(stock.len()?, 0);
    /// drop(running);
    /// served.join().unwrap()?;
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn connect(
        path: impl AsRef<Path>,
        patience: Duration,
    ) -> io::Result<Dictionary<V>> {
        Dictionary::connect_with(path, Terms::default(), patience)
    }

    /// The same on other [`Terms`].
    ///
    /// # Errors
    ///
    /// As for [`connect`](Self::connect).
    pub fn connect_with(
        path: impl AsRef<Path>,
        terms: Terms,
        patience: Duration,
    ) -> io::Result<Dictionary<V>> {
        let mut dictionary = Dictionary {
            server: None,
            owner: None,
            path: path::absolute(path)?,
            terms,
            patience,
        };
        match dictionary.server(after(patience)) {
            Ok(_) => Ok(dictionary),
            Err(CallError::Frame(FrameError::System(error))) => Err(error),
            Err(CallError::TimedOut) => Err(ErrorKind::TimedOut.into()),
            Err(error) => Err(io::Error::other(error)),
        }
    }

    /// The connection to the owner, made again if need be.
    fn server(
        &mut self,
        deadline: Instant,
    ) -> Result<&mut Connection<V>, CallError> {
        let server = match self.server.take() {
            Some(server) => server,
            None => loop {
                let terms = self.terms.clone();
                let mut server: Connection<V> =
                    Client::connect_with(&self.path, terms, deadline)
                        .map_err(FrameError::System)?;
                match server.call(&Request::Owner, deadline) {
                    Ok(Answer::Owner(owner))
                        if *self.owner.get_or_insert(owner) == owner =>
                    {
                        break server;
                    }
                    // An heir knows nothing of what was put in before.
                    Ok(Answer::Owner(_)) => return Err(CallError::PeerDied),
                    Ok(_) => return Err(strange()),
                    Err(CallError::Refused(Refusal::TooSlow))
                        if Instant::now() < deadline => {}
                    Err(error) => return Err(error),
                }
            },
        };
        Ok(self.server.insert(server))
    }

    fn ask(
        &mut self,
        request: Request<V>,
        deadline: Instant,
    ) -> Result<Answer<V>, DictionaryError> {
        loop {
            let server = self.server(deadline);
            match server.and_then(|server| server.call(&request, deadline)) {
                Ok(Answer::Full) => return Err(DictionaryError::Full),
                // It had hung up, and has not done this.
                Err(CallError::Refused(Refusal::TooSlow)) => {
                    self.server = None;
                    if Instant::now() >= deadline {
                        return Err(CallError::TimedOut.into());
                    }
                }
                Err(CallError::Frame(FrameError::System(error)))
                    if self.server.is_none() =>
                {
                    return Err(match error.kind() {
                        // Nobody came.
                        ErrorKind::NotFound | ErrorKind::ConnectionRefused => {
                            CallError::PeerDied
                        }
                        ErrorKind::TimedOut => CallError::TimedOut,
                        _ => CallError::Frame(FrameError::System(error)),
                    }
                    .into());
                }
                answer => return Ok(answer?),
            }
        }
    }

    fn in_time(&self) -> Instant {
        after(self.patience)
    }

    fn ask_value(
        &mut self,
        request: Request<V>,
        deadline: Instant,
    ) -> Result<Option<(V, Version)>, DictionaryError> {
        match self.ask(request, deadline)? {
            Answer::Value(value) => Ok(value),
            _ => Err(strange().into()),
        }
    }

    /// A copy of the value. A change to it changes nothing here.
    ///
    /// # Errors
    ///
    /// As [`CallError`] says, for all calls.
    pub fn get(&mut self, key: &str) -> Result<Option<V>, DictionaryError> {
        let old = self.ask_value(Request::Get(key.into()), self.in_time())?;
        Ok(old.map(|(value, _)| value))
    }

    /// Puts a value in; what was there before.
    ///
    /// # Errors
    ///
    /// `Full`. After `PeerDied` and `TimedOut` it may have been done or not;
    /// it may be done again.
    pub fn insert(
        &mut self,
        key: &str,
        value: V,
    ) -> Result<Option<V>, DictionaryError> {
        let old = self
            .ask_value(Request::Put(key.into(), Some(value)), self.in_time())?;
        Ok(old.map(|(value, _)| value))
    }

    /// Takes a value out.
    ///
    /// # Errors
    ///
    /// As for [`insert`](Self::insert).
    pub fn remove(&mut self, key: &str) -> Result<Option<V>, DictionaryError> {
        let old =
            self.ask_value(Request::Put(key.into(), None), self.in_time())?;
        Ok(old.map(|(value, _)| value))
    }

    /// How many keys there are.
    ///
    /// # Errors
    ///
    /// As for [`get`](Self::get).
    // `is_empty` would be another question, and out of date as well.
    #[expect(clippy::len_without_is_empty, reason = "it asks a server")]
    pub fn len(&mut self) -> Result<u64, DictionaryError> {
        match self.ask(Request::Len, self.in_time())? {
            Answer::Len(keys) => Ok(keys),
            _ => Err(strange().into()),
        }
    }

    // ANCHOR: update
    /// Changes a value to what `change` makes of it, and returns that. If
    /// somebody else changes it between the look and the swap, `change` is
    /// called again, with what is there by then.
    ///
    /// # Errors
    ///
    /// `Busy`: others were quicker again and again, until the deadline. After
    /// `PeerDied` and `TimedOut` it may have been done or not: read the value
    /// before you do it again.
    pub fn update(
        &mut self,
        key: &str,
        change: impl Fn(Option<V>) -> Option<V>,
    ) -> Result<Option<V>, DictionaryError> {
        let deadline = self.in_time();
        let mut seen = self.ask_value(Request::Get(key.into()), deadline)?;
        loop {
            let (value, version) = seen.unzip();
            let new = change(value);
            let swap = Request::Swap {
                key: key.into(),
                seen: version,
                new: new.clone(),
            };
            seen = match self.ask(swap, deadline)? {
                Answer::Swapped => return Ok(new),
                Answer::Changed(_) if Instant::now() > deadline => {
                    return Err(DictionaryError::Busy);
                }
                Answer::Changed(now) => now,
                _ => return Err(strange().into()),
            };
        }
    }
    // ANCHOR_END: update
}

/// An answer to another question: no dictionary is served there.
fn strange() -> CallError {
    let what = "an answer to another question".into();
    CallError::Frame(FrameError::Undecodable(what))
}

#[cfg(test)]
mod tests {
    use super::{Actor, Answer, Dictionary, DictionaryError, Request, serve};
    use crate::server::{CallError, Rules, Server};
    use std::cell::Cell;
    use std::io;
    use std::path::Path;
    use std::thread;
    use std::time::{Duration, Instant};

    fn put(actor: &Actor<u64>, key: &str, value: u64) -> Answer<u64> {
        actor.ask(Request::Put(key.into(), Some(value)))
    }

    #[test]
    fn a_full_dictionary_takes_no_new_key() {
        let actor = Actor::start(1);
        assert!(matches!(put(&actor, "a", 1), Answer::Value(None)));
        assert!(matches!(put(&actor, "b", 1), Answer::Full));
        let swap = |key: &str, seen| {
            let key = key.into();
            let new = Some(2);
            actor.ask(Request::Swap { key, seen, new })
        };
        assert!(matches!(swap("b", None), Answer::Full));
        assert!(matches!(swap("a", None), Answer::Changed(Some((1, 1)))));
        assert!(matches!(swap("a", Some(1)), Answer::Swapped));
        assert!(matches!(put(&actor, "a", 3), Answer::Value(Some((2, 2)))));
        let out = actor.ask(Request::Put("a".into(), None));
        assert!(matches!(out, Answer::Value(Some((3, 3)))));
        assert!(matches!(put(&actor, "b", 1), Answer::Value(None)));
        assert!(matches!(actor.ask(Request::Len), Answer::Len(1)));
    }

    #[test]
    fn a_value_that_comes_again_is_another_one() {
        let actor = Actor::start(1);
        put(&actor, "a", 1);
        actor.ask(Request::Put("a".into(), None));
        put(&actor, "a", 1);
        let (key, seen, new) = ("a".into(), Some(1), Some(2));
        let swapped = actor.ask(Request::Swap { key, seen, new });
        assert!(matches!(swapped, Answer::Changed(Some((1, 2)))));
    }

    #[test]
    fn no_swap_is_lost() {
        let actor = Actor::start(1);
        put(&actor, "hits", 0);
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        add_one(&actor);
                    }
                });
            }
        });
        let hits = actor.ask(Request::Get("hits".into()));
        assert!(matches!(hits, Answer::Value(Some((200, _)))));
    }

    #[test]
    fn what_is_not_equal_to_itself_is_changed_too() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("means");
        let server = Server::bind(&path, Rules::default()).unwrap();
        let (stop, running) = io::pipe().unwrap();
        let served = thread::spawn(move || serve::<f64>(&server, stop, 1));
        let patience = Duration::from_millis(500);
        let mut means = Dictionary::connect(&path, patience).unwrap();
        means.insert("mean", f64::NAN).unwrap();
        let changes = Cell::new(0);
        let mean = means.update("mean", |_| {
            changes.set(changes.get() + 1);
            Some(1.5)
        });
        assert_eq!((mean.unwrap(), changes.get()), (Some(1.5), 1));
        drop(running);
        served.join().unwrap().unwrap();
    }

    #[test]
    fn an_update_has_one_deadline() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("slow");
        let server = Server::bind(&path, Rules::default()).unwrap();
        let (stop, running) = io::pipe().unwrap();
        let patience = Duration::from_secs(1);
        let served = thread::spawn(move || {
            let actor = Actor::<u64>::start(1);
            server.run(stop, |_, request| {
                thread::sleep(7 * patience / 10);
                actor.ask(request)
            })
        });
        let mut slow = Dictionary::<u64>::connect(&path, patience).unwrap();
        let begun = Instant::now();
        // The swap is asked for in time, and would be answered too late.
        let updated = slow.update("hits", |_| Some(1));
        assert!(updated.is_err(), "{updated:?} after {:?}", begun.elapsed());
        drop(running);
        served.join().unwrap().unwrap();
    }

    #[test]
    fn who_is_idle_for_long_is_served_again() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("hits");
        let idle = Duration::from_millis(10);
        let rules = Rules {
            idle,
            ..Rules::default()
        };
        let server = Server::bind(&path, rules).unwrap();
        let (stop, running) = io::pipe().unwrap();
        let served = thread::spawn(move || serve::<u64>(&server, stop, 1));
        let patience = Duration::from_secs(10);
        let mut hits = Dictionary::connect(&path, patience).unwrap();
        for n in 0..3 {
            hits.insert("hits", n).unwrap();
            thread::sleep(10 * idle);
        }
        assert_eq!(hits.get("hits").unwrap(), Some(2));
        let more = hits.update("hits", |n| {
            thread::sleep(10 * idle);
            n.map(|n| n + 1)
        });
        assert_eq!(more.unwrap(), Some(3));
        drop(running);
        served.join().unwrap().unwrap();
    }

    /// Serves the actor's dictionary while `work` goes on, and hangs up on
    /// who is idle for 10 ms.
    fn serve_during(actor: &Actor<u64>, path: &Path, work: impl FnOnce()) {
        let rules = Rules {
            idle: Duration::from_millis(10),
            ..Rules::default()
        };
        let server = Server::bind(path, rules).unwrap();
        let (stop, running) = io::pipe().unwrap();
        thread::scope(|scope| {
            scope.spawn(|| {
                server.run(stop, |_, request| actor.ask(request)).unwrap();
            });
            work();
            thread::sleep(Duration::from_millis(100));
            drop(running);
        });
    }

    #[test]
    fn an_heir_is_not_taken_for_the_owner() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("hits");
        let patience = Duration::from_secs(10);
        let mut hits = None;
        serve_during(&Actor::start(1), &path, || {
            let mut first = Dictionary::connect(&path, patience).unwrap();
            first.insert("hits", 1).unwrap();
            hits = Some(first);
        });
        let mut hits = hits.unwrap();
        let heir = Actor::start(1);
        serve_during(&heir, &path, || {
            for _ in ["now", "and later"] {
                let got = hits.get("hits");
                assert!(
                    matches!(
                        got,
                        Err(DictionaryError::Call(CallError::PeerDied))
                    ),
                    "{got:?}"
                );
            }
            hits.insert("hits", 2).unwrap_err();
        });
        assert!(matches!(heir.ask(Request::Len), Answer::Len(0)));
    }

    #[test]
    fn who_has_not_reached_the_owner_may_try_again() {
        let home = tempfile::tempdir().unwrap();
        let path = home.path().join("hits");
        let actor = Actor::start(1);
        let mut hits = None;
        serve_during(&actor, &path, || {
            let mut first = Dictionary::connect(&path, Duration::MAX).unwrap();
            first.insert("hits", 1).unwrap();
            hits = Some(first);
        });
        let mut hits = hits.unwrap();
        // Nobody is there.
        hits.patience = Duration::from_millis(100);
        let got = hits.get("hits");
        let died = CallError::PeerDied.to_string();
        assert_eq!(got.unwrap_err().to_string(), died);
        hits.patience = Duration::MAX;
        serve_during(&actor, &path, || {
            // Nobody whom this one would ask.
            hits.terms.user += 1;
            let stranger = hits.get("hits").unwrap_err().to_string();
            assert!(stranger.starts_with("it is the server of"), "{stranger}");
            hits.terms.user -= 1;
            assert_eq!(hits.get("hits").unwrap(), Some(1));
        });
    }

    fn add_one(actor: &Actor<u64>) {
        let (mut seen, mut version) = (0, 1);
        loop {
            match actor.ask(Request::Swap {
                key: "hits".into(),
                seen: Some(version),
                new: Some(seen + 1),
            }) {
                Answer::Changed(Some(now)) => (seen, version) = now,
                answer => {
                    assert!(matches!(answer, Answer::Swapped), "{answer:?}");
                    return;
                }
            }
        }
    }
}
