//! Frames: messages on a stream of bytes that may end, or turn to rubbish, at
//! any byte.
//!
//! A frame is a header of [`HEADER`] bytes and a payload in
//! [postcard](https://docs.rs/postcard)'s format. The header holds the
//! payload's length, a checksum, and the number of the task that the payload
//! belongs to, little-endian. Who reads believes none of it: a length is
//! bounded before anything is done with it, memory grows as bytes arrive and
//! not as they are announced, the checksum covers header and payload, and a
//! payload must decode as what was asked for, to its last byte.
//!
//! A writer that dies in mid-frame leaves an incomplete one: [`Frames::next`]
//! answers `None` for it, however long one waits, and dropping the [`Frames`]
//! discards it. The checksum finds accidents. It is no defence against a
//! writer who wants to deceive.

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::fmt;

/// The bytes in front of a payload.
pub const HEADER: usize = 16;

/// The longest payload that a reader believes in, in bytes.
pub const LONGEST: usize = 1 << 30;

/// A complete frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame<'a> {
    /// The task that it belongs to.
    pub task: u64,
    /// What [`decode`] reads.
    pub payload: &'a [u8],
}

/// What arrived is no frame, or not of the type asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rubbish(String);

impl fmt::Display for Rubbish {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for Rubbish {}

/// Writes the frame of `value` over what `buffer` held.
///
/// # Errors
///
/// `value` cannot be written in postcard's format, or is longer than
/// [`LONGEST`]. `buffer` then holds nothing of use.
///
/// # Examples
///
/// ```
/// use ch03_processes::frame::{Frames, decode, encode};
///
/// let mut bytes = Vec::new();
/// encode(7, &("thumbnail", 120u32), &mut bytes)?;
///
/// let mut frames = Frames::default();
/// frames.push(&bytes[..10]);
/// assert_eq!(frames.next()?, None);
/// frames.push(&bytes[10..]);
/// let frame = frames.next()?.expect("it is complete");
/// assert_eq!(frame.task, 7);
/// let (name, width): (String, u32) = decode(frame.payload)?;
/// assert_eq!((name.as_str(), width), ("thumbnail", 120));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn encode<T: Serialize + ?Sized>(
    task: u64,
    value: &T,
    buffer: &mut Vec<u8>,
) -> Result<(), Rubbish> {
    buffer.clear();
    buffer.extend_from_slice(&[0; HEADER]);
    postcard::serialize_with_flavor(value, Onto(buffer))
        .map_err(|e| Rubbish(format!("cannot be encoded: {e}")))?;
    let payload = &buffer[HEADER..];
    if payload.len() > LONGEST {
        let length = payload.len();
        return Err(Rubbish(format!("{length} bytes are too long")));
    }
    let length = payload.len() as u32;
    let check = checksum(length, task, payload);
    buffer[..4].copy_from_slice(&length.to_le_bytes());
    buffer[4..8].copy_from_slice(&check.to_le_bytes());
    buffer[8..HEADER].copy_from_slice(&task.to_le_bytes());
    Ok(())
}

/// Reads a payload.
///
/// Two kinds of `T` let bytes that somebody made up do harm: a `Vec` of what
/// takes no byte, as `Vec<()>`, has as many elements as it says and takes as
/// long; a type that contains itself can nest until the stack overflows.
///
/// # Errors
///
/// It is no `T`, or something follows the `T`.
pub fn decode<T: DeserializeOwned>(payload: &[u8]) -> Result<T, Rubbish> {
    match postcard::take_from_bytes(payload) {
        Ok((value, [])) => Ok(value),
        Ok((_, rest)) => Err(Rubbish(format!("{} bytes over", rest.len()))),
        Err(error) => Err(Rubbish(format!("cannot be decoded: {error}"))),
    }
}

/// Collects what arrives, and takes frames from it.
#[derive(Debug, Default)]
pub struct Frames {
    bytes: Vec<u8>,
    /// How much of `bytes` has been taken.
    taken: usize,
}

