//! A shop's price table, which the office reloads now and then.

/// What is sold, and for how much. All prices are of one edition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prices {
    /// The number of the reload that this table comes from.
    pub edition: u32,
    /// Cents for a cup of tea.
    pub tea: u32,
    /// Cents for a piece of cake.
    pub cake: u32,
}

/// The table of this edition. From each to the next, tea rises by 10 cents and
/// cake by 20, so that a total tells of which editions its prices were.
///
/// # Examples
///
/// ```
/// use ch02_multithreading::prices::load;
///
/// let (old, new) = (load(1), load(2));
/// assert_eq!(old.tea + old.cake, 530);
/// assert_eq!(new.tea + new.cake, 560);
/// assert_eq!(new.tea + old.cake, 540);
/// ```
pub fn load(edition: u32) -> Prices {
    Prices {
        edition,
        tea: 200 + 10 * edition,
        cake: 300 + 20 * edition,
    }
}
