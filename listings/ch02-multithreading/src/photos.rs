//! Grey photos to be shrunk, made from a seed.

// ANCHOR: photo
/// A photo in shades of grey, row after row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Photo {
    /// Pixels in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// `width * height` shades: 0 is black, 255 white.
    pub pixels: Vec<u8>,
}
// ANCHOR_END: photo

impl Photo {
    /// A photo of 64 x 48 pixels; each seed below 256 gives another one.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::photos::Photo;
    ///
    /// let photo = Photo::from_seed(7);
    /// assert_eq!(photo.pixels[..4], [7, 10, 13, 16]);
    /// ```
    pub fn from_seed(seed: usize) -> Photo {
        let (width, height) = (64, 48);
        let shade = |i| {
            let (x, y) = (i % width, i / width);
            (seed + 3 * x + x * y) as u8
        };
        Photo {
            width,
            height,
            pixels: (0..width * height).map(shade).collect(),
        }
    }

    /// A photo with a `factor`th of the width and of the height. Each of its
    /// pixels is the mean, rounded down, of a square of `factor` by `factor`;
    /// rows and columns that fill no square are left out.
    ///
    /// # Panics
    ///
    /// There are more or fewer pixels than width and height say, or `factor`
    /// is zero.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::photos::Photo;
    ///
    /// let photo = Photo {
    ///     width: 4,
    ///     height: 2,
    ///     pixels: vec![1, 3, 10, 20, 5, 7, 30, 40],
    /// };
    /// let small = photo.shrink(2);
    /// assert_eq!((small.width, small.height), (2, 1));
    /// assert_eq!(small.pixels, [4, 25]);
    /// ```
    #[track_caller]
    pub fn shrink(&self, factor: usize) -> Photo {
        self.shrink_with(factor, &mut Vec::new())
    }

    /// [`shrink`](Photo::shrink) with scratch space from the caller. What
    /// `sums` holds before does not matter, and a caller that hands in the
    /// same one again saves an allocation.
    ///
    /// # Panics
    ///
    /// As `shrink` does.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::photos::Photo;
    ///
    /// let (one, other) = (Photo::from_seed(1), Photo::from_seed(2));
    /// let mut sums = Vec::new();
    /// assert_eq!(one.shrink_with(4, &mut sums), one.shrink(4));
    /// assert_eq!(other.shrink_with(8, &mut sums), other.shrink(8));
    /// ```
    #[track_caller]
    pub fn shrink_with(&self, factor: usize, sums: &mut Vec<u32>) -> Photo {
        let (width, height) = (self.width / factor, self.height / factor);
        let (got, wanted) = (self.pixels.len(), self.width * self.height);
        assert!(got == wanted, "the photo has {got} of {wanted} pixels");

        let mut pixels = Vec::with_capacity(width * height);
        for y in 0..height {
            sums.clear();
            sums.resize(width, 0);
            for row in y * factor..(y + 1) * factor {
                let row = &self.pixels[row * self.width..][..self.width];
                for (sum, square) in sums.iter_mut().zip(row.chunks(factor)) {
                    *sum += square.iter().map(|&p| u32::from(p)).sum::<u32>();
                }
            }
            let count = (factor * factor) as u32;
            pixels.extend(sums.iter().map(|sum| (sum / count) as u8));
        }
        Photo {
            width,
            height,
            pixels,
        }
    }

    /// The mean shade, rounded down.
    ///
    /// # Panics
    ///
    /// The photo has no pixels.
    ///
    /// # Examples
    ///
    /// ```
    /// use ch02_multithreading::photos::Photo;
    ///
    /// let photo = Photo { width: 3, height: 1, pixels: vec![10, 20, 40] };
    /// assert_eq!(photo.mean(), 23);
    /// ```
    pub fn mean(&self) -> usize {
        let sum: usize = self.pixels.iter().map(|&p| usize::from(p)).sum();
        sum / self.pixels.len()
    }
}