impl Frames {
    /// Adds what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.spare(bytes.len());
        self.bytes.extend_from_slice(bytes);
    }

    /// Room for `more` bytes behind what has arrived: as the `Vec` in which
    /// they are to be written, without touching what it holds.
    pub(crate) fn spare(&mut self, more: usize) -> &mut Vec<u8> {
        self.bytes.drain(..self.taken);
        self.taken = 0;
        self.bytes.reserve(more);
        &mut self.bytes
    }

    /// The next complete frame, if it has arrived.
    ///
    /// # Errors
    ///
    /// What arrived is no frame. Where the next one would begin is unknown:
    /// give up this stream.
    // `Iterator::next` could not lend.
    #[expect(clippy::should_implement_trait, reason = "it lends its frames")]
    pub fn next(&mut self) -> Result<Option<Frame<'_>>, Rubbish> {
        let rest = &self.bytes[self.taken..];
        let Some((header, rest)) = rest.split_first_chunk::<HEADER>() else {
            return Ok(None);
        };
        let word = |at: usize| {
            let word = header[at..at + 4].first_chunk();
            u32::from_le_bytes(*word.expect("the header is longer"))
        };
        let (length, check) = (word(0), word(4));
        let task = u64::from(word(8)) | u64::from(word(12)) << 32;
        if length as usize > LONGEST {
            return Err(Rubbish(format!("a frame of {length} bytes")));
        }
        let Some(payload) = rest.get(..length as usize) else {
            return Ok(None);
        };
        if check != checksum(length, task, payload) {
            return Err(Rubbish("a frame whose checksum is wrong".into()));
        }
        self.taken += HEADER + length as usize;
        Ok(Some(Frame { task, payload }))
    }
}

/// A multiplicative hash, folded to 32 bits: eight bytes a step.
fn checksum(length: u32, task: u64, payload: &[u8]) -> u32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    // Not zero, so that a stream of zeros is no frame.
    let mut hash = 0x6672_616d_6573_2e31;
    let mut mix = |word: u64| {
        hash = (hash ^ word).wrapping_mul(ODD).rotate_left(29);
    };
    mix(u64::from(length));
    mix(task);
    let (words, rest) = payload.as_chunks::<8>();
    for word in words {
        mix(u64::from_le_bytes(*word));
    }
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    mix(u64::from_le_bytes(last));
    (hash ^ hash >> 32) as u32
}

/// Postcard's output, behind what the `Vec` holds.
struct Onto<'a>(&'a mut Vec<u8>);

