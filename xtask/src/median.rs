//! The middle of what was measured.

/// The median of `figures`; of an even number of them the greater one in the middle, and nothing of none.
pub(crate) fn median<T: Ord + Copy + Default>(figures: &mut [T]) -> T {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn it_is_the_one_in_the_middle() {
        let [one, two, nine] = [1, 2, 9].map(Duration::from_secs);
        assert_eq!(median(&mut [nine, one, two]), two);
        assert_eq!(median(&mut [nine, one]), nine);
        assert_eq!(median::<Duration>(&mut []), Duration::ZERO);
    }
}