impl Flavor for Onto<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.0.push(byte);
        Ok(())
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(self) -> postcard::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::collection::vec;
    use proptest::option;
    use proptest::prelude::*;
    use proptest::sample::Index;
    use std::collections::BTreeMap;

    fn frame(task: u64, value: &str) -> Vec<u8> {
        let mut bytes = Vec::new();
        encode(task, value, &mut bytes).unwrap();
        bytes
    }

    #[test]
    fn a_frame_in_pieces_is_no_frame_until_the_last_byte() {
        let both = [frame(1, "one"), frame(2, "a second one")].concat();
        for cut in 0..=both.len() {
            let mut frames = Frames::default();
            let mut seen = Vec::new();
            for part in [&both[..cut], &both[cut..]] {
                frames.push(part);
                while let Some(frame) = frames.next().unwrap() {
                    let text: String = decode(frame.payload).unwrap();
                    seen.push((frame.task, text));
                }
            }
            let all = [(1, "one".into()), (2, "a second one".into())];
            assert_eq!(seen, all, "cut at {cut}");
        }
    }

    #[test]
    fn every_flipped_bit_is_noticed() {
        let good = frame(3, "a thumbnail of 120 pixels");
        for bit in 0..good.len() * 8 {
            let mut bad = good.clone();
            bad[bit / 8] ^= 1 << (bit % 8);
            let mut frames = Frames::default();
            frames.push(&bad);
            // A longer length makes it incomplete: nothing is delivered.
            let next = frames.next();
            assert!(!matches!(next, Ok(Some(_))), "bit {bit}: {next:?}");
        }
    }

    #[test]
    fn zeros_and_great_lengths_are_rubbish() {
        for header in [[0; HEADER], [0xff; HEADER]] {
            let mut frames = Frames::default();
            frames.push(&header);
            assert!(frames.next().is_err());
        }
    }

    #[test]
    fn a_payload_of_another_type_is_rubbish() {
        let bytes = frame(0, "text");
        assert!(decode::<(String, u8)>(&bytes[HEADER..]).is_err());
        assert!(decode::<bool>(&bytes[HEADER..]).is_err());
    }

    /// What a pool's results may be.
    type Values = (Vec<String>, Vec<Vec<Option<(u8, f64)>>>);

    fn values() -> impl Strategy<Value = Values> {
        let inner = vec(option::of((any::<u8>(), -1e9..1e9)), 0..4);
        (vec(".{0,20}", 0..4), vec(inner, 0..4))
    }

    /// A stream of values, each with its task, and where each frame ends.
    fn stream(sent: &[(u64, Values)]) -> (Vec<u8>, Vec<usize>) {
        let mut bytes = Vec::new();
        let mut ends = Vec::new();
        let mut frame = Vec::new();
        for (task, value) in sent {
            encode(*task, value, &mut frame).unwrap();
            bytes.extend_from_slice(&frame);
            ends.push(bytes.len());
        }
        (bytes, ends)
    }

    /// Cuts `bytes` at these places, taken modulo the length.
    fn pieces<'a>(bytes: &'a [u8], cuts: &[Index]) -> Vec<&'a [u8]> {
        let mut cuts: Vec<_> =
            cuts.iter().map(|c| c.index(bytes.len() + 1)).collect();
        cuts.sort_unstable();
        let mut pieces = Vec::new();
        let mut from = 0;
        for to in cuts.into_iter().chain([bytes.len()]) {
            pieces.push(&bytes[from..to]);
            from = to;
        }
        pieces
    }

    /// The frames that come out, as bytes, until the first error. Checks that
    /// no more memory is held than for what was pushed.
    fn come_out(pieces: &[&[u8]]) -> (Vec<Vec<u8>>, bool) {
        let mut frames = Frames::default();
        let mut out = Vec::new();
        let mut pushed = 0;
        for piece in pieces {
            frames.push(piece);
            pushed += piece.len();
            // A `Vec` doubles when it grows.
            assert!(frames.bytes.capacity() <= 2 * pushed + 64);
            loop {
                match frames.next() {
                    Ok(Some(Frame { task, payload })) => {
                        let length = payload.len() as u32;
                        let check = checksum(length, task, payload);
                        let mut frame = length.to_le_bytes().to_vec();
                        frame.extend(check.to_le_bytes());
                        frame.extend(task.to_le_bytes());
                        frame.extend(payload);
                        out.push(frame);
                    }
                    Ok(None) => break,
                    Err(_) => return (out, false),
                }
            }
        }
        (out, true)
    }

    #[derive(Clone, Copy, Debug)]
    enum Damage {
        Flip,
        Delete,
        Insert,
    }

    /// Bytes that may look like a header: lengths of every size, few tasks.
    fn bytes_like_frames() -> impl Strategy<Value = Vec<u8>> {
        let length = prop_oneof![
            0..40_u32,
            LONGEST as u32 - 2..LONGEST as u32 + 2,
            any::<u32>(),
        ];
        let payload = vec(any::<u8>(), 0..40);
        let like = (length, any::<u32>(), 0..9_u64, payload, any::<bool>());
        let like = like.prop_map(|(length, check, task, payload, right)| {
            let (length, check) = match right {
                true => {
                    let length = payload.len() as u32;
                    (length, checksum(length, task, &payload))
                }
                false => (length, check),
            };
            let mut bytes = length.to_le_bytes().to_vec();
            bytes.extend(check.to_le_bytes());
            bytes.extend(task.to_le_bytes());
            bytes.extend(payload);
            bytes
        });
        let any_bytes = vec(any::<u8>(), 0..60);
        let part = prop_oneof![3 => like, 1 => any_bytes];
        vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    fn decodes<T>(payload: &[u8]) -> Result<(), TestCaseError>
    where
        T: Serialize + DeserializeOwned + PartialEq + fmt::Debug,
    {
        if let Ok(value) = decode::<T>(payload) {
            let mut frame = Vec::new();
            encode(0, &value, &mut frame).unwrap();
            let again = decode::<T>(&frame[HEADER..]);
            prop_assert_eq!(again, Ok(value));
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig {
            failure_persistence: None,
            ..ProptestConfig::default()
        })]

        #[test]
        fn only_frames_come_out_of_any_bytes(
            bytes in bytes_like_frames(),
            cuts in vec(any::<Index>(), 0..6),
        ) {
            let (out, _) = come_out(&pieces(&bytes, &cuts));
            prop_assert!(bytes.starts_with(&out.concat()));
        }

        #[test]
        fn what_is_sent_comes_out_however_it_is_cut(
            sent in vec((any::<u64>(), values()), 0..5),
            cuts in vec(any::<Index>(), 0..20),
        ) {
            let (bytes, _) = stream(&sent);
            let (out, sound) = come_out(&pieces(&bytes, &cuts));
            prop_assert!(sound);
            prop_assert_eq!(out.len(), sent.len());
            for (frame, (task, value)) in out.iter().zip(&sent) {
                prop_assert_eq!(&frame[8..HEADER], task.to_le_bytes());
                let came: Values = decode(&frame[HEADER..]).unwrap();
                prop_assert_eq!(&came, value);
                let more = [&frame[HEADER..], &[0]].concat();
                prop_assert!(decode::<Values>(&more).is_err());
            }
        }

        #[test]
        fn damage_delivers_nothing_that_was_not_sent(
            sent in vec((any::<u64>(), values()), 1..5),
            damage in prop_oneof![
                Just(Damage::Flip),
                Just(Damage::Delete),
                Just(Damage::Insert),
            ],
            at in any::<Index>(),
            rubbish in vec(1..=u8::MAX, 1..40),
            cuts in vec(any::<Index>(), 0..6),
        ) {
            let (good, ends) = stream(&sent);
            let at = at.index(good.len());
            let mut bad = good.clone();
            let end = good.len().min(at + rubbish.len());
            match damage {
                Damage::Flip => {
                    for (byte, flip) in bad[at..].iter_mut().zip(&rubbish) {
                        *byte ^= flip;
                    }
                }
                Damage::Delete => drop(bad.drain(at..end)),
                Damage::Insert => {
                    bad.splice(at..at, rubbish.iter().copied());
                }
            }
            let (out, _) = come_out(&pieces(&bad, &cuts));
            // Nothing but what was sent, in its order: cut out between two
            // frames, those in between are missed by nobody here.
            let mut from = 0;
            let mut rest: Vec<&[u8]> = ends.iter().map(|&to| {
                let frame = &good[from..to];
                from = to;
                frame
            }).collect();
            let whole = ends.iter().take_while(|&&end| end <= at).count();
            prop_assert!(out.len() >= whole);
            for (i, frame) in out.iter().enumerate() {
                let skip = rest.iter().position(|sent| sent == frame);
                prop_assert!(skip.is_some(), "{frame:?} was never sent");
                prop_assert!(i >= whole || skip == Some(0));
                rest.drain(..=skip.unwrap_or(0));
            }
            if matches!(damage, Damage::Flip) {
                prop_assert_eq!(out.len(), whole);
            }
        }

        #[test]
        fn no_payload_crashes_the_decoder(
            bytes in vec(prop_oneof![0..4_u8, any::<u8>()], 0..60),
        ) {
            decodes::<Vec<String>>(&bytes)?;
            decodes::<Result<(usize, Vec<u8>), String>>(&bytes)?;
            decodes::<Vec<Vec<Option<(i64, char)>>>>(&bytes)?;
            decodes::<BTreeMap<String, Option<Vec<u16>>>>(&bytes)?;
            decodes::<(bool, [u32; 3], Option<Box<str>>)>(&bytes)?;
        }

        #[test]
        fn no_length_is_allocated_before_it_has_come(
            length in prop_oneof![
                0..=LONGEST as u32,
                LONGEST as u32 + 1..=u32::MAX,
            ],
            payload in vec(any::<u8>(), 0..40),
        ) {
            let mut bytes = length.to_le_bytes().to_vec();
            bytes.extend([0; HEADER - 4]);
            bytes.extend(&payload);
            let mut frames = Frames::default();
            frames.push(&bytes);
            let next = frames.next();
            if length as usize > LONGEST {
                prop_assert!(next.is_err());
            } else if length as usize > payload.len() {
                prop_assert_eq!(next, Ok(None));
            }
            prop_assert!(frames.bytes.capacity() <= 2 * bytes.len() + 64);
        }
    }
}
